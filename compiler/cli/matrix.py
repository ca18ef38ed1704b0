"""`matrix`: which versions go together, here, in general, or if something were changed; with facts and sources."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, report, say, show, wants_colour
from compiler.diagnostics.arguments import require_known
from compiler.diagnostics.failure import UsageMistake
from compiler.diagnostics.model import Diagnostic, Severity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from compiler.matrix.report import Report
    from compiler.matrix.what_if import Change, Wish
    from compiler.pipeline import Sources, Understanding
    from compiler.resolve.facts import Facts

NAME = "matrix"
SUMMARY = "show which versions go together, and why"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--product", metavar="NAME", help="show the versions of this product, whatever the platform has"
    )
    parser.add_argument("--against", metavar="NAME", help="with --product: against which other (default: kubernetes)")
    parser.add_argument(
        "--what-if",
        metavar="[CLUSTER/]NAME=VERSION",
        action="append",
        default=[],
        help="show what another version would change, without editing; may be repeated",
    )
    parser.add_argument(
        "--format", choices=("text", "json", "markdown", "html"), default="text", help="how to show it (default: text)"
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Run the command and return its exit code."""
    from compiler.resolve.facts import Facts

    session = Session.of(arguments)
    if arguments.against and not arguments.product:
        raise UsageMistake("--against needs a product", "add --product NAME")
    if arguments.product:
        if arguments.what_if:
            raise UsageMistake("--what-if is about this platform, --product about none", "leave out one of them")
        return _product(arguments, Facts(session.catalog))
    sources = session.sources()
    if isinstance(sources, Diagnostic):
        show([sources], None)
        return ExitCode.PLATFORM_ERRORS
    return _what_if(arguments, session, sources) if arguments.what_if else _platform(arguments, session, sources)


def _product(arguments: argparse.Namespace, facts: Facts) -> ExitCode:
    from compiler.matrix.grid import grid, known_subjects

    against = arguments.against or "kubernetes"
    require_known("product", (arguments.product, against), {*known_subjects(facts), *facts.subjects})
    made = grid(arguments.product, against, facts)
    if not made.rows or not made.columns:
        empty = made.against if made.rows else made.product
        raise UsageMistake(f"no versions of {empty} are known", "name another product")
    if arguments.format == "text":
        from compiler.matrix.text import grid_text

        print(grid_text(made, width=_width(), colour=wants_colour(sys.stdout)), end="")
    elif arguments.format == "json":
        from compiler.matrix.grid import as_data

        print(json.dumps(as_data(made), indent=2, ensure_ascii=False))
    else:
        from compiler.matrix.markdown import grid_markdown
        from compiler.matrix.page import grid_html

        print((grid_html if arguments.format == "html" else grid_markdown)(made), end="")
    return ExitCode.OK


def _platform(arguments: argparse.Namespace, session: Session, sources: Sources) -> ExitCode:
    from compiler.pipeline import understand

    understanding = understand(sources, session.catalog, as_of=session.as_of)
    report(understanding)
    made = _report(understanding, session)
    if made is not None:
        _print_report(made, arguments.format)
    return exit_for(understanding.diagnostics)


