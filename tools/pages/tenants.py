"""The page docs/tenants.md: which line of a team becomes which field of which object; knows no object by itself."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from compiler.catalog.load import Catalog
from compiler.lowering.argocd.applications import lower_applications
from compiler.lowering.context import tenant_context
from compiler.lowering.shared_namespaces import lower_shared_namespaces
from compiler.lowering.tenants import lower_tenant
from tools.pages.declarations import Declaration, Objects, code, differences, meant, rows, said, table

_HEAD = """# What becomes of a team

Made by `make update-golden`, and held to it by a test: each row is the difference between a build with the declaration
and one without, on GKE with Kubeflow {release}. Of long lists the beginning is shown. The objects as they are written,
for each provider and release, stand below `tests/unit/lowering/golden/tenants/`.
"""
_MODELS = """## What models are loaded with

* **KServe looks at the ServiceAccount** of a model: `default`, unless the InferenceService names another.
  `modelStorage` lists its Secrets at `default` and `default-editor`, so an InferenceService says no more than
  `storageUri: s3://...`. One that is loaded with other keys names their Secret in the annotation
  `serving.kserve.io/storageSecretName`.
* **With the cloud's own identity** no entry is needed. It is that of `default-editor` (`workloadIdentity` above; with
  EKS Pod Identity an association made in AWS, and nothing here), so the InferenceService names it as
  `spec.predictor.serviceAccountName: default-editor`; on AKS it has the label `azure.workload.identity/use: "true"`
  too. Where an entry is of the same cloud, its keys are tried first.
* **A Secret that is not there** lets KServe refuse each new pod that loads a model in that namespace, from whatever
  storage; those that run go on. `show secrets` lists keys, `bootstrap` and `show secrets --missing` print what makes
  them. Endpoint and region stand in annotations of the Secret, which `bootstrap` prints for those made by hand; a
  changed one is then annotated by hand too: `kubectl annotate --overwrite secret NAME serving.kserve.io/s3-region=...`.
* **An entry that goes** leaves the Secret in the cluster, and so its name at the two ServiceAccounts unless Git goes on
  writing those (for `registries`). First `kubectl --namespace NAMESPACE patch serviceaccount default --type=merge
  --patch '{"secrets": null}'`, the same for `default-editor`, then delete the Secret with what made it.
""".splitlines()
"""Sources: kserve/kserve v0.11.2 to v0.16.0, pkg/credentials/service_account_credentials.go (CreateSecretVolumeAndEnv:
the default ServiceAccount, the annotation, an error for what is not found) and pkg/webhook/admission/pod/
storage_initializer_injector.go; azure.github.io/azure-workload-identity, topics/service-account-labels-and-annotations;
boto3, google-auth and azure-identity look at variables of keys before they ask for tokens."""
_UPSTREAM = """## What upstream decides

