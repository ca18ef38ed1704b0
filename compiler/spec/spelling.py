"""What a wrongly written scalar was likely meant to be, by the code of its finding; knows no place and no finding.

Every suggestion is right by its own scalar's pattern (a test says so), or it is not made.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from compiler.spec.scalars import KINDS

_SUFFIXES = {"ki": "Ki", "mi": "Mi", "gi": "Gi", "ti": "Ti", "pi": "Pi", "ei": "Ei"}
_DECIMAL = {"k": "k", "m": "M", "g": "G", "t": "T", "p": "P", "e": "E"}
_UNITS = (
    (("ms", "msec", "millisecond", "milliseconds"), "ms", 1),
    (("s", "sec", "secs", "second", "seconds"), "s", 1),
    (("m", "min", "mins", "minute", "minutes"), "m", 1),
    (("h", "hr", "hrs", "hour", "hours"), "h", 1),
    (("d", "day", "days"), "h", 24),
    (("w", "week", "weeks"), "h", 168),
)


_OF_BYTES = frozenset({"memory", "storage", "ephemeralStorage"})


def meant(code: str, text: str, key: str | int = "") -> tuple[str, ...]:
    """Return what `text` may have been meant to be, the likeliest first; nothing where nobody can tell.

    Args: `key` is the one whose value it is: of memory and disk nobody means a bare number, which counts bytes.
    """
    guess = _GUESSES.get(code)
    found = tuple(dict.fromkeys(guess(text.strip()))) if guess else ()
    return tuple(each for each in found if not each[-1:].isdigit()) if key in _OF_BYTES else found


def _label(text: str) -> list[str]:
    folded = re.sub(r"[^a-z0-9-]+", "-", text.lower())
    folded = re.sub(r"-{2,}", "-", folded).strip("-")
    return [folded] if folded and len(folded) <= 63 and text.isascii() else []


def _subdomain(text: str) -> list[str]:
    parts = [_label(part) for part in text.split(".")]
    return [".".join(part[0] for part in parts)] if all(parts) else []


def _domain(text: str) -> list[str]:
    host = re.sub(r"^[a-zA-Z]+://", "", text)
    host = re.split(r"[/:?#]", host.removeprefix("*."), maxsplit=1)[0].rstrip(".").lower()
    return [host] if re.fullmatch(r"[a-z0-9.-]+", host) and _fits("not-a-domain", host) else []


def _quantity(text: str) -> list[str]:
    match = re.fullmatch(r"([0-9]+(?:[.][0-9]+)?|[.][0-9]+)\s*([A-Za-z]*)", text.replace("_", ""))
    if match is None:
        return []
    number, unit = match.group(1), match.group(2).lower()
    if unit in {"", "core", "cores", "cpu", "cpus", "vcpu", "vcpus", "pod", "pods", "b", "bytes"}:
        return [number]
    binary = unit.removesuffix("b")
    if binary in _SUFFIXES:
        return [number + _SUFFIXES[binary]]
    if binary in _DECIMAL and (unit.endswith("b") or binary in {"g", "t", "p", "k"}):
        return [number + _DECIMAL[binary], number + _SUFFIXES[f"{binary}i"]]
    return []


def _duration(text: str) -> list[str]:
    if re.fullmatch(r"[0-9]+(?:[.][0-9]+)?", text):
        return [f"{text}{unit}" for unit in ("m", "s", "h")]
    pieces = re.findall(r"([0-9]+(?:[.][0-9]+)?)\s*([A-Za-z]+)", text)
    if not pieces or re.sub(r"[0-9]+(?:[.][0-9]+)?\s*[A-Za-z]+|[\s,]|and", "", text):
        return []
    result = ""
    for number, unit in pieces:
        found = next(((short, factor) for names, short, factor in _UNITS if unit.lower() in names), None)
        if found is None:
            return []
        short, factor = found
        if factor > 1:
            amount = float(number) * factor
            number = str(int(amount)) if amount.is_integer() else str(amount)  # noqa: PLW2901
        result += number + short
    return [result]


_NUMBERS = r"[0-9]+(?:\.[0-9]+)*(?:[-+]?[a-z][0-9A-Za-z.+-]*)?"


def _constraint(text: str) -> list[str]:
    bare = re.fullmatch(rf"v({_NUMBERS})", text, re.IGNORECASE)
    if bare:
        return [bare.group(1)]
    line = re.fullmatch(r"v?([0-9]+(?:\.[0-9]+)*)\.[x*]", text)
    if line:
        return [line.group(1)]
    caret = re.fullmatch(rf"\^\s*v?({_NUMBERS})", text)
    if caret:
        return [f">={caret.group(1)},<{int(caret.group(1).split('.')[0]) + 1}"]
    tilde = re.fullmatch(rf"~>?\s*v?({_NUMBERS})", text)
    if tilde:
        numbers = tilde.group(1)
        return [f"~={numbers}" if numbers.count(".") > 1 else numbers]
    span = re.fullmatch(rf"v?({_NUMBERS})\s+-\s+v?({_NUMBERS})", text)
    if span:
        return [f">={span.group(1)},<={span.group(2)}"]
    comparisons = re.findall(rf"(==|!=|>=|<=|=>|=<|~=|=|>|<)\s*v?({_NUMBERS})", text)
    if comparisons and not re.sub(rf"(==|!=|>=|<=|=>|=<|~=|=|>|<)\s*v?({_NUMBERS})|[\s,]|&&|and", "", text):
        signs = {"=>": ">=", "=<": "<=", "=": "=="}
        return [",".join(signs.get(sign, sign) + number for sign, number in comparisons)]
    return []


def _version(text: str) -> list[str]:
    return [re.sub(r"^(==|=|v)\s*v?", "", text, flags=re.IGNORECASE)]


def _build_option(text: str) -> list[str]:
    name, _, value = text.strip().replace("=", " ", 1).partition(" ")
    return [f"--{name.lstrip('-').replace('_', '-')}" + (f"={value.strip()}" if value.strip() else "")]


def _kubernetes(text: str) -> list[str]:
    match = re.fullmatch(r"(?:==|=|~|\^)?\s*[vV]?(1\.[0-9]+(?:\.[0-9]+)?(?:[-+][0-9A-Za-z.+-]+)?)(?:\.[xX*])?", text)
    return [match.group(1)] if match else []


def _without_credentials(text: str) -> list[str]:
    return [re.sub(r"^(https?://)[^/@]*@", r"\1", text)]


def _git_url(text: str) -> list[str]:
    text = _without_credentials(text)[0]
    bare = re.fullmatch(r"(?:git://)?((?:github|gitlab|bitbucket)\.(?:com|org)/[^\s?#@]+)", text)
    return [f"https://{bare.group(1)}" if bare else text]


def _revision(text: str) -> list[str]:
    return [text.removeprefix("refs/heads/").removeprefix("origin/")]


def _https(text: str) -> list[str]:
    text = re.sub(r"^http://", "https://", _without_credentials(text)[0])
    return [text if "://" in text else f"https://{text}"]


def _issuer(text: str) -> list[str]:
    text = _without_credentials(text)[0]
    # What names a port may well be an issuer inside the network without TLS.
    return [text if "://" in text or re.search(r":[0-9]+(/|$)", text) else f"https://{text}"]


def _endpoint(text: str) -> list[str]:
    text = _without_credentials(text)[0]
    if "://" in text:
        return [text]
    # What names a port may well do without TLS.
    has_port = re.search(r":[0-9]+(/|$)", text) is not None
    return [f"https://{text}", f"http://{text}"] if has_port else [f"https://{text}"]


def _proxy(text: str) -> list[str]:
    text = re.sub(r"^(https?://[^/]+)/.*$", r"\1", _without_credentials(text)[0])
    return [text if "://" in text else f"http://{text}"]


def _direct_host(text: str) -> list[str]:
    return [re.sub(r"^[a-zA-Z]+://", "", text).partition("/")[0].removeprefix("*")]


def _email(text: str) -> list[str]:
    inner = re.search(r"<([^<>]+)>", text)
    return [(inner.group(1) if inner else text).removeprefix("mailto:").strip()]


def _place(text: str) -> list[str]:
    return [re.sub(r"[\s_]+", "-", text.lower()), re.sub(r"[\s_-]+", "", text.lower())] if text.isascii() else []


def _mig(text: str) -> list[str]:
    return [re.sub(r"^(mig|all)-", "", text.lower().replace(" ", ""))]


def _host(text: str) -> list[str]:
    return [re.sub(r"^[a-zA-Z]+://", "", text).split("/")[0]]


def _acr(text: str) -> list[str]:
    return [re.sub(r"\.azurecr\.(io|cn|us)/?$", "", re.sub(r"^https://", "", text))]


def _path(text: str) -> list[str]:
    return [text.replace("\\", "/").removeprefix("./")]


def _variable(text: str) -> list[str]:
    return ["".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text.strip())]


def _folder(text: str) -> list[str]:
    return [text.replace("\\", "/").strip("/").removeprefix("./") or "."]


def _pointer(text: str) -> list[str]:
    steps = text.removeprefix("$").strip(".")
    return ["/" + steps.strip("/") if "/" in steps else "/" + steps.replace(".", "/")]


def _fits(code: str, text: str) -> bool:
    kind = KINDS[code]
    return kind.fits(text)


def _lower(text: str) -> list[str]:
    return [text.lower()]


def _checked(code: str, guess: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    return lambda text: [found for found in guess(text) if found != text and _fits(code, found)]


_GUESSES: dict[str, Callable[[str], list[str]]] = {
    code: _checked(code, guess)
    for code, guess in {
        "not-a-dns-label": _label,
        "not-an-object-name": _subdomain,
        "not-a-domain": _domain,
        "not-a-quantity": _quantity,
        "not-a-duration": _duration,
        "not-a-constraint": _constraint,
        "not-a-version": _version,
        "not-a-kustomize-version": _version,
        "not-a-build-option": _build_option,
        "not-a-kubernetes-version": _kubernetes,
        "not-an-email": _email,
        "not-a-git-url": _git_url,
        "not-a-revision": _revision,
        "not-an-https-url": _https,
        "not-an-issuer": _issuer,
        "not-an-endpoint": _endpoint,
        "not-a-proxy": _proxy,
        "not-a-direct-host": _direct_host,
        "not-a-zone": _place,
        "not-a-project": _lower,
        "not-a-mig-profile": _mig,
        "not-an-image": _lower,
        "not-a-registry-host": _host,
        "not-an-acr-name": _acr,
        "not-a-storage-account": _lower,
        "not-a-relative-path": _path,
        "not-a-folder": _folder,
        "not-a-variable": _variable,
        "not-a-json-pointer": _pointer,
    }.items()
}
