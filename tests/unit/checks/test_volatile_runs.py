"""What MLflow keeps in its pod, however its chart is told."""

from __future__ import annotations

from datetime import date

import pytest

from compiler.catalog.load import Catalog
from compiler.pipeline import Sources, understand

DATABASE = "database: {type: postgresql, host: db.acme.com, secretRef: mlflow-db}"
STORE = "objectStore: {type: s3, bucket: acme-mlflow, region: eu-west-1, secretRef: mlflow-s3}"
TEXT = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {{name: acme}}
gitops: {{repoURL: https://github.com/acme/ml-platform.git}}
distribution: none
components: {{mlflow: {{{options}}}}}
clusters:
  - {{name: one, environment: dev, provider: k3d, kubernetes: "1.34"}}
  - {{name: two, environment: {environment}, provider: k3d, kubernetes: "1.34"}}
"""


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        ("", "test", "warning: MLflow on cluster two keeps runs in the memory of its pod and artifacts on the disk"),
        ("", "dev", "info: MLflow on cluster one keeps runs in the memory"),
        (DATABASE, "dev", "info: MLflow on cluster one keeps artifacts on the disk"),
        (STORE, "dev", "info: MLflow on cluster one keeps runs in the memory of its pod: "),
        (f"{DATABASE}, {STORE}", "test", ""),
        (f"{STORE}, values: {{backendStore: {{databaseConnectionCheck: true}}}}", "test", ""),
        ('existing: "1.10.0"', "test", ""),
    ],
)
def test_what_a_restart_loses_is_told_once(options: str, environment: str, said: str) -> None:
    text = TEXT.format(options=options, environment=environment)
    found = understand(Sources("p.yaml", text.encode(), None, "", lambda _: None), Catalog(), as_of=date(2026, 6, 1))
    told = [f"{each.severity.value}: {each.message}" for each in found.diagnostics if each.code == "volatile-runs"]
    assert len(told) == bool(said)
    assert "".join(told).startswith(said)
