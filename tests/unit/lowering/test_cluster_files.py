"""The directory of what people run from outside."""

from __future__ import annotations

import pytest

from compiler.emit.render import application_files
from compiler.lowering.cluster_files import GUIDE, lower_cluster_files
from compiler.providers import Providers, creation
from tests.unit.lowering.declared import pool
from tests.unit.providers.created import order


@pytest.mark.parametrize("provider", Providers())
def test_every_cluster_that_can_be_created_has_files_and_a_page_that_names_them(provider: str) -> None:
    wanted = order(provider, region="europe-west4", project="acme")
    made = lower_cluster_files(wanted)
    if not creation(provider).creates:
        assert made is None
        return
    assert made is not None
    assert (made.name, made.origin, made.is_synced) == ("cluster", "clusters.prod", False)
    page = made.files[GUIDE]
    assert isinstance(page, str)
    assert all(f"]({name})" in page for name in made.files if name != GUIDE)
    assert f"--context {creation(provider).context(wanted)}" in page


@pytest.mark.parametrize("provider", Providers())
def test_each_file_says_what_it_was_made_from(provider: str) -> None:
    made = lower_cluster_files(order(provider, pool("a-pool"), region="europe-west4", project="acme"))
    assert made is not None
    for file in application_files(made, {}, ()):
        is_of_pools = "gpu-pools" in file.path
        assert file.origin == ("gpuPools" if is_of_pools else "clusters.prod")
        assert (
            f"compiler from {file.origin}. DO NOT EDIT"
            in file.content.decode().splitlines()[0] + (file.content.decode().splitlines()[1])
        )


def test_a_generic_cluster_has_its_pools_alone() -> None:
    made = lower_cluster_files(order("generic", pool("a")))
    assert made is not None
    assert set(made.files) == {"gpu-pools.md", "gpu-pools.sh"}
