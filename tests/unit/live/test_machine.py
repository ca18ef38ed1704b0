"""What a machine lacks, from the answers of its programs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from compiler.live.machine import GIT, Machine, look, programs, reachable


def machine(answers: dict[str, tuple[int, str] | None], python: tuple[int, int, int] = (3, 12, 1)) -> Machine:
    def run(command: Sequence[str]) -> tuple[int, str] | None:
        return answers.get(command[0])

    return Machine(run, lambda name: name != "resolvelib", python)


@pytest.mark.parametrize(
    ("answer", "state", "version"),
    [
        ((0, "git version 2.39.5 (Apple Git-154)"), "ok", "2.39.5"),
        ((0, "git version 1.8.3"), "too old", "1.8.3"),
        ((0, "no number"), "ok", ""),
        ((1, "dyld: broken 9.9"), "broken", ""),
        (None, "missing", ""),
    ],
)
def test_a_program_is_there_or_not_or_too_old(answer: tuple[int, str] | None, state: str, version: str) -> None:
    found = {each.name: each for each in look(machine({"git": answer}), [GIT], None)}
    assert (found["git"].state, found["git"].version) == (state, version)
    assert found["git"].is_lacking == (state != "ok")
    assert found["node"].state == "missing"
    assert found["package resolvelib"].needed_for == ("every command",)
    assert "package pydantic" not in found


@pytest.mark.parametrize(("python", "state"), [((3, 10, 9), "broken"), ((3, 14, 0), "ok"), ((3, 15, 0), "broken")])
def test_python_has_a_range(python: tuple[int, int, int], state: str) -> None:
    assert next(iter(look(machine({}, python), [], None))).state == state


def test_what_helps_only_people_is_never_lacking() -> None:
    wanted = programs(
        kustomize_path="k",
        kubectl_path="c",
        providers=["gke", "kind", "k3d"],
        backends=["sops", "manual"],
        has_charts=True,
    )
    names = [each.name for each in wanted]
    assert names.count("docker") == 1
    assert {"gcloud", "kind", "k3d", "helm", "sops"} < set(names)
    assert "kubeseal" not in names
    lacking = [each.name for each in look(machine({}), wanted, None) if each.is_lacking]
    assert lacking == ["package resolvelib", "node", "git", "kustomize", "kubectl"]


def test_repositories_are_asked_through_git() -> None:
    (found,) = reachable(machine({"git": (128, "fatal")}), ["https://example.com/a"])
    assert (found.name, found.state, found.is_lacking) == ("https://example.com/a", "broken", True)
