"""Plays the controllers of components whose pods do not exist: writes into objects what those would write.

cert-manager and its cainjector, istiod, Knative's webhook, Kubeflow's profile controller, a storage provisioner and a
cloud's load balancers. What they write is what Argo CD must leave alone. Knows no Argo CD.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from tests.cluster.api import Answer, Api
from tests.cluster.control_plane import ControlPlane, is_true
from tests.cluster.installation import Manifest, identity, play_profile_controller
from tests.cluster.webhook_server import WebhookServers

ADMISSION = "admissionregistration.k8s.io/v1"
CERTIFICATES = "cert-manager.io/v1"
_KNATIVE = "knative.dev"
_PAUSE_S = 0.5
"""Between two watches: the kind is not served yet, the server has ended the one before, or it refused it."""
_READY = ("Certificate", "Issuer", "ClusterIssuer")

_STORAGE: Manifest = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "stand-in.test/none",
}

Handler = Callable[[Api, Manifest], None]


@dataclass
class _Places:
    """Where Services stand and which have pods behind them, and who wants to be answered there."""

    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    ready: set[tuple[str, str]] = field(default_factory=set)
    wanted: set[tuple[str, str, int]] = field(default_factory=set)


class StandIns:
    """The controllers, each a thread with a watch of its own; a context manager."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._places = _Places()
        self._threads: list[threading.Thread] = []
        self.webhooks = WebhookServers()
        self.writes: Counter[str] = Counter()
        """How often each object was written into: more than a few times is a fight with somebody."""
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        """Start all of them."""
        assert self._plane.api.apply(_STORAGE).ok
        for api_version, kind, handler in self._duties():
            thread = threading.Thread(target=self._serve, args=(api_version, kind, handler), daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop answering; the threads end with their watches, at the latest with the API server."""
        self._stopped.set()
        self.webhooks.close()

    def _duties(self) -> Iterator[tuple[str, str, Handler]]:
        yield "v1", "Service", self._place
        yield "discovery.k8s.io/v1", "EndpointSlice", self._mark
        yield "v1", "PersistentVolumeClaim", self._provision
        for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
            yield ADMISSION, kind, self._inject
        yield "apiextensions.k8s.io/v1", "CustomResourceDefinition", self._inject_conversion
        yield "apiregistration.k8s.io/v1", "APIService", self._inject_aggregated
        for kind in _READY:
            yield CERTIFICATES, kind, self._certify
        yield "kubeflow.org/v1", "Profile", self._furnish

    def _serve(self, api_version: str, kind: str, handler: Handler) -> None:
        with contextlib.closing(self._plane.connection()) as api:
            while not self._stopped.is_set():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    if api.resource(api_version, kind) is not None:
                        for event, item in api.watch(api.url(api_version, kind)):
                            if self._stopped.is_set():
                                return
                            if event != "DELETED":
                                handler(api, {"apiVersion": api_version, "kind": kind} | dict(item))
                time.sleep(_PAUSE_S)

    def _write(self, item: Manifest, answer: Answer) -> None:
        """Count a write; one that comes too late is made again at the next event."""
        with self._lock:
            if answer.ok:
                self.writes[identity(item)] += 1
            elif answer.code not in {404, 409, 422}:
                self.failures.append(f"{identity(item)}: {answer.code} {answer.message}")

    def _place(self, api: Api, service: Manifest) -> None:
        key = (service["metadata"]["namespace"], service["metadata"]["name"])
        with self._lock:
            self._places.addresses[key] = service["spec"].get("clusterIP", "")
        if service["spec"].get("type") == "LoadBalancer" and not service["status"].get("loadBalancer"):
            given = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.10"}]}}}
            self._write(service, api.merge(service, given, part="status"))
        self._listen()

    def _mark(self, _: Api, endpoints: Manifest) -> None:
        metadata = endpoints["metadata"]
        service = metadata.get("labels", {}).get("kubernetes.io/service-name")
        if any(each.get("conditions", {}).get("ready") for each in endpoints.get("endpoints") or ()):
            with self._lock:
                self._places.ready.add((metadata["namespace"], service))
            self._listen()

    def _want(self, client: Mapping[str, Any]) -> bool:
        """Return whether a webhook is called in the cluster; then somebody will answer there."""
        service = client.get("service")
        if not service:
            return False
        with self._lock:
            self._places.wanted.add((service["namespace"], service["name"], service.get("port", 443)))
        self._listen()
        return True

    def _listen(self) -> None:
        with self._lock:
            for namespace, name, port in self._places.wanted:
                address = self._places.addresses.get((namespace, name), "")
                if address not in {"", "None"} and (namespace, name) in self._places.ready:
                    try:
                        self.webhooks.listen(address, port, f"{name}.{namespace}.svc")
                    except OSError as failure:  # seen nowhere else but in webhooks that nobody answers
                        self.failures.append(f"{name}.{namespace} at {address}:{port}: {failure}")

    @property
    def _bundle(self) -> str:
        return base64.b64encode(self.webhooks.authority).decode()

    def _inject(self, api: Api, configuration: Manifest) -> None:
        """Write what cainjector, istiod and Knative's webhook write into webhooks."""
        operations: list[Manifest] = []
        for number, webhook in enumerate(configuration.get("webhooks", ())):
            place = f"/webhooks/{number}"
            client = webhook["clientConfig"]
            if self._want(client) and client.get("caBundle") != self._bundle:
                operations.append(_add(f"{place}/clientConfig/caBundle", self._bundle))
            operations += _as_knative(place, webhook)
            operations += _as_istiod(place, webhook)
        if operations:
            name = configuration["metadata"]["name"]
            self._write(configuration, api.operate(configuration, operations, manager=_manager(name)))

    def _inject_conversion(self, api: Api, definition: Manifest) -> None:
        conversion = definition["spec"].get("conversion", {})
        client = conversion.get("webhook", {}).get("clientConfig", {})
        if conversion.get("strategy") == "Webhook" and self._want(client) and client.get("caBundle") != self._bundle:
            operation = _add("/spec/conversion/webhook/clientConfig/caBundle", self._bundle)
            self._write(definition, api.operate(definition, [operation], manager="cainjector"))

    def _inject_aggregated(self, api: Api, service: Manifest) -> None:
        spec = service["spec"]
        if self._want(spec) and not spec.get("insecureSkipTLSVerify") and spec.get("caBundle") != self._bundle:
            self._write(service, api.operate(service, [_add("/spec/caBundle", self._bundle)], manager="cainjector"))

    def _certify(self, api: Api, item: Manifest) -> None:
        """Make an issuer ready; make a certificate ready and its Secret."""
        if is_true(item, "Ready"):
            return
        secret = item["spec"].get("secretName") if item["kind"] == "Certificate" else None
        if secret is not None:
            metadata = {"namespace": item["metadata"]["namespace"], "name": secret}
            value = base64.b64encode(b"stand-in").decode()
            made = {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": metadata,
                "type": "kubernetes.io/tls",
                "data": dict.fromkeys(("tls.crt", "tls.key", "ca.crt"), value),
            }
            self._write(made, api.create(made))
        condition = {
            "type": "Ready",
            "status": "True",
            "reason": "StandIn",
            "message": "",
            "lastTransitionTime": item["metadata"]["creationTimestamp"],
            "observedGeneration": item["metadata"].get("generation", 1),
        }
        self._write(item, api.merge(item, {"status": {"conditions": [condition]}}, part="status"))

    def _provision(self, api: Api, claim: Manifest) -> None:
        """Give a claim a volume of its own; the controller manager binds the two."""
        spec, metadata = claim["spec"], claim["metadata"]
        if spec.get("volumeName") or claim["status"].get("phase") != "Pending":
            return
        volume: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"pv-{metadata['uid']}"},
            "spec": {
                "capacity": spec["resources"]["requests"],
                "accessModes": spec["accessModes"],
                "persistentVolumeReclaimPolicy": "Delete",
                "hostPath": {"path": f"/nowhere/{metadata['uid']}"},
                "claimRef": {"namespace": metadata["namespace"], "name": metadata["name"]},
            },
        }
        if spec.get("storageClassName"):
            volume["spec"]["storageClassName"] = spec["storageClassName"]
        self._write(volume, api.create(volume))

    def _furnish(self, api: Api, profile: Manifest) -> None:
        """Make what the profile controller makes in a namespace, and write what it writes into it.

        Source: kubeflow/dashboard components/profile-controller/controllers/profile_controller.go, Reconcile.
        """
        name = profile["metadata"]["name"]
        place = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        found = api.get("v1", "Namespace", None, name)
        if not found.ok:
            self._write(place, api.create(place))
            found = api.get("v1", "Namespace", None, name)
        labels = {
            "katib.kubeflow.org/metrics-collector-injection": "enabled",
            "serving.kubeflow.org/inferenceservice": "enabled",
            "pipelines.kubeflow.org/enabled": "true",
            "app.kubernetes.io/part-of": "kubeflow-profile",
        }
        missing = {key: value for key, value in labels.items() if key not in found.body["metadata"].get("labels", {})}
        if missing:
            annotations = {"owner": profile["spec"]["owner"]["name"]}
            change = {"metadata": {"labels": missing, "annotations": annotations}}
            self._write(place, api.merge(place, change))
        if "profile-finalizer" not in profile["metadata"].get("finalizers", ()):
            self._write(profile, api.merge(profile, {"metadata": {"finalizers": ["profile-finalizer"]}}))
            play_profile_controller(api, profile)


