"""Which kinds stand in a namespace and which above all; knows nothing of what is done with the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compiler.model.manifest import CLUSTER_SCOPED


class Scopes:
    """The kinds of a cluster: Kubernetes' own and those that the platform's CRDs define."""

    def __init__(self, crds: Iterable[Mapping[str, Any]]) -> None:
        self._defined: dict[tuple[str, str], bool] = {
            (crd["spec"]["group"], crd["spec"]["names"]["kind"]): crd["spec"]["scope"] == "Namespaced" for crd in crds
        }

    def is_namespaced(self, manifest: Mapping[str, Any]) -> bool:
        """Return whether the object stands in a namespace; one of an unknown kind does where it says so itself."""
        group, slash, _ = str(manifest["apiVersion"]).partition("/")
        kind = (group if slash else "", str(manifest["kind"]))
        if kind in CLUSTER_SCOPED:
            return False
        if kind in self._defined:
            return self._defined[kind]
        is_custom = "." in kind[0] and not kind[0].endswith(".k8s.io")
        return not is_custom or bool(manifest["metadata"].get("namespace"))
