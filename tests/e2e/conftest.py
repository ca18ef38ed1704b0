"""Repositories for the tests: built once for all, then copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.harness import Repo


@pytest.fixture(scope="package")
def original(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Return a built repository that nobody may change."""
    repo = Repo(tmp_path_factory.mktemp("original") / "repo")
    repo.build()
    return repo


@pytest.fixture
def repo(original: Repo, tmp_path: Path) -> Repo:
    """Return a built repository of the test's own."""
    return original.copy(tmp_path / "repo")


@pytest.fixture
def fresh(tmp_path: Path) -> Repo:
    """Return a repository in which nothing was built yet."""
    return Repo(tmp_path / "fresh")
