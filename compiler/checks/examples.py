"""Platform files for the examples of rules: a laptop with a team, a cluster on Google Cloud, a pool with claims.

Knows no rule; what an example is about is said by the rule that has it.
"""

from __future__ import annotations

LAPTOP = 'clusters: [{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}]\n'
"""One cluster on which anything goes."""
_PEOPLE = (("vision", "alice"), ("speech", "carol"))


def team(more: str = "", *, quota: str | None = None) -> str:
    """Return a laptop with a team; `more` are keys of the team, `quota` the keys of its namespace's quota."""
    return f"{LAPTOP}teams:\n{_team(0, quota)}{_line(more)}"


def following(revision: str) -> str:
    """Return a laptop whose Argo CD follows that revision."""
    return f"gitops:\n  repoURL: https://github.com/acme/ml-platform.git\n  revision: {revision}\n{LAPTOP}"


GOOGLE_QUOTAS = ("https://docs.cloud.google.com/docs/quotas/overview",)
"""Where the cloud of these examples tells what its quotas are; a finding has the page of its own cloud."""


def google(more: str) -> str:
    """Return a cluster on Google Cloud, called `gpu`; `more` are further keys of it."""
    return f"""\
clusters:
  - name: gpu
    environment: dev
    provider: gke
    kubernetes: "1.34"
    project: acme-ml-dev
    region: europe-west4
{_line(more)}"""


def google_pool(quota: str, nodes: str) -> str:
    """Return a pool of A100 on Google Cloud, with keys of the cloud's quota and of the pool's nodes."""
    return google(f"cloudQuota: {{{quota}}}") + (
        "gpuPools:\n  - {name: a100, cluster: gpu, accelerator: nvidia-a100-80gb, machineType: a2-ultragpu-1g, "
        f"nodes: {{{nodes}}}}}\n"
    )


def claims(*shares: str, nodes: int = 4, quota: str | None = None, components: str = "gpu-operator: {}") -> str:
    """Return a pool of so many nodes with one GPU each, and a team for each of the shares of it, two at most.

    Args: `quota` are keys of the quota of their namespaces, `components` what is installed.
    """
    teams = "".join(
        _team(number, quota) + _line(f"gpus: [{{pool: t4, {share}}}]") for number, share in enumerate(shares)
    )
    return f"""\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}}]
components: {{{components}}}
gpuPools: [{{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {{max: {nodes}}}}}]
teams:
{teams}"""


def _team(number: int, quota: str | None) -> str:
    name, owner = _PEOPLE[number]
    limited = "" if quota is None else f", quota: {{{quota}}}"
    return f"""\
  - name: {name}
    owner: {{user: {owner}@acme.com}}
    namespaces: [{{name: {name}, clusters: [dev]{limited}}}]
"""


def _line(text: str) -> str:
    return f"    {text}\n" if text else ""
