"""The kinds of work that ask for GPUs: who brings each, what its pods ask for unless told, how it is queued.

Knows no team, no pool and no node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from compiler.frozen import frozen
from compiler.model import definers
from compiler.model.platform import Cluster, Installation
from compiler.model.version_numbers import version_numbers

_ISTIO = "istio-install"
_WITH_CNI = (1, 10, 2)
"""The first Kubeflow whose Istio has its CNI plugin."""
_SMALL_PROXY = "1.11"
"""The Kubeflow line whose Istio is installed with small requests."""


@frozen
class Kind:
    """One kind of work, with one pod that asks for GPUs and `helper_count` pods that do not.

    `components` bring it, any of them (none: Kubernetes itself), from their version `since` on. `framework` is Kueue's
    name of it, from Kueue `queued_since` on; `None` where Kueue leaves it alone. Requests and limits of the main
    container are what it has when nobody says more, 0 for nothing: cpu in thousandths of a core, memory in MiB.
    `bare_count` containers of the GPU pod say nothing of what they need. `objects` counts what is made, by keys of
    quotas; those in `spared` a user can do without.
    """

    name: str
    components: tuple[str, ...] = ()
    framework: str | None = None
    queued_since: tuple[int, int] = (0, 0)
    since: tuple[int, ...] = ()
    cpu_millis: int = 0
    memory_mib: int = 0
    cpu_limit_millis: int = 0
    memory_limit_mib: int = 0
    bare_count: int = 0
    helper_count: int = 0
    is_meshed: bool = True
    objects: Mapping[str, int] = field(default_factory=dict)
    spared: Mapping[str, int] = field(default_factory=dict)


NOTEBOOK = "notebook"
PIPELINE_STEP = "pipeline step"
INFERENCE_SERVICE = "inference service"
_TRAINER = ("trainer",)
_TRAINING_OPERATOR = ("training-operator",)
_KSERVE = "kserve"


def _training(name: str, framework: str | None, since: tuple[int, ...] = (), helper_count: int = 0) -> Kind:
    return Kind(
        name,
        _TRAINING_OPERATOR,
        framework and f"kubeflow.org/{framework}",
        since=since,
        helper_count=helper_count,
        objects={f"count/{name.lower()}s.kubeflow.org": 1, "services": 1},
    )


_KINDS = (
    # Requests, limits and workspace of the form: kubeflow/manifests@26.03 applications/jupyter/jupyter-web-app/
    # upstream/base/configs/spawner_ui_config.yaml, the same since v1.8.1. The controller makes a StatefulSet and a
    # Service: kubeflow/notebooks@v1.11.0 components/notebook-controller/controllers/notebook_controller.go.
    Kind(
        NOTEBOOK,
        definers.NOTEBOOK,
        "pod",
        cpu_millis=500,
        memory_mib=1024,
        cpu_limit_millis=600,
        memory_limit_mib=1229,
        objects={"count/notebooks.kubeflow.org": 1, "count/statefulsets.apps": 1, "services": 1},
        spared={"persistentvolumeclaims": 1, "requests.storage": 5 * 2**30},
    ),
    Kind("Job", (), "batch/job", objects={"count/jobs.batch": 1}),
    # A TrainJob becomes a JobSet, whose network is a headless Service (kubernetes-sigs/jobset README).
    Kind(
        "TrainJob",
        _TRAINER,
        "trainer.kubeflow.org/trainjob",
        (0, 14),
        objects={
            "count/trainjobs.trainer.kubeflow.org": 1,
            "count/jobsets.jobset.x-k8s.io": 1,
            "count/jobs.batch": 1,
            "services": 1,
        },
    ),
    _training("PyTorchJob", "pytorchjob"),
    _training("TFJob", "tfjob"),
    _training("XGBoostJob", "xgboostjob"),
    _training("PaddleJob", "paddlejob"),
    # Kueue's `kubeflow.org/mpijob` is v2beta1, of another operator; this one's is v1.
    _training("MPIJob", None, helper_count=1),
    _training("JAXJob", None, (1, 9)),
    # The head and the pod that submits the job need no GPU.
    Kind(
        "RayJob",
        ("kuberay", "ray"),
        "ray.io/rayjob",
        helper_count=2,
        objects={"count/rayjobs.ray.io": 1, "count/rayclusters.ray.io": 1, "count/jobs.batch": 1, "services": 1},
    ),
    # A step has Argo's container `wait` beside its own, and is kept out of the mesh.
    Kind(
        PIPELINE_STEP,
        ("pipelines", "kfp-tekton"),
        "pod",
        bare_count=1,
        is_meshed=False,
        objects={"count/workflows.argoproj.io": 1},
    ),
)

_SERVER = Kind(
    INFERENCE_SERVICE,
    (_KSERVE,),
    # Source: kubeflow/manifests@26.03 applications/kserve/kserve/kserve.yaml, ConfigMap inferenceservice-config.
    cpu_millis=1000,
    memory_mib=2048,
    cpu_limit_millis=1000,
    memory_limit_mib=2048,
)


@frozen
class Proxy:
    """What Istio's proxy in a pod asks for: cpu in thousandths of a core, memory in MiB.

    With `has_init` a container that may change the pod's network runs before it, for want of Istio's CNI plugin.
    """

    cpu_millis: int
    memory_mib: int
    has_init: bool = False
    cpu_limit_millis: int = 2000
    memory_limit_mib: int = 1024


def kinds_of(cluster: Cluster) -> tuple[Kind, ...]:
    """Return the kinds of work that a cluster offers: what its components bring, and Jobs."""
    installed = cluster.installed
    found = [kind for kind in _KINDS if not kind.components or _carrier(kind, installed) is not None]
    if _KSERVE in installed:
        found.append(_server(cluster))
    return tuple(found)


def proxy_of(cluster: Cluster) -> Proxy | None:
    """Return what the proxy in the pods of teams asks for; `None` on a cluster without Istio.

    Source: kubeflow/manifests common/istio*/istio-install/base/install.yaml, v1.8.1 to 26.03; v1.11.0 asks for less,
    and the CNI plugin is there from v1.10.2 on. What an Istio that the cluster has already does is not known.
    """
    istio = cluster.installed.get(_ISTIO)
    if istio is None:
        return None
    release = next((each.product_version for each in cluster.installations if each.product == "kubeflow"), None)
    has_init = istio.existing is not None or release is None or version_numbers(release) < _WITH_CNI
    is_small = istio.existing is None and istio.product_version.startswith(_SMALL_PROXY)
    return Proxy(10, 40, has_init) if is_small else Proxy(100, 128, has_init)


def kueue_of(cluster: Cluster) -> tuple[int, int] | None:
    """Return major and minor of the cluster's Kueue, e.g. `(0, 16)`; `None` without one."""
    kueue = cluster.installed.get("kueue")
    if kueue is None:
        return None
    major, minor, *_ = version_numbers(kueue.running or kueue.product_version)
    return major, minor


