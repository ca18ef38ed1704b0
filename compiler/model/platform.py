"""The platform as meant: every reference is an object, every default filled in, every version picked.

Knows nothing of YAML, pydantic or the catalog's files. Each node carries `origin`, the path in the
platform file that declared it; no node carries a line number, so a moved line changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from compiler.diagnostics.model import YamlPath
from compiler.frozen import frozen
from compiler.model.gitops import Gitops

ARGO_CD = "argo-cd"
"""The component that syncs clusters."""


@frozen
class Oidc:
    """An external identity provider. `client_secret_ref` names the Secret that holds the client secret."""

    issuer: str
    client_id: str
    client_secret_ref: str


@frozen
class StaticUser:
    """A user known to dex itself; `password_hash_ref` names the Secret that holds the bcrypt hash."""

    user: str
    password_hash_ref: str


@frozen
class Identity:
    """Who may log in: an external provider, static users, or (both empty) nobody yet."""

    oidc: Oidc | None = None
    static_users: tuple[StaticUser, ...] = ()


@frozen
class SecretsBackend:
    """Where secrets come from.

    `backend` is `manual`, `external-secrets`, `sealed-secrets`, `sops`, `generated` or `insecure-defaults`.
    `store_prefix` stands before the name of each entry of the store.
    """

    backend: str = "manual"
    store_kind: str | None = None
    store_name: str | None = None
    store_prefix: str = ""


@frozen
class SystemNodes:
    """On which nodes the platform's own components run, as pods say it."""

    selector: Mapping[str, str]
    tolerations: tuple[Mapping[str, str], ...]


@frozen
class Proxy:
    """Through which proxies the platform's own components reach the outside, and what they reach without."""

    http: str | None
    https: str | None
    no_proxy: tuple[str, ...] = ()


@frozen
class Trust:
    """Which certificate authorities are trusted beside the public ones: the file that names them, and their PEM."""

    file: str
    bundle: str


@frozen
class UserPatch:
    """A patch of the user's own: JSON 6902 operations (a tuple) or a strategic merge (a mapping).

    `file` is the path of the file it was read from, relative to the platform file's folder, if it was.
    """

    target: Mapping[str, str]
    patch: object
    origin: YamlPath
    file: str | None = None


@frozen
class Installation:
    """One component on one cluster, with the version that the resolver picked and the reasons.

    `product` and `product_version` name the catalog release that carries the component, `version` is the
    component's own version inside it. `existing` is set when the cluster has it already: nothing is installed,
    but the version counts. `wave` is the sync wave computed from what requires what.
    """

    component: str
    product: str
    product_version: str
    version: str | None
    wave: int
    options: Mapping[str, object]
    patches: tuple[UserPatch, ...]
    because: tuple[str, ...]
    origin: YamlPath
    existing: str | None = None

    @property
    def running(self) -> str | None:
        """Return the component's own version on the cluster, whoever installed it; `None` where nobody says."""
        return self.existing or self.version


@frozen
class Sharing:
    """How one GPU is divided: `none`, `timeSlicing` and `mps` (with `replicas`), `mig` (with `profile`)."""

    strategy: str = "none"
    replicas: int = 1
    profile: str | None = None


@frozen
class GpuPool:
    """A pool of equal GPU nodes on one cluster.

    Units: `min_nodes`/`max_nodes` are totals over all zones; `capacity` counts schedulable units at `max_nodes`
    (GPUs times replicas, or MIG instances); `resource` is the extended resource that pods ask for. `provisioner` is
    what is to make its nodes, `None` where the provider is free to choose. `topology` are labels of nodes, the widest
    first, by which Kueue places work.
    """

    name: str
    cluster: str
    accelerator: str
    machine_type: str | None
    gpus_per_node: int
    min_nodes: int
    max_nodes: int
    zones: tuple[str, ...]
    spot: bool
    sharing: Sharing
    overcommit: bool
    hourly_cost: float | None
    resource: str
    capacity: int
    origin: YamlPath
    provisioner: str | None = None
    topology: tuple[str, ...] = ()


@frozen
class Claim:
    """A team's share of a pool, in schedulable units; `None` as a limit means unlimited."""

    pool: GpuPool
    nominal: int
    borrowing_limit: int | None
    lending_limit: int | None
    origin: YamlPath


@frozen
class Member:
    """A person (`user`, an e-mail address) or a group of the identity provider, with a role: admin, editor, viewer."""

    kind: str
    name: str
    role: str
    origin: YamlPath


