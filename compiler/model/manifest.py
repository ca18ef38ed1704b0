"""What lowering makes: Kubernetes objects in charts, pinned overlays, and the applications that own them.

Plain frozen data. Knows neither file names outside an application's own folder nor YAML text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, NamedTuple

from compiler.frozen import frozen

Object = Mapping[str, Any]
"""One Kubernetes object as plain data."""


class Identity(NamedTuple):
    """What makes an object one of a kind within a cluster; `namespace` is empty for cluster-scoped objects."""

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, manifest: Object) -> Identity:
        """Return the identity of a Kubernetes object."""
        group, slash, _ = str(manifest["apiVersion"]).partition("/")
        metadata = manifest["metadata"]
        return cls(group if slash else "", manifest["kind"], metadata.get("namespace", ""), metadata["name"])

    def __str__(self) -> str:
        """Return `Kind.group namespace/name` as a person would write it."""
        kind = f"{self.kind}.{self.group}" if self.group else self.kind
        return f"{kind} {self.namespace}/{self.name}" if self.namespace else f"{kind} {self.name}"


DATA_KINDS = frozenset({"CustomResourceDefinition", "Namespace", "PersistentVolumeClaim", "Profile"})
"""Kinds whose deletion deletes data: their own, or that of everything inside them."""

CLUSTER_SCOPED = frozenset(
    {
        ("", "Namespace"),
        ("", "Node"),
        ("", "PersistentVolume"),
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("apiregistration.k8s.io", "APIService"),
        ("certificates.k8s.io", "CertificateSigningRequest"),
        ("certificates.k8s.io", "ClusterTrustBundle"),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        ("networking.k8s.io", "IPAddress"),
        ("networking.k8s.io", "IngressClass"),
        ("networking.k8s.io", "ServiceCIDR"),
        ("node.k8s.io", "RuntimeClass"),
        ("rbac.authorization.k8s.io", "ClusterRole"),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        ("resource.k8s.io", "DeviceClass"),
        ("resource.k8s.io", "ResourceSlice"),
        ("scheduling.k8s.io", "PriorityClass"),
        ("storage.k8s.io", "CSIDriver"),
        ("storage.k8s.io", "CSINode"),
        ("storage.k8s.io", "StorageClass"),
        ("storage.k8s.io", "VolumeAttachment"),
        ("storage.k8s.io", "VolumeAttributesClass"),
    }
)
"""Kubernetes' own kinds without a namespace. Source: `kubectl api-resources --namespaced=false` of Kubernetes 1.34."""


@frozen
class Chart:
    """The objects of one file below `generated/<cluster>/<application>/`, in the order in which they are read.

    `file` is the file's name with `.yaml`; `origin` names where it comes from by path, e.g. `teams.vision`.
    """

    file: str
    objects: tuple[Object, ...]
    origin: str


@frozen
class Base:
    """A directory of an upstream repository at a commit (40 hex digits)."""

    repository: str
    path: str
    commit: str


@frozen
class Overlay:
    """A kustomization that Argo CD syncs.

    `bases` come first among its resources, then the application's own generated directory (when it has charts)
    and `includes`, directories relative to the repository's root. `fields` are further fields of the kustomization
    (`patches`, `images`, `namespace`, ...), ready to be written. `files` are further text files beside it.
    """

    bases: tuple[Base, ...] = ()
    includes: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@frozen
class HelmSource:
    """A Helm chart in a Git repository at a commit, for upstreams that ship nothing else; rendered by Argo CD."""

    repository: str
    path: str
    commit: str
    release_name: str
    namespace: str
    values: Mapping[str, Any]


@frozen
class Application:
    """One directory that Argo CD syncs, with all that it holds: the result of lowering one unit.

    `upstream` names the objects that the overlay's bases bring, as far as the catalog knows them. `files` are what
    people run from outside, beside the charts: text, or data that becomes JSON or, by its name, YAML; Argo CD never
    reads them. `origins` says by file which of them come from elsewhere than the application itself. `opened` are the
    Secrets that Argo CD makes of the user's encrypted files while it renders.
    """

    cluster: str
    name: str
    origin: str
    charts: tuple[Chart, ...]
    overlay: Overlay
    helm: HelmSource | None = None
    upstream: tuple[Identity, ...] = ()
    files: Mapping[str, str | Mapping[str, Any]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    opened: tuple[Identity, ...] = ()

    @property
    def is_synced(self) -> bool:
        """Return whether there is anything for Argo CD; without it there is no overlay either."""
        sources = self.charts or self.overlay.bases or self.overlay.includes or self.helm or self.opened
        return bool(sources or not self.files)
