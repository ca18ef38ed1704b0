"""Bytes become text that libyaml can read, and a finding for each character that it could not; knows no YAML syntax.

The text handed on has the same length as the text shown, so every offset means the same in both.
"""

from __future__ import annotations

import re

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.diagnostics.place import Lines

MAX_BYTES = 4 * 1024 * 1024
"""About 110,000 lines; 1,000 teams make 0.6 MB."""
MAX_TOLD = 20
"""So many bad characters are told one by one; a file in a foreign encoding has thousands."""

_PLAIN_ASCII = bytes([9, 10, 13, *range(32, 127)])
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]",
)
"""What YAML does not allow, what libyaml takes for a line break and YAML 1.2 does not, and what reorders the text that
a reviewer sees. Source: https://yaml.org/spec/1.2.2/#51-character-set, https://trojansource.codes (CVE-2021-42574)."""
_BAD_BYTE = re.compile("[\udc80-\udcff]+")
_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_NAMES = {
    "\x00": "a NUL",
    "\x1b": "an escape character",
    "\x7f": "a delete character",
    "\x85": "a next-line character",
    "\u2028": "a line separator",
    "\u2029": "a paragraph separator",
    "\ufeff": "a byte order mark",
}


def decode(data: bytes) -> tuple[str, str | None]:
    """Return the text, and the name of its encoding if that is not UTF-8; a byte order mark is no part of the text.

    Bytes that are no UTF-8 stay as surrogates, for `clean` to report.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace").replace("\ufeff", "", 1), name
    nul_count = data.count(0)
    if nul_count and 3 * nul_count >= len(data):
        name = "UTF-16LE" if data[1::2].count(0) >= nul_count // 2 + 1 else "UTF-16BE"
        return data.decode(name, errors="replace"), name
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape"), None


def readable(text: str) -> str:
    """Return the text with a replacement character for each byte that is no UTF-8."""
    return _BAD_BYTE.sub(lambda found: "\ufffd" * len(found[0]), text)


def is_plain_ascii(data: bytes) -> bool:
    """Return whether there is nothing in these bytes that could need a closer look; much faster than looking."""
    return not data.translate(None, _PLAIN_ASCII)


def clean(text: str, file: str, foreign: str | None) -> tuple[str, str, list[Diagnostic]]:
    """Return the text to show, the text to read and what is wrong with its characters.

    Reports: not-utf-8, control-character.
    """
    shown = readable(text)
    lines = Lines(shown)
    findings = []
    if foreign is not None:
        findings.append(
            Diagnostic(
                "not-utf-8",
                Severity.ERROR,
                f"the file is {foreign}, not UTF-8",
                span=lines.span(file, 0, min(1, len(shown))),
                notes=("Git, Argo CD and every YAML 1.2 tool expect UTF-8",),
                help=f"iconv -f {foreign} -t UTF-8 {file} > converted.yaml",
            )
        )
    findings += _told([_bad_byte(found, lines, file) for found in _first(_BAD_BYTE, text)], _BAD_BYTE, text)
    findings += _told([_forbidden(found, lines, file) for found in _first(_FORBIDDEN, shown)], _FORBIDDEN, shown)
    return shown, _FORBIDDEN.sub(_stand_in, shown), findings


def _stand_in(found: re.Match[str]) -> str:
    """Return what is read in place of a forbidden character: as if it were not there, or else a letter.

    Beside a space it is a space, so that what follows keeps its meaning; but never where that would begin syntax.
    """
    text = found.string
    before, after = text[found.start() - 1 : found.start()] or "\n", text[found.end() : found.end() + 1] or "\n"
    is_beside_space = before in " \t\r\n" or after in " \t\r\n"
    return " " if is_beside_space and (after.isalnum() or after.isspace()) else "\ufffd"


def _first(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    found = []
    for match in pattern.finditer(text):
        found.append(match)
        if len(found) == MAX_TOLD:
            break
    return found


def _told(findings: list[Diagnostic], pattern: re.Pattern[str], text: str) -> list[Diagnostic]:
    """Return the findings, the last one saying how many more there are."""
    more = sum(1 for _ in pattern.finditer(text)) - len(findings)
    if more > 0:
        last = findings[-1]
        note = f"{more:,} more such places follow in this file"
        findings[-1] = Diagnostic(
            last.code, last.severity, last.message, span=last.span, notes=(*last.notes, note), help=last.help
        )
    return findings


def _bad_byte(found: re.Match[str], lines: Lines, file: str) -> Diagnostic:
    raw = found[0].encode("utf-8", errors="surrogateescape")
    guess = raw[:20].decode("cp1252", errors="ignore")
    notes = (f"in Windows-1252 this would be `{guess}`",) if guess and guess.isprintable() else ()
    what = f"byte 0x{raw[0]:02X} is" if len(raw) == 1 else f"bytes {' '.join(f'0x{byte:02X}' for byte in raw[:4])} are"
    return Diagnostic(
        "not-utf-8",
        Severity.ERROR,
        f"{what} no UTF-8",
        span=lines.span(file, found.start(), found.end()),
        notes=notes,
        help=f"save the file as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 {file} > converted.yaml",
    )


def _forbidden(found: re.Match[str], lines: Lines, file: str) -> Diagnostic:
    character = found[0]
    code = ord(character)
    reorders = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    name = _NAMES.get(character, "a character that reorders text" if reorders else "a control character")
    escape = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    reason = (
        "a reviewer would see another text than the compiler reads"
        if reorders
        else "it cannot be seen, and YAML does not allow it or readers do not agree on it"
    )
    return Diagnostic(
        "control-character",
        Severity.ERROR,
        f"{name} (U+{code:04X}) stands in the text",
        span=lines.span(file, found.start(), found.end()),
        notes=(reason,),
        help=f"remove it; where it is meant, write it in double quotes as {escape}",
    )