@frozen
class Namespace:
    """A namespace on one cluster. `quota` maps Kubernetes quota keys to quantities as text, GPUs not among them.

    `open_models` are the InferenceServices in it that all who get past the gateways may ask.
    """

    name: str
    quota: Mapping[str, str]
    origin: YamlPath
    open_models: tuple[str, ...] = ()


@frozen
class Registry:
    """A private image registry that the team pulls from; `settings` as in the platform file."""

    type: str
    settings: Mapping[str, str]
    origin: YamlPath


@frozen
class ModelStorage:
    """Where a team's models are loaded from with credentials of its own; `settings` as in the platform file."""

    type: str
    settings: Mapping[str, str]
    origin: YamlPath


@frozen
class TeamRepository:
    """A folder of a Git repository that a team syncs itself on one cluster, told from its others by `name`.

    What names no namespace goes to `namespace`. With `prune` what left the folder is deleted.
    """

    name: str
    repo_url: str
    revision: str
    path: str
    namespace: str
    prune: bool
    secret_ref: str | None
    origin: YamlPath


@frozen
class Variable:
    """An environment variable of a team's pods: its value, or kind (`Secret`, `ConfigMap`), name and key of where."""

    name: str
    value: str | None
    source: tuple[str, str, str] | None
    origin: YamlPath


@frozen
class Tenant:
    """A team as it appears on one cluster: only the namespaces and claims that are there."""

    team: str
    owner: str
    members: tuple[Member, ...]
    namespaces: tuple[Namespace, ...]
    claims: tuple[Claim, ...]
    registries: tuple[Registry, ...]
    notebook_images: tuple[str, ...]
    origin: YamlPath
    repositories: tuple[TeamRepository, ...] = ()
    environment: tuple[Variable, ...] = ()
    model_storage: tuple[ModelStorage, ...] = ()


@frozen
class Access:
    """The members of `team` reach a shared namespace with at most `role`; `members` holds who that is, role capped."""

    team: str
    role: str
    members: tuple[Member, ...]
    origin: YamlPath


@frozen
class SharedNamespace:
    """A namespace of no team, with the teams that reach it."""

    namespace: Namespace
    access: tuple[Access, ...]


@dataclass(frozen=True)
class Cluster:
    """One cluster with everything that is on it.

    `installations` are in the order of their waves. `parameters` are further scalar settings of the cluster
    (for instance `storageClass`) as in the platform file.
    """

    name: str
    environment: str
    provider: str
    kubernetes: str
    project: str | None
    region: str | None
    zones: tuple[str, ...]
    account: str | None
    subscription: str | None
    resource_group: str | None
    server: str | None
    domain: str | None
    identity: Identity
    secrets: SecretsBackend
    parameters: Mapping[str, str]
    cloud_quota: Mapping[str, int]
    installations: tuple[Installation, ...]
    pools: tuple[GpuPool, ...]
    tenants: tuple[Tenant, ...]
    shared_namespaces: tuple[SharedNamespace, ...]
    origin: YamlPath
    system_nodes: SystemNodes | None = None
    proxy: Proxy | None = None
    trust: Trust | None = None

    @cached_property
    def installed(self) -> Mapping[str, Installation]:
        """Return the installations by component id, existing ones too."""
        return {installation.component: installation for installation in self.installations}


@frozen
class Removal:
    """Permission to let data go: one `kind` (namespace, team, component, gpuPool, crd, pvc, cluster) with its name."""

    kind: str
    name: str
    cluster: str | None
    reason: str
    origin: YamlPath


@frozen
class Move:
    """A rename that keeps data."""

    kind: str
    source: str
    target: str
    origin: YamlPath


@frozen
class Platform:
    """The whole platform, sound as far as it goes: what was wrong in the file is left out and reported."""

    name: str
    gitops: Gitops
    distribution: str
    clusters: tuple[Cluster, ...]
    removed: tuple[Removal, ...] = ()
    moved: tuple[Move, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Files that patches name, by their path relative to the platform file's folder."""
    folder: str = ""
    """The platform file's folder from the Git root, with `/` at its end; empty where it stands at the root."""
    encrypted: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """What stands in the sound ones of the encrypted files of Secrets, by their path from the platform file's folder;
    of what Argo CD opens itself only its `recipients`, the kinds of keys it is encrypted for.
    See `compiler.model.secret_file`."""

    def argo_cd_of(self, cluster: Cluster) -> Installation | None:
        """Return the Argo CD that syncs a cluster, the hub's or its own; `None` where the file has none."""
        keepers = (each for each in self.clusters if each.name == (self.gitops.hub or cluster.name))
        return next((each.installed.get(ARGO_CD) for each in keepers), None)
