"""minikube; load balancers need `minikube tunnel` beside it, GPUs the docker driver."""

from __future__ import annotations

from compiler.providers.base import Provider, Tool

PROVIDER = Provider(
    id="minikube",
    title="minikube",
    node_marks=("minikube.k8s.io/name",),
    # Its addon, which comes with `--gpus all` (kubernetes/minikube pull request 17314).
    serves_gpus=True,
    is_for_trial=True,
    tools=(Tool("minikube", ("version",), "makes minikube clusters", "https://minikube.sigs.k8s.io/docs/start/"),),
    sources=("https://minikube.sigs.k8s.io/docs/tutorials/nvidia/",),
)
