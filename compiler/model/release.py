"""What a release of a product is: its commit, its components and what they hold and need; frozen, read only.

Knows neither the files that say so nor how they were derived. All of it comes from the catalog.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from compiler.frozen import frozen

Reasons = Mapping[str, tuple[str, ...]]
"""Reasons by the component that they lead to."""


@frozen
class Component:
    """One thing that can be installed, whatever release carries it.

    `products`: the products that carry it, the preferred one first. `subjects`: names under which compatibility
    facts speak of it, its own version's first. `optional`: in no release's default set. `conflicts`: can't stand
    beside it.
    """

    id: str
    summary: str
    docs: str
    products: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    optional: bool = False
    replaces: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@frozen
class RemoteBase:
    """A reference of a release's tree to another repository.

    `file` is the kustomization that holds `url`; `path` in `repository` at `commit` gives the same objects.
    `release_file`: `url` is a published file, which is never referenced; `path` is the directory it is made from.
    """

    file: str
    url: str
    repository: str
    path: str
    ref: str
    commit: str
    release_file: bool


@frozen
class RenderedSecret:
    """A Secret among a component's objects; `empty_keys` are among `keys` and hold nothing."""

    name: str
    namespace: str
    keys: tuple[str, ...]
    empty_keys: tuple[str, ...]


@frozen
class WebhookConfiguration:
    """An admission webhook configuration. `webhooks` counts its webhooks.

    `ca_from`: the Certificate (`namespace/name`) that cert-manager injects from; empty when a controller does it.
    `ca_bundle`: which of `absent`, `empty`, `set` occur in the manifest; `rules_empty`: a webhook has none yet.
    """

    kind: str
    name: str
    webhooks: int
    ca_from: str
    ca_bundle: tuple[str, ...]
    rules_empty: bool
    failure_policy: tuple[str, ...]


@frozen
class Variant:
    """Another directory of a component, compared with the default one; `objects` counts.

    `same_objects`: the same identities as the default. `remotes`: URLs that it reaches.
    """

    path: str
    builds: bool = True
    objects: int = 0
    same_objects: bool = False
    namespaces: tuple[str, ...] = ()
    images_added: tuple[str, ...] = ()
    images_removed: tuple[str, ...] = ()
    remotes: tuple[str, ...] = ()


@frozen
class HelmChart:
    """What a chart says of itself; the versions as written, which may not be the release's own.

    Each dependency has `name`, `version`, `repository` and `vendored`: `yes` when the repository holds it.
    """

    name: str
    version: str
    app_version: str = ""
    kube_version: str = ""
    dependencies: tuple[Mapping[str, str], ...] = ()


@frozen
class Workload:
    """A workload that lasts, `Kind/name`: what each of its pods asks of a node, by container and resource.

    Quantities are Kubernetes' own; a container that asks nothing has none. `each_node`: one pod on every node instead
    of `copies`. `proxied`: Istio adds a proxy to each pod. `first`: containers that run before the others.
    """

    workload: str
    copies: int
    containers: Mapping[str, Mapping[str, str]]
    first: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    each_node: bool = False
    proxied: bool = False


@frozen
class ComponentRelease:
    """A component inside one release.

    Units and shapes: `objects` are identities as `Identity.__str__` writes them, one per object, sorted. `crds` and
    `oversized` map to the bytes of the object as compact JSON; `oversized` ones are too large for client-side apply.
    `namespace`: where objects that say none (`namespace_unset`) belong. `namespaces_created` maps to labels.
    `own_resources` counts custom resources whose definition is in the same component, by `Kind.group`;
    `own_resources_behind_webhook` those that pass a failing webhook of the same component. `aggregated_roles` says of
    each whether its `rules` are `empty`, `absent` or `filled`. `workloads` are those that last, Jobs not;
    `proxy_requests` is what each proxy asks that this component adds to pods, if it does. `requires` fails without,
    `uses` works later or in part, `unmet` is needed and comes from no component of the catalog. `remotes`: URLs that
    `path` reaches.
    `definitions`: kustomization with the custom resource definitions that the chart leaves out of Git. `bundled`:
    kustomize components that the distribution lays over `path` (the description includes them);
    `kustomize_components`: further ones that the component offers.
    """

    id: str
    path: str
    default: bool
    version: str | None = None
    version_source: str = ""
    brings: Mapping[str, str] = field(default_factory=dict)
    builds: bool = True
    namespace: str = ""
    objects: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    namespaces_created: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    namespace_unset: tuple[str, ...] = ()
    crds: Mapping[str, int] = field(default_factory=dict)
    oversized: Mapping[str, int] = field(default_factory=dict)
    conversion_webhooks: tuple[str, ...] = ()
    own_resources: Mapping[str, int] = field(default_factory=dict)
    own_resources_behind_webhook: Mapping[str, int] = field(default_factory=dict)
    webhooks: tuple[WebhookConfiguration, ...] = ()
    images: tuple[str, ...] = ()
    images_embedded: tuple[str, ...] = ()
    images_unpinned: tuple[str, ...] = ()
    secrets: tuple[RenderedSecret, ...] = ()
    volume_claims: tuple[str, ...] = ()
    aggregated_roles: Mapping[str, str] = field(default_factory=dict)
    workloads: tuple[Workload, ...] = ()
    proxy_requests: Mapping[str, str] = field(default_factory=dict)
    requires: Reasons = field(default_factory=dict)
    uses: Reasons = field(default_factory=dict)
    unmet: Reasons = field(default_factory=dict)
    remotes: tuple[str, ...] = ()
    chart: HelmChart | None = None
    definitions: str = ""
    variants: tuple[Variant, ...] = ()
    kustomize_components: tuple[str, ...] = ()
    bundled: tuple[str, ...] = ()


