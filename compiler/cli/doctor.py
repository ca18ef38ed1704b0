"""`doctor`: what this machine lacks for which command, and where a running cluster disagrees with the platform file."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, say, show
from compiler.diagnostics.arguments import require_known
from compiler.diagnostics.failure import EnvironmentFailure, UsageMistake

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from compiler.live.cluster_facts import LiveCluster
    from compiler.live.machine import Finding, Machine
    from compiler.model.platform import Platform
    from compiler.pipeline import Understanding

NAME = "doctor"
SUMMARY = "say what this machine lacks for which command, or how a running cluster differs from the file"

_TIMEOUT_S = 20


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--for", dest="needed_for", metavar="COMMAND", help="look only at what this command needs")
    parser.add_argument("--offline", action="store_true", help="do not try to reach the upstream repositories")
    parser.add_argument("--cluster", metavar="NAME", help="look at this running cluster instead, through kubectl")
    parser.add_argument("--context", metavar="NAME", help="the context of kubectl for it (default: the current one)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="lines to read, or data")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    session = Session.of(arguments)
    if arguments.cluster is not None:
        return _cluster(arguments, session)
    if arguments.context is not None:
        raise UsageMistake("--context is for --cluster only", "add --cluster NAME, or leave it out")
    # A machine can be looked at without a platform file; with one it is known which clusters it must make and reach.
    platform = session.understand().platform if session.path.is_file() else None
    found = _machine(session, platform, offline=arguments.offline)
    if arguments.needed_for is not None:
        known = sorted({command.split(" ", maxsplit=1)[0] for each in found for command in each.needed_for} - {"every"})
        require_known("command that needs anything", [arguments.needed_for], [*known, *_names()])
        found = [each for each in found if _is_for(each, arguments.needed_for)]
    if arguments.format == "json":
        import json

        print(json.dumps({"version": 1, "machine": [_plain(each) for each in found]}, indent=2))
    else:
        print("\n".join(_lines(found)))
    return ExitCode.SURROUNDINGS if any(each.is_lacking for each in found) else ExitCode.OK


def _names() -> list[str]:
    from compiler.cli.main import COMMANDS

    return [command.NAME for command in COMMANDS]


def _is_for(finding: Finding, command: str) -> bool:
    return any(each.split(" ", maxsplit=1)[0] in {command, "every"} for each in finding.needed_for)


def _machine(session: Session, platform: Platform | None, *, offline: bool) -> list[Finding]:
    from compiler.live.kubectl import find_kubectl
    from compiler.live.machine import look, programs, reachable
    from compiler.live.room import rooms
    from compiler.lowering.bridge import node_executable
    from compiler.resolve.footprint import footprint
    from compiler.resolve.lock import read_lock
    from compiler.workspace.kustomize import find_kustomize

    machine = _this_machine()
    paths = {"kustomize": os.environ.get("KUSTOMIZE", "kustomize"), "kubectl": os.environ.get("KUBECTL", "kubectl")}
    node = None
    # What cannot be found is looked for by its name below, and then said to be missing or too old.
    with suppress(EnvironmentFailure):
        paths["kustomize"] = str(find_kustomize(session.root))
    with suppress(EnvironmentFailure):
        paths["kubectl"] = find_kubectl()
    with suppress(EnvironmentFailure):
        node = [node_executable()]
    clusters = platform.clusters if platform else ()
    has_charts = any(
        session.catalog.release(each.product, each.product_version).kind == "helm"
        for cluster in clusters
        for each in cluster.installations
    )
    wanted = programs(
        kustomize_path=paths["kustomize"],
        kubectl_path=paths["kubectl"],
        providers=[cluster.provider for cluster in clusters],
        backends=[cluster.secrets.backend for cluster in clusters],
        has_charts=has_charts,
    )
    found = list(look(machine, wanted, node))
    found += rooms(machine, ((cluster, footprint(cluster, session.catalog.release)) for cluster in clusters))
    if not offline:
        lock, _ = read_lock(session.read("platform.lock.yaml"))
        locked = lock.clusters.values() if lock else ()
        found += reachable(machine, sorted({source.repository for each in locked for source in each.sources}))
    return found


def _this_machine() -> Machine:
    import subprocess
    from importlib.util import find_spec

    from compiler.live.machine import Machine

    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}

    def start(command: Sequence[str]) -> tuple[int, str] | None:
        try:
            done = subprocess.run(
                list(command),
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=_TIMEOUT_S,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return 1, f"no answer within {_TIMEOUT_S} s"
        except OSError:
            return None
        return done.returncode, done.stdout or done.stderr

    def has_package(name: str) -> bool:
        try:
            return find_spec(name) is not None
        except ModuleNotFoundError:
            return False

    return Machine(start, has_package, size=_size())


def _size() -> tuple[int, int] | None:
    """Return this machine's CPUs and bytes of memory; `None` on a system that does not tell its memory this way."""
    cpus = os.cpu_count()
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return (cpus, memory) if cpus and memory > 0 else None


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "state": finding.state,
        "version": finding.version or None,
        "neededFor": list(finding.needed_for),
        "purpose": finding.purpose,
        "get": finding.get,
    }


