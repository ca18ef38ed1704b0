"""SARIF, whole: against the official schema where it can be read, and always against what we use of it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, Span, error, info, warning
from compiler.diagnostics.place import Source, sort_findings
from compiler.diagnostics.rule import Rule
from compiler.diagnostics.sarif import FINGERPRINT, GITHUB_FINGERPRINT, render_sarif, sarif_log

SUBSET = Path(__file__).with_name("sarif_subset.json")
OFFICIAL = "https://github.com/oasis-tcs/sarif-spec"
RULES = {
    "unknown-pool": Rule(
        "unknown-pool",
        Severity.ERROR,
        "resolve",
        "A pool that nobody declares",
        "Nothing would run.",
        "Declare it.",
        "gpus: [{pool: a10}]\n",
        "gpus: [{pool: a100}]\n",
        ("https://example.org/pools",),
    )
}
FULL = error(
    "unknown-pool",
    "pool `a10` is not declared",
    ("teams", 0, "pool"),
    related=(Label(("teams",), "asked for here"),),
    notes=("pools are declared under `gpuPools`",),
    help="did you mean `a100`?",
    fix=Fix(("teams", 0, "pool"), "a100"),
    sources=("https://example.org/pools",),
)
ALL = [
    info("late", "late \x1b[31m", ("late",)),
    warning("empty-file", "nothing", span=Span("a b/ö.yaml", 1, 1, 2, 3)),
    FULL,
    replace(FULL, fix=Fix(("gone",), None)),
]


def log(findings: list[Diagnostic], source: Source) -> Any:
    return json.loads(render_sarif(findings, source, RULES, "1.2.3"))


def test_every_shape_fits_what_we_use_of_the_schema(platform: Source) -> None:
    schema = json.loads(SUBSET.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for findings in ([], ALL):
        assert [problem.message for problem in validator.iter_errors(log(findings, platform))] == []
    assert not validator.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


@pytest.mark.upstream(OFFICIAL)
def test_every_shape_is_accepted_by_the_official_schema(platform: Source, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", "--no-checkout", OFFICIAL, clone], check=True)
    show = ["git", "-C", str(clone), "show", "HEAD:sarif-2.1/schema/sarif-schema-2.1.0.json"]
    schema = json.loads(subprocess.run(show, check=True, capture_output=True).stdout)
    validator = jsonschema.validators.validator_for(schema)(schema)
    for findings in ([], ALL):
        assert [problem.message for problem in validator.iter_errors(log(findings, platform))] == []
    assert not validator.is_valid({"version": "2.1.0"})


def test_the_shape_of_a_result(platform: Source) -> None:
    (run,) = log([FULL], platform)["runs"]
    artifact = {"uri": "platform.yaml", "uriBaseId": "SRCROOT"}
    region = {"startLine": 3, "startColumn": 26, "endLine": 3, "endColumn": 29}
    (result,) = run["results"]
    fingerprint = result.pop("partialFingerprints")
    assert list(fingerprint) == [FINGERPRINT, GITHUB_FINGERPRINT]
    assert len(set(fingerprint.values())) == 1
    assert result == {
        "ruleId": "unknown-pool",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "pool `a10` is not declared\nnote: pools are declared under `gpuPools`\n"
            "help: did you mean `a100`?\nsource: https://example.org/pools"
        },
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 6},
                },
                "message": {"text": "asked for here"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "did you mean `a100`?"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "a100"}}],
                    }
                ],
            }
        ],
    }
    (rule,) = run["tool"]["driver"]["rules"]
    assert "helpUri" not in rule, "there is no public address"
    assert "gpus: [{pool: a10}]" in rule["help"]["markdown"]


def test_a_fix_without_a_place_is_left_out(platform: Source) -> None:
    assert "fixes" not in log([replace(FULL, fix=Fix(("gone",), "x"))], platform)["runs"][0]["results"][0]


def test_results_stand_in_the_order_of_telling(platform: Source) -> None:
    told = [finding.code for finding in sort_findings(ALL, platform)]
    (run,) = log(ALL, platform)["runs"]
    assert [result["ruleId"] for result in run["results"]] == told
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == told


def test_fingerprints_do_not_move_with_lines_and_list_indexes(platform: Source) -> None:
    def prints(*findings: Diagnostic) -> list[str]:
        found = log(list(findings), platform)["runs"][0]["results"]
        return [result["partialFingerprints"][FINGERPRINT] for result in found]

    moved = replace(FULL, path=("teams", 4, "pool"))
    assert prints(moved) == prints(FULL)
    assert prints(replace(FULL, message="pool `b` is not declared")) != prints(FULL)
    twice = prints(FULL, moved)
    assert len(set(twice)) == 2


def test_a_file_is_named_as_a_uri(platform: Source) -> None:
    def uri(name: str) -> dict[str, str]:
        found = log([warning("w", "w", span=Span(name, 1, 1, 1, 1))], platform)
        place = found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        artifact: dict[str, str] = place["artifactLocation"]
        return artifact

    assert uri("./a b.yaml") == {"uri": "a%20b.yaml", "uriBaseId": "SRCROOT"}
    assert uri("/etc/ö.yaml") == {"uri": "file:///etc/%C3%B6.yaml"}


def test_without_a_rule_the_code_stands_alone(platform: Source) -> None:
    assert sarif_log([error("other", "x")], platform, {}, "1")["runs"][0]["tool"]["driver"]["rules"] == [  # type: ignore[index]
        {"id": "other"}
    ]
