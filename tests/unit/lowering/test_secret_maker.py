"""The program that makes secrets inside a cluster, against an API server of the test."""

from __future__ import annotations

import base64
import ctypes
import json
from typing import Any

import pytest

from compiler.lowering import secret_maker
from compiler.lowering.secret_maker import READABLE, completed, hashed, main


class Server:
    """Secrets by their path, as an API server holds them."""

    def __init__(self, **held: dict[str, str]) -> None:
        self.secrets = {f"/api/v1/namespaces/ns/secrets/{name}": values for name, values in held.items()}

    def ask(self, method: str, path: str, body: Any = None, kind: str = "") -> Any:
        """Answer as the server would."""
        del kind
        if method == "GET":
            found = self.secrets.get(path)
            return (
                None
                if found is None
                else {"data": {k: base64.b64encode(v.encode()).decode() for k, v in found.items()}}
            )
        if method == "POST":
            path = f"{path}/{body['metadata']['name']}"
            assert path not in self.secrets
        self.secrets.setdefault(path, {}).update(body["stringData"])
        return {}

    def run(self, monkeypatch: pytest.MonkeyPatch, *wanted: tuple[str, dict[str, str]]) -> None:
        """Run the program."""
        monkeypatch.setattr(secret_maker, "asked", self.ask)
        plain = [{"namespace": "ns", "name": name, "keys": keys} for name, keys in wanted]
        monkeypatch.setenv("WANTED", json.dumps(plain))
        main()

    def __getitem__(self, name: str) -> dict[str, str]:
        return self.secrets[f"/api/v1/namespaces/ns/secrets/{name}"]


def test_values_are_drawn_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    wanted = ("db", {"user": "text:root", "password": "password", "cookie": "hex:16", "key": "base64:32"})
    server.run(monkeypatch, wanted)
    first = dict(server["db"])
    assert first["user"] == "root"
    assert (len(first["password"]), len(first["cookie"]), len(base64.b64decode(first["key"]))) == (48, 32, 32)
    server.run(monkeypatch, wanted)
    assert server["db"] == first


def test_two_clusters_share_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Server(), Server()
    for server in (one, other):
        server.run(monkeypatch, ("db", {"password": "password"}))
    assert one["db"] != other["db"]


def test_a_key_that_a_release_adds_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(db={"password": "old"})
    server.run(monkeypatch, ("db", {"password": "password", "user": "text:root"}))
    assert server["db"] == {"password": "old", "user": "root"}


def test_a_copy_waits_for_what_it_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    copy = ("proxy", {"client-secret": "same:ns/dex/SECRET"})
    with pytest.raises(SystemExit, match="ns/dex/SECRET is not there yet"):
        server.run(monkeypatch, copy)
    server.run(monkeypatch, ("dex", {"SECRET": "password"}), copy)
    assert server["proxy"]["client-secret"] == server["dex"]["SECRET"]


def test_the_password_of_a_hash_can_be_read_by_its_owner() -> None:
    if not _has_crypt():
        pytest.skip("the C library of this machine has no crypt")
    found = completed({"hash": "bcrypt"}, {}, str)
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    assert library.crypt(found[READABLE].encode(), found["hash"].encode()).decode() == found["hash"]
    assert found["hash"].startswith("$2b$12$")
    assert len(found["hash"]) == 60
    assert hashed("x") != hashed("x")
    assert set(completed({"hash": "bcrypt"}, {READABLE: "chosen"}, str)) == {"hash"}


def _has_crypt() -> bool:
    try:
        ctypes.CDLL("libcrypt.so.1")
    except OSError:
        return False
    return True