def _lines(found: Sequence[Finding]) -> Iterable[str]:
    """Yield a line for each thing, how to get it below what is lacking, and what that adds up to."""
    width = max((len(each.name) for each in found), default=0)
    for each in found:
        state = each.state if each.needed_for or each.state == "ok" else f"{each.state} (optional)"
        said = f"{state} {each.version}".strip()
        yield f"{each.name.ljust(width)}  {said.ljust(18)}  {each.purpose}"
        if each.state != "ok":
            needed = ", ".join(each.needed_for)
            if needed:
                yield f"{' ' * width}  needed for: {needed}"
            yield f"{' ' * width}  get it: {each.get}"
    lacking = [each.name for each in found if each.is_lacking]
    yield f"lacking: {', '.join(lacking)}" if lacking else "everything that the commands need is there"


def _cluster(arguments: argparse.Namespace, session: Session) -> ExitCode:
    from compiler.live.cluster_facts import read_cluster
    from compiler.live.disagreements import disagreements
    from compiler.live.kubectl import Kubectl, find_kubectl, process, read_contexts
    from compiler.live.steps import bootstrap
    from compiler.live.target import choose, root_of
    from compiler.providers import Providers

    understanding = session.understand()
    platform = understanding.platform
    if platform is None:
        show(understanding.diagnostics, understanding.document, format=arguments.format)
        return exit_for(understanding.diagnostics)
    require_known("cluster", [arguments.cluster], [cluster.name for cluster in platform.clusters])
    cluster = next(each for each in platform.clusters if each.name == arguments.cluster)
    kubectl = process(find_kubectl())
    target = choose(read_contexts(kubectl), arguments.context, cluster.name, cluster.server)
    here = Kubectl(kubectl, target.context)
    live = read_cluster(here)
    plan = bootstrap(cluster, platform, session.catalog)
    # On a spoke the hub's Argo CD is in charge, which only the hub can tell; what is there counts as synced by it.
    is_in_charge = plan.is_spoke or root_of(here, plan) is not None
    found = list(disagreements(cluster, live, Providers(), session.catalog, is_in_charge=is_in_charge))
    if arguments.format == "json":
        _print_json(live, target.context, understanding, found)
    else:
        say(f"context {target.context}, {target.server}")
        print("\n".join(_facts(live)))
        show(found, understanding.document)
        if not found:
            say(f"cluster {cluster.name} is as the file says, as far as it could be read")
    return exit_for(found)


def _print_json(live: LiveCluster, context: str, understanding: Understanding, found: Sequence[Any]) -> None:
    import json

    from compiler.diagnostics.machine import render_json

    source = understanding.document
    told = json.loads(render_json(found, {} if source is None else {source.file: source}))
    facts = {
        "context": context,
        "kubernetes": live.version,
        "serviceAccountIssuer": live.issuer,
        "storageClasses": live.storage_classes,
        "defaultStorageClasses": list(live.default_classes),
        "nodes": None if live.nodes is None else [_node(each) for each in live.nodes],
        "definitions": None if live.definitions is None else sorted(live.definitions),
        "workloads": None if live.workloads is None else {name: list(each) for name, each in live.workloads.items()},
    }
    print(json.dumps({**told, "cluster": facts}, indent=2, ensure_ascii=False))


def _node(node: Any) -> dict[str, Any]:
    return {
        "name": node.name,
        "labels": dict(node.labels),
        "allocatable": dict(node.allocatable),
        "providerID": node.provider_id,
    }


def _facts(live: LiveCluster) -> Iterable[str]:
    """Yield what the cluster says of itself, a line each."""
    unread = "could not be read"
    yield f"Kubernetes         {live.version or unread}"
    yield f"token issuer       {live.issuer or unread}"
    classes = live.storage_classes
    if classes is None:
        yield f"storage classes    {unread}"
    else:
        marks = dict.fromkeys(live.default_classes, "default, ")
        named = [f"{name} ({marks.get(name, '')}{by})" for name, by in sorted(classes.items())]
        yield f"storage classes    {', '.join(named) or 'none'}"
    if live.nodes is None:
        yield f"nodes              {unread}"
    else:
        devices = [
            f"{node.name}: {amount} {resource}"
            for node in live.nodes
            for resource, amount in sorted(node.allocatable.items())
            if _is_device(resource) and amount != "0"
        ]
        yield f"nodes              {len(live.nodes)}"
        yield f"devices            {', '.join(devices) or 'none'}"
    yield f"definitions        {unread if live.definitions is None else len(live.definitions)}"
    yield f"workloads          {unread if live.workloads is None else len(live.workloads)}"


def _is_device(resource: str) -> bool:
    """Return whether a resource is an extended one of a vendor; Kubernetes' own have no domain but its own."""
    domain, slash, _ = resource.partition("/")
    return bool(slash) and not domain.endswith("kubernetes.io")