def is_queued(kind: Kind, kueue: tuple[int, int] | None) -> bool:
    """Return whether work of a kind goes through the team's queue, as we configure Kueue."""
    return kueue is not None and kind.framework is not None and kueue >= kind.queued_since


def is_knative(cluster: Cluster) -> bool:
    """Return whether models are Knative services unless they say otherwise."""
    kserve = cluster.installed.get(_KSERVE)
    if kserve is None:
        return False
    default = "Serverless" if "knative-serving" in cluster.installed else "RawDeployment"
    return kserve.options.get("deploymentMode", default) in {"Serverless", "Knative"}


def _server(cluster: Cluster) -> Kind:
    """Return the inference service: a Deployment, or Knative's pods with the queue proxy in them."""
    made = {"count/inferenceservices.serving.kserve.io": 1, "services": 1}
    if is_knative(cluster):
        return replace(
            _SERVER, framework="pod", bare_count=1, objects={**made, "count/services.serving.knative.dev": 1}
        )
    return replace(_SERVER, framework="deployment", objects={**made, "count/deployments.apps": 1})


def _carrier(kind: Kind, installed: Mapping[str, Installation]) -> Installation | None:
    for component in kind.components:
        found = installed.get(component)
        version = found and found.running
        if found is not None and (not version or version_numbers(version) >= kind.since):
            return found
    return None
