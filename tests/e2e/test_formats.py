"""Every format of `check`, `build` and `verify` shows the same findings in the same order, also remembered ones."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest

from tests.e2e.harness import Ended, Repo, codes

BROKEN = {
    "provider: kind": "provider: kindd",
    "memory: 16Gi": "memory: 16 GB",
    'cpu: "8"': "cpus: 8",
    "role: viewer": "role: reader",
}


def _text(ended: Ended) -> list[tuple[str, int, int]]:
    found = re.findall(r"^[^ ]*:(\d+):(\d+): (?:error|warning|info)\[([a-z0-9-]+)\]", ended.said, re.MULTILINE)
    return [(code, int(line), int(column)) for line, column, code in found]


def _json(ended: Ended) -> list[tuple[str, int, int]]:
    found = json.loads(ended.out)["findings"]
    return [(each["code"], each["line"], each["column"]) for each in found]


def _sarif(ended: Ended) -> list[tuple[str, int, int]]:
    (run,) = json.loads(ended.out)["runs"]
    regions = [each["locations"][0]["physicalLocation"]["region"] for each in run["results"]]
    told = zip(run["results"], regions, strict=True)
    return [(result["ruleId"], region["startLine"], region["startColumn"]) for result, region in told]


def _junit(ended: Ended) -> list[tuple[str, int, int]]:
    names = [case.attrib["name"] for case in ET.fromstring(ended.out).iter("testcase")]  # noqa: S314 - our own text
    found = [re.fullmatch(r"(\S+) at (\d+):(\d+)", name) for name in names]
    return [(each[1], int(each[2]), int(each[3])) for each in found if each]


def _github(ended: Ended) -> list[tuple[str, int]]:
    found = re.findall(r"^::\w+ .*?line=(\d+),.*?title=([a-z0-9-]+)", ended.out, re.MULTILINE)
    return [(code, int(line)) for line, code in found]


@pytest.mark.parametrize("command", ["check", "build", "verify"])
def test_every_format_shows_the_same_findings(fresh: Repo, command: str) -> None:
    for old, new in BROKEN.items():
        fresh.edit(old, new)
    expected = _text(fresh.run(command))
    assert len(expected) >= len(BROKEN)
    for again in range(2):  # the second time they are remembered
        for kind, read in (("json", _json), ("sarif", _sarif), ("junit", _junit)):
            ended = fresh.run(command, "--format", kind)
            assert ended.code == 1, ended.said
            assert read(ended) == expected, (kind, again)
        assert _github(fresh.run(command, "--format", "github")) == [(code, line) for code, line, _ in expected]


def test_json_and_sarif_carry_the_same_edits(fresh: Repo) -> None:
    fresh.edit('cpu: "8"', "cpus: 8")
    (finding,) = json.loads(fresh.run("check", "--format", "json").out)["findings"]
    (edit,) = finding["fix"]["edits"]
    (run,) = json.loads(fresh.run("check", "--format", "sarif").out)["runs"]
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    assert [edit[key] for key in ("line", "column", "endLine", "endColumn", "text")] == [
        *(region[key] for key in ("startLine", "startColumn", "endLine", "endColumn")),
        replacement["insertedContent"]["text"],
    ]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["help"]["text"]
    assert "```yaml" in rule["help"]["markdown"]


def test_without_findings_each_format_is_whole(fresh: Repo) -> None:
    assert json.loads(fresh.run("check", "--format", "sarif").out)["runs"][0]["results"] == []
    assert 'failures="0"' in fresh.run("check", "--format", "junit").out


def test_a_file_that_is_not_there_is_a_finding_in_each_format(fresh: Repo) -> None:
    fresh.file.unlink()
    for kind in ("sarif", "junit", "json", "github"):
        ended = fresh.run("check", "--format", kind)
        assert ended.code == 1
        assert "unreadable-file" in ended.out


WARNED = '    versions: {kubeflow: "1.11", kueue: "0.16"}'
ALLOW = "# compiler: allow unused-version because kueue comes with the GPUs next month"


def test_a_comment_allows_a_warning_also_where_it_is_remembered(fresh: Repo) -> None:
    fresh.edit('    versions: {kubeflow: "1.11"}', WARNED)
    assert codes(fresh.run("check")) == {"unused-version"}
    fresh.edit(WARNED, f"{WARNED}  {ALLOW}")
    for _ in range(2):
        assert fresh.run("check").out == "platform.yaml: no findings\n"
    fresh.edit(f"{WARNED}  {ALLOW}", f"    {ALLOW}\n{WARNED}")
    assert fresh.run("check").out == "platform.yaml: no findings\n"
    fresh.edit(" because kueue comes with the GPUs next month", "")
    for _ in range(2):
        assert codes(fresh.run("check")) == {"unused-version", "allow-without-reason"}


def test_an_allowance_without_its_finding_is_one(fresh: Repo) -> None:
    fresh.edit("distribution: none", f"distribution: none  {ALLOW}")
    for _ in range(2):
        ended = fresh.run("check")
        assert ended.code == 0
        assert codes(ended) == {"unused-allow"}
