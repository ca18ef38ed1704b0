"""`bootstrap`: the last thing done by hand to a cluster; printed as a script, or run through the user's kubectl."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, report, say, show
from compiler.diagnostics.arguments import require_known
from compiler.diagnostics.failure import UsageMistake

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from compiler.live.kubectl import Contexts, Kubectl
    from compiler.live.steps import Bootstrap
    from compiler.live.target import Target
    from compiler.model.platform import Cluster, Platform
    from compiler.pipeline import Understanding

NAME = "bootstrap"
SUMMARY = "print the commands that start Argo CD on a cluster, or run them"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("cluster", metavar="CLUSTER", help="the cluster to start")
    parser.add_argument("--run", action="store_true", dest="runs", help="run them instead, after a look at the cluster")
    parser.add_argument("--context", metavar="NAME", help="the context of kubectl for it (default: the current one)")
    parser.add_argument("--hub-context", metavar="NAME", help="the hub's context, for a cluster that a hub manages")
    parser.add_argument("--yes", action="store_true", help="with --run and --context: ask nothing")
    parser.add_argument(
        "--definitions", action="store_true", help="print the resource definitions of all overlays, and nothing else"
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.workspace.tree import overlays

    _require_sense(arguments)
    session = Session.of(arguments)
    understanding = session.understand()
    platform = understanding.platform
    if platform is None or understanding.has_errors:
        report(understanding)
        return exit_for(understanding.diagnostics)
    require_known("cluster", [arguments.cluster], [cluster.name for cluster in platform.clusters])
    cluster = next(each for each in platform.clusters if each.name == arguments.cluster)
    if cluster.name not in overlays(session.root):
        say(f"error: nothing stands in overlays/ for {cluster.name}")
        say("help: build first: python -m compiler build")
        return ExitCode.DRIFT
    if arguments.definitions:
        print(_definitions(session, cluster.name), end="")
        return ExitCode.OK
    from compiler.live.steps import bootstrap

    plan = bootstrap(cluster, platform, session.catalog)
    if arguments.hub_context and not plan.is_spoke:
        raise UsageMistake(f"no hub manages {cluster.name}, so there is no --hub-context", "leave it out")
    if not arguments.runs:
        from compiler.live.script import script

        print("\n".join(script(plan, arguments.context, arguments.hub_context)))
        return ExitCode.OK
    return _run(arguments, session, understanding, platform, cluster, plan)


def _require_sense(arguments: argparse.Namespace) -> None:
    if arguments.yes and not arguments.runs:
        raise UsageMistake("--yes is for --run only", "add --run, or leave --yes out")
    if arguments.runs and arguments.definitions:
        raise UsageMistake("--run and --definitions exclude each other", "--run applies the definitions by itself")
    if arguments.yes and not arguments.context:
        raise UsageMistake("--yes without --context could hit any cluster", "name the context: --context NAME")


def _definitions(session: Session, cluster: str) -> str:
    from compiler.cli.progress import Progress
    from compiler.live.definitions import definitions
    from compiler.workspace.kustomize import find_kustomize
    from compiler.workspace.tree import applications

    find_kustomize(session.root)
    wanted = applications(session.root)[cluster]
    with Progress("rendering", "overlays") as progress:
        return definitions(
            session.root,
            cluster,
            wanted,
            workers=os.cpu_count() or 1,
            on_rendered=lambda name: progress.advance(name, len(wanted)),
        )


def _run(
    arguments: argparse.Namespace,
    session: Session,
    understanding: Understanding,
    platform: Platform,
    cluster: Cluster,
    plan: Bootstrap,
) -> ExitCode:
    """Look at tree, contexts and cluster, ask, then run the steps."""
    from compiler.live.definitions import rendered
    from compiler.live.kubectl import Kubectl, find_kubectl, process, read_contexts
    from compiler.live.run_steps import Surroundings, run_steps
    from compiler.live.target import choose, require_alone

    if not _is_fresh(session):
        return ExitCode.DRIFT
    kubectl = process(find_kubectl())
    contexts = read_contexts(kubectl)
    target = choose(contexts, arguments.context, cluster.name, cluster.server)
    require_alone(contexts, target, platform, cluster.name)
    here, hub = Kubectl(kubectl, target.context), None
    if plan.is_spoke:
        hub = Kubectl(kubectl, _hub_context(contexts, arguments.hub_context, plan, target))
    is_in_charge = _is_in_charge(plan, here, hub)
    if not _agrees(session, understanding, cluster, here, is_in_charge=is_in_charge):
        return ExitCode.PLATFORM_ERRORS
    if not arguments.yes and not _asked(plan, target, hub):
        say("nothing was done")
        return ExitCode.INTERRUPTED
    world = Surroundings(
        here=here,
        hub=hub,
        render=lambda overlay: rendered(session.root, cluster.name, overlay),
        definitions=lambda: _definitions(session, cluster.name),
        say=say,
        sleep=time.sleep,
    )
    run_steps(plan, world, is_in_charge=is_in_charge)
    say(f"done; Argo CD syncs {plan.repository} at {plan.revision} now. To watch it:")
    argocd = (hub or here).context
    say(f"  kubectl --context {argocd} get applications.argoproj.io --namespace {plan.argocd_namespace} --watch")
    if plan.secrets:
        say(f"help: Secrets that must exist are listed by: python -m compiler bootstrap {plan.cluster}")
    return ExitCode.OK


def _is_fresh(session: Session) -> bool:
    """Return whether the tree is what the platform file says; otherwise something else would be started."""
    from compiler.builder import Request, build

    result = build(
        session.path,
        session.sources,
        lambda: session.catalog,
        Request(dry=True),
        as_of=session.as_of,
        on_wait=lambda: say("another build is running here; waiting for it"),
        on_unit=lambda *_: None,
    )
    edited = [finding for finding in result.findings if finding.code == "edited-file"]
    # What an older compiler wrote is fine as long as this one would write the same.
    if result.plan is not None and result.plan.is_empty and not edited and not result.is_unfinished:
        return True
    show(edited, result.judgement.source)
    say("error: the tree is not what the platform file says")
    say("help: run python -m compiler build, commit and push what it writes: Argo CD reads it from there")
    return False


def _hub_context(contexts: Contexts, asked: str | None, plan: Bootstrap, target: Target) -> str:
    if asked is None:
        raise UsageMistake(
            f"{plan.cluster} is managed by {plan.hub}, so it takes two contexts", "name the hub's: --hub-context NAME"
        )
    require_known("context", [asked], contexts.names)
    if contexts.servers[asked] == target.server:
        raise UsageMistake(
            f"contexts {asked} and {target.context} reach one cluster", f"name the context of {plan.hub}"
        )
    return asked


def _is_in_charge(plan: Bootstrap, here: Kubectl, hub: Kubectl | None) -> bool:
    """Return whether Argo CD syncs the cluster already. Raises: `UsageMistake` where it syncs another tree there."""
    from compiler.live.target import is_registered, require_ours, root_of

    # An Argo CD of its own would fight with the hub's, or it is the hub itself by mistake.
    require_ours(root_of(here, plan), plan, here.context)
    if hub is None:
        return root_of(here, plan) is not None
    return is_registered(hub, plan)


def _agrees(
    session: Session, understanding: Understanding, cluster: Cluster, here: Kubectl, *, is_in_charge: bool
) -> bool:
    """Say where file and cluster disagree; return whether nothing of it is an error."""
    from compiler.diagnostics.model import Severity
    from compiler.live.cluster_facts import read_cluster
    from compiler.live.disagreements import disagreements
    from compiler.providers import Providers

    live = read_cluster(here)
    found = list(disagreements(cluster, live, Providers(), session.catalog, is_in_charge=is_in_charge))
    show(found, understanding.document)
    return not any(finding.severity is Severity.ERROR for finding in found)


def _asked(plan: Bootstrap, target: Target, hub: Kubectl | None, ask: Callable[[str], str] = input) -> bool:
    """Return whether the user says that this is the cluster. Raises: `UsageMistake` where nobody can be asked."""
    if not sys.stdin.isatty():
        raise UsageMistake("nobody is there to be asked", f"say so beforehand: --context {target.context} --yes")
    say(f"cluster {plan.cluster} will be bootstrapped in context {target.context}, which reaches {target.server}")
    if hub is not None:
        say(f"and registered in its hub {plan.hub}, context {hub.context}")
    print(f"type the cluster's name to go on ({plan.cluster}): ", end="", file=sys.stderr, flush=True)
    try:
        return ask("").strip() == plan.cluster
    except EOFError:
        return False
