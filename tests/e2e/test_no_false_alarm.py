"""No false alarm: whatever is right is taken without an error and without a warning, by every stage."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Severity
from compiler.pipeline import Sources, Understanding, understand
from compiler.providers import Providers
from compiler.resolve.facts import Facts
from tests.meta.sources import ROOT

AS_OF = date(2026, 6, 1)
"""The day on which the samples are judged, which life cycles depend on."""

SAMPLES = sorted((ROOT / "tests/samples/valid").glob("*.yaml"))
CATALOG = Catalog()


def judged(sample: Path) -> Understanding:
    patches = sample.parent / "patches"
    sources = Sources(sample.name, sample.read_bytes(), None, "", lambda path: _read(patches.parent / path))
    return understand(sources, CATALOG, as_of=AS_OF)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_valid_sample_has_neither_errors_nor_warnings(sample: Path) -> None:
    understanding = judged(sample)
    alarms = [finding for finding in understanding.diagnostics if finding.severity is not Severity.INFO]
    assert alarms == []
    assert understanding.platform is not None


def test_the_samples_have_every_provider_and_every_release_that_can_be_installed() -> None:
    judgements = [judged(sample) for sample in SAMPLES]
    clusters = [cluster for each in judgements if each.platform is not None for cluster in each.platform.clusters]
    assert {cluster.provider for cluster in clusters} == set(Providers())
    locked = [
        cluster.products for each in judgements if each.lock is not None for cluster in each.lock.clusters.values()
    ]
    releases = {products["kubeflow"].version for products in locked if "kubeflow" in products}
    assert releases == set(Facts(CATALOG).installable("kubeflow"))
