"""PodDefaults: what people may tick in the form of a new notebook, and its pods then get.

Each is chosen by a label, so none changes a pod that did not ask. Two of them never set the same thing: the webhook
refuses a pod where they would. The kind is `kubeflow.org/v1alpha1` in every release from 1.8.1 on.
Source: kubeflow/manifests@26.03 applications/admission-webhook/upstream/base/crd.yaml.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.lowering.context import TenantContext
from compiler.model import names
from compiler.model.manifest import Object
from compiler.model.platform import Variable
from compiler.providers import Providers
from compiler.providers.base import IdentityChoice

PIPELINE_ACCESS = "access-ml-pipeline"
"""The name and label under which upstream's documents and SDK look for it."""
TEAM_ENVIRONMENT = "team-environment"

_TOKEN_FOLDER = "/var/run/secrets/kubeflow/pipelines"  # noqa: S105 - a folder, no token
_TOKEN_VOLUME = "volume-kf-pipeline-token"  # noqa: S105 - a name, no token
_PIPELINE_TOKEN: dict[str, Any] = {
    "desc": "Allow access to Kubeflow Pipelines",
    "env": [{"name": "KF_PIPELINES_SA_TOKEN_PATH", "value": f"{_TOKEN_FOLDER}/token"}],
    "selector": {"matchLabels": {PIPELINE_ACCESS: "true"}},
    "volumeMounts": [{"mountPath": _TOKEN_FOLDER, "name": _TOKEN_VOLUME, "readOnly": True}],
    "volumes": [
        {
            "name": _TOKEN_VOLUME,
            "projected": {
                "sources": [
                    {
                        "serviceAccountToken": {
                            "audience": "pipelines.kubeflow.org",
                            "expirationSeconds": 7200,
                            "path": "token",
                        }
                    }
                ]
            },
        }
    ],
}
"""A token of the pod's own ServiceAccount that the API server of pipelines takes, renewed by the kubelet.

Source: kubeflow/manifests@26.03 tests/poddefaults.access-ml-pipeline.kubeflow-user-example-com.yaml.
"""


_TRUST: dict[str, Any] = {
    "desc": "Trust the certificate authorities of the platform",
    "env": [
        {"name": "NODE_EXTRA_CA_CERTS", "value": f"{names.TRUST_FOLDER}/{names.TRUST_FILE}"},
        {"name": "SSL_CERT_DIR", "value": f"{names.TRUST_FOLDER}:/etc/ssl/certs"},
    ],
    "selector": {"matchLabels": {names.TRUST: "true"}},
    "volumeMounts": [{"mountPath": names.TRUST_FOLDER, "name": names.TRUST, "readOnly": True}],
    "volumes": [{"name": names.TRUST, "configMap": {"name": names.TRUST}}],
}
"""The authorities in a file, and the variables that add it to those an image has; such as replace them are not set.

Sources: https://go.dev/src/crypto/x509/root_unix.go, https://docs.openssl.org/3.5/man3/SSL_CTX_load_verify_locations/
(a folder that is not hashed adds nothing and takes nothing), https://nodejs.org/api/cli.html#node_extra_ca_certsfile.
"""


def pod_defaults(
    namespace: str, context: TenantContext, team: str = "", environment: Sequence[Variable] = ()
) -> list[Object]:
    """Return the PodDefaults of a namespace, sorted by name; none where nothing on the cluster applies them."""
    if not context.has_pod_defaults:
        return []
    wanted = []
    if context.has_pipelines:
        wanted.append((PIPELINE_ACCESS, _PIPELINE_TOKEN))
    identity = Providers()[context.provider].pod_identity
    if identity is not None and identity.choice is not None and context.workload_identity is not None:
        wanted.append((identity.choice.name, _identity(identity.choice)))
    if environment:
        wanted.append((TEAM_ENVIRONMENT, _environment(team, environment)))
    if context.trusted:
        wanted.append((names.TRUST, _TRUST))
    return [
        {
            "apiVersion": "kubeflow.org/v1alpha1",
            "kind": "PodDefault",
            "metadata": {"name": name, "namespace": namespace},
            "spec": spec,
        }
        for name, spec in wanted
    ]


def trusted_authorities(namespace: str, context: TenantContext) -> list[Object]:
    """Return the ConfigMap with the cluster's own certificate authorities, which pods may mount; none without any."""
    if not context.trusted:
        return []
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": names.TRUST, "namespace": namespace},
            "data": {names.TRUST_FILE: context.trusted},
        }
    ]


def _identity(choice: IdentityChoice) -> dict[str, Any]:
    return {
        "desc": choice.title,
        "labels": {choice.label: "true"},
        "selector": {"matchLabels": {choice.name: "true"}},
    }


def _environment(team: str, variables: Sequence[Variable]) -> dict[str, Any]:
    return {
        "desc": f"Variables of team {team}",
        "env": [{"name": each.name, **_value(each)} for each in variables],
        "selector": {"matchLabels": {TEAM_ENVIRONMENT: "true"}},
    }


def _value(variable: Variable) -> dict[str, Any]:
    if variable.source is None:
        return {"value": variable.value or ""}
    kind, name, key = variable.source
    return {"valueFrom": {"secretKeyRef" if kind == "Secret" else "configMapKeyRef": {"name": name, "key": key}}}
