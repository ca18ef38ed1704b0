"""Makes Secrets with random values inside the cluster, once: what is there already stays as it is.

Runs alone in a pod, as a text that a Job holds; knows nothing of the compiler.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import secrets
import ssl
import string
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
SERVER = "https://kubernetes.default.svc"
READABLE = "password"
"""Key that holds what a hash was made of, so that its owner can read it in the cluster."""


def hashed(password: str) -> str:
    """Return the bcrypt hash of a password, by the C library of the image."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    # Salts end with one of four letters, as 16 bytes do not fill 22 letters.
    salt = "".join(secrets.choice(f"./{string.ascii_letters}{string.digits}") for _ in range(21))
    found: bytes = library.crypt(password.encode(), f"$2b$12${salt}u".encode())
    return found.decode()


def completed(keys: dict[str, str], held: dict[str, str], read: Callable[[str], str]) -> dict[str, str]:
    """Return what a Secret lacks of its keys; `read` returns the value at NAMESPACE/NAME/KEY."""
    lacking: dict[str, str] = {}
    for key, how in keys.items():
        kind, _, rest = how.partition(":")
        if key in held:
            continue
        if kind == "password":
            lacking[key] = secrets.token_hex(24)
        elif kind == "hex":
            lacking[key] = secrets.token_hex(int(rest))
        elif kind == "base64":
            lacking[key] = base64.b64encode(secrets.token_bytes(int(rest))).decode()
        elif kind == "text":
            lacking[key] = rest
        elif kind == "same":
            lacking[key] = read(rest)
        elif kind == "bcrypt":
            password = held.get(READABLE) or lacking.setdefault(READABLE, secrets.token_hex(12))
            lacking[key] = hashed(password)
    return lacking


def asked(method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
    """Return the API server's answer; nothing where there is no such object."""
    request = urllib.request.Request(  # noqa: S310 - the scheme is a constant
        SERVER + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {(ACCOUNT / 'token').read_text('utf-8')}", "Content-Type": kind},
    )
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    try:
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:  # noqa: S310 - likewise
            return json.load(answer)
    except urllib.error.HTTPError as problem:
        if method == "GET" and problem.code == 404:
            return None
        raise


def values(namespace: str, name: str) -> dict[str, str] | None:
    """Return what a Secret holds; nothing where there is none."""
    found = asked("GET", f"/api/v1/namespaces/{namespace}/secrets/{name}")
    if found is None:
        return None
    return {key: base64.b64decode(value).decode() for key, value in (found.get("data") or {}).items()}


def value(place: str) -> str:
    """Return the value at NAMESPACE/NAME/KEY. Raises: `SystemExit` while it is not there; the pod starts again then."""
    namespace, name, key = place.split("/", 2)
    found = (values(namespace, name) or {}).get(key)
    if found is None:
        raise SystemExit(f"{place} is not there yet")
    return found


def main() -> None:
    """Make what is wanted."""
    for secret in json.loads(os.environ["WANTED"]):
        namespace, name = secret["namespace"], secret["name"]
        held = values(namespace, name)
        lacking = completed(secret["keys"], held or {}, value)
        path = f"/api/v1/namespaces/{namespace}/secrets"
        if held is None:
            body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": lacking}
            asked("POST", path, body)
        elif lacking:
            asked("PATCH", f"{path}/{name}", {"stringData": lacking}, "application/merge-patch+json")
        print(f"{namespace}/{name}: made {', '.join(sorted(lacking)) or 'nothing, it is there'}")  # noqa: T201


if __name__ == "__main__":
    main()
