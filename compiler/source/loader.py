"""YAML text → `Document`: the first stage; knows nothing of what a platform is.

The text is read once by libyaml. Only where that fails, or where the text holds a white space that is no space, is
it looked at again: for an explanation, and to set the broken lines aside and read on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.diagnostics.model import Diagnostic, Severity, Span
from compiler.diagnostics.place import Lines
from compiler.source.document import Document
from compiler.source.encoding import MAX_BYTES, clean, decode, is_plain_ascii, readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.source.recovery import Parser
    from compiler.source.reread import Reading
    from compiler.source.tree import Tree

LARGE = 100_000
"""Bytes of a text from which on it is worth looking what has changed in it: a smaller one is read as fast."""
NO_PLATFORM = frozenset({"empty-file", "root-not-mapping"})


def load(
    text: bytes, file: str, earlier: Callable[[], Reading | None] = lambda: None
) -> tuple[Document | None, list[Diagnostic]]:
    """Return the document and what is wrong with it as YAML; `None` if no tree of mappings can be made of it.

    A part that is wrong is set aside, and `Document.incomplete` says where something is missing for that reason.

    Args: `earlier` gives how a text was read that this one may differ from in little; only a large one asks for it.

    Reports: what `encoding.clean`, `tree.Tree`, `syntax.explain` and `whitespace.misplaced` report; file-too-large,
    empty-file, root-not-mapping.
    Raises: `EnvironmentFailure` where PyYAML was built without libyaml.
    """
    if len(text) > MAX_BYTES:
        message = f"the file has {len(text):,} bytes; the limit is {MAX_BYTES:,}"
        advice = "split the platform into several files, one for each Argo CD"
        return None, [_finding("file-too-large", message, Span(file, 1, 1, 1, 1), advice)]
    shown, foreign = decode(text)
    readable_text = shown
    findings: list[Diagnostic] = []
    if foreign is not None or not is_plain_ascii(text):
        shown, readable_text, findings = clean(shown, file, foreign)
    elif len(text) >= LARGE and b"\t" not in text and (before := earlier()) is not None:
        from compiler.source.reread import reread

        document = reread(before, shown, file, _parser())
        if document is not None:
            return document, []
    document, found = _read(shown, readable_text, file)
    if document is None and findings:
        # What is empty or no mapping for want of readable characters is no second mistake.
        found = [finding for finding in found if finding.code not in NO_PLATFORM]
    return document, findings + found


def text_only(text: bytes, file: str) -> Document:
    """Return a document without data, for showing places in a file that `load` could make nothing of."""
    shown = readable(decode(text[:MAX_BYTES])[0])
    return Document(file, shown, None, (0, len(shown), 0, len(shown), None))


def _parser() -> Parser:
    try:
        from yaml._yaml import CParser
    except ImportError as missing:
        raise EnvironmentFailure(
            "PyYAML was installed without libyaml",
            help="pip install --force-reinstall --only-binary pyyaml pyyaml",
        ) from missing
    parser: Parser = CParser
    return parser


def _read(shown: str, text: str, file: str) -> tuple[Document | None, list[Diagnostic]]:
    lines = Lines(shown)
    tree, findings = _tree(text, lines, file, _parser())
    if tree is None:
        return None, findings
    if tree.root is None or tree.data is None:
        place = lines.span(file, tree.root[2], tree.root[3]) if tree.root else lines.span(file, 0, 0)
        if not findings:
            advice = "python -m compiler init"
            findings = [_finding("empty-file", "the file says nothing", place, advice)]
        return None, findings
    if not isinstance(tree.data, dict):
        what = "a list" if isinstance(tree.data, list) else "a single value"
        place = lines.span(file, tree.root[2], tree.root[3])
        advice = "begin the file with keys, such as `apiVersion: platform/v1alpha1`"
        message = f"the file is {what}, not a mapping of keys"
        return None, [*findings, _finding("root-not-mapping", message, place, advice)]
    is_apart = len(shown) >= LARGE and tree.is_simple and shown.isascii() and "\t" not in shown
    nodes = tree.nodes if is_apart else None
    return Document(file, shown, tree.data, tree.root, frozenset(tree.incomplete), nodes), findings


def _tree(text: str, lines: Lines, file: str, parser: Parser) -> tuple[Tree | None, list[Diagnostic]]:
    """Return the tree of a text and all that is wrong with it; no tree where none could be made."""
    from yaml import YAMLError

    from compiler.source.tree import Abandoned, Tree

    if text.isascii() and "\t" not in text:
        tree = Tree(lines, file, parser(text).get_event)
        try:
            tree.build()
        except Abandoned:
            return None, tree.findings
        except YAMLError:
            pass  # It is read again by who can explain it, whom a sound file need not load.
        else:
            return tree, tree.findings
    from compiler.source.recovery import read_tree

    return read_tree(text, lines, file, parser)


def _finding(code: str, message: str, span: Span, help: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, span=span, help=help)
