"""Secrets that Argo CD opens itself while it renders: the generator that makes kustomize call KSOPS, and what it needs.

Nothing of a file is copied: Argo CD reads it where the user keeps it, so a new value is a commit and no build. Knows no
component. Source: viaduct-ai/kustomize-sops@v4.5.1 README.md and ksops.go (files are read from the overlay's directory,
which kustomize makes the working directory of an exec function).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from compiler.lowering.overlays import ROOT
from compiler.lowering.patches import KEEP
from compiler.model.manifest import Identity, Overlay
from compiler.model.secret_file import secret_file

SOPS = "sops"
DEFAULTS, SECRETS = "without-defaults", "secrets"
"""The directories of two kustomize components of an overlay: one leaves out upstream's Secrets, then one opens ours.

Kustomize generates before and patches after all else, so in the overlay itself what is opened would meet upstream's
Secret of the same name, and be left out with it. Components do their work one after the other.
Source: kubernetes-sigs/kustomize api/internal/target/kusttarget.go (accumulateTarget); seen with kustomize 5.8.1."""
BUILD_OPTIONS = ("--enable-alpha-plugins", "--enable-exec")
"""With which kustomize starts KSOPS. Source: viaduct-ai/kustomize-sops@v4.5.1 README.md."""
_COMPONENT = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
"""
_GENERATOR = """\
generators:
- |
  apiVersion: viaduct.ai/v1
  kind: ksops
  metadata:
    name: secrets
    annotations:
      config.kubernetes.io/function: |
        exec:
          path: ksops
  files:
"""
_KUSTOMIZATION = "kustomization.yaml"
_DELETED = ("$patch: delete", "apiVersion: v1", "kind: Secret", "metadata: {name: any}")
_KEPT = ("apiVersion: v1", "kind: Secret", "metadata:", "  name: any", "  annotations:")
_NONE: Mapping[Identity, Mapping[str, str]] = MappingProxyType({})


def opened(places: Iterable[tuple[str, str]]) -> tuple[Identity, ...]:
    """Return the Secrets at these pairs of namespace and name, sorted."""
    return tuple(Identity("", "Secret", namespace, name) for namespace, name in sorted(set(places)))


def components(secrets: Sequence[Identity], defaults: Sequence[str]) -> list[str]:
    """Return the overlay's components, in the order in which they do their work; none where nothing is opened.

    Args: `defaults` names upstream's own Secrets that are to be left out.
    """
    return [DEFAULTS] * bool(secrets and defaults) + [SECRETS] * bool(secrets)


def files(
    secrets: Sequence[Identity],
    defaults: Iterable[str],
    cluster: str,
    annotations: Mapping[Identity, Mapping[str, str]] = _NONE,
) -> Mapping[str, str]:
    """Return the files of these components by their paths from the overlay's directory.

    What is opened is kept when it leaves Git: no other place has what was drawn for it.
    Args: `annotations` are what readers of a Secret find beside its keys.
    """
    if not secrets:
        return {}
    paths = (f"{ROOT}/../{secret_file(cluster, each.namespace, each.name)}" for each in secrets)
    opens = _GENERATOR + "".join(f"  - {path}\n" for path in paths)
    kept = "".join(
        _patch(f", name: {each.name}, namespace: {each.namespace}", _annotated(annotations.get(each, {})))
        for each in secrets
    )
    found = {f"{SECRETS}/{_KUSTOMIZATION}": f"{_COMPONENT}{opens}patches:\n{kept}"}
    left_out = "".join(_patch(f", name: {name}", _DELETED) for name in defaults)
    if left_out:
        found[f"{DEFAULTS}/{_KUSTOMIZATION}"] = f"{_COMPONENT}patches:\n{left_out}"
    return found


def _annotated(annotations: Mapping[str, str]) -> Iterable[str]:
    """Return the lines that keep a Secret and say of it what its readers ask; a number in quotes stays text."""
    kept = (f"    {key}: {value}" for key, value in KEEP.items())
    said = (f"    {key}: {json.dumps(value)}" for key, value in sorted(annotations.items()))
    return (*_KEPT, *kept, *said)


def _patch(selector: str, body: Iterable[str]) -> str:
    lines = "".join(f"    {line}\n" for line in body)
    return f"- target: {{kind: Secret{selector}}}\n  patch: |\n{lines}"


def opening(
    secrets: Sequence[Identity], cluster: str, annotations: Mapping[Identity, Mapping[str, str]] = _NONE
) -> Overlay:
    """Return an overlay of which nothing is known but the Secrets that it opens, often none."""
    chosen = components(secrets, ())
    made = files(secrets, (), cluster, annotations)
    return Overlay(fields={"components": chosen} if chosen else {}, files=made)
