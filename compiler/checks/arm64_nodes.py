"""Some GPUs stand beside arm64 processors, and most images are built for amd64 alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each pool whose nodes are arm64, with the images of the teams that claim it."""
    del as_of
    providers = Providers()
    for cluster in platform.clusters:
        cloud = providers[cluster.provider].cloud if cluster.pools else None
        for pool in cluster.pools:
            if not facts.is_arm64(pool.accelerator, cloud, pool.machine_type):
                continue
            images = [
                Label((*tenant.origin, "notebooks", "images", index), f"team {tenant.team} runs this image there")
                for tenant in cluster.tenants
                if any(claim.pool is pool for claim in tenant.claims)
                for index, _ in enumerate(tenant.notebook_images)
            ]
            yield warning(
                CHECK.id,
                f"nodes of GPU pool {pool.name} have arm64 processors, where images for amd64 do not start",
                (*pool.origin, "machineType" if pool.machine_type else "accelerator"),
                related=tuple(images),
                notes=("a pod of an amd64 image ends there with `exec format error`",),
                help="build the images for linux/arm64 too, and say so with "
                f"`# compiler: allow {CHECK.id} because our images are for arm64 too`, "
                "or choose a machine type with amd64",
                sources=CHECK.sources,
            )


_POOL = """\
clusters:
  - {{name: gpu, environment: dev, provider: eks, kubernetes: "1.34", region: us-east-1}}
components: {{gpu-operator: {{}}}}
gpuPools:
  - {{name: small, cluster: gpu, accelerator: {}, nodes: {{max: 2}}}}
"""

CHECK = Check(
    id="arm64-nodes",
    severity=Severity.WARNING,
    summary="A pool's nodes have arm64 processors",
    why="Many images, those of notebooks with CUDA among them, are published for amd64 alone and crash on arm64 nodes.",
    sources=(
        "https://aws.amazon.com/ec2/instance-types/g5g/",
        "https://cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment",
    ),
    bad=_POOL.format("nvidia-t4g, machineType: g5g.xlarge"),
    good=_POOL.format("nvidia-t4, machineType: g4dn.xlarge"),
    run=run,
)
