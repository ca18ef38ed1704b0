"""Owns how plain data becomes YAML text; must not know paths, components or what the data means.

The text is block style, as kubectl prints it, and the same bytes for the same data on every machine. A text is left
unquoted only where no reader of YAML 1.1 (PyYAML, kubectl, kustomize) or 1.2 (ruamel) could take it for anything else,
so what may stay plain is listed and everything else is quoted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

_LEADING_KEYS = ("apiVersion", "kind", "metadata")

_PLAIN = re.compile(
    # What starts with a letter, or a relative path, or a command's flag or variable, can be no number and no date ...
    r"(?:[A-Za-z_/$]|\.{1,2}/|--[A-Za-z])"
    # ... and may go on with what is no indicator inside of plain text, a space only between two other characters, a
    # colon only before one that ends no key. A comment needs ` #`, and there is no `#` here at all.
    r"(?:[A-Za-z0-9_./@%+=$()<>^;,'*!~&|?-]|:(?=[A-Za-z0-9_./$(-])| (?=[A-Za-z0-9_./$(]))*"
    # Quantities and durations: digits and a unit that is no exponent.
    r"|[0-9]+(?:\.[0-9]+)?(?:[mkMGTP]|[KMGTPE]i|[hsd])",
)

_WORDS_OF_READERS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that some reader takes for a truth value or for nothing, in any case (https://yaml.org/type/bool.html)."""

_UNSEEN = (
    "\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff"
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe-\U0010ffff"
)
"""No character of YAML, or none that a person can see: controls, line and paragraph separators, the byte order mark,
soft hyphens, zero-width and direction marks, non-characters, tags and private planes. A list and not
`str.isprintable`, because that changes with the Unicode tables of the Python at hand."""

_NOT_ON_A_LINE = re.compile(f"[\x00-\x1f{_UNSEEN}]")
_TO_ESCAPE = re.compile(f'[\x00-\x1f{_UNSEEN}"\\\\]')
_NOT_LITERAL = re.compile(f"[\x00-\x08\x0b-\x1f{_UNSEEN}]|(?:^|\n)[ \t]+(?:\n|$)|\\A\n*\t")
"""What keeps a text of several lines from standing as it is: unseen characters, lines of blanks only, and a tab that
starts the first line, which kustomize 5.8 reads and then writes so that it cannot read it again."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}

_CACHED_LENGTH = 256
_CACHE_SIZE = 65_536
_LONGEST_SIMPLE_KEY = 1000
"""In characters as written; readers look for a key's colon in 1024 (https://yaml.org/spec/1.2.2/, example 7.21)."""


def dump(documents: Sequence[Mapping[str, Any]], header: str) -> bytes:
    """Return the documents as one YAML stream in UTF-8, `apiVersion`, `kind` and `metadata` first in each.

    All other keys stay in the order given. Every line of `header` becomes a comment at the top.

    Raises:
        ValueError: a text that no YAML file can hold (half of a surrogate pair), or a number that is not finite.
        TypeError: data that is neither mapping, sequence, text, number, truth value nor `None`, or a key that is no
            text. Both are bugs of the caller.
    """
    chunks: list[str] = [_comment(header)] if header else []
    write = chunks.append
    for index, document in enumerate(documents):
        if index:
            write("---\n")
        _write_document(write, _manifest_order(document))
    return "".join(chunks).encode()


def dump_plain(data: Mapping[str, Any]) -> str:
    """Return one mapping as YAML text with all keys in the order given; errors as for `dump`."""
    chunks: list[str] = []
    _write_document(chunks.append, data)
    return "".join(chunks)


def _comment(header: str) -> str:
    lines = header.rstrip("\n").split("\n")
    text = "".join(f"{line}\n" if line.startswith("#") else f"# {line}".rstrip() + "\n" for line in lines)
    if _NOT_ON_A_LINE.search(text.replace("\n", "")):
        raise ValueError(f"a header cannot hold control characters: {header!r}")
    return text


def _manifest_order(document: Mapping[str, Any]) -> Mapping[str, Any]:
    if tuple(islice(document, len(_LEADING_KEYS))) == _LEADING_KEYS:
        return document
    first = [key for key in _LEADING_KEYS if key in document]
    if list(document)[: len(first)] == first:
        return document
    return {key: document[key] for key in (*first, *(key for key in document if key not in _LEADING_KEYS))}


def _write_document(write: Callable[[str], None], document: Mapping[str, Any]) -> None:
    if document:
        _write_mapping(write, document, "", "")
    else:
        write("{}\n")


