"""`catalog`: what the compiler knows of the outside world, and the maintainer's way to add a release to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, say
from compiler.diagnostics.arguments import require_known

if TYPE_CHECKING:
    import argparse

    from compiler.catalog.load import Catalog

NAME = "catalog"
SUMMARY = "list products, releases and components, or import a new release"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, help="what to do")
    actions.add_parser("list", help="list the products and their releases")
    shown = actions.add_parser("show", help="show a release: its components, versions and what they require")
    shown.add_argument("product")
    shown.add_argument("version")
    imported = actions.add_parser("import", help="derive a release's entry from a clone of its repository")
    imported.add_argument("product")
    imported.add_argument("ref", help="a tag or commit of the clone")
    imported.add_argument("--from", dest="clone", metavar="DIR", required=True, help="the clone, bare or not")
    imported.add_argument("--check", action="store_true", help="write nothing; exit 3 if the entry would change")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    catalog = Session.of(arguments).catalog
    if arguments.action == "list":
        return _list(catalog)
    if arguments.action == "show":
        return _show(catalog, arguments.product, arguments.version)
    return _import(arguments)


def _list(catalog: Catalog) -> ExitCode:
    for name, product in catalog.products().items():
        print(f"{name}: {product.summary}")
        for version, release in product.releases.items():
            note = " (to upgrade from only)" if release.upgrade_source else ""
            print(f"  {version:<10} {release.commit} {release.ref}{note}")
    return ExitCode.OK


def _show(catalog: Catalog, product: str, version: str) -> ExitCode:
    products = catalog.products()
    require_known("product", [product], products)
    require_known(product, [version], products[product].releases)
    release = catalog.release(product, version)
    print(f"{product} {version}: {release.repository} at {release.commit} ({release.ref}, {release.date})")
    for name, component in sorted(release.components.items()):
        mark = "*" if component.default else " "
        version_of = component.version or ""
        requires = ", ".join(sorted(component.requires)) or "nothing"
        print(f"{mark} {name:<26} {version_of:<12} {len(component.objects):>4} objects  requires {requires}")
    say("* installed by `distribution: kubeflow`")
    return ExitCode.OK


def _import(arguments: argparse.Namespace) -> ExitCode:
    from pathlib import Path

    from compiler.catalog.importer.command import import_entry

    outcome = import_entry(arguments.product, arguments.ref, Path(arguments.clone), write=not arguments.check)
    for remark in outcome.remarks:
        say(f"review: {remark}")
    state = "unchanged" if not outcome.changed else "would change" if arguments.check else "written"
    say(f"{outcome.path}: {state}")
    return ExitCode.DRIFT if arguments.check and outcome.changed else ExitCode.OK
