"""One real control plane for each Kubernetes and platform, started when a test needs it; and the table at the end.

`make test-cluster` builds the programs, names the versions in TEST_KUBERNETES and then skips nothing for want of them.
Otherwise the tests run on what was built before, and skip with the reason where nothing was.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.cluster.control_plane import ControlPlane
from tests.cluster.installation import Installation, install, rendered
from tests.cluster.ledger import Ledger, Row
from tests.cluster.scenarios import CLUSTER, SCENARIOS, Scenario
from tests.conftest import UPSTREAM, unreachable
from tests.e2e.harness import Repo
from tools.ensure_cluster import KUBERNETES, all_parts, minors, parts_for

NAMED = os.environ.get("TEST_KUBERNETES", "").split()
CHOSEN = minors() if NAMED == ["all"] else NAMED
LEDGER = pytest.StashKey[Ledger]()


@dataclass
class Installed:
    """A platform on a running control plane."""

    plane: ControlPlane
    scenario: Scenario
    installation: Installation
    row: Row


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as one on a control plane."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was counted."""
    ledger = config.stash.get(LEDGER, None)
    if ledger is not None:
        terminalreporter.section("real control planes")
        for line in ledger.lines():
            terminalreporter.line(line)


def _folder(factory: pytest.TempPathFactory, name: str) -> Path:
    return factory.mktemp(name, numbered=True)


def _title(scenario: Scenario, repo: Repo) -> str:
    """Return the platform as the table calls it: the release that the compiler has picked, where there is one."""
    lock = yaml.safe_load((repo.path / "platform.lock.yaml").read_text("utf-8"))
    release = lock["clusters"][CLUSTER]["products"].get(scenario.name)
    return f"{scenario.name} {release['version']}" if release else scenario.name


@pytest.fixture(scope="session", params=CHOSEN or minors())
def kubernetes(request: pytest.FixtureRequest) -> str:
    """Return a Kubernetes minor whose programs are built."""
    return built(str(request.param))


@pytest.fixture(scope="session")
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Return what is printed at the end."""
    return request.config.stash.setdefault(LEDGER, Ledger())


@pytest.fixture(scope="session")
def newest() -> str:
    """Return the newest Kubernetes minor that is chosen, whose programs are built."""
    return built((CHOSEN or minors())[0])


def built(minor: str) -> str:
    """Return a Kubernetes minor whose programs are built; fails or skips where they are not."""
    missing = [part.name for part in parts_for(minor) if not part.is_built]
    if missing and CHOSEN:
        pytest.fail(f"{', '.join(missing)} not built: python tools/ensure_cluster.py {minor}", pytrace=False)
    if missing:
        pytest.skip(f"{', '.join(missing)} not built: make test-cluster")
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("starts one control plane for all tests, so not in several processes: make test-cluster")
    return minor


@pytest.fixture(scope="session")
def plane(kubernetes: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Return a control plane with nothing on it, for tests that clean up behind themselves."""
    with ControlPlane(kubernetes, _folder(tmp_path_factory, "plane")) as started:
        yield started


@pytest.fixture(scope="session")
def clones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for parts of upstream repositories."""
    return _folder(tmp_path_factory, "clones")


@pytest.fixture(scope="session", params=SCENARIOS, ids=lambda scenario: scenario.name)
def installed(
    kubernetes: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    clones: Path,
    ledger: Ledger,
) -> Iterator[Installed]:
    """Return a compiled platform on a control plane of its own, as far as upstream could be read."""
    scenario: Scenario = request.param
    why = unreachable(UPSTREAM) if scenario.is_kubeflow else ""
    if why:
        pytest.skip(f"{UPSTREAM} cannot be read: {why}")
    started = time.monotonic()
    repo = Repo(_folder(tmp_path_factory, scenario.name) / "repo", scenario.text(kubernetes))
    repo.build()
    overlays = rendered(repo.path, CLUSTER, clones)
    if scenario.is_kubeflow and any(each.unreachable for each in overlays):
        pytest.skip(next(each.unreachable for each in overlays if each.unreachable))
    with ControlPlane(kubernetes, _folder(tmp_path_factory, "plane")) as plane:
        installation = install(overlays, plane.api)
        version = all_parts()[f"{KUBERNETES}{kubernetes}"].version
        row = Row(version, _title(scenario, repo), installation.accepted, len(installation.refused))
        ledger.rows.append(row)
        yield Installed(plane, scenario, installation, row)
        row.seconds = time.monotonic() - started
