"""Is this the right cluster? Holds what a context leads to against what the platform says of the cluster.

Asks only; a wrong cluster is found before anything was changed on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.diagnostics.failure import UsageMistake
from compiler.frozen import frozen
from compiler.live.kubectl import Contexts, Kubectl, same_server

if TYPE_CHECKING:
    from compiler.live.steps import Bootstrap
    from compiler.model.platform import Platform


@frozen
class Target:
    """A context and the API server that it reaches."""

    context: str
    server: str


def choose(contexts: Contexts, asked: str | None, cluster: str, server: str | None) -> Target:
    """Return the context to use for a cluster: the one asked for, else the current one.

    Args: `server` is the API server that the platform file gives for the cluster, if it does.
    Raises: `UsageMistake` for a context that is not there, or that reaches another server than the file says.
    """
    from compiler.diagnostics.arguments import require_known

    name = asked or contexts.current
    if not contexts.names:
        raise UsageMistake(
            "kubectl knows no cluster", f"make {cluster}, or let KUBECONFIG name the file that holds its address"
        )
    if not name:
        known = ", ".join(contexts.names)
        raise UsageMistake("kubectl has no current context", f"name one: --context NAME (there are: {known})")
    require_known("context", [name], contexts.names)
    found = contexts.servers[name]
    if server is not None and not same_server(found, server):
        right = contexts.reaching(server)
        raise UsageMistake(
            f"context {name} reaches {found}, but `server` of cluster {cluster} is {server}",
            f"use the context of {cluster}: --context {right[0]}" if right else f"no context reaches {server}",
        )
    return Target(name, found)


def root_of(kubectl: Kubectl, plan: Bootstrap) -> dict[str, Any] | None:
    """Return the root Application that is there, `None` where there is none. Raises: `EnvironmentFailure`."""
    found = kubectl.data(
        "get", "applications.argoproj.io", plan.root, "--namespace", plan.argocd_namespace, "--output=json"
    )
    return found if isinstance(found, dict) else None


def require_ours(root: dict[str, Any] | None, plan: Bootstrap, context: str) -> None:
    """Do nothing unless the cluster follows another tree already. Raises: `UsageMistake` then."""
    if root is None:
        return
    source = (root.get("spec") or {}).get("source") or {}
    if (source.get("repoURL"), source.get("path")) == (plan.repository, plan.root_path):
        return
    raise UsageMistake(
        f"the cluster of context {context} follows {source.get('path')} of {source.get('repoURL')}, "
        f"not {plan.root_path} of {plan.repository}",
        "name the right context, or, if the tree has moved, delete that root Application first: "
        f"kubectl --context {context} delete application {plan.root} --namespace {plan.argocd_namespace}",
    )


def require_alone(contexts: Contexts, target: Target, platform: Platform, cluster: str) -> None:
    """Do nothing unless the server is that of another cluster of the file. Raises: `UsageMistake` then."""
    for other in platform.clusters:
        if other.name != cluster and other.server is not None and same_server(other.server, target.server):
            right = contexts.reaching(target.server)
            raise UsageMistake(
                f"context {target.context} reaches {target.server}, which is cluster {other.name}, not {cluster}",
                f"name the context of {cluster}: --context NAME (not {', '.join(right)})",
            )


def is_registered(hub: Kubectl, plan: Bootstrap) -> bool:
    """Return whether a hub knows the cluster. Raises: `EnvironmentFailure` where the hub does not answer."""
    from compiler.live.steps import Registered

    return any(
        hub.data("get", "secret", step.secret, "--namespace", step.namespace, "--output=json") is not None
        for step in plan.steps
        if isinstance(step, Registered)
    )
