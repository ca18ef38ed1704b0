"""The pages that take a new user to the dashboard, and the examples: all that they say to type is there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Severity
from compiler.live.steps import bootstrap
from compiler.lowering.plan import plan_units
from compiler.model import names
from compiler.model.platform import Platform
from compiler.pipeline import Sources, understand
from compiler.providers import Providers
from tests.command_lines import USES, Judge, commands, logical_lines
from tests.meta.sources import ROOT

DAY = date(2026, 6, 1)
PAGES = sorted((ROOT / "docs" / "providers").glob("*.md"))
EXAMPLES = sorted((ROOT / "examples").glob("*/README.md"))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: Path, language: str) -> list[str]:
    """Return the blocks of a page in a language."""
    return [text for found, text in _BLOCK.findall(page.read_text("utf-8")) if found == language]


def lines(page: Path) -> list[str]:
    """Return all that a page says to type."""
    return [line for block in blocks(page, "sh") for line in logical_lines(block)]


def platform_of(page: Path) -> Platform:
    """Return the platform that a page, or the example beside it, declares; it has no mistake."""
    beside = page.with_name("platform.yaml")
    text = beside.read_text("utf-8") if beside.exists() else "".join(blocks(page, "yaml"))
    found = understand(Sources("platform.yaml", text.encode(), None, "", lambda _: None), Catalog(), as_of=DAY)
    assert [each for each in found.diagnostics if each.severity in {Severity.ERROR, Severity.WARNING}] == []
    assert found.platform is not None
    return found.platform


def test_each_provider_has_its_page() -> None:
    assert [page.stem for page in PAGES] == sorted(Providers())


@pytest.mark.parametrize("page", [*PAGES, *EXAMPLES], ids=lambda page: f"{page.parent.name}/{page.name}")
def test_each_line_is_a_command_with_flags_that_it_has(page: Path) -> None:
    assert lines(page)
    assert [problem for line in lines(page) for problem in Judge().problems(line)] == []


@pytest.mark.parametrize("page", [*PAGES, *EXAMPLES], ids=lambda page: f"{page.parent.name}/{page.name}")
def test_what_it_speaks_of_is_what_its_platform_has(page: Path) -> None:
    platform = platform_of(page)
    clusters = {cluster.name: cluster for cluster in platform.clusters}
    if page in PAGES:
        assert {cluster.provider for cluster in platform.clusters} == {page.stem}
    made = {
        f"generated/{unit.cluster}/cluster/{name}"
        for unit in plan_units(platform, Catalog())
        if unit.application == names.CLUSTER_DIRECTORY
        for name in unit.lower().files
    }
    text = page.read_text("utf-8")
    spoken = set(re.findall(r"generated/[\w./-]+/cluster/[\w./-]*\w", text))
    assert [each for each in spoken if not any(file == each or file.startswith(f"{each}/") for file in made)] == []
    typed = [words for line in lines(page) for words in commands(line)]
    started = [words[words.index("bootstrap") + 1] for words in typed if "bootstrap" in words]
    assert set(started) <= set(clusters)
    assert started or page not in PAGES


@pytest.mark.parametrize("page", [*PAGES, *EXAMPLES], ids=lambda page: f"{page.parent.name}/{page.name}")
def test_what_it_starts_is_pushed_and_gets_its_secrets(page: Path) -> None:
    platform = platform_of(page)
    typed = [words for line in lines(page) for words in commands(line)]
    for at, words in enumerate(typed):
        if "bootstrap" not in words:
            continue
        assert ["git", "push"] in typed[:at]
        (cluster,) = (each for each in platform.clusters if each.name in words)
        if "--run" in words:  # which makes no Secrets; the script does
            assert bootstrap(cluster, platform, Catalog()).secrets == ()


def test_links_lead_somewhere() -> None:
    for page in [*PAGES, *EXAMPLES]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_use_is_one_that_something_makes() -> None:
    judge = Judge()
    scripts = (ROOT / "tests/unit/lowering/golden/clusters").rglob("create.sh")
    guides = (ROOT / "tests/unit/lowering/golden/clusters").rglob("README.md")
    for line in [each for page in [*PAGES, *EXAMPLES, *guides] for each in lines(page)]:
        judge.problems(line)
    for script in scripts:
        for line in logical_lines(script.read_text("utf-8").rpartition("done\n")[2]):
            judge.problems(line)
    unused = set(USES) - judge.used
    assert unused <= {"az acr show", "minikube tunnel"}  # these stand inside of sentences


def test_a_wrong_line_is_seen() -> None:
    judge = Judge()
    assert judge.problems("k3d cluster create --confg k3d.yaml") != []
    assert judge.problems("python -m compiler bootstrap laptop --yes --rum") != []
    assert judge.problems("kubectl port-forward --namespace=istio-system service/a") != []
    assert judge.problems("rm -rf /") != []
    assert judge.problems("kind create cluster --config") != []
    assert judge.problems("python -m compiler check && sudo snap install microk8s --classic") == []