def _add(path: str, value: object) -> Manifest:
    return {"op": "add", "path": path, "value": value}


def _manager(name: str) -> str:
    if "istio" in name and _KNATIVE not in name:
        return "pilot-discovery"
    return "webhook" if _KNATIVE in name else "cainjector"


def _as_istiod(place: str, webhook: Manifest) -> Iterator[Manifest]:
    """Yield what istiod changes. Source: istio/istio pkg/webhooks/validation/controller/controller.go."""
    if webhook["name"].endswith("validation.istio.io") and webhook.get("failurePolicy") != "Fail":
        yield _add(f"{place}/failurePolicy", "Fail")


def _as_knative(place: str, webhook: Manifest) -> Iterator[Manifest]:
    """Yield what Knative's webhook changes. Source: knative/pkg webhook/resourcesemantics/defaulting/controller.go."""
    if not webhook["name"].endswith(_KNATIVE):
        return
    exclude = {"key": "webhooks.knative.dev/exclude", "operator": "DoesNotExist"}
    selector = dict(webhook.get("namespaceSelector") or {})
    expressions = list(selector.get("matchExpressions") or ())
    if exclude not in expressions:
        yield _add(f"{place}/namespaceSelector", selector | {"matchExpressions": [*expressions, exclude]})
    service = webhook["clientConfig"].get("service") or {}
    if service and not service.get("path"):
        yield _add(f"{place}/clientConfig/service/path", "/stand-in")
    if not webhook.get("rules"):
        rule = {"apiGroups": ["serving.knative.dev"], "apiVersions": ["v1"], "resources": ["services"]}
        yield _add(f"{place}/rules", [rule | {"operations": ["CREATE", "UPDATE"], "scope": "*"}])
