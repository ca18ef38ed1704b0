"""A platform to explain: two clusters, one of them behind, a team with GPUs, a patch."""

from __future__ import annotations

from datetime import date

import pytest

from compiler.catalog.load import Catalog
from compiler.explain.subject import Subject
from compiler.pipeline import Sources

TEXT = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
distribution: none
versions: {kubeflow: "26.03"}
components:
  katib:
    patches: [{target: {kind: Deployment, name: katib-ui}, patch: {spec: {replicas: 2}}}]
clusters:
  - name: edge
    environment: dev
    provider: k3s
    kubernetes: "1.34"
    versions: {kubeflow: "1.11"}
  - name: prod
    environment: dev
    provider: kind
    kubernetes: "1.34"
gpuPools:
  - {name: t4, cluster: prod, accelerator: nvidia-t4, nodes: {max: 4}}
teams:
  - name: vision
    owner: {user: alice@acme.com}
    namespaces:
      - {name: lab, clusters: [prod, edge], quota: {cpu: "4"}}
    gpus:
      - {pool: t4, nominal: 2}
"""


@pytest.fixture(scope="session")
def subject() -> Subject:
    """Return the platform."""
    return Subject(Sources("platform.yaml", TEXT.encode(), None, "", lambda _: None), Catalog(), date(2026, 11, 1))
