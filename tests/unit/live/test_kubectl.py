"""What kubectl says is told apart: an answer, a refusal, a cluster out of reach."""

from __future__ import annotations

import json

import pytest

from compiler.diagnostics.failure import EnvironmentFailure, UsageMistake
from compiler.live.kubectl import Contexts, Kubectl, Ran, find_kubectl, read_contexts, same_server
from compiler.live.target import choose


def kubectl(*answers: Ran) -> Kubectl:
    left = list(answers)
    return Kubectl(lambda _arguments, _given: left.pop(0), "c")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example", "https://A.example:443/", True),
        ("https://a.example:6443", "https://a.example", False),
        ("https://a.example/k8s/x", "https://a.example/k8s/y", False),
        ("https://a.example/k8s/x/", "https://a.example/k8s/x", True),
        ("https://a.example", "https://b.example", False),
        ("https://a.example:port", "https://a.example:port", True),
    ],
)
def test_servers_are_compared_as_addresses(one: str, other: str, *, same: bool) -> None:
    assert same_server(one, other) is same


def test_an_answer_a_refusal_and_silence_are_told_apart() -> None:
    assert kubectl(Ran(0, '{"a": 1}', "")).data("get") == {"a": 1}
    assert kubectl(Ran(0, "", "")).data("get") is None
    assert kubectl(Ran(0, "no JSON", "")).data("get") is None
    assert kubectl(Ran(1, "", "Error from server (Forbidden): no")).data("get") is None
    with pytest.raises(EnvironmentFailure, match="context c does not answer"):
        kubectl(Ran(1, "", "Unable to connect to the server: EOF")).data("get")


def test_every_call_names_the_context() -> None:
    seen: list[tuple[tuple[str, ...], str]] = []

    def run(arguments: tuple[str, ...], given: str) -> Ran:
        seen.append((arguments, given))
        return Ran(0, "", "")

    Kubectl(run, "prod")("apply", "-f", "-", given="x")
    assert seen == [(("--context", "prod", "apply", "-f", "-"), "x")]


def test_contexts_are_read_with_their_servers() -> None:
    config = {
        "current-context": "b",
        "clusters": [{"name": "k", "cluster": {"server": "https://k"}}],
        "contexts": [{"name": "b", "context": {"cluster": "k"}}, {"name": "a", "context": {"cluster": "gone"}}],
    }
    found = read_contexts(lambda _arguments, _given: Ran(0, json.dumps(config), ""))
    assert (found.current, found.servers, found.reaching("https://k:443")) == ("b", {"b": "https://k", "a": ""}, ["b"])
    with pytest.raises(EnvironmentFailure, match="cannot read its configuration"):
        read_contexts(lambda _arguments, _given: Ran(1, "", "broken"))


def test_no_kubectl_is_a_failure_of_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECTL", "/nowhere/kubectl")
    with pytest.raises(EnvironmentFailure, match="no kubectl at /nowhere/kubectl"):
        find_kubectl()


def test_the_right_context_is_chosen_or_named() -> None:
    contexts = Contexts("a", {"a": "https://a", "b": "https://b"})
    assert choose(contexts, None, "x", None).server == "https://a"
    assert choose(contexts, "b", "x", "https://b:443/").context == "b"
    with pytest.raises(UsageMistake) as wrong:
        choose(contexts, "a", "x", "https://b")
    assert wrong.value.help == "use the context of x: --context b"
    with pytest.raises(UsageMistake, match="no current context"):
        choose(Contexts("", {"a": "https://a"}), None, "x", None)
    with pytest.raises(UsageMistake, match="knows no cluster") as empty:
        choose(Contexts("", {}), None, "laptop", None)
    assert empty.value.help == "make laptop, or let KUBECONFIG name the file that holds its address"
