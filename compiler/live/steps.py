"""What the bootstrap of a cluster consists of, as data: what must be there, what is applied in which order, and why.

A pure function of the platform; knows neither how a step is printed nor how it is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from compiler.frozen import frozen
from compiler.lowering.argocd.children import is_ours
from compiler.lowering.wanted_secrets import WantedSecret, wanted_secrets
from compiler.model import names
from compiler.model.platform import ARGO_CD

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.model.manifest import Object
    from compiler.model.platform import Cluster, Platform

OWN_DEFINITIONS = ("applications.argoproj.io", "appprojects.argoproj.io")
"""The definitions without which no server takes the bootstrap."""
FIELD_MANAGER = "argocd-controller"
"""Whose fields the applied ones are: Argo CD's own, so that what leaves Git later leaves the cluster too.
Source: argo-cd v3.4.7 common/common.go (ArgoCDSSAManager)."""
APPLY = ("apply", "--server-side", "--force-conflicts", f"--field-manager={FIELD_MANAGER}")
"""Server-side, as definitions above 262144 bytes are refused otherwise; with conflicts forced, as a second run meets
what controllers have taken over."""
MANAGER = "argocd-manager"
MANAGER_NAMESPACE = "kube-system"
MANAGER_TOKEN = f"{MANAGER}-long-lived-token"
"""Whom a hub's Argo CD is on the clusters it manages. Source: argo-cd v3.4.7 util/clusterauth/clusterauth.go."""

HERE, HUB = "here", "hub"
"""On which cluster a step acts: the one that is bootstrapped, or the hub that manages it."""


@frozen
class Definitions:
    """Apply the resource definitions of every overlay, before anything that would watch them runs."""

    why: str


@frozen
class Applied:
    """Apply one overlay."""

    overlay: str
    why: str


@frozen
class Awaited:
    """Wait until definitions are established."""

    definitions: tuple[str, ...]
    why: str


@frozen
class Manager:
    """Let the hub's Argo CD act here: a service account with a token that does not expire."""

    objects: tuple[Object, ...]
    why: str


@frozen
class Registered:
    """Tell the hub's Argo CD of this cluster: a Secret in the hub with the server's address and that token."""

    secret: str
    namespace: str
    cluster: str
    server: str
    why: str


Step = Definitions | Applied | Awaited | Manager | Registered


@frozen
class Bootstrap:
    """The bootstrap of one cluster.

    `repository` is what Argo CD reads at `revision`, in `argocd_namespace` of the cluster it runs on; `hub` names that
    one where it is another; `has_credentials` tells whether a Secret holds the repository's. `root` is the root
    Application and `root_path` what it syncs.
    """

    cluster: str
    hub: str | None
    argocd_namespace: str
    repository: str
    revision: str
    has_credentials: bool
    secrets: tuple[WantedSecret, ...]
    steps: tuple[Step, ...]
    root: str
    root_path: str

    @property
    def is_spoke(self) -> bool:
        """Return whether another cluster's Argo CD manages this one."""
        return self.hub is not None


def bootstrap(cluster: Cluster, platform: Platform, catalog: Catalog) -> Bootstrap:
    """Return the bootstrap of a cluster."""
    gitops = platform.gitops
    hub = gitops.hub if gitops.hub != cluster.name else None
    return Bootstrap(
        cluster=cluster.name,
        hub=hub,
        argocd_namespace=gitops.argocd_namespace,
        repository=gitops.repo_url,
        revision=gitops.revision,
        has_credentials=gitops.secret_ref is not None,
        secrets=tuple(wanted_secrets(cluster, platform)),
        steps=(*_first(cluster, catalog), *(_spoke(cluster, platform) if hub else _own(cluster))),
        root=names.argocd_application(names.ROOT_APPLICATION, cluster.name, gitops.hub),
        root_path=f"{platform.folder}overlays/{cluster.name}/{names.APPLICATIONS_APPLICATION}",
    )


_DEFINITIONS = Definitions(
    "the definitions of all components first: Argo CD reads the whole API again after each one that appears while it "
    "runs, which makes a first sync six times as long"
)
"""Seen with Kubeflow 1.10.2 (74 definitions), Argo CD 3.6.1 and Kubernetes 1.34.4: 86 s against more than 540 s."""


def _first(cluster: Cluster, catalog: Catalog) -> Iterator[Step]:
    """Yield the step of the definitions, where anything that we install brings some."""
    for installation in filter(is_ours, cluster.installations):
        release = catalog.release(installation.product, installation.product_version)
        component = release.components[installation.component]
        if component.definitions or (component.crds and release.kind != "helm"):
            yield _DEFINITIONS
            return


def _own(cluster: Cluster) -> Iterator[Step]:
    installation = cluster.installed.get(ARGO_CD)
    if installation is not None and is_ours(installation):
        yield Applied(ARGO_CD, "Argo CD itself, pinned, with the health checks that make waves wait")
    yield Awaited(OWN_DEFINITIONS, "the server takes projects and applications only when it knows their kinds")
    yield Applied(
        names.BOOTSTRAP_DIRECTORY, "the projects and the root Application; from here on Argo CD syncs, itself included"
    )


def _spoke(cluster: Cluster, platform: Platform) -> Iterator[Step]:
    yield Manager(tuple(manager_objects()), f"the account as which the Argo CD of {platform.gitops.hub} acts here")
    yield Registered(
        names.shorten(f"cluster-{cluster.name}"),
        platform.gitops.argocd_namespace,
        cluster.name,
        cluster.server or "",
        f"the hub {platform.gitops.hub} learns address and token; its root Application syncs the rest",
    )


def manager_objects() -> Iterator[Object]:
    """Yield the account of a hub's Argo CD on a managed cluster, as `argocd cluster add` makes it, token included.

    Source: argo-cd v3.4.7 util/clusterauth/clusterauth.go (InstallClusterManagerRBAC).
    """
    group = "rbac.authorization.k8s.io"
    place = {"name": MANAGER, "namespace": MANAGER_NAMESPACE}
    role = f"{MANAGER}-role"
    everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": place}
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": role},
        "rules": [everything, {"nonResourceURLs": ["*"], "verbs": ["*"]}],
    }
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"{role}-binding"},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "ServiceAccount", **place}],
    }
    yield {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": MANAGER_TOKEN,
            "namespace": MANAGER_NAMESPACE,
            "annotations": {"kubernetes.io/service-account.name": MANAGER},
        },
        "type": "kubernetes.io/service-account-token",
    }


def cluster_secret(step: Registered, token: str, authority: str) -> Object:
    """Return the Secret by which Argo CD knows a cluster; `authority` is the server's CA in base64.

    Source: argo-cd v3.4.7 docs/operator-manual/declarative-setup.md (Clusters).
    """
    config = '{"bearerToken": "%s", "tlsClientConfig": {"caData": "%s"}}' % (token, authority)  # noqa: UP031 - braces
    metadata: Mapping[str, Any] = {
        "name": step.secret,
        "namespace": step.namespace,
        "labels": {"argocd.argoproj.io/secret-type": "cluster"},
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "stringData": {"config": config, "name": step.cluster, "server": step.server},
    }