def _what_if(arguments: argparse.Namespace, session: Session, sources: Sources) -> ExitCode:
    """Compare the platform as it is with one that has other versions; exit 1 if that one would have new errors."""
    from compiler.matrix.findings import MATRIX_CODES
    from compiler.matrix.what_if import differences, with_wishes
    from compiler.pipeline import understand

    before = understand(sources, session.catalog, as_of=session.as_of)
    data = before.document and before.document.data
    if not isinstance(data, dict) or before.platform is None:
        show(before.diagnostics, before.document)
        return ExitCode.PLATFORM_ERRORS
    wishes = _wishes(arguments.what_if, before, session)
    # JSON is YAML: what is asked for is understood like any file, and a path means the same in both.
    text = json.dumps(with_wishes(data, wishes), ensure_ascii=False)
    after = understand(replace(sources, text=text.encode()), session.catalog, as_of=session.as_of)
    known = {(finding.code, finding.message) for finding in before.diagnostics}
    told = [finding for finding in after.diagnostics if (finding.code, finding.message) not in known]
    new = [finding for finding in told if finding.severity is Severity.ERROR]
    # What the matrix itself finds stands in the table that follows.
    warned = [each for each in told if each.severity is Severity.WARNING and each.code not in MATRIX_CODES]
    old, made = _report(before, session), _report(after, session)
    if old is None or made is None:
        show(new or after.diagnostics, before.document)
        return ExitCode.PLATFORM_ERRORS
    changes = list(differences(old, made))
    if arguments.format == "json":
        _print_changes(wishes, changes, (new, warned), made)
        return exit_for(new)
    show([*new, *warned], before.document)
    _say_outcome(wishes, bool(new), bool(changes))
    if arguments.format != "text":
        _print_report(made, arguments.format)
    elif not new:
        from compiler.matrix.text import changes_text

        print(changes_text(changes, width=_width(), colour=wants_colour(sys.stdout)), end="")
    return exit_for(new)


def _wishes(texts: Sequence[str], before: Understanding, session: Session) -> list[Wish]:
    from compiler.matrix.what_if import parse_wish
    from compiler.resolve.facts import Facts

    facts = Facts(session.catalog)
    wishes = []
    for text in texts:
        wish = parse_wish(text)
        if wish is None:
            raise UsageMistake(f"{text} names no version to try", "write kubernetes=1.35 or CLUSTER/kueue=0.17")
        clusters = [cluster.name for cluster in before.platform.clusters] if before.platform else []
        require_known("cluster", [wish.cluster] if wish.cluster else [], clusters)
        require_known("product", [wish.subject], {*facts.subjects, "kubernetes"})
        wishes.append(wish)
    return wishes


def _say_outcome(wishes: Sequence[Wish], refused: bool, changed: bool) -> None:
    asked = ", ".join(wish.text for wish in wishes)
    if refused:
        say(f"with {asked} the platform would be refused")
    else:
        say(f"with {asked} this would change:" if changed else f"with {asked} nothing would change")


def _print_changes(
    wishes: Sequence[Wish],
    changes: Sequence[Change],
    told: tuple[Sequence[Diagnostic], Sequence[Diagnostic]],
    made: Report,
) -> None:
    from compiler.matrix.report import as_data
    from compiler.matrix.what_if import changes_data

    whole = as_data(made) | {
        "whatIf": [wish.text for wish in wishes],
        "changes": changes_data(changes),
    }
    for key, findings in zip(("refused", "warned"), told, strict=True):
        whole[key] = [{"code": each.code, "message": each.message, "notes": list(each.notes)} for each in findings]
    print(json.dumps(whole, indent=2, ensure_ascii=False))


def _report(understanding: Understanding, session: Session) -> Report | None:
    from compiler.matrix.report import report as tabulate
    from compiler.matrix.table import cluster_matrices
    from compiler.resolve.facts import Facts

    platform = understanding.platform
    if platform is None:
        return None
    matrices = cluster_matrices(platform, Facts(session.catalog), session.as_of)
    return tabulate(platform.name, matrices, session.as_of)


def _print_report(made: Report, format: str) -> None:
    if format == "json":
        from compiler.matrix.report import as_data

        print(json.dumps(as_data(made), indent=2, ensure_ascii=False))
    elif format == "text":
        from compiler.matrix.text import as_text

        print(as_text(made, width=_width(), colour=wants_colour(sys.stdout)), end="")
    else:
        from compiler.matrix.markdown import as_markdown
        from compiler.matrix.page import as_html

        print((as_html if format == "html" else as_markdown)(made), end="")


def _width() -> int:
    # Here, for it loads bz2 and lzma, which no other command that only looks at the file needs.
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns
