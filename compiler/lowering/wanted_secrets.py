"""Every Secret that must exist on a cluster, whoever asks for it: components, teams, Argo CD itself; and who brings it.

Knows no single Secret and no command that makes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from compiler.frozen import frozen
from compiler.lowering.context import tenant_context
from compiler.lowering.model_storage import storage_secrets
from compiler.lowering.registries import missing_pull_secrets
from compiler.lowering.secrets import EXTERNAL_SECRETS, brought_by, file_of, required_secrets
from compiler.model.secret_file import ENCRYPTED_BACKENDS

if TYPE_CHECKING:
    from compiler.catalog.overlay import Secret
    from compiler.model.platform import Cluster, Platform, Tenant


@frozen
class WantedSecret:
    """A Secret that must exist: `keys` maps each key to how its value is made (see `compiler.catalog.overlay.Secret`).

    `type` is its Kubernetes type where that is not `Opaque`, `for_whom` who asks for it. With `is_late` the namespace
    is a team's: whatever makes that must find none, so the Secret comes after it. `brought_by` says what brings it;
    nothing where somebody must make it by hand. `labels` are what its readers find it by, `annotations` what they want
    to know besides its keys; in what Git brings the latter stand anyhow.
    """

    namespace: str
    name: str
    keys: Mapping[str, str]
    for_whom: str
    help: str
    type: str = ""
    is_late: bool = False
    brought_by: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


def wanted_secrets(cluster: Cluster, platform: Platform) -> list[WantedSecret]:
    """Return the Secrets that must exist on a cluster, in the order in which they can be made."""
    found: list[WantedSecret] = []
    gitops = platform.gitops
    if gitops.hub in {None, cluster.name}:
        if gitops.secret_ref is not None:
            found.append(repository_secret(gitops.secret_ref, gitops.repo_url, gitops.argocd_namespace))
        for synced in platform.clusters if gitops.hub else (cluster,):
            found += _of_teams(synced, gitops.argocd_namespace)
    for installation in cluster.installations:
        if installation.existing is None:
            wanted = required_secrets(installation, cluster, platform)
            found += [_of_component(secret, installation.component, cluster, platform) for secret in wanted]
    for tenant in cluster.tenants:
        found += _in_namespaces(tenant, cluster, platform)
    unique = {(each.namespace, each.name): each for each in reversed(found)}
    first = sorted(unique.values(), key=lambda each: (each.namespace, each.name))
    return sorted(first, key=_is_copy)


def _in_namespaces(tenant: Tenant, cluster: Cluster, platform: Platform) -> Iterator[WantedSecret]:
    """Yield the Secrets in a team's namespaces, by which its pods pull and its models are loaded."""
    context = tenant_context(cluster)
    for_whom = f"team {tenant.team}"
    for entry in missing_pull_secrets(tenant, context):
        for namespace in entry["namespaces"]:
            yield WantedSecret(
                namespace, entry["name"], {entry["key"]: "given"}, for_whom,
                f"credentials of {entry['registry']}", entry["type"], is_late=True,
                brought_by=_team_secret_by(namespace, entry["name"], cluster, platform, "a whole file of the store"),
            )  # fmt: skip
    for secret in storage_secrets(tenant.model_storage, context):
        for each in tenant.namespaces:
            yield WantedSecret(
                each.name, secret.name, secret.keys, for_whom, f"credentials for {secret.purpose}", is_late=True,
                brought_by=_team_secret_by(each.name, secret.name, cluster, platform, "an entry of the store"),
                annotations=secret.annotations,
            )  # fmt: skip


def _of_teams(cluster: Cluster, argocd: str) -> Iterator[WantedSecret]:
    """Yield the Secrets by which Argo CD reads what teams sync to a cluster themselves."""
    for tenant in cluster.tenants:
        for each in tenant.repositories:
            if each.secret_ref is not None:
                yield repository_secret(each.secret_ref, each.repo_url, argocd, f"what team {tenant.team} syncs")


def repository_secret(name: str, url: str, namespace: str, for_whom: str = "Argo CD") -> WantedSecret:
    """Return the Secret by which Argo CD reads a private repository; nothing in that repository can bring it.

    Args: `namespace` is that of Argo CD.
    Source: argo-cd v3.4.7 docs/operator-manual/declarative-setup.md (Repositories).
    """
    by_https = url.startswith(("http://", "https://"))
    keys = {"username": "given", "password": "given"} if by_https else {"sshPrivateKey": "given"}
    return WantedSecret(
        namespace,
        name,
        {"type": "text:git", "url": f"text:{url}", **keys},
        for_whom,
        "a user and a token that may read the repository" if by_https else "a key that may read the repository",
        labels={"argocd.argoproj.io/secret-type": "repository"},
    )


def _team_secret_by(namespace: str, name: str, cluster: Cluster, platform: Platform, stored: str) -> str:
    """Return what brings a team's Secret: even where values are drawn, only who gave the credentials knows them."""
    if cluster.secrets.backend in ENCRYPTED_BACKENDS:
        return file_of(namespace, name, cluster, platform)
    return stored if cluster.secrets.backend == EXTERNAL_SECRETS else ""


def _is_copy(secret: WantedSecret) -> bool:
    """Return whether a value is copied from another Secret, which must be there before."""
    return any(made.startswith("same:") for made in secret.keys.values())


def _of_component(secret: Secret, component: str, cluster: Cluster, platform: Platform) -> WantedSecret:
    by, labels = brought_by(secret, cluster, platform), secret.labels
    place = (str(secret.namespace), str(secret.name))
    return WantedSecret(*place, secret.keys, component, secret.help, brought_by=by, labels=labels)


def encrypted_secrets(cluster: Cluster, platform: Platform) -> list[WantedSecret]:
    """Return the wanted Secrets that the user keeps as encrypted files in Git; none with other backends."""
    if cluster.secrets.backend not in ENCRYPTED_BACKENDS:
        return []
    return [secret for secret in wanted_secrets(cluster, platform) if secret.brought_by]
