"""JSON and GitHub annotations, whole, and the published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compiler.diagnostics.machine import findings_report, render_github, render_json
from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, Span, Suggestion, error, info, warning
from compiler.diagnostics.place import Source

SCHEMA = Path(__file__).parents[3] / "schemas" / "findings.schema.json"

FULL = error(
    "unknown-pool",
    "pool `a10` is not declared",
    ("teams", 0, "pool"),
    related=(Label(("teams",), "asked for here", at_key=True),),
    notes=("pools are declared under `gpuPools`",),
    help="did you mean `a100`?",
    fix=Fix(("teams", 0, "pool"), "a100"),
    sources=("https://example.org/pools",),
)
SPANNED = warning("empty-file", "nothing", span=Span("other.yaml", 1, 1, 2, 3))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_shape_of_a_finding(platform: Source) -> None:
    assert findings_report([SPANNED, FULL], platform) == {
        "version": 1,
        "findings": [
            {
                "code": "empty-file",
                "severity": "warning",
                "message": "nothing",
                "file": "other.yaml",
                "line": 1,
                "column": 1,
                "endLine": 2,
                "endColumn": 3,
                "path": "",
                "notes": [],
                "help": None,
                "fix": None,
                "related": [],
                "sources": [],
                "suggestions": [],
            },
            {
                "code": "unknown-pool",
                "severity": "error",
                "message": "pool `a10` is not declared",
                "file": "platform.yaml",
                "line": 3,
                "column": 26,
                "endLine": 3,
                "endColumn": 29,
                "path": "teams[0].pool",
                "notes": ["pools are declared under `gpuPools`"],
                "help": "did you mean `a100`?",
                "fix": {
                    "path": "teams[0].pool",
                    "atKey": False,
                    "replacement": "a100",
                    "edits": [
                        {
                            "file": "platform.yaml",
                            "line": 3,
                            "column": 26,
                            "endLine": 3,
                            "endColumn": 29,
                            "text": "a100",
                        }
                    ],
                },
                "related": [
                    {"message": "asked for here", "file": "platform.yaml", "line": 2, "column": 1, "path": "teams"}
                ],
                "sources": ["https://example.org/pools"],
                "suggestions": [],
            },
        ],
        "summary": {"errors": 1, "warnings": 1, "infos": 0},
    }


def fix_of(fix: Fix, source: Source) -> Any:
    report: Any = findings_report([error("a", "m", fix=fix)], source)
    return report["findings"][0]["fix"]


def test_the_edits_of_a_fix(platform: Source) -> None:
    removal = fix_of(Fix(("teams", 0, "name"), None), platform)
    assert removal["replacement"] is None
    assert [(edit["column"], edit["endColumn"], edit["text"]) for edit in removal["edits"]] == [(12, 19, "")]
    renaming = fix_of(Fix(("teams",), "groups", at_key=True), platform)
    assert renaming["atKey"]
    assert [(edit["column"], edit["endColumn"], edit["text"]) for edit in renaming["edits"]] == [(1, 2, "groups")]
    assert fix_of(Fix(("nowhere",), "x"), platform)["edits"] == []


def test_a_finding_on_the_whole_file_has_the_root_as_its_path(platform: Source) -> None:
    report: Any = findings_report([error("a", "m")], platform)
    assert report["findings"][0]["path"] == "."


def test_the_json_is_the_report_in_ascii(platform: Source) -> None:
    finding = error("a", "größe \x1b \udcff", ("teams",))
    text = render_json([finding], platform)
    assert text.isascii()
    assert text.endswith("}\n")
    assert json.loads(text) == findings_report([finding], platform)


@pytest.mark.parametrize(
    "findings",
    [
        [],
        [FULL],
        [SPANNED],
        [error("a", "m", fix=Fix(("nowhere",), None))],
        [Diagnostic(severity.value, severity, "m") for severity in Severity],
    ],
)
def test_the_report_fits_the_published_schema(
    findings: list[Diagnostic], platform: Source, validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(json.loads(render_json(findings, platform)))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("severity", "fatal"),
        ("line", 0),
        ("code", "Not Kebab"),
        ("message", ""),
        ("help", 1),
        ("surprise", 1),
        ("fix", {}),
    ],
)
def test_the_schema_refuses_what_is_no_finding(
    key: str, value: object, platform: Source, validator: jsonschema.Draft202012Validator
) -> None:
    report = json.loads(render_json([FULL], platform))
    report["findings"][0][key] = value
    assert not validator.is_valid(report)


def test_a_suggestion_is_told_with_its_edit(platform: Source, validator: jsonschema.Draft202012Validator) -> None:
    assert FULL.fix is not None
    finding = replace(FULL, fix=None, suggestions=(Suggestion("take the other pool", FULL.fix),))
    report = json.loads(render_json([finding], platform))
    validator.validate(report)
    (told,) = report["findings"][0]["suggestions"]
    assert told == {
        "text": "take the other pool",
        **json.loads(render_json([FULL], platform))["findings"][0]["fix"],
    }


def test_the_schema_demands_every_property(platform: Source, validator: jsonschema.Draft202012Validator) -> None:
    whole = json.loads(render_json([FULL], platform))
    for key in whole["findings"][0]:
        report = json.loads(json.dumps(whole))
        del report["findings"][0][key]
        assert not validator.is_valid(report), key


def test_github_annotations(platform: Source) -> None:
    findings = [FULL, SPANNED, info("quiet", "100% sure\r\nreally", ("teams",))]
    said = (
        "pool `a10` is not declared",
        "note: asked for here",
        "note: pools are declared under `gpuPools`",
        "help: did you mean `a100`?",
        "source: https://example.org/pools",
    )
    assert render_github(findings, platform).splitlines() == [
        "::warning file=other.yaml,line=1,endLine=2,title=empty-file::nothing",
        "::notice file=platform.yaml,line=2,endLine=2,col=1,endColumn=6,title=quiet::100%25 sure%0Areally",
        "::error file=platform.yaml,line=3,endLine=3,col=26,endColumn=29,title=unknown-pool::" + "%0A".join(said),
    ]


def test_a_github_property_cannot_be_broken_out_of(platform: Source) -> None:
    finding = error("a", "x\n::stop-commands::\x1b", span=Span("a,b:c%\n.yaml", 1, 1, 1, 2))
    assert render_github([finding], platform) == (
        "::error file=a%2Cb%3Ac%25%0A.yaml,line=1,endLine=1,col=1,endColumn=2,title=a::x%0A::stop-commands::␛\n"
    )


def test_nothing_to_tell_is_no_annotation(platform: Source) -> None:
    assert not render_github([], platform)
