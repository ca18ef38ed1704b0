"""The only place where names of Kubernetes objects, labels, taints and applications are formed.

Every name that is put together from the user's names stays within its limit by `shorten`, which is stable:
the same parts give the same name on every machine and in every release.
"""

from __future__ import annotations

import hashlib
import re

LABEL_LIMIT = 63
"""Longest DNS-1123 label and label value, in characters (Kubernetes API conventions)."""
NAME_LIMIT = 253
"""Longest DNS-1123 subdomain, in characters."""

PREFIX = "platform"
"""Prefix of our labels, annotations and taints; the group of the platform file's own apiVersion."""
TEAM_LABEL = f"{PREFIX}/team"
"""On each namespace of a team: the team's name."""
TENANT_LABEL = f"{PREFIX}/tenant"
"""On each namespace that people work in: `team` or `shared`; admission policies bind to it."""
KUEUE_LABEL = f"{PREFIX}/kueue"
"""`managed` on each namespace whose workloads Kueue queues."""
POOL_KEY = f"{PREFIX}/gpu-pool"
"""Node label and taint key of a GPU pool; its value is the pool's name."""
GUARD_LABEL = f"{PREFIX}/guarded"
"""`true` on each object in a namespace of tenants that nobody who only edits that namespace may change."""

TRUST = "trust"
"""The ConfigMap with a cluster's own certificate authorities where people work, and the PodDefault that mounts it."""
TRUST_FILE = "ca.pem"
"""The key of that ConfigMap, and of those of workloads."""
TRUST_FOLDER = "/etc/platform-trust"
"""Where pods have it; nothing else stands in that folder, for all of it is trusted."""
TRUST_DIGEST = f"{PREFIX}/trust"
"""Annotation of pods: a digest of what they trust, which they read only once, so that a change replaces them."""

SYNC_WAVE = "argocd.argoproj.io/sync-wave"
"""Annotation: Argo CD applies lower waves first (docs/user-guide/sync-waves.md of argo-cd)."""
SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
"""Annotation: how Argo CD treats one object (docs/user-guide/sync-options.md of argo-cd)."""
COMPARE_OPTIONS = "argocd.argoproj.io/compare-options"
"""Annotation: how Argo CD judges one object (docs/user-guide/compare-options.md of argo-cd)."""


def pool_permission_label(pool: str) -> str:
    """Return the label key that a namespace carries when its pods may use the pool."""
    return f"{PREFIX}/{shorten(f'gpu-pool.{pool}')}"


def trust_config_map(workload: str) -> str:
    """Return the ConfigMap with what a workload of the platform trusts; workloads of one namespace share none."""
    return shorten(f"{workload}-{TRUST}")


def shorten(name: str, limit: int = LABEL_LIMIT) -> str:
    """Return `name` if it fits, else its beginning and eight hex digits of its hash, within `limit` characters."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-.')}-{digest}"


def team_application(team: str) -> str:
    """Return the application (and directory) of a team."""
    return shorten(f"team-{team}")


def team_repository(team: str, name: str) -> str:
    """Return the Application of what a team syncs itself; no team has a dot in its name, so no other is called so."""
    return shorten(f"team-{team}.{name}")


GPU_POOLS_APPLICATION = "gpu-pools"
GPU_NODES_APPLICATION = "gpu-nodes"
"""What the cluster's autoscaler makes the nodes of GPU pools from, apart from what Kueue and the API server know."""
CLUSTER_DIRECTORY = "cluster"
"""The directory of what people run against a cluster from outside: Terraform, scripts, instructions."""
SHARED_NAMESPACES_APPLICATION = "shared-namespaces"
TENANT_ADMISSION_APPLICATION = "tenant-admission"
"""What the API server refuses in every namespace of tenants, pools or not."""
SECRETS_APPLICATION = "argo-cd-secrets"
"""Argo CD's own Secrets, where it opens the encrypted files of the user itself: not before it runs."""
APPLICATIONS_APPLICATION = "applications"
"""The directory that the root Application syncs: every other Application of the cluster."""
BOOTSTRAP_DIRECTORY = "bootstrap"
ROOT_APPLICATION = "root"


def argocd_application(application: str, cluster: str, hub: str | None) -> str:
    """Return the name of the Argo CD Application object; on a hub it starts with the managed cluster's name."""
    return application if hub is None else shorten(f"{cluster}-{application}")


TEAM_FILE = "team.yaml"
"""The file of a team's application that holds what is cluster-scoped."""
_TAKEN_FILES = frozenset({"team", "kustomization"})


def namespace_file(namespace: str) -> str:
    """Return the file that holds everything of a namespace.

    A namespace whose name is another file's gets a dot in its file name, which no namespace has in its own.
    """
    return f"{namespace}.namespace.yaml" if namespace in _TAKEN_FILES else f"{namespace}.yaml"


QUOTA = "kf-resource-quota"
"""The ResourceQuota of a team's namespace, as the profile controller names it."""
LIMITS = f"{PREFIX}-defaults"
"""The LimitRange of a namespace."""
ISOLATION = f"{PREFIX}-isolation"
"""The NetworkPolicy that keeps other tenants out of a namespace."""
NETWORK_POLICY_GUARD = f"{PREFIX}-network-policies"
POOL_ACCESS_POLICY = f"{PREFIX}-gpu-pool-access"

COHORT = PREFIX
"""The one Kueue Cohort of a cluster, in which teams lend to each other."""
CPU_FLAVOR = "cpu"
"""The Kueue ResourceFlavor of all nodes that belong to no GPU pool."""
NODE_LEVEL = "kubernetes.io/hostname"
"""Label of a single node, the last level of every Kueue Topology."""
LOCAL_QUEUE = "gpu"
"""The LocalQueue of each namespace. Never `default`: Kueue puts every pod of a namespace into a queue so named."""


GPU_NODE_CLASS = f"{PREFIX}-gpu"
"""The Karpenter EC2NodeClass of all GPU pools of a cluster."""


def resource_flavor(pool: str) -> str:
    """Return the Kueue ResourceFlavor of a pool; up to 68 characters of the 253 that are allowed."""
    return f"pool-{pool}"


def pull_secret(registry_type: str, scope: str) -> str:
    """Return the Secret with the credentials of a registry that the platform file names no Secret for.

    `scope` tells registries of one type apart, e.g. account and region.
    """
    return shorten(_hyphenated(f"pull-{registry_type}-{scope}"))


def cluster_queue(team: str) -> str:
    """Return the Kueue ClusterQueue of a team."""
    return shorten(f"team-{team}")


def contributor(kind: str, name: str, role: str) -> str:
    """Return the name that KFAM gives to a contributor's RoleBinding and AuthorizationPolicy.

    Every run of characters that are no letters or digits becomes one hyphen, so two people may get the same name:
    `distinct_contributor` is for those. The limit is that of the objects, as KFAM must find them by this name.
    Source: kubeflow/dashboard components/access-management/kfam/bindings.go, getBindingName.
    """
    return shorten(_hyphenated(f"{kind}-{name}-clusterrole-{role}"), NAME_LIMIT)


def distinct_contributor(kind: str, name: str, role: str) -> str:
    """Return the contributor's name with eight hex digits of the exact person or group behind it."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{shorten(contributor(kind, name, role), NAME_LIMIT - 9)}-{digest}"


def _hyphenated(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("-", text.lower()).strip("-")


_NOT_ALPHANUMERIC = re.compile("[^a-z0-9]+")
