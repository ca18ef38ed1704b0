"""Where the version of something shipped is read, and in which order."""

from __future__ import annotations

from typing import Any

from compiler.catalog.importer.remotes import Remote
from compiler.catalog.importer.versions_of import version_of
from compiler.catalog.schema import VersionRule

RULE = VersionRule(images=["/pilot$"], labels=True, remotes=["/jobset$"], readme=["Istio"], revision=1)
IMAGES = ["r.io:5000/istio/pilot:1.28.0", "r.io/istio/proxyv2:1.29.0"]
LABELLED: list[dict[str, Any]] = [{"metadata": {"labels": {"app.kubernetes.io/version": "v1.2.3"}}}, {"metadata": {}}]
REMOTES = [Remote("f", "u", "https://github.com/kubernetes-sigs/jobset", "p", "v0.10.1", "0" * 40, release_file=True)]
README = {"Istio": [("1.0.0", 7), ("1.29.0", 7)]}


def test_images_come_before_labels_before_remotes_before_the_readme() -> None:
    assert version_of(RULE, IMAGES, LABELLED, REMOTES, README) == ("1.28.0", "image r.io:5000/istio/pilot:1.28.0")
    assert version_of(RULE, [], LABELLED, REMOTES, README) == ("1.2.3", "label app.kubernetes.io/version")
    assert version_of(RULE, [], [], REMOTES, README) == ("0.10.1", "base u")
    assert version_of(RULE, [], [], [], README) == ("1.29.0", "README.md:7")
    assert version_of(RULE, [], [], [], {}) is None


def test_a_hash_or_a_digest_is_no_version() -> None:
    rule = VersionRule(images=["/pilot$"])
    for image in ("r/pilot:v1-3f15cb8", "r/pilot:latest", "r/pilot@sha256:" + "0" * 64, "r/pilot"):
        assert version_of(rule, [image], [], [], {}) is None


def test_two_labels_are_no_answer() -> None:
    other = [*LABELLED, {"metadata": {"labels": {"app.kubernetes.io/version": "2.0.0"}}}]
    assert version_of(VersionRule(labels=True), [], other, [], {}) is None