@frozen
class Claim:
    """One statement about Kubernetes versions, and where it is made."""

    value: str
    meaning: str
    source: str


@frozen
class KubernetesSupport:
    """What is known of a release and Kubernetes: below `minimum` it fails, `tested` are versions its makers ran."""

    minimum: str | None = None
    tested: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


@frozen
class UpgradeStep:
    """What Argo CD cannot do by itself when a cluster comes to a release from any older one; one of the three.

    `delete`: an object of `component` that cannot be changed and is made anew once it is gone, as
    `Kind.group/namespace/name`. `define`: custom resource definitions that must be applied before Argo CD can compare
    the component. `carry`: how people take along what the release no longer reads, unless the option `unless` of the
    component is set. `because` goes on after "because".
    """

    component: str
    delete: str
    define: tuple[str, ...]
    because: str
    source: str
    carry: str = ""
    unless: str = ""


@frozen
class ProductRelease:
    """One release of a product, pinned to a commit that was compared with the tag on the day `verified`.

    `kind` is `kustomize` or `helm`. `upgrade_source` releases are never picked: clusters may only come from them.
    `components` is a lazy mapping; `waves` are layers of component ids, each needing only earlier ones.
    `brings` maps the subjects of compatibility facts to the versions that the release ships.
    """

    product: str
    version: str
    kind: str
    repository: str
    ref: str
    commit: str
    date: str
    verified: str
    upgrade_source: bool
    kubernetes: KubernetesSupport
    notes: tuple[str, ...]
    upgrade: tuple[UpgradeStep, ...]
    waves: tuple[tuple[str, ...], ...]
    remotes: tuple[RemoteBase, ...]
    brings: Mapping[str, str]
    components: Mapping[str, ComponentRelease]

    @property
    def defaults(self) -> tuple[str, ...]:
        """Return the ids of the components that the release installs by itself, sorted."""
        return tuple(sorted(name for name, component in self.components.items() if component.default))


@frozen
class ReleaseSummary:
    """What the index says of a release without reading it."""

    product: str
    version: str
    ref: str
    commit: str
    upgrade_source: bool
    kubernetes_minimum: str | None
    components: tuple[str, ...]
    brings: Mapping[str, str]


@frozen
class Product:
    """Something with releases. `eras` tell version schemes apart that followed each other against the numbers."""

    id: str
    summary: str
    docs: str
    repository: str
    kind: str
    bundle: str
    eras: tuple[str, ...]
    releases: Mapping[str, ReleaseSummary]


@frozen
class Fact:
    """One compatibility fact.

    `version` is a line (`1.28`), an exact version or `*`. `requires` maps other subjects to constraints, `tested` holds
    statements like `kubernetes==1.34.*`. `strength`: `api`, `enforced`, `documented`, `tested`, `pinned`, `lifecycle`
    or `catalog`; `confidence`: `high`, `medium` or `low`. `source` says where it was read (repo or url, path, ref).
    """

    id: str
    subject: str
    version: str
    requires: Mapping[str, str]
    tested: tuple[str, ...]
    strength: str
    confidence: str
    source: Mapping[str, str]
    data: Mapping[str, Any] = field(default_factory=dict)


@frozen
class Accelerator:
    """A GPU model as clouds and drivers name it; `raw` holds the table's whole entry as plain data.

    Units: `memory_gib` as the vendor prints it. `machines` by cloud (`gcp`, `aws`, `azure`), each with name and GPUs.
    """

    id: str
    vendor: str
    architecture: str
    memory_gib: float
    mig_capable: bool
    machines: Mapping[str, tuple[Mapping[str, Any], ...]]
    raw: Mapping[str, Any]


@frozen
class KubernetesMinor:
    """A minor of Kubernetes with its dates (ISO days), upstream's and those of each provider that offers it.

    `providers` maps ids of providers to dates by name (`released`, `standardSupportUntil`, ...).
    """

    version: str
    released: str | None
    end_of_life: str | None
    latest: str | None
    providers: Mapping[str, Mapping[str, str]]
