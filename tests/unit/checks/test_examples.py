"""Every check is tried with its own examples, through the real stages and the real catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from compiler.catalog.load import Catalog
from compiler.checks import all_checks, run_checks
from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.resolve import resolve
from compiler.source.document import Document
from compiler.source.loader import load
from compiler.spec.validate import validate

CHECKS = all_checks()
DAY = date(2026, 6, 1)


@cache
def catalog() -> Catalog:
    return Catalog()


def understand(text: str) -> tuple[Document, list[Diagnostic]]:
    document, findings = load(text.encode(), "platform.yaml")
    assert document is not None
    validated, more = validate(document)
    assert validated is not None
    platform, _, found = resolve(validated, catalog(), None, read=lambda _: None, as_of=DAY)
    assert platform is not None
    return document, [*findings, *more, *found, *run_checks(platform, catalog(), as_of=DAY)]


def graves(findings: list[Diagnostic], severity: Severity) -> Iterator[Diagnostic]:
    return (finding for finding in findings if finding.severity.rank <= severity.rank)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_the_bad_example_has_the_finding_and_no_graver_one(check: Check) -> None:
    document, findings = understand(check.bad_platform)
    assert {finding.code for finding in graves(findings, check.severity)} == {check.id}
    for finding in findings:
        span = document.span(finding.path, at_key=finding.at_key)
        assert span.line > 4, "the finding stands in the example, not at the top of the file"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_the_good_example_has_no_error_and_not_the_finding(check: Check) -> None:
    _, findings = understand(check.good_platform)
    assert not [finding for finding in findings if finding.severity is Severity.ERROR]
    assert check.id not in {finding.code for finding in findings}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_finding_says_what_to_do(check: Check) -> None:
    _, findings = understand(check.bad_platform)
    for finding in findings:
        assert finding.help
        assert not finding.message.endswith(".")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_says_why(check: Check) -> None:
    assert check.summary
    assert check.why.endswith(".")
    assert all(source.startswith("https://") for source in check.sources)
