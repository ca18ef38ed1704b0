"""Every name that is formed is one that Kubernetes takes, the same on every machine, and tells its parts apart."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.model import names

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
people = st.text(string.printable, min_size=1, max_size=300).filter(lambda text: any(c.isalnum() for c in text))


@given(labels)
def test_names_of_a_label_are_labels(label: str) -> None:
    for name in (names.team_application(label), names.cluster_queue(label)):
        assert LABEL.fullmatch(name)
        assert len(name) <= names.LABEL_LIMIT
    assert SUBDOMAIN.fullmatch(names.resource_flavor(label))
    assert len(names.resource_flavor(label)) <= names.NAME_LIMIT
    prefix, _, key = names.pool_permission_label(label).partition("/")
    assert SUBDOMAIN.fullmatch(prefix)
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?", key)
    assert len(key) <= names.LABEL_LIMIT


@given(labels, labels)
def test_an_application_on_a_hub_is_a_label(application: str, cluster: str) -> None:
    assert names.argocd_application(application, cluster, None) == application
    name = names.argocd_application(application, cluster, "hub")
    assert LABEL.fullmatch(name)
    assert len(name) <= names.LABEL_LIMIT


@given(st.sampled_from(["user", "group"]), people, st.sampled_from(["admin", "editor", "viewer"]))
def test_contributors_are_subdomains(kind: str, person: str, role: str) -> None:
    for name in (names.contributor(kind, person, role), names.distinct_contributor(kind, person, role)):
        assert SUBDOMAIN.fullmatch(name)
        assert len(name) <= names.NAME_LIMIT


@given(people, people)
def test_distinct_contributors_are_distinct(one: str, two: str) -> None:
    same = names.distinct_contributor("user", one, "editor") == names.distinct_contributor("user", two, "editor")
    assert same == (one == two)


@given(st.text("abc-.", min_size=1, max_size=200), st.integers(20, 100))
def test_shortening_keeps_what_fits_and_tells_the_rest_apart(name: str, limit: int) -> None:
    short = names.shorten(name, limit)
    assert len(short) <= limit
    if len(name) <= limit:
        assert short == name
    else:
        assert short != names.shorten(f"{name}a", limit)
        assert short.startswith(name[:5].rstrip("-."))


def test_shortening_is_the_same_for_ever() -> None:
    # Names of live objects: another hash would rename them all.
    assert names.shorten("a" * 64) == "a" * 54 + "-ffe054fe"


@pytest.mark.parametrize("namespace", ["team", "kustomization"])
def test_files_of_namespaces_never_meet_ours(namespace: str) -> None:
    assert names.namespace_file(namespace) not in {names.TEAM_FILE, "kustomization.yaml"}
    assert names.namespace_file("vision") == "vision.yaml"


@given(labels, labels)
def test_files_of_namespaces_are_told_apart(one: str, two: str) -> None:
    assert (names.namespace_file(one) == names.namespace_file(two)) == (one == two)


@given(st.sampled_from(["ecr", "harbor"]), st.text(string.printable, max_size=200))
def test_pull_secrets_are_labels(registry: str, scope: str) -> None:
    name = names.pull_secret(registry, scope)
    assert LABEL.fullmatch(name)
    assert len(name) <= names.LABEL_LIMIT
