"""The matrix in each format: the same verdicts, safe text, a valid shape, and nothing that rests on colour alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import jsonschema
import pytest

from compiler.matrix import grid, markdown, page, report, text, what_if
from compiler.matrix.report import SIGNS, WORDS
from compiler.matrix.verdicts import Colour
from compiler.resolve.facts import Facts
from tests.meta.sources import ROOT
from tests.unit.matrix.platforms import DAY, catalog, matrices, one_cluster

PLATFORM = one_cluster("1.36", 'versions: {kubeflow: "1.11", argo-cd: "3.4"}\n')
SCHEMA = json.loads((ROOT / "schemas" / "matrix.schema.json").read_text("utf-8"))


def made(platform: str = PLATFORM) -> report.Report:
    return report.report("acme", matrices(platform), DAY)


def made_grid(product: str = "kubeflow", against: str = "kubernetes") -> grid.Grid:
    return grid.grid(product, against, Facts(catalog()))


@pytest.mark.parametrize("width", [40, 72, 80, 100, 300])
def test_text_fits_the_terminal(width: int) -> None:
    shown = text.as_text(made(), width=width, colour=False)
    assert max(map(len, shown.splitlines())) <= min(max(width, text.NARROWEST), text.WIDEST)
    assert "\x1b" not in shown


def test_colour_adds_nothing_but_colour() -> None:
    plain, painted = (text.as_text(made(), width=100, colour=colour) for colour in (False, True))
    assert painted != plain
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == plain


def test_every_sign_is_another_one_and_explained() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS) == len(set(WORDS.values())) == len(Colour)
    assert all(SIGNS[colour] in text.legend() for colour in Colour if colour is not Colour.GREY)


def test_what_is_outside_is_in_every_format_with_its_fact() -> None:
    shown = text.as_text(made(), width=120, colour=False)
    data = json.dumps(report.as_data(made()))
    for written in (" ".join(shown.split()), data, markdown.as_markdown(made()), page.as_html(made())):
        assert "cert-manager@1.16/documented" in written
        assert "istio" in written
    assert "https://github.com/cert-manager/website/" in page.as_html(made())


def test_the_data_has_the_published_shape() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    validator.validate(report.as_data(made()))
    validator.validate(grid.as_data(made_grid()))
    data = report.as_data(made())
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(data | {"surprise": 1})


def test_a_grid_says_for_each_pair_what_facts_say() -> None:
    kueue = made_grid("kueue", "trainer")
    assert (kueue.product, kueue.against) == ("kueue", "kubeflow-trainer")
    verdicts = {row: cell.colour for (row, _), cell in kueue.cells.items()}
    assert verdicts["0.16.9"] is Colour.GREEN
    assert verdicts["0.17.8"] is Colour.RED
    assert verdicts["0.9.5"] is Colour.GREY


def test_a_grid_of_a_distribution_counts_what_it_brings() -> None:
    cells = made_grid().cells
    assert cells["26.03", "1.32"].colour is Colour.RED, "its Knative exits"
    assert cells["26.03", "1.34"].colour is Colour.GREEN
    assert cells["26.03", "1.36"].colour is Colour.YELLOW, "its Istio is not documented for it"


@pytest.mark.parametrize("product", ["istio", "argo-cd", "karpenter-aws", "kustomize", "nvidia-driver"])
def test_a_grid_can_be_asked_of_what_only_facts_know(product: str) -> None:
    against = {"kustomize": "kubeflow", "nvidia-driver": "cuda"}.get(product, "kubernetes")
    shown = text.grid_text(made_grid(product, against), width=100, colour=False)
    assert shown.startswith(product)
    assert markdown.grid_markdown(made_grid(product, against)).count("\n| ") > 1


def test_a_what_if_replaces_versions_where_they_are_asked_for() -> None:
    data = {
        "versions": {"kueue": "0.16"},
        "clusters": [
            {"name": "a", "kubernetes": "1.34"},
            {"name": "b", "kubernetes": "1.34", "versions": {"kueue": "0.15", "argo-cd": "3.4"}},
        ],
    }
    wishes = [what_if.parse_wish(each) for each in ("kueue=0.17", "b/kubernetes=1.35")]
    changed = what_if.with_wishes(data, [wish for wish in wishes if wish])
    assert changed["versions"] == {"kueue": "0.17"}
    assert [cluster["kubernetes"] for cluster in changed["clusters"]] == ["1.34", "1.35"]
    assert changed["clusters"][1]["versions"] == {"kueue": "0.17", "argo-cd": "3.4"}
    assert data["versions"] == {"kueue": "0.16"}, "what is given is not changed"


@pytest.mark.parametrize("wish", ["", "kueue", "kueue=", "=1", "/kueue=1", "a/=1"])
def test_what_names_no_version_is_no_wish(wish: str) -> None:
    assert what_if.parse_wish(wish) is None


def test_differences_are_versions_and_verdicts() -> None:
    before, after = made(one_cluster("1.34", "distribution: none\n")), made(one_cluster("1.36", "distribution: none\n"))
    assert list(what_if.differences(before, before)) == []
    changes = {change.row.subject: change for change in what_if.differences(before, after)}
    assert changes["kubernetes"].before is not None
    assert changes["kubernetes"].before.version == "1.34"
    shown = text.changes_text(list(changes.values()), width=80, colour=False)
    assert "1.34 → 1.36" in shown


def test_a_version_whose_dates_are_not_known_is_no_improvement() -> None:
    """Argo CD 3.2 ends in 2026; without the dates of what comes after it nobody knows whether that lives longer."""
    sections = [
        made(one_cluster("1.34", f'distribution: none\nversions: {{argo-cd: "{line}"}}\n')).sections[0]
        for line in ("3.2", "3.4")
    ]
    undated = tuple(
        replace(row, statements=tuple(each for each in row.statements if each.strength != report.LIFE))
        if row.subject == "argo-cd"
        else row
        for row in sections[1].rows
    )
    before, after = (
        report.Report("acme", DAY, (section,)) for section in (sections[0], replace(sections[1], rows=undated))
    )
    (change,) = what_if.differences(before, after)
    assert change.loses_dates
    assert change.colour is Colour.GREY
    shown = text.changes_text([change], width=100, colour=False)
    assert "is supported is not known" in shown
    assert what_if.changes_data([change])[0]["after"] == {
        "version": change.row.version,
        "verdict": "unknown",
        "colour": "grey",
    }
    gone = replace(sections[1], rows=(), others={row.subject: replace(row, statements=()) for row in undated})
    changes = list(what_if.differences(before, report.Report("acme", DAY, (gone,))))
    shown = text.changes_text(changes, width=100, colour=False)
    assert "not there" not in shown, "what no fact speaks of is there all the same"


def test_an_unknown_kubernetes_is_told_as_such() -> None:
    before, after = made(one_cluster("1.34", "distribution: none\n")), made(one_cluster("1.99", "distribution: none\n"))
    shown = text.changes_text(list(what_if.differences(before, after)), width=100, colour=False)
    assert "! Kubernetes 1.34 → 1.99" in shown
    assert "newer than every minor that is known" in shown