def _write_mapping(write: Callable[[str], None], mapping: Mapping[str, Any], lead: str, pad: str) -> None:
    """Write a mapping that is not empty; `lead` starts its first line, `pad` every other."""
    for key, value in mapping.items():
        head = _KEYS[key] or f"? {_scalar(key)}\n{pad}:"
        kind = type(value)
        if kind is str:
            write(f"{lead}{head} {_SCALARS[value] or _block(value, pad)}\n")
        elif kind is dict and value:
            write(f"{lead}{head}\n")
            deeper = pad + "  "
            _write_mapping(write, value, deeper, deeper)
        elif kind is list and value:
            write(f"{lead}{head}\n")
            _write_sequence(write, value, pad, pad)
        else:
            other = _other(value, pad)
            if isinstance(other, str):
                write(f"{lead}{head} {other}\n")
            else:
                _write_mapping(write, {key: other}, lead, pad)
        lead = pad


def _write_sequence(write: Callable[[str], None], sequence: Sequence[Any], lead: str, pad: str) -> None:
    """Write a sequence that is not empty; `lead` starts its first line, `pad` every other."""
    deeper = pad + "  "
    for value in sequence:
        kind = type(value)
        if kind is dict and value:
            _write_mapping(write, value, f"{lead}- ", deeper)
        elif kind is str:
            write(f"{lead}- {_SCALARS[value] or _block(value, pad)}\n")
        elif kind is list and value:
            _write_sequence(write, value, f"{lead}- ", deeper)
        else:
            other = _other(value, pad)
            if isinstance(other, str):
                write(f"{lead}- {other}\n")
            else:
                _write_sequence(write, [other], lead, pad)
        lead = pad


def _other(value: object, pad: str) -> str | dict[str, Any] | list[Any]:
    """Return as it is written what is no text and no filled dict or list, or turn it into one of the latter."""
    if value is None or isinstance(value, (bool, int, float)):
        return _number(value)
    if isinstance(value, str):
        text = str.__str__(value)
        return _SCALARS[text] or _block(text, pad)
    if isinstance(value, Mapping):
        return dict(value) or "{}"
    if isinstance(value, (list, tuple)):
        return list(value) or "[]"
    raise TypeError(f"a {type(value).__name__} has no place in YAML: {value!r}")


def _number(value: float | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is no number of JSON, so no Kubernetes object can hold it")
    text = float.__repr__(value)
    # A reader of YAML 1.1 takes `1e+16` for a text: its floats have a point.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _scalar(text: str) -> str:
    """Return the text on one line, quoted where a reader could take it for something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_READERS:
        return text
    if '"' not in text and "\\" not in text and not _NOT_ON_A_LINE.search(text):
        return f'"{text}"'
    if not _NOT_ON_A_LINE.search(text):
        return "'" + text.replace("'", "''") + "'"
    if _SURROGATE.search(text):
        raise ValueError(f"half of a surrogate pair cannot be written to a file: {text!r}")
    return '"' + _TO_ESCAPE.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _block(text: str, pad: str) -> str:
    """Return a text of several lines as a literal block below `pad`, or quoted on one line where that is not safe."""
    body = text.rstrip("\n")
    if not body or _NOT_LITERAL.search(text):
        return _scalar(text)
    # Without the indicator a reader takes the first line's own spaces for indentation.
    indicator = "2" if body.lstrip("\n").startswith(" ") else ""
    newlines = len(text) - len(body)
    chomping = "-" if newlines == 0 else "" if newlines == 1 else "+"
    deeper = pad + "  "
    lines = "\n".join(deeper + line if line else "" for line in body.split("\n"))
    return f"|{indicator}{chomping}\n{lines}" + "\n" * max(0, newlines - 1)


class _Scalars(dict[str, str]):
    """Texts as they are written, remembered because a platform's files repeat the same few; "" for several lines."""

    def __missing__(self, text: str) -> str:
        rendered = "" if "\n" in text else _scalar(text)
        if len(text) <= _CACHED_LENGTH:
            if len(self) >= _CACHE_SIZE:
                self.clear()
            self[text] = rendered
        return rendered


class _Keys(dict[str, str]):
    """Keys with their colon, remembered; "" for what is too long to stand before a colon."""

    def __missing__(self, key: str) -> str:
        if not isinstance(key, str):
            raise TypeError(f"a key of a Kubernetes object is a text, not {key!r}")
        rendered = _scalar(str.__str__(key))
        if len(rendered) > _LONGEST_SIMPLE_KEY:
            return ""
        if len(self) >= _CACHE_SIZE:
            self.clear()
        self[key] = f"{rendered}:"
        return self[key]


_SCALARS = _Scalars()
_KEYS = _Keys()
