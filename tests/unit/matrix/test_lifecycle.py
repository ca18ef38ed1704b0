"""Days: what is supported, what ends soon, what ended, and what a provider does not offer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from compiler.diagnostics.model import Severity
from compiler.matrix.lifecycle import Phase, day_of, life_of
from compiler.model.release import Fact
from tests.unit.matrix.platforms import matrices, matrix_findings, one_cluster

END, LAST = date(2026, 6, 30), date(2027, 6, 30)


def phase(day: date, subject: str = "eks", **data: object) -> Phase | None:
    dates = {"released": "2025-06-01", "standardSupportUntil": str(END), "extendedSupportUntil": str(LAST)} | data
    life = life_of(Fact("f", subject, "1.33", {}, (), "lifecycle", "high", {"url": "https://a.b"}, dates), day)
    return life.phase if life else None


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 6, 1) - DAY, Phase.UNBORN),
        (date(2025, 6, 1), Phase.ALIVE),
        (END - 91 * DAY, Phase.ALIVE),
        (END - 90 * DAY, Phase.ENDING),
        (END, Phase.ENDING),
        (END + DAY, Phase.EXTENDED),
        (LAST, Phase.EXTENDED),
        (LAST + DAY, Phase.ENDED),
    ],
)
def test_the_phase_changes_on_the_day(day: date, expected: Phase) -> None:
    assert phase(day) is expected


def test_without_extended_support_the_end_is_the_end() -> None:
    assert phase(END + DAY, extendedSupportUntil=None) is Phase.ENDED
    assert phase(END + DAY, standardSupportUntil=None, extendedSupportUntil=None) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-07-01", date(2026, 7, 1)),
        ("Mar 10, 2026", date(2026, 3, 10)),
        ("Sept 8, 2026", date(2026, 9, 8)),
        ("Release of 1.22", None),
        ("unknown", None),
        ("Feb 30, 2026", None),
        (True, None),
        (None, None),
    ],
)
def test_days_are_read_as_facts_write_them(text: object, day: date | None) -> None:
    assert day_of(text) == day


def codes(kubernetes: str, day: str, provider: str = "k3s", environment: str = "staging") -> list[tuple[str, Severity]]:
    text = one_cluster(kubernetes, "distribution: none\n", provider, environment)
    of_a_day = {"end-of-support", "kubernetes-not-offered"}
    found = [each for each in matrix_findings(text, date.fromisoformat(day)) if each.code in of_a_day]
    found = [each for each in found if "Kubernetes" in each.message]
    for each in found:
        assert each.path == ("clusters", 0, "kubernetes")
        assert any(day in note for note in each.notes)
        assert each.sources
    return [(each.code, each.severity) for each in found]


def test_upstream_ends_are_told_90_days_ahead() -> None:
    # kubernetes@1.35/lifecycle: 2027-02-28
    assert codes("1.35", "2026-11-29") == []
    assert codes("1.35", "2026-11-30") == [("end-of-support", Severity.WARNING)]
    assert codes("1.35", "2027-03-01") == [("end-of-support", Severity.WARNING)]
    assert codes("1.35", "2027-03-01", environment="dev") == [("end-of-support", Severity.INFO)], "nothing is at stake"


def test_a_managed_kubernetes_lives_as_long_as_its_provider_says() -> None:
    # eks@1.34/lifecycle: standard until 2026-12-02, extended until 2027-12-02; upstream ended on 2026-10-27.
    assert codes("1.34", "2026-08-01", "eks") == []
    assert codes("1.34", "2026-11-01", "eks", "dev") == [("end-of-support", Severity.INFO)]
    assert codes("1.34", "2026-11-01", "eks") == [("end-of-support", Severity.WARNING)]
    assert codes("1.34", "2027-06-01", "eks") == [("end-of-support", Severity.WARNING)]
    assert codes("1.34", "2028-06-01", "eks") == [("end-of-support", Severity.WARNING)], "a day makes no file wrong"


def test_what_a_provider_has_not_yet_or_no_longer_is_refused() -> None:
    assert codes("1.36", "2026-06-01", "eks") == [("kubernetes-not-offered", Severity.ERROR)]
    assert codes("1.36", "2026-06-02", "eks") == []
    assert codes("1.26", "2026-06-01", "gke") == [("kubernetes-not-offered", Severity.ERROR)]
    assert codes("1.26", "2026-06-01", "k3s") == [("end-of-support", Severity.WARNING)]


@pytest.mark.parametrize(
    ("kubernetes", "provider", "expected"),
    [
        ("1.36", "kind", Phase.ALIVE),
        ("1.37", "kind", Phase.UNDATED),
        ("1.99", "kind", Phase.UNKNOWN),
        ("1.37", "eks", Phase.UNDATED),
        ("1.99", "eks", Phase.UNKNOWN),
    ],
)
def test_what_is_newer_than_the_dates_is_never_silent(kubernetes: str, provider: str, expected: Phase) -> None:
    text = one_cluster(kubernetes, "distribution: none\n", provider)
    (matrix,) = matrices(text)
    life = matrix.lives[provider if provider == "eks" else "kubernetes"]
    assert life.phase is expected
    assert life.words
    assert codes(kubernetes, "2026-08-01", provider) == [], "`kubernetes-too-new` says it"


def test_the_help_names_minors_that_live_on() -> None:
    text = one_cluster("1.34", "distribution: none\n", "eks", "staging")
    (finding,) = (each for each in matrix_findings(text, date(2026, 11, 1)) if each.code == "end-of-support")
    assert finding.help is not None
    assert "upgrade to 1.35, supported until 2027-03-27" in finding.help
    assert "matrix --what-if one/kubernetes=1.35" in finding.help


def test_a_product_of_its_own_is_told_with_what_is_newer() -> None:
    # argo-cd@3.2/bundle: 2026-08-04
    text = one_cluster("1.34", 'distribution: none\nversions: {argo-cd: "3.2"}\n', "gke", "staging")
    found = [each for each in matrix_findings(text, date(2026, 9, 1)) if "argo-cd" in each.message]
    assert [(each.code, each.severity) for each in found] == [("end-of-support", Severity.WARNING)]
    assert found[0].help == "the newest known is 3.5.1"
