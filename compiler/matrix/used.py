"""What our own output uses of Kubernetes, Argo CD, kustomize and Kueue, under the names that facts have for it.

`tests/unit/matrix/test_used.py` compares it with what the compiler writes; knows no version but those it is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.catalog.overlay import overlay_of
from compiler.model.platform import Cluster

_ALWAYS = (
    "feature:argo-cd/syncOptions ServerSideApply=true",
    "feature:kubernetes/Server-Side Apply",
    "feature:kustomize/patches (list; inline or path + target)",
    "feature:kustomize/remote ?ref= (branch, tag or commit sha)",
    "feature:kustomize/remote ?timeout= and ?submodules=",
)
BUILD_OPTION = "feature:kustomize build "
"""Before the name of an option of `kustomize build`, as facts have it."""
_TENANCY = (
    "api:admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy",
    "feature:kubernetes/ValidatingAdmissionPolicy",
)
_FIRST_ADMISSION = (1, 30)
"""Before this minor the policies are left out: `lowering.admission`."""
_QUEUES = ("api:kueue.x-k8s.io/v1beta1", "api:kueue.x-k8s.io/v1beta2")


def used_features(cluster: Cluster, versions: Mapping[str, str]) -> Iterator[str]:
    """Yield the subjects of what is generated for a cluster that holds these versions."""
    if any(installation.existing is None for installation in cluster.installations):
        yield from _ALWAYS
    if any(overlay_of(each.component).helm for each in cluster.installations if each.existing is None):
        yield "feature:argo-cd/spec.sources"
    is_served = _numbers(versions["kubernetes"]) >= _FIRST_ADMISSION
    if is_served and (cluster.tenants or cluster.shared_namespaces):
        yield from _TENANCY
    if (cluster.tenants or cluster.pools) and "kueue" in versions:
        yield _QUEUES[_numbers(versions["kueue"]) >= (0, 15)]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
