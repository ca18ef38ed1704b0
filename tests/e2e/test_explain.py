"""`explain` as a user runs it: both ways between lines and files, as text and as data."""

from __future__ import annotations

import json

import pytest

from tests.e2e.harness import Repo


@pytest.mark.parametrize(
    "what",
    [
        "unknown-key",
        "kubeflow",
        "katib",
        "laptop",
        "platform.yaml",
        "laptop/katib",
        "overlays/laptop/katib/kustomization.yaml",
        "teams[0].namespaces[0]",
        "clusters.edge.versions.kubeflow",
    ],
)
def test_text_and_data_say_the_same(fresh: Repo, what: str) -> None:
    text = fresh.run("explain", what)
    assert (text.code, text.err) == (0, ""), text.said
    data = json.loads(fresh.run("explain", what, "--format", "json").out)
    assert data["version"] == 1
    assert data["subject"] in text.out
    for section in data["sections"]:
        assert f"\n{section['title']}:\n" in text.out
        for statement in section["statements"]:
            assert statement["text"].splitlines()[0] in text.out


def test_every_file_of_the_tree_is_explained(repo: Repo) -> None:
    files = [path for path in repo.tree() if path.startswith(("generated/", "overlays/")) and path.endswith(".yaml")]
    assert len(files) > 20
    for path in files[:: len(files) // 8]:
        ended = repo.run("explain", path)
        assert ended.code == 0, ended.said
        assert "Made from:" in ended.out


def test_what_nobody_knows_is_a_mistake_of_usage(fresh: Repo) -> None:
    ended = fresh.run("explain", "katip")
    assert ended.code == 2
    assert "did you mean `katib`?" in ended.err
    assert ended.out == ""


def test_a_code_is_explained_without_a_platform_file(fresh: Repo) -> None:
    fresh.file.unlink()
    assert fresh.run("explain", "unknown-key").code == 0
    missing = fresh.run("explain", "teams[0]")
    assert missing.code == 1
    assert "unreadable-file" in missing.err


def test_a_file_with_errors_is_explained_as_far_as_it_goes(fresh: Repo) -> None:
    fresh.edit("provider: k3s", "provider: k4s")
    ended = fresh.run("explain", "laptop/katib")
    assert ended.code == 0
    assert "has errors" in ended.err
