"""A quota of something that Kubernetes does not count stops the whole quota."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_namespaces
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.diagnostics.suggest import Patience, nearest
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each key under a quota's `extra` that the API server refuses or never counts."""
    del facts, as_of
    patience = Patience()
    for namespace in declared_namespaces(platform):
        for key in sorted(namespace.quota.keys() - _STANDARD):
            wrong = _wrong(key, patience)
            if wrong is None:
                continue
            problem, advice = wrong
            yield error(
                CHECK.id,
                f"the quota of namespace {namespace.name} has the key {key}, {problem}",
                (*namespace.origin, "quota", "extra", key),
                at_key=True,
                help=advice,
                sources=CHECK.sources,
            )


def _wrong(key: str, patience: Patience) -> tuple[str, str] | None:
    """Return what is wrong with a key that is no standard one and what to write instead, or nothing for a sound one."""
    plain = key.removeprefix("requests.").removeprefix("limits.")
    domain, slash, name = plain.partition("/")
    if domain in _GPU_DOMAINS:
        return None  # Who may set those is a rule of its own.
    if not slash:
        return _wrong_standard(key, patience)
    if not name or domain == "":
        return "which is no resource", "write `count/RESOURCE.GROUP` or `requests.DOMAIN/NAME`"
    if domain == "count":
        return _wrong_count(name, patience)
    if ".storageclass.storage.k8s.io" in domain or key.startswith("requests."):
        return None
    if domain.endswith("kubernetes.io") or "." not in domain:
        return None
    return "an extended resource, of which Kubernetes limits requests only", f"write `requests.{plain}`"


def _wrong_count(resource: str, patience: Patience) -> tuple[str, str] | None:
    """Return what is wrong with the name of what is counted: a group's resource is written with its group."""
    if "." in resource or resource in _CORE:
        return None
    group = _GROUPS.get(resource) or _GROUPS.get(f"{resource}s")
    if group is not None:
        return "a resource without its group", f"write `count/{resource.removesuffix('s')}s.{group}`"
    close = list(nearest(resource, sorted(_CORE), 1, patience))
    advice = f"did you mean `count/{close[0]}`?" if close else "write `count/RESOURCE.GROUP`, as in `count/jobs.batch`"
    return "which counts nothing: it is no resource of the core group", advice


def _wrong_standard(key: str, patience: Patience) -> tuple[str, str] | None:
    if key.startswith(("hugepages-", "requests.hugepages-")):
        return None
    if "gpu" in key.lower():
        return "which Kubernetes does not know", "remove it; a team's GPUs are `gpus: [{pool: ..., nominal: ...}]`"
    close = list(nearest(key, sorted(_STANDARD), 1, patience))
    advice = (
        f"did you mean `{close[0]}`?" if close else "count objects by `count/RESOURCE.GROUP`, as in `count/jobs.batch`"
    )
    return "which Kubernetes does not know", advice


_GPU_DOMAINS = frozenset({"nvidia.com", "amd.com", "gpu.intel.com"})
_STANDARD = frozenset(
    {
        "cpu",
        "memory",
        "ephemeral-storage",
        "requests.cpu",
        "requests.memory",
        "requests.ephemeral-storage",
        "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage",
        "requests.storage",
        "pods",
        "services",
        "services.loadbalancers",
        "services.nodeports",
        "persistentvolumeclaims",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
    }
)
"""Source: kubernetes/kubernetes pkg/apis/core/helper/helpers.go, `standardQuotaResources`.

Of a key with `/` the API server looks at the form alone (pkg/apis/core/validation/validation.go,
`ValidateResourceQuotaResourceName`); it counts extended resources by `requests.` and objects by `count/` only.
"""
_CORE = frozenset(
    {
        "configmaps",
        "endpoints",
        "events",
        "limitranges",
        "persistentvolumeclaims",
        "pods",
        "podtemplates",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
        "services",
    }
)
"""Resources of the core group that stand in namespaces. Source: kubernetes.io/docs/reference/kubernetes-api."""
_GROUPS = {
    "deployments": "apps",
    "replicasets": "apps",
    "statefulsets": "apps",
    "daemonsets": "apps",
    "jobs": "batch",
    "cronjobs": "batch",
    "ingresses": "networking.k8s.io",
    "notebooks": "kubeflow.org",
    "inferenceservices": "serving.kserve.io",
}
"""Resources that are counted most, with their groups. Source: kubernetes.io/docs/concepts/policy/resource-quotas."""

CHECK = Check(
    id="unknown-quota-key",
    severity=Severity.ERROR,
    summary="A quota has a key that Kubernetes does not know",
    why="The API server refuses the ResourceQuota, and the profile controller then retries for ever; "
    "or it takes the key and counts nothing by it.",
    sources=(
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
        "https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/helper/helpers.go",
        "https://github.com/kubeflow/kubeflow/issues/4965",
    ),
    bad=team(quota="extra: {example.com/fpga: 2}"),
    good=team(quota="extra: {count/jobs.batch: 20, requests.example.com/fpga: 2}"),
    run=run,
)