* **Keys and prefix of pipelines' artifacts** are written into each namespace by the controller that pipelines bring
  along, and are its own (`Secret mlpipeline-minio-artifact` in every release, `ConfigMap kfp-launcher` from Kubeflow
  1.11 on), so nothing here writes them. From 1.11 on the key is the namespace's own, for `private-artifacts/NAMESPACE`
  beside what is shared. Before, all namespaces have one key: see
  [shared-pipeline-key](findings.md#shared-pipeline-key).
* **Culling** is one setting of the notebook controller for all teams: it reads its own environment, and of a notebook
  only when it was last used and whether it is stopped.
  `components: {notebook-controller: {culling: {idle: 2h}}}` sets it.
* **Who asks a model** is lost on the way to it. In Serverless mode KServe routes every question through
  `knative-local-gateway`, those of the team's own notebooks too, and Knative's activator asks in its place while a
  model is being started. Any pod may ask either, so a rule that let them into a team's namespace would let everybody
  in, and there is none; upstream's roles let no team write one. Name the model in `openModels` of its namespace: that
  opens its pods to gateways and activator, in RawDeployment mode too, and `platform-isolation` lets both in anyhow.
  Who may ask an open model is then the gateway's to say: with Kubeflow's login everybody who can log in, from within
  the cluster any pod, and everybody where nobody logs in.
  [microk8s-evaluation](../examples/microk8s-evaluation) does it.
""".splitlines()
"""Sources: kubeflow/manifests v1.10.2, v1.11.0 and 26.03, pipelines-profile-controller/sync.py; 26.03 common/knative/
knative-serving/base/istio-authorization-policy.yaml, common/istio/cluster-local-gateway/base and overlays/m2m-auth,
common/istio/kubeflow-istio-resources/base/cluster-roles.yaml; kserve/kserve v0.16.0 pkg/controller/v1beta1/
inferenceservice/reconcilers/ingress/ingress_reconciler.go (KnativeLocalGatewayService); kubeflow/kubeflow components/
notebook-controller/controllers/culling_controller.go (notebookIsIdle)."""
TEAM = "teams[]"
NAMESPACE = "teams[].namespaces[]"
STORAGES: tuple[dict[str, str], ...] = (
    {"type": "s3", "secretRef": "models-s3", "region": "eu-west-1", "endpoint": "http://minio.acme.com:9000"},
    {"type": "gcs", "secretRef": "models-gcs"},
    {"type": "azure", "secretRef": "models-azure"},
    {"type": "azure", "secretRef": "models-azure", "credential": "accountKey"},
    {"type": "huggingface", "secretRef": "hugging-face"},
)
DECLARATIONS = (
    Declaration(TEAM, "owner", {"user": "ann@acme.com"}),
    Declaration(TEAM, "members", [{"user": "ada@acme.com", "role": "admin"}]),
    Declaration(TEAM, "members", [{"user": "bob@acme.com", "role": "editor"}]),
    Declaration(TEAM, "members", [{"user": "eve@acme.com", "role": "viewer"}]),
    Declaration(TEAM, "members", [{"group": "readers", "role": "viewer"}]),
    Declaration(NAMESPACE, "quota", {"cpu": "64"}),
    Declaration(NAMESPACE, "quota", {"memory": "256Gi"}),
    Declaration(NAMESPACE, "quota", {"ephemeralStorage": "1Ti"}),
    Declaration(NAMESPACE, "quota", {"storage": "2Ti"}),
    Declaration(NAMESPACE, "quota", {"pods": 200}),
    Declaration(NAMESPACE, "quota", {"persistentVolumeClaims": 50}),
    Declaration(NAMESPACE, "quota", {"services": 50}),
    Declaration(NAMESPACE, "quota", {"loadBalancers": 0}),
    Declaration(NAMESPACE, "quota", {"extra": {"limits.memory": "512Gi"}}),
    Declaration(NAMESPACE, "openModels", ["ranker"]),
    Declaration(TEAM, "gpus", [{"pool": "a100", "nominal": 4, "borrowingLimit": 2, "lendingLimit": 1}]),
    Declaration(TEAM, "registries", [{"type": "ecr", "account": "123456789012", "region": "eu-west-1"}]),
    Declaration(TEAM, "registries", [{"type": "gar", "project": "acme-ml", "region": "europe-west4"}]),
    Declaration(TEAM, "registries", [{"type": "acr", "name": "acmeml"}]),
    Declaration(TEAM, "registries", [{"type": "ghcr", "secretRef": "ghcr-pull"}]),
    Declaration(TEAM, "registries", [{"type": "harbor", "server": "harbor.acme.com", "secretRef": "harbor-pull"}]),
    *(Declaration(TEAM, "modelStorage", [storage]) for storage in STORAGES),
    Declaration(TEAM, "gitops", [{"repoURL": "https://github.com/acme/vision.git", "path": "deploy"}]),
    Declaration(TEAM, "env", [{"name": "NO_PROXY", "value": ".svc"}, {"name": "WANDB_API_KEY", "secretRef": "wandb"}]),
    Declaration("components.profiles", "workloadIdentity", "{namespace}@acme-ml.iam.gserviceaccount.com"),
    Declaration("namespaces[]", "access", [{"team": "vision", "role": "editor"}]),
)

PLATFORM: dict[str, Any] = {
    "apiVersion": "platform/v1alpha1",
    "kind": "Platform",
    "metadata": {"name": "acme"},
    "gitops": {"repoURL": "https://github.com/acme/platform.git"},
    "components": {"profiles": {}, "kserve": {}, "external-secrets": {}, "kueue": {}},
    "clusters": [
        {
            "name": "main",
            "environment": "dev",
            "provider": "gke",
            "kubernetes": "1.34",
            "project": "acme-ml",
            "region": "europe-west4",
            "secrets": {"backend": "external-secrets", "store": {"kind": "ClusterSecretStore", "name": "vault"}},
        }
    ],
    "gpuPools": [
        {
            "name": "a100",
            "cluster": "main",
            "accelerator": "nvidia-a100-80gb",
            "gpusPerNode": 1,
            "nodes": {"min": 0, "max": 8},
        }
    ],
    "teams": [
        {
            "name": "vision",
            "owner": {"user": "alice@acme.com"},
            "namespaces": [{"name": "lab", "clusters": ["main"]}],
        }
    ],
    "namespaces": [{"name": "data", "clusters": ["main"]}],
}


def tenants_page() -> str:
    """Return the page as Markdown."""
    versions = Catalog().versions("kubeflow")
    release = versions[-1]
    plain = objects(PLATFORM, release)
    lines = [_HEAD.format(release=release), "## A team with one namespace, and nothing more", ""]
    lines += table("object", "says")
    lines += [f"| {code(name)} | {said(each)} |" for name, each in plain.items() if "data" not in name]
    lines += ["", "## Each declaration", "", *table("declaration", "object", "field")]
    for declaration in DECLARATIONS:
        found = rows(declaration, differences(plain, objects(declared(declaration), release)))
        lines += found or [
            f"| {declaration.text} | none | the nodes of this provider may read it by their own identity |"
        ]
    lines += ["", "## Where no profile controller runs", ""]
    lines += ["The Profile is replaced by what the controller would make of it, object for object.", ""]
    lines += table("object", "says")
    quota = declared(Declaration(NAMESPACE, "quota", {"cpu": "64"}))
    with_controller, without = objects(quota, release), objects(quota, release, has_profile_controller=False)
    lines += [f"| {code(name)} | {said(without[name])} |" for name in without if name not in with_controller]
    lines += ["", "## What depends on the release", "", *table("Kubeflow", "Pod Security", "API of PodDefaults")]
    for version in versions:
        made = objects(PLATFORM, version)
        level = made["Namespace lab"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        lines.append(f"| {version} | {level} | {made['PodDefault lab/access-ml-pipeline']['apiVersion']} |")
    return "\n".join((*lines, "", *_MODELS, "", *_UPSTREAM))


def declared(declaration: Declaration) -> dict[str, Any]:
    """Return the platform with a declaration put in."""
    platform = copy.deepcopy(PLATFORM)
    here: Any = platform
    for step in declaration.where.split("."):
        here = here[step[:-2]][0] if step.endswith("[]") else here[step]
    here[declaration.key] = declaration.value
    return platform


def objects(platform: Mapping[str, Any], release: str, **changes: Any) -> Objects:
    """Return what the platform's team and shared namespace become, with `changes` of what they read."""
    catalog = Catalog()
    kubernetes = "1.34" if release in catalog.versions("kubeflow")[-2:] else "1.31"
    clusters = [{**platform["clusters"][0], "kubernetes": kubernetes}]
    found = meant({**platform, "versions": {"kubeflow": f"=={release}"}, "clusters": clusters}, catalog)
    [cluster] = found.clusters
    context = replace(tenant_context(cluster), **changes)
    applications = [
        *(lower_tenant(tenant, context) for tenant in cluster.tenants),
        lower_shared_namespaces(cluster.shared_namespaces, context),
        lower_applications(cluster, found, []),
    ]
    return {
        _name(each["kind"], each["metadata"]): each
        for application in applications
        if application is not None
        for chart in application.charts
        for each in chart.objects
    }


def _name(kind: str, metadata: Mapping[str, str]) -> str:
    namespace = metadata.get("namespace")
    return f"{kind} {namespace}/{metadata['name']}" if namespace else f"{kind} {metadata['name']}"
