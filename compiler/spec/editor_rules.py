"""What later stages refuse and JSON Schema can say, so that an editor refuses it too; knows neither stages nor catalog.

Each rule here repeats one of a later stage for the editor's sake; `tests/e2e/test_editor_schema.py` holds the two to
each other, and lists what no schema can say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

GUARDED = ("staging", "prod")
"""Environments in which people log in through an identity provider, and secrets come from outside the cluster."""

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""Namespaces that every cluster has. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/."""


_REPOSITORY_PAGE = "/(tree|blob)/|/src/branch/"
"""What addresses have that are pages of a forge about a repository, and not the repository."""
_OWN_CLUSTER = "in-cluster"
"""What Argo CD calls the cluster that it runs in. Source: argo-cd docs/operator-manual/declarative-setup.md."""
_DISCOVERY = "/\\.well-known/openid-configuration"
"""What stands behind an issuer where its discovery document is. Source: OpenID Connect Discovery 1.0, section 4."""


def add_rules(schema: dict[str, Any], products: Iterable[str], accelerators: Iterable[str]) -> None:
    """Add the rules to the schema of the platform file, whose products and accelerators are closed sets by then."""
    definitions = schema["$defs"]
    cluster = definitions["ClusterSpec"]
    known = sorted(products)
    for owner in (schema, cluster):
        versions = owner["properties"]["versions"]
        constraint = versions["additionalProperties"]
        versions["properties"] = dict.fromkeys(known, constraint)
        versions["additionalProperties"] = False
    accelerator = definitions["GpuPoolSpec"]["properties"]["accelerator"]
    accelerator.pop("anyOf", None)
    accelerator["enum"] = sorted(accelerators)
    for namespace in ("TeamNamespaceSpec", "SharedNamespaceSpec"):
        properties = definitions[namespace]["properties"]
        properties["clusters"]["uniqueItems"] = True
        properties["name"]["not"] = {"enum": list(SYSTEM_NAMESPACES)}
    cluster["properties"]["name"]["not"] = {"const": _OWN_CLUSTER}
    definitions["OidcSpec"]["properties"]["issuer"]["not"] = {"pattern": _DISCOVERY}
    for owner in ("GitopsSpec", "TeamRepositorySpec"):
        definitions[owner]["properties"]["repoURL"]["not"] = {"pattern": _REPOSITORY_PAGE}
    _add_patch_rule(definitions["PatchSpec"]["properties"]["patch"])
    cluster.setdefault("allOf", []).extend(_environment_rules())
    schema.setdefault("allOf", []).append(_SERVER_NEEDS_HUB)


def _add_patch_rule(patch: dict[str, Any]) -> None:
    """Refuse a patch that changes nothing."""
    for form in patch["oneOf"]:
        form["minItems" if form.get("type") == "array" else "minProperties"] = 1


def _environment_rules() -> list[dict[str, Any]]:
    guarded = {"properties": {"environment": {"enum": list(GUARDED)}}, "required": ["environment"]}
    shared = {"properties": {"environment": {"enum": ["test", *GUARDED]}}, "required": ["environment"]}
    https = {"properties": {"oidc": {"properties": {"issuer": {"pattern": "^https://"}}}}}
    return [
        {
            "if": guarded,
            "then": {
                "required": ["identity"],
                "properties": {
                    "identity": {"required": ["oidc"]},
                    "secrets": {"not": {"properties": {"backend": {"const": "generated"}}, "required": ["backend"]}},
                },
            },
        },
        {
            "if": shared,
            "then": {
                "properties": {
                    "identity": https,
                    "serviceAccountIssuer": {"pattern": "^https://"},
                    "secrets": {
                        "not": {"properties": {"backend": {"const": "insecure-defaults"}}, "required": ["backend"]}
                    },
                },
            },
        },
    ]


_SERVER_NEEDS_HUB: dict[str, Any] = {
    "if": {
        "not": {
            "properties": {
                "gitops": {"properties": {"argocd": {"required": ["hub"]}}, "required": ["argocd"]},
            },
            "required": ["gitops"],
        }
    },
    "then": {"properties": {"clusters": {"items": {"not": {"required": ["server"]}}}}},
}
"""Only the Argo CD of a hub reaches a cluster by its API server."""
