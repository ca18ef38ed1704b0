"""The shapes of the catalog's YAML files, checked when the catalog is compiled and when a release is imported.

Never imported where the compiled catalog is read: pydantic and YAML cost more than reading it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

Text = Annotated[str, StringConstraints(min_length=1)]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Reasons = dict[str, list[Text]]


class Shape(BaseModel):
    """A mapping of a catalog file: keys in camelCase, unknown ones refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True)


class VersionRule(Shape):
    """Where the version of something that a component ships is read, tried in this order.

    `images`: patterns of image names whose tag is the version. `labels`: the one value of
    `app.kubernetes.io/version` among the objects. `remotes`: patterns of repositories whose ref is the version.
    `readme`: names in the first column of the README's component table; `revision` counts the links of that row from 0.
    """

    images: list[Text] = []
    labels: bool = False
    remotes: list[Text] = []
    readme: list[Text] = []
    revision: int = 0


class Upstream(Shape):
    """How the importer finds a component in one product's tree. Patterns as in `importer/globs.py`.

    `roots`: the directories that belong to the component; of several that fit a path the deepest owns it.
    `paths`: the directory to build where the product's bundle names none, first match first.
    `variants`: further directories worth building. `namespace`: where objects without a namespace go.
    `definitions`: kustomization with the custom resource definitions that a Helm chart leaves out of Git.
    `brings`: version rule by subject (names as in `compatibility/`); the first one is the component's own version.
    """

    roots: list[Text]
    paths: list[Text]
    variants: list[Text] = []
    namespace: str = ""
    definitions: str = ""
    brings: dict[str, VersionRule] = {}


class ComponentFile(Shape):
    """`components/<id>/component.yaml`: what a component is and where it is found.

    `upstream` maps each product that carries it, the preferred one first, to how it is found there. `replaces` names
    components whose place it takes, `optional` ones are in no release's default set, `conflicts` can't stand beside
    it. `quirks`, `parameters`, `secrets` and `sync` belong to lowering and stay plain data here.
    """

    id: Text
    summary: Text
    docs: Text
    optional: bool = False
    replaces: list[Text] = []
    conflicts: list[Text] = []
    upstream: dict[Text, Upstream]


class Claim(Shape):
    """One statement about Kubernetes versions, with the place that makes it."""

    value: Text
    meaning: Text
    source: Text


class KubernetesClaims(Shape):
    """`minimum`: below it the release fails. `tested`: exact versions its makers ran. `claims`: every statement."""

    minimum: str | None = None
    tested: list[Text] = []
    claims: list[Claim] = []


class UpgradeStep(Shape):
    """What Argo CD cannot do when a cluster comes to a release from any older one; exactly one of the three.

    `delete`: an object that the API server refuses to change, which Argo CD makes anew once it is gone, as
    `Kind.group/namespace/name` without what it has not. `define`: names of custom resource definitions with fields
    that objects of the same Application need before Argo CD can compare it. `carry`: how to take along what the
    release no longer reads; `unless` names the option of the component with which nothing is left behind.
    """

    component: Text
    delete: str = ""
    define: list[Text] = []
    carry: str = ""
    unless: str = ""
    because: Text
    source: Text

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(map(bool, (self.delete, self.define, self.carry))) != 1:
            message = "one of `delete`, `define` and `carry` is to be said"
            raise ValueError(message)
        return self


class ReleaseNotes(Shape):
    """What a person knows of a release and no importer can derive.

    `upgrade_source` marks releases that clusters may come from but are never picked. `verified` is the day on which
    the commit was compared with the repository's tag.
    """

    ref: Text
    verified: Day
    upgrade_source: bool = False
    kubernetes: KubernetesClaims = KubernetesClaims()
    notes: list[Text] = []
    upgrade: list[UpgradeStep] = []


class ProductFile(Shape):
    """`products/<product>.yaml`: a repository with releases, and what is known of each beyond its own tree.

    `tag`: pattern of the tags that are releases, its first group the version. `tree`: directories to read, all when
    empty. `bundle`: the kustomization whose resources are the default components. `release_bases`: for release files
    (`owner/name/file`) the directory of that repository which they are built from. `eras`: patterns of versions in
    the order in which the schemes followed each other; within one scheme numbers decide.
    """

    product: Text
    summary: Text
    docs: Text
    repository: Text
    kind: Literal["kustomize", "helm"]
    tag: Text
    tree: list[Text] = []
    bundle: str = ""
    release_bases: dict[Text, str] = {}
    eras: list[Text] = []
    releases: dict[Text, ReleaseNotes] = {}


class RemoteEntry(Shape):
    """A reference of the tree to another repository."""

    file: Text
    url: Text
    repository: Text
    path: Text
    ref: Text
    commit: Commit
    release_file: bool


class SecretEntry(Shape):
    """A Secret that the component renders; `empty_keys` have no value."""

    name: Text
    namespace: str
    keys: list[str]
    empty_keys: list[str]


class WebhookEntry(Shape):
    """A webhook configuration. `ca_from`: the Certificate cert-manager injects from, empty when a controller does."""

    kind: Text
    name: Text
    webhooks: int
    ca_from: str
    ca_bundle: list[Literal["absent", "empty", "set"]]
    rules_empty: bool
    failure_policy: list[Literal["Fail", "Ignore"]]


