"""The user's own patches, inline or in files below the platform file's folder; knows no component."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Span, YamlPath, error
from compiler.model.platform import UserPatch
from compiler.source.document import Plain

if TYPE_CHECKING:
    from compiler.spec.patch import PatchSpec


_PATTERNS = ("group", "version", "kind", "name", "namespace")
"""Keys of a target that are regular expressions. Source: kubernetes-sigs/kustomize api/types/selector.go."""
_NOT_IN_RE2 = r"\(\?(?:=|!|<=|<!|>|\()|\\[1-9]"
"""What Python's expressions have and Go's have not: looking around, atomic groups, conditions, back references."""


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return re.search(_NOT_IN_RE2, text) is None


def _bad_pattern(key: str, text: str, place: YamlPath) -> Diagnostic:
    return error(
        "bad-patch-target",
        f"`{key}` is `{text}`, which is no regular expression that kustomize knows",
        place,
        help="write the whole name, or an expression of RE2 (https://github.com/google/re2/wiki/Syntax)",
    )


@dataclass(slots=True)
class PatchReader:
    """Reads the files that patches name, each once, and keeps their bytes for the platform.

    `read` returns a file's bytes by its path relative to the platform file's folder, or nothing where there is none.
    `damaged` are the places of what was wrong in the platform file and is left out.
    """

    read: Callable[[str], bytes | None]
    damaged: Collection[YamlPath] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    _parsed: dict[str, object] = field(default_factory=dict)
    used: set[YamlPath] = field(default_factory=set)

    def patch(self, spec: PatchSpec, findings: list[Diagnostic]) -> UserPatch | None:
        """Return a patch with its content, or nothing where its file is missing or wrong.

        Reports `bad-patch-target`, `empty-patch`, `missing-patch-file` and `bad-patch-file`, each once, and what the
        loader reports in the file.
        """
        self.used.add(spec.origin)
        target = {key: str(value) for key, value in spec.target.written().items()}
        broken = [key for key in _PATTERNS if key in target and not _is_pattern(target[key])]
        findings += [_bad_pattern(key, target[key], (*spec.origin, "target", key)) for key in broken]
        if broken:
            return None
        if spec.path is not None:
            body = self._file(spec.path, (*spec.origin, "path"), findings)
            return None if body is None else UserPatch(target, body, spec.origin, spec.path)
        if not spec.patch:
            if any(path[: len(spec.origin)] == spec.origin for path in self.damaged):
                return None
            findings.append(
                error(
                    "empty-patch",
                    "this patch changes nothing, and kustomize refuses an empty one",
                    (*spec.origin, "patch"),
                    help="write what is to change, or remove the patch",
                )
            )
            return None
        return UserPatch(target, _plain(spec.patch), spec.origin)

    def _file(self, path: str, place: YamlPath, findings: list[Diagnostic]) -> object:
        if path in self._parsed:
            return self._parsed[path]
        self._parsed[path] = None
        content = self.read(path)
        if content is None:
            findings.append(
                error(
                    "missing-patch-file",
                    f"there is no file {path} below the platform file's folder",
                    place,
                    help="create the file, or correct the path",
                )
            )
            return None
        data, found = _load(content, path)
        findings += found
        if not data:
            if not found:
                findings.append(
                    error(
                        "bad-patch-file",
                        f"{path} holds no patch",
                        place,
                        help="write a list of JSON 6902 operations, or a mapping for a strategic merge",
                    )
                )
            return None
        self.files[path] = content
        self._parsed[path] = tuple(data) if isinstance(data, list) else data
        return self._parsed[path]


def _plain(body: object) -> object:
    """Return operations as plain mappings; a merge is plain already."""
    if isinstance(body, tuple):
        return tuple(operation.written() for operation in body)
    return body


_DOCUMENT_START = rb"\A((?:[ \t]*(?:#[^\n]*)?\r?\n)*)---(?=\s)"
_LIST_KEY = b"operations:"
_INDENT = 2


def _load(content: bytes, path: str) -> tuple[Plain, list[Diagnostic]]:
    """Return a patch file's list or mapping, with the loader's findings; anything else is nothing.

    The loader takes mappings only, as every file of the platform is one. A list is therefore put under a key, and the
    places of findings are moved back.
    """
    from compiler.source.loader import load

    document, findings = load(content, path)
    if document is not None:
        return document.data, findings
    if "root-not-mapping" not in {finding.code for finding in findings}:
        return None, findings
    body = re.sub(_DOCUMENT_START, rb"\1", content)
    wrapped = _LIST_KEY + b"\n" + b"".join(b" " * _INDENT + line for line in body.splitlines(keepends=True))
    document, findings = load(wrapped, path)
    moved = [replace(finding, span=_move_back(finding.span)) for finding in findings]
    data = document.data.get(_LIST_KEY[:-1].decode()) if document and isinstance(document.data, dict) else None
    return data if isinstance(data, list) else None, moved


def _move_back(span: Span | None) -> Span | None:
    """Return the place in the file itself of a place in its wrapped text."""
    if span is None:
        return None
    return Span(
        span.file,
        max(span.line - 1, 1),
        max(span.column - _INDENT, 1),
        max(span.end_line - 1, 1),
        max(span.end_column - _INDENT, 1),
    )
