"""Findings as SARIF 2.1.0, which code scanning shows beside the code; knows neither YAML nor terminals.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from compiler.diagnostics.display import visible
from compiler.diagnostics.edit import edit_for
from compiler.diagnostics.model import Diagnostic, Fix, Severity, Span
from compiler.diagnostics.place import Source, Sources, by_name, locate, place_findings
from compiler.diagnostics.rule import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
TOOL = "platform-compiler"
FINGERPRINT = "findingIdentity/v1"
"""Name and version of the fingerprint: code, file, keys of the path and message; no line and no list index."""
GITHUB_FINGERPRINT = "primaryLocationLineHash"
"""The only one that GitHub's code scanning looks at, which would otherwise hash the text of the line. Source:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning"""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def render_sarif(findings: Iterable[Diagnostic], documents: Sources, rules: Mapping[str, Rule], version: str) -> str:
    """Return the findings as SARIF text in ASCII.

    Args: `rules` explain the codes; one without a rule has its id alone. `version` is the compiler's.
    """
    import json

    return json.dumps(sarif_log(findings, documents, rules, version), indent=2) + "\n"


def sarif_log(
    findings: Iterable[Diagnostic], documents: Sources, rules: Mapping[str, Rule], version: str
) -> dict[str, object]:
    """Return the findings in the order of telling, each once, as the data of a SARIF log with one run."""
    files = by_name(documents)
    placed = place_findings(findings, files)
    codes = sorted({finding.code for _, finding in placed})
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": TOOL, "version": version, "rules": [_rule(code, rules) for code in codes]}},
        # Columns count characters, not the UTF-16 units that SARIF assumes where nothing is said (section 3.14.17).
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder in which the compiler was run."}}},
        "results": [_result(span, finding, codes.index(finding.code), files, seen) for span, finding in placed],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, rules: Mapping[str, Rule]) -> dict[str, object]:
    """Return a rule; its page has no public address, so there is no `helpUri` (section 3.49.12), but its whole text."""
    rule = rules.get(code)
    if rule is None:
        return {"id": code}
    text = f"{rule.why} {rule.help}".strip()
    examples = [
        f"**{word}**\n```yaml\n{example.rstrip()}\n```"
        for word, example in (("Has the finding", rule.bad), ("Has it not", rule.good))
        if example
    ]
    markdown = "\n\n".join([text, *examples, *(f"Source: <{source}>" for source in rule.sources)])
    return {
        "id": code,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(
    span: Span, finding: Diagnostic, rule_index: int, files: Mapping[str, Source], seen: Counter[str]
) -> dict[str, object]:
    remarks = [f"note: {note}" for note in finding.notes]
    remarks += [f"help: {finding.help}"] if finding.help else []
    remarks += [f"source: {source}" for source in finding.sources]
    fingerprint = _fingerprint(span, finding, seen)
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _text("\n".join([finding.message, *remarks]))},
        "locations": [{"physicalLocation": _place(span)}],
        "partialFingerprints": {FINGERPRINT: fingerprint, GITHUB_FINGERPRINT: fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _place(locate(label.path, files, at_key=label.at_key)),
                "message": {"text": _text(label.message)},
            }
            for number, label in enumerate(finding.related, 1)
        ]
    proposals = [(finding.help or finding.message, finding.fix)] if finding.fix else []
    proposals += [(each.text, each.fix) for each in finding.suggestions]
    fixes = [
        {"description": {"text": _text(text)}, "artifactChanges": [change]}
        for text, fix in proposals
        if (change := _change(fix, files)) is not None
    ]
    if fixes:
        result["fixes"] = fixes
    return result


def _change(fix: Fix, files: Mapping[str, Source]) -> dict[str, object] | None:
    for source in files.values():  # fixes are of the platform file, which is the first
        edit = edit_for(fix, source)
        if edit is None:
            return None
        place = _place(source.lines.span(source.file, edit.start, edit.end))
        replacement = {"deletedRegion": place["region"], "insertedContent": {"text": edit.text}}
        return {"artifactLocation": place["artifactLocation"], "replacements": [replacement]}
    return None


def _place(span: Span) -> dict[str, object]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": _artifact(span.file), "region": region}


def _artifact(file: str) -> dict[str, str]:
    """Return where a file is: below the folder of the run, or absolute (sections 3.4.3 and 3.4.4)."""
    encoded = "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in file.encode(errors="surrogateescape")
    )
    if encoded.startswith("/"):
        return {"uri": f"file://{encoded}"}
    return {"uri": encoded.removeprefix("./"), "uriBaseId": "SRCROOT"}


def _fingerprint(span: Span, finding: Diagnostic, seen: Counter[str]) -> str:
    """Return what stays equal when lines move; equal findings are counted, as they have nothing else to differ by."""
    keys = [step for step in finding.path if isinstance(step, str)]
    identity = "\0".join([finding.code, span.file, *keys, finding.message])
    digest = hashlib.sha256(identity.encode(errors="surrogateescape")).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _text(text: str) -> str:
    return "\n".join(map(visible, text.splitlines()))
