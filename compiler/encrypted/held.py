"""What every encrypted file must say whatever encrypted it: whose Secret it is, and that it has all that readers ask.

Knows no backend's format. What is looked at is always readable: names, keys, labels and the type.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, YamlPath, error

if TYPE_CHECKING:
    from compiler.lowering.wanted_secrets import WantedSecret
    from compiler.source.document import Document

LINES = "delete the file, and `python -m compiler show secrets --missing` prints the lines"
PARTS = ("data", "stringData")
"""Where a Secret has its values."""
_OPAQUE = "Opaque"


def at(document: Document, path: YamlPath) -> object:
    """Return the value at a path; nothing where there is none."""
    value: object = document.data
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return value


def mapping_at(document: Document, path: YamlPath) -> Mapping[str, object]:
    """Return the mapping at a path; an empty one for anything else."""
    value = at(document, path)
    return value if isinstance(value, Mapping) else {}


def bad_file(document: Document, path: YamlPath, message: str, help: str, *, at_key: bool = False) -> Diagnostic:
    """Return the finding of a file that nothing could open or apply."""
    return error("bad-secret-file", message, span=document.span(path, at_key=at_key), help=help)


def in_clear(document: Document, path: YamlPath, message: str, *, at_key: bool = False) -> Diagnostic:
    """Return the finding of a value that everybody can read."""
    return error(
        "unencrypted-secret",
        message,
        span=document.span(path, at_key=at_key),
        notes=("whoever reads the repository or a clone has it; removing it does not take it out of the history",),
        help=f"change the value at its source, as Git remembers; then encrypt the new one: {LINES}",
    )


def plain_secret(document: Document) -> Diagnostic:
    """Return the finding of a Secret as `kubectl create` prints it: nothing in it is encrypted."""
    held = [part for part in PARTS if mapping_at(document, (part,))]
    names = sorted({key for part in held for key in mapping_at(document, (part,))})
    message = f"this is a plain Secret: {', '.join(names) or 'what is in it'} can be read by everybody"
    return in_clear(document, (held[0] if held else "kind",), f"{message} (base64 hides nothing)", at_key=True)


def misplaced(document: Document, wanted: WantedSecret, why: str) -> Iterator[Diagnostic]:
    """Yield a finding for each of namespace and name that is not what the file's path says.

    Reports: `misplaced-secret`.
    """
    for key, here in (("namespace", wanted.namespace), ("name", wanted.name)):
        written = at(document, ("metadata", key))
        if written != here:
            said = "has no namespace" if written is None and key == "namespace" else f"has {key} {written}"
            yield error(
                "misplaced-secret",
                f"this file {said}, and its path says {here}: {why}",
                span=document.span(("metadata", key)),
                help=f"move the file to where it belongs, or make it anew: {LINES}",
            )


def incomplete(
    document: Document, wanted: WantedSecret, keys: Collection[str], held: YamlPath, form: YamlPath
) -> Iterator[Diagnostic]:
    """Yield a finding for missing keys, labels and for another type than the readers ask for.

    Args: `keys` are those that the Secret will have, `held` is where they stand, `form` where labels and type do.
    Reports: `incomplete-secret-file`.
    """
    missing = sorted(set(wanted.keys) - set(keys))
    if missing:
        yield error(
            "incomplete-secret-file",
            f"{wanted.for_whom} reads {' and '.join(missing)} of Secret {wanted.namespace}/{wanted.name}, "
            "and this file has no such key",
            span=document.span(held, at_key=True),
            notes=(wanted.help,) if wanted.help else (),
            help=f"add what is missing, or make the file anew: {LINES}",
        )
    labels = mapping_at(document, (*form, "metadata", "labels"))
    for label, value in sorted(wanted.labels.items()):
        if labels.get(label) != value:
            yield error(
                "incomplete-secret-file",
                f"{wanted.for_whom} finds Secret {wanted.namespace}/{wanted.name} by its label {label}: {value}, "
                "and this file has none",
                span=document.span((*form, "metadata", "labels"), at_key=True),
                help=f"make the file anew with the label: {LINES}",
            )
    kind = at(document, (*form, "type")) or _OPAQUE
    if kind != (wanted.type or _OPAQUE):
        yield error(
            "incomplete-secret-file",
            f"{wanted.for_whom} reads a Secret {wanted.namespace}/{wanted.name} of type {wanted.type or _OPAQUE}, "
            f"and that of this file is {kind}",
            span=document.span((*form, "type")),
            help=f"make the file anew with that type: {LINES}",
        )