class VariantEntry(Shape):
    """Another directory of a component, compared with its default one."""

    path: Text
    builds: bool = True
    objects: int = 0
    same_objects: bool = False
    namespaces: list[str] = []
    images_added: list[str] = []
    images_removed: list[str] = []
    remotes: list[str] = []


class ChartEntry(Shape):
    """What a Helm chart says of itself."""

    name: Text
    version: Text
    app_version: str = ""
    kube_version: str = ""
    dependencies: list[dict[str, str]] = []


class WorkloadEntry(Shape):
    """A workload that lasts, `Kind/name`: what each pod of it asks of a node, by container and resource.

    `each_node`: one pod on every node instead of `copies`. `proxied`: Istio adds a proxy. `first`: run before the rest.
    """

    workload: Text
    each_node: bool = False
    copies: int = 1
    proxied: bool = False
    containers: dict[str, dict[str, str]]
    first: dict[str, dict[str, str]] = {}


class ReleaseComponentEntry(Shape):
    """What the importer found of one component; the fields are those of `model.release.ComponentRelease`."""

    path: Text
    default: bool
    version: str | None = None
    version_source: str = ""
    brings: dict[str, str] = {}
    builds: bool = True
    namespace: str = ""
    objects: list[str] = []
    namespaces: list[str] = []
    namespaces_created: dict[str, dict[str, str]] = {}
    namespace_unset: list[str] = []
    crds: dict[str, int] = {}
    oversized: dict[str, int] = {}
    conversion_webhooks: list[str] = []
    own_resources: dict[str, int] = {}
    own_resources_behind_webhook: dict[str, int] = {}
    webhooks: list[WebhookEntry] = []
    images: list[str] = []
    images_embedded: list[str] = []
    images_unpinned: list[str] = []
    secrets: list[SecretEntry] = []
    volume_claims: list[str] = []
    aggregated_roles: dict[str, Literal["empty", "absent", "filled"]] = {}
    workloads: list[WorkloadEntry] = []
    proxy_requests: dict[str, str] = {}
    requires: Reasons = {}
    uses: Reasons = {}
    unmet: Reasons = {}
    remotes: list[str] = []
    chart: ChartEntry | None = None
    definitions: str = ""
    variants: list[VariantEntry] = []
    kustomize_components: list[str] = []
    bundled: list[str] = []


class ReleaseFile(Shape):
    """`releases/<product>/<version>.yaml`: what the importer derives, nothing typed by hand.

    `unmapped`: directories that the bundle installs and no component owns.
    """

    product: Text
    version: Text
    kind: Literal["kustomize", "helm"]
    repository: Text
    ref: Text
    commit: Commit
    date: Text
    unmapped: list[str]
    waves: list[list[Text]]
    remotes: list[RemoteEntry]
    components: dict[Text, ReleaseComponentEntry]


class FactEntry(Shape):
    """One compatibility fact; see `model.release.Fact`."""

    id: Text
    subject: Text
    version: Text
    requires: dict[Text, Text] = {}
    tested: list[Text] = []
    strength: Literal["api", "enforced", "documented", "tested", "pinned", "lifecycle", "catalog"]
    confidence: Literal["high", "medium", "low"]
    data: dict[str, Any] = {}
    source: dict[Text, Text]


class FactFile(Shape):
    """`compatibility/<subject>.yaml`. `eras` tell version schemes of the subject apart, as in a product's file."""

    verified: Day
    eras: list[Text] = []
    facts: list[FactEntry]


class MinorEntry(Shape):
    """One Kubernetes minor with its dates."""

    version: Text
    released: str | None = None
    end_of_life: str | None = None
    latest: str | None = None
    providers: dict[Text, dict[str, str]] = {}


class KubernetesFile(Shape):
    """`kubernetes.yaml`, minors from the oldest to the newest."""

    verified: Day
    sources: dict[Text, dict[Text, Text]]
    minors: list[MinorEntry]


class AcceleratorFile(Shape):
    """`accelerators.yaml`; the table's entries stay plain data with an id, a vendor and what `Accelerator` names."""

    verified: Day
    gcp_global_quota: dict[str, str]
    gke: dict[str, Any]
    driver_branches: dict[str, dict[str, Any]]
    family_regions: dict[str, Any]
    sources: dict[str, str]
    accelerators: list[dict[str, Any]]


def read_yaml(path: Path) -> Any:
    """Return the plain data of a catalog file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def read_component(folder: Path) -> ComponentFile:
    """Return the component described in a rib folder. Raises `ValueError` when the id is not the folder's name."""
    component = ComponentFile.model_validate(read_yaml(folder / "component.yaml"))
    if component.id != folder.name:
        raise ValueError(f"{folder.name}/component.yaml says id {component.id}")
    return component


def read_product(path: Path) -> ProductFile:
    """Return the product described in a file. Raises `ValueError` when its name is not the file's."""
    product = ProductFile.model_validate(read_yaml(path))
    if product.product != path.stem:
        raise ValueError(f"{path.name} says product {product.product}")
    return product


def read_release(path: Path) -> ReleaseFile:
    """Return the release entry in a file. Raises `ValueError` when product or version is not the path's."""
    release = ReleaseFile.model_validate(read_yaml(path))
    if (release.product, release.version) != (path.parent.name, path.stem):
        raise ValueError(f"{path.parent.name}/{path.name} says {release.product} {release.version}")
    return release
