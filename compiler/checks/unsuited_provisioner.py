"""What a pool says is to make its nodes may not be able to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each pool whose provisioner cannot make its nodes, with the provider's reason."""
    del facts, as_of
    for cluster in platform.clusters:
        provider = Providers()[cluster.provider] if cluster.pools else None
        version = provider.kubernetes_version(cluster.kubernetes) if provider else None
        if provider is None or version is None:
            continue
        minor = int(version.split(".")[1])
        for pool in cluster.pools:
            maker = provider.provisioner(pool, minor)
            beside = [each for each in cluster.pools if each is not pool]
            found = maker.hindrance(pool, beside, minor) if maker else None
            if maker is None or found is None:
                continue
            said = Label((*pool.origin, "provisioner"), "this is to make its nodes")
            yield error(
                CHECK.id,
                f"{maker.id} cannot make the nodes of GPU pool {pool.name}: {found.why}",
                (*pool.origin, found.key),
                related=(said,) if pool.provisioner and found.key != "provisioner" else (),
                help=found.help,
                sources=(found.source,),
            )


_POOL = """\
clusters:
  - {{name: gpu, environment: dev, provider: eks, kubernetes: "1.34", region: us-east-1}}
components: {{gpu-operator: {{}}}}
gpuPools:
  - {{name: t4, cluster: gpu, accelerator: nvidia-t4, gpusPerNode: 1, nodes: {{min: 1, max: 2}}, provisioner: {}}}
"""

CHECK = Check(
    id="unsuited-provisioner",
    severity=Severity.ERROR,
    summary="What a pool names as its `provisioner` cannot make such nodes",
    why="Nodes of a pool come from an autoscaler's objects in the cluster or from Terraform, and each of them lacks "
    "something: fewest nodes, shared GPUs, a second one beside it. The nodes would not come, or not as declared.",
    sources=(
        "https://karpenter.sh/docs/concepts/nodepools/",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/about-custom-compute-classes",
        "https://learn.microsoft.com/azure/aks/node-autoprovision",
    ),
    bad=_POOL.format("karpenter"),
    good=_POOL.format("nodeGroup"),
    run=run,
)
