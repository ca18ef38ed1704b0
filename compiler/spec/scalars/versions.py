"""Versions, and which of them are wanted."""

from __future__ import annotations

from typing import Annotated

from compiler.spec.scalars.kind import Kind

_VERSION = r"[0-9]+(\.[0-9]+)*([-+]?[a-z][0-9A-Za-z.+-]*)?"

VersionConstraint = Annotated[
    str,
    Kind(
        "not-a-constraint",
        "a version constraint",
        'a line of versions ("1.10" is any 1.10.x), or comparisons with commas between them (">=1.9,<1.11")',
        "1.10",
        is_version=True,
        pattern=rf"^ *({_VERSION}|((==|!=|>=|<=|>|<) *{_VERSION}|~= *[0-9]+\.{_VERSION})"
        rf"( *, *((==|!=|>=|<=|>|<) *{_VERSION}|~= *[0-9]+\.{_VERSION}))*) *$",
    ),
]
"""Which versions are wanted: a line ("1.10"), or comparisons separated by commas."""

VersionText = Annotated[
    str,
    Kind(
        "not-a-version",
        "a version",
        "digits and dots, without `v` or operators",
        "1.28.0",
        is_version=True,
        pattern=rf"^{_VERSION}$",
    ),
]
"""One version."""

KustomizeVersion = Annotated[
    str,
    Kind(
        "not-a-kustomize-version",
        "a version of kustomize",
        "three numbers with dots, without `v`; a line of versions has no program",
        "5.8.1",
        is_version=True,
        pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$",
    ),
]
"""One release of kustomize, whole: Argo CD is told the name of a program.

Source: argo-cd v3.5.1 util/settings/settings.go (GetKustomizeBinaryPath), which compares names as they are written."""

BuildOption = Annotated[
    str,
    Kind(
        "not-a-build-option",
        "an option of `kustomize build`",
        "two dashes, the name, and its value after `=`, without spaces",
        "--load-restrictor=LoadRestrictionsNone",
        pattern=r"^--[a-z][a-z-]*(=[!-~]+)?$",
    ),
]
"""One option of `kustomize build`; Argo CD takes the line of them apart at spaces.

Source: argo-cd v3.5.1 util/kustomize/kustomize.go (parseKustomizeBuildOptions)."""

KubernetesVersion = Annotated[
    str,
    Kind(
        "not-a-kubernetes-version",
        "a Kubernetes version",
        '"1.34" or "1.34.2", with the provider\'s suffix where it has one',
        "1.34",
        is_version=True,
        pattern=r"^1\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([-+][0-9A-Za-z][0-9A-Za-z.+-]*)?$",
    ),
]
"""A Kubernetes minor or patch version."""
