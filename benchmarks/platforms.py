"""Owns the platform files that are measured: any number of teams over any number of clusters, all valid."""

from __future__ import annotations

_HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata:
  name: bench

gitops:
  repoURL: https://github.com/example/ml-platform.git
  revision: main
  argocd: {{namespace: argocd}}
  sync: {{automated: true, prune: true, selfHeal: true}}

distribution: kubeflow
versions:
  kubeflow: "26.03"

clusters:
{clusters}
gpuPools:
{pools}
teams:
{teams}"""

_LAPTOP = """\
  - name: laptop
    environment: dev
    provider: k3d
    kubernetes: "1.34"
    identity:
      static:
        users:
          - {user: dev@example.com, passwordHashRef: dex-dev-password}
"""

_CLUSTER = """\
  - name: {name}
    environment: prod
    provider: gke
    kubernetes: "1.34"
    project: example-{name}
    region: europe-west4
    zones: [europe-west4-a, europe-west4-b]
    domain: {name}.ml.example.com
    storageClass: premium-rwo
    identity:
      oidc: {{issuer: https://login.example.com, clientID: kubeflow-{name}, clientSecretRef: oidc-{name}}}
"""

_POOL = """\
  - name: {name}
    cluster: {cluster}
    accelerator: nvidia-a100-80gb
    machineType: a2-ultragpu-1g
    nodes: {{min: 0, max: 8}}
    zones: [europe-west4-a]
    overcommit: true
    hourlyCost: 5.07
"""

_TEAM = """\
  - name: {team}
    owner: {{user: lead.{team}@example.com}}
    members:
      - {{user: bob.{team}@example.com, role: editor}}
      - {{group: {team}-readers, role: viewer}}
    namespaces:
      - name: {team}-research
        clusters: [{first}, {cluster}]
        quota: {{cpu: "{cpu}", memory: 256Gi, storage: 2Ti, pods: 200}}
      - name: {team}-serving
        clusters: [{cluster}]
        quota: {{cpu: "64", memory: 256Gi, storage: 2Ti, pods: 200}}
    gpus:
      - {{pool: a100-{cluster}, nominal: 2}}
    notebooks: {{images: [ghcr.io/example/{team}-notebook:2026.10]}}
"""


def platform_text(
    team_count: int, cluster_count: int = 2, *, edited_team: int | None = None, edited_cpu: int = 65
) -> str:
    """Return a platform file. The first cluster is a laptop, the others are on GKE with a GPU pool each.

    Each team has a namespace on the laptop and two on one of the others, so that each of its clusters reads it anew.
    `edited_team` is the index of a team whose first quota says `edited_cpu` instead of 64.
    """
    names = [f"prod-{i}" for i in range(1, cluster_count)]
    teams = (
        _TEAM.format(
            team=f"team-{i:04d}",
            first="laptop",
            cluster=names[i % len(names)],
            cpu=edited_cpu if i == edited_team else 64,
        )
        for i in range(team_count)
    )
    return _HEAD.format(
        clusters=_LAPTOP + "".join(_CLUSTER.format(name=name) for name in names),
        pools="".join(_POOL.format(name=f"a100-{name}", cluster=name) for name in names),
        teams="".join(teams),
    )


def flood_texts(mistakes: int) -> dict[str, str]:
    """Return platform files with so many mistakes each, by what kind they are of."""
    head = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: bench}
gitops: {repoURL: https://github.com/example/ml-platform.git}
distribution: none
clusters:
  - {name: one, environment: dev, provider: kind, kubernetes: "1.34"}
"""
    team = "teams:\n  - name: t\n    owner: {user: a@example.com}\n"
    members = "".join(f"      - {{user: u{number}, role: editor}}\n" for number in range(mistakes))
    components = "".join(f"  kserv{number}: {{}}\n" for number in range(mistakes))
    names = "".join(f"          - onne{number}\n" for number in range(mistakes))
    quota = "".join(f'            requests.foo{number}: "1"\n' for number in range(mistakes))
    namespace = f"{team}    namespaces:\n      - name: n\n"
    return {
        "bad e-mail addresses": f"{head}{team}    members:\n{members}",
        "unknown components": f"{head}components:\n{components}",
        "unknown clusters": f"{head}{namespace}        clusters:\n{names}",
        "unknown quota keys": f"{head}{namespace}        clusters: [one]\n        quota:\n          extra:\n{quota}",
    }
