"""`show`: what each stage made of the platform file, as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, report
from compiler.diagnostics.failure import UsageMistake

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from compiler.catalog.overlay import Secret
    from compiler.model.platform import Cluster
    from compiler.pipeline import Understanding

NAME = "show"
SUMMARY = "print what a stage made of the platform file, as JSON"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("stage", choices=tuple(_STAGES), help="the stage whose result to print")
    parser.add_argument(
        "--missing",
        action="store_true",
        help="with secrets: print the shell lines that make the encrypted files that are missing, and nothing else",
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    if arguments.missing and arguments.stage != "secrets":
        raise UsageMistake("--missing is for secrets only", "python -m compiler show secrets --missing")
    session = Session.of(arguments)
    understanding = session.understand()
    report(understanding)
    if arguments.missing:
        from compiler.live.encrypting import script

        platform = understanding.platform
        for line in script(platform.clusters, platform) if platform else ():
            print(line)
        return exit_for(understanding.diagnostics)
    value = _STAGES[arguments.stage](session, understanding)
    if value is not None:
        print(json.dumps(value, indent=2, ensure_ascii=False))
    return exit_for(understanding.diagnostics)


def _document(_: Session, understanding: Understanding) -> object:
    return understanding.document and understanding.document.data


def _spec(_: Session, understanding: Understanding) -> object:
    from compiler.spec.written import as_written

    return understanding.spec and as_written(understanding.spec)


def _platform(_: Session, understanding: Understanding) -> object:
    from compiler.pipeline import as_plain

    return understanding.platform and as_plain(understanding.platform)


def _lock(_: Session, understanding: Understanding) -> object:
    from compiler.pipeline import as_plain

    return understanding.lock and as_plain(understanding.lock)


def _applications(session: Session, understanding: Understanding) -> object:
    from compiler.lowering.plan import plan_units
    from compiler.pipeline import as_plain

    if understanding.platform is None:
        return None
    units = plan_units(understanding.platform, session.catalog)
    return {unit.name: as_plain(unit.lower()) for unit in units}


def _secrets(_: Session, understanding: Understanding) -> object:
    from compiler.lowering.context import tenant_context
    from compiler.lowering.secrets import brought_by, required_secrets
    from compiler.lowering.team_secrets import missing_team_secrets
    from compiler.pipeline import as_plain

    platform = understanding.platform
    if platform is None:
        return None

    def plain(secret: Secret, cluster: Cluster) -> dict[str, object]:
        found = as_plain(secret)
        assert isinstance(found, dict)
        return {**found, "broughtBy": brought_by(secret, cluster, platform) or "whoever makes it by hand"}

    return {
        cluster.name: {
            installation.component: found
            for installation in cluster.installations
            if installation.existing is None
            and (found := [plain(secret, cluster) for secret in required_secrets(installation, cluster, platform)])
        }
        | {
            f"teams.{tenant.team}": missing
            for tenant in cluster.tenants
            if (missing := missing_team_secrets(tenant, tenant_context(cluster)))
        }
        for cluster in platform.clusters
    }


def _differences(session: Session, understanding: Understanding) -> object:
    from compiler.lowering.components import deliberate_differences

    platform = understanding.platform
    return platform and {
        cluster.name: [
            {
                "component": difference.component,
                "object": str(difference.identity),
                "kind": difference.kind,
                "because": difference.because,
                "source": difference.source,
            }
            for installation in cluster.installations
            if installation.existing is None
            for difference in deliberate_differences(installation, cluster, platform, session.catalog)
        ]
        for cluster in platform.clusters
    }


_STAGES: dict[str, Callable[[Session, Understanding], object]] = {
    "document": _document,
    "spec": _spec,
    "platform": _platform,
    "lock": _lock,
    "applications": _applications,
    "secrets": _secrets,
    "differences": _differences,
}
"""The stages in their order, then two questions about the result: which Secrets must exist in each cluster, and what
the overlays change on purpose about upstream's own manifests."""
