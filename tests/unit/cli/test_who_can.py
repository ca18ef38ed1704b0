"""How `who-can` answers: lines, data, and a page for an access review."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from compiler.cli.exit_codes import ExitCode
from compiler.cli.main import main

PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: "https://github.com/acme/p.git"}
versions: {kubeflow: "26.03"}
components: {profiles: {admin: ops@acme.com}}
clusters:
  - {name: laptop, environment: dev, provider: k3d, kubernetes: "1.34"}
  - {name: desk, environment: dev, provider: kind, kubernetes: "1.34"}
teams:
  - name: vision
    owner: {user: alice@acme.com}
    members:
      - {user: bob@acme.com, role: editor}
      - {group: "read|ers", role: viewer}
    namespaces: [{name: vision-lab, clusters: [laptop, desk]}]
  - name: speech
    owner: {user: carol@acme.com}
    namespaces: [{name: speech-lab, clusters: [laptop], openModels: [ranker]}]
namespaces:
  - {name: data, clusters: [laptop], access: [{team: vision, role: viewer}]}
"""


def ask(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    file = folder / "platform.yaml"
    file.write_text(PLATFORM)
    code = main(["who-can", "--file", str(file), "--as-of", "2026-04-01", *arguments])
    ended = capsys.readouterr()
    return code, ended.out, ended.err


def data(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    code, out, _ = ask(folder, capsys, "--format", "json", *arguments)
    assert code == ExitCode.OK
    return json.loads(out)


def grants(answer: Any) -> dict[str, list[str]]:
    return {
        f"{each['cluster']}/{each['namespace']}": [grant["name"] for grant in each["grants"]]
        for each in answer["namespaces"]
    }


def test_lines_say_who_how_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(tmp_path, capsys, "--cluster", "laptop", "--team", "vision")
    assert code == ExitCode.OK
    assert out.splitlines() == [
        "laptop/vision-lab  team vision",
        "  admin   user alice@acme.com  pages and API  teams[0].owner",
        "  editor  user bob@acme.com    pages and API  teams[0].members[0]",
        "  viewer  group read|ers       API only       teams[0].members[1]",
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--namespace", "speech-lab"], {"laptop/speech-lab": ["carol@acme.com"]}),
        (
            ["--subject", "bob@acme.com"],
            {
                "laptop/vision-lab": ["bob@acme.com"],
                "laptop/data": ["bob@acme.com"],
                "desk/vision-lab": ["bob@acme.com"],
            },
        ),
        (["--subject", "bob@acme.com", "--cluster", "desk"], {"desk/vision-lab": ["bob@acme.com"]}),
    ],
)
def test_the_question_may_be_narrowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str], expected: dict[str, list[str]]
) -> None:
    assert grants(data(tmp_path, capsys, *arguments)) == expected


def test_data_has_a_version_and_the_administrators(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = data(tmp_path, capsys)
    assert answer["version"] == 1
    assert answer["administrators"] == {"laptop": ["ops@acme.com"], "desk": ["ops@acme.com"]}
    [shared] = [each for each in answer["namespaces"] if each["team"] is None]
    assert shared["podsOf"] == ["vision"]
    opened = {each["namespace"]: each["openModels"] for each in answer["namespaces"] if each["openModels"]}
    assert opened == {"speech-lab": ["ranker"]}
    assert {tuple(grant["ways"]) for grant in shared["grants"]} == {("api",)}


def test_open_models_are_told_to_be_for_everybody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, listing, _ = ask(tmp_path, capsys)
    assert "  models  ranker: to all who get past the gateways" in listing.splitlines()
    _, page, _ = ask(tmp_path, capsys, "--format", "markdown")
    [row] = [line for line in page.splitlines() if "ranker" in line]
    assert (
        row == "| `speech-lab` | team speech | all who get past the gateways | models `ranker` | gateways | | | [ ] |"
    )


def test_the_page_has_a_table_for_each_cluster_that_no_name_can_break(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ask(tmp_path, capsys, "--format", "markdown")
    assert code == ExitCode.OK
    lines = out.splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "# Who reaches what on acme",
        "## desk (dev)",
        "## laptop (dev)",
    ]
    tables = [line.replace("\\|", "") for line in lines if line.startswith("|")]
    assert {line.count("|") for line in tables} == {9}
    assert sum("ops@acme.com" in line for line in lines) == 2
    assert lines[-1] == "4 people and groups, 4 namespaces."


def test_whoever_answers_for_a_team_owns_its_directories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(tmp_path, capsys, "--format", "codeowners")
    assert code == ExitCode.OK
    assert out.splitlines() == [
        "/generated/*/team-speech/ carol@acme.com",
        "/overlays/*/team-speech/ carol@acme.com",
        "/generated/*/team-vision/ alice@acme.com",
        "/overlays/*/team-vision/ alice@acme.com",
    ]
    _, out, _ = ask(tmp_path, capsys, "--format", "codeowners", "--team", "vision")
    assert len(out.splitlines()) == 2


@pytest.mark.parametrize(
    "arguments", [["--cluster", "labtop"], ["--team", "visio"], ["--namespace", "x"], ["--subject", "bob@acme.co"]]
)
def test_names_that_the_platform_does_not_have_are_a_mistake_of_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    code, out, err = ask(tmp_path, capsys, *arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert arguments[1] in err
