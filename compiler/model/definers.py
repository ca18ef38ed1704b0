"""Which components define the kinds that work of teams is made of; from Kubeflow 26.03.1 on, one may bundle several.

Knows no version. Source: kubeflow/manifests@26.03 and kubeflow/kubeflow@v1.11.0, the definitions of each component.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.model.platform import Cluster

NOTEBOOK = ("notebook-controller", "notebooks-v1")
POD_DEFAULT = ("admission-webhook", "notebooks-v1")
PROFILE = ("profiles", "dashboard")


def is_defined(definers: tuple[str, ...], cluster: Cluster) -> bool:
    """Return whether one of the components that define a kind is on a cluster."""
    return not cluster.installed.keys().isdisjoint(definers)
