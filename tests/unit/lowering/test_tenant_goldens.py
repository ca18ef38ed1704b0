"""One team on each provider and release, as it is committed: through resolution, from the text of a platform file.

Trees that are equal are kept once; `matrix.md` says which combination has which. Read them as an expert would: they
are what the API server of a user gets.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.diagnostics.model import Severity
from compiler.emit.yaml import dump, dump_plain
from compiler.lowering.plan import plan_units
from compiler.pipeline import Sources, understand
from compiler.providers import Providers
from tests.golden import assert_tree
from tests.unit.lowering.installed import catalog

GOLDEN = Path(__file__).parent / "golden" / "tenants"
DAY = date(2026, 4, 1)
PLACES = {
    "gke": {"project": "acme-ml", "region": "europe-west4"},
    "eks": {"region": "eu-west-1"},
    "aks": {"region": "westeurope"},
}
IDENTITIES = {
    "gke": "kf-{namespace}@acme-ml.iam.gserviceaccount.com",
    "eks": "arn:aws:iam::123456789012:role/kubeflow-{team}",
    "aks": "11111111-2222-3333-4444-555555555555",
}
ACCELERATORS = {"eks": "nvidia-a10g"}
"""What a provider has that offers no machine with one A100."""
WITHOUT_CONTROLLER = "none"
"""Stands for a release where a platform of `distribution: none` has none of Kubeflow."""
RELEASES = (*catalog().versions("kubeflow"), WITHOUT_CONTROLLER)


def platform_text(provider: str, release: str) -> str:
    """Return the platform file of one team that declares everything a team may declare."""
    has_kubeflow = release != WITHOUT_CONTROLLER
    profiles = {"profiles": {"workloadIdentity": IDENTITIES[provider]}} if provider in IDENTITIES else {}
    team: dict[str, Any] = {
        "name": "vision",
        "owner": {"user": "alice@acme.com"},
        "members": [
            {"user": "ada@acme.com", "role": "admin"},
            {"user": "bob@acme.com", "role": "editor"},
            {"user": "eve@acme.com", "role": "viewer"},
            {"group": "vision-readers", "role": "viewer"},
        ],
        "namespaces": [
            {
                "name": "vision-lab",
                "clusters": ["main"],
                "quota": {"cpu": "64", "memory": "256Gi", "storage": "2Ti", "pods": 200, "loadBalancers": 0},
                "openModels": ["ranker"],
            }
        ],
        "gpus": [{"pool": "fast", "nominal": 4, "borrowingLimit": 2}],
        "env": [
            {"name": "NO_PROXY", "value": ".svc,.svc.cluster.local"},
            {"name": "WANDB_API_KEY", "secretRef": "wandb", "key": "api-key"},
        ],
        "registries": [
            {"type": "acr", "name": "acmeml"},
            {"type": "ecr", "account": "123456789012", "region": "eu-west-1"},
            {"type": "gar", "project": "acme-ml", "region": "europe-west4"},
            {"type": "ghcr", "secretRef": "ghcr-pull"},
            {"type": "harbor", "server": "harbor.acme.com", "secretRef": "harbor-pull"},
        ],
        "modelStorage": [
            {"type": "s3", "secretRef": "models-s3", "region": "eu-west-1", "endpoint": "https://minio.acme.com"},
            {"type": "gcs", "secretRef": "models-gcs"},
            {"type": "azure", "secretRef": "models-azure"},
            {"type": "huggingface", "secretRef": "hugging-face"},
        ],
    }
    return dump_plain(
        {
            "apiVersion": "platform/v1alpha1",
            "kind": "Platform",
            "metadata": {"name": "acme"},
            "gitops": {"repoURL": "https://github.com/acme/platform.git"},
            "distribution": "kubeflow" if has_kubeflow else "none",
            "versions": {"kubeflow": f"=={release}"} if has_kubeflow else {},
            "components": {**(profiles if has_kubeflow else {}), "external-secrets": {}},
            "clusters": [
                {
                    "name": "main",
                    "environment": "dev",
                    "provider": provider,
                    "kubernetes": "1.34" if release in {"1.11.0", "26.03"} or not has_kubeflow else "1.31",
                    "secrets": {
                        "backend": "external-secrets",
                        "store": {"kind": "ClusterSecretStore", "name": "vault"},
                    },
                    **PLACES.get(provider, {}),
                }
            ],
            "gpuPools": [
                {
                    "name": name,
                    "cluster": "main",
                    "accelerator": accelerator,
                    "gpusPerNode": 1,
                    "nodes": {"min": 0, "max": 8},
                }
                for name, accelerator in (
                    ("fast", ACCELERATORS.get(provider, "nvidia-a100-80gb")),
                    ("slow", "nvidia-t4"),
                )
            ],
            "teams": [team],
        }
    )


@cache
def tree(provider: str, release: str) -> tuple[tuple[str, bytes], ...]:
    """Return the files of the team on a provider and release."""
    text = platform_text(provider, release).encode()
    found = understand(Sources("platform.yaml", text, None, "", lambda _: None), catalog(), as_of=DAY)
    wrong = [each for each in found.diagnostics if each.severity is Severity.ERROR]
    assert wrong == []
    assert found.platform is not None
    [unit] = [each for each in plan_units(found.platform, catalog()) if each.application == "team-vision"]
    return tuple((chart.file, dump(chart.objects, f"Made from {chart.origin}.")) for chart in unit.lower().charts)


def test_golden_trees_of_a_team_on_each_provider_and_release() -> None:
    names: dict[tuple[tuple[str, bytes], ...], str] = {}
    rows = []
    for provider in Providers():
        cells = [names.setdefault(tree(provider, release), f"{provider}-{release}") for release in RELEASES]
        rows.append(f"| {' | '.join((provider, *cells))} |")
    head = [f"| provider | {' | '.join(RELEASES)} |", f"|{' --- |' * (len(RELEASES) + 1)}"]
    files = {"matrix.md": "\n".join((*head, *rows, "")).encode()}
    for content, name in names.items():
        files |= {f"{name}/{file}": text for file, text in content}
    assert_tree(GOLDEN, files)


@pytest.mark.parametrize("release", RELEASES)
def test_what_the_cloud_does_for_its_own_registry_needs_no_secret(release: str) -> None:
    for provider, registry in (("eks", b"pull-ecr"), ("gke", b"pull-gar"), ("aks", b"pull-acr")):
        text = b"".join(content for _, content in tree(provider, release))
        assert registry not in text
        assert b"harbor-pull" in text


MADE_BY_PIPELINES = {
    ("Secret", "mlpipeline-minio-artifact"),
    ("ConfigMap", "kfp-launcher"),
    ("ConfigMap", "metadata-grpc-configmap"),
    ("ConfigMap", "artifact-repositories"),
    *((kind, "ml-pipeline-ui-artifact") for kind in ("Deployment", "Service")),
    *(
        (kind, "ml-pipeline-visualizationserver")
        for kind in ("Deployment", "Service", "DestinationRule", "AuthorizationPolicy")
    ),
}
"""What the profile controller of pipelines makes in every namespace labelled for it, in one release or another.
Source: kubeflow/manifests@26.03 and v1.10.2, .../installs/multi-user/pipelines-profile-controller/sync.py."""
MADE_BY_PROFILES = {
    ("AuthorizationPolicy", "ns-owner-access-istio"),
    ("ResourceQuota", "kf-resource-quota"),
    *(("RoleBinding", name) for name in ("namespaceAdmin", "default-editor", "default-viewer")),
}
"""What the profile controller makes and would take back."""


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("provider", Providers())
def test_nothing_is_written_that_a_controller_owns(provider: str, release: str) -> None:
    files = [content for file, content in tree(provider, release) if file != "team.yaml"]
    found = [each for content in files for each in yaml.safe_load_all(content)]
    written = {(each["kind"], each["metadata"]["name"]) for each in found}
    has_controller = any(each["kind"] == "Profile" for each in found)
    assert has_controller == (release != WITHOUT_CONTROLLER)
    assert not written & MADE_BY_PIPELINES
    assert (written & MADE_BY_PROFILES == set()) == has_controller
    [namespace] = [each for each in found if each["kind"] == "Namespace"]
    assert ("pipelines.kubeflow.org/enabled" in namespace["metadata"]["labels"]) == has_controller
