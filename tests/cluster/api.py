"""A client of the Kubernetes API for tests: any kind, the API server's own words, no model of anything.

Speaks HTTP itself: what is tested is what the server says to a manifest as it is written, so a client with classes for
kinds, defaults or retries would stand between. Asks for strictness: a field that the server does not know is refused.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

FIELD_MANAGER = "argocd-controller"
"""The manager that Argo CD's server-side apply names (argo-cd docs/user-guide/sync-options.md)."""
_JSON = "application/json"
_APPLY = "application/apply-patch+yaml"
_MERGE = "application/merge-patch+json"
_OPERATIONS = "application/json-patch+json"
_CHUNK = 1 << 16
_IDLE_S = 30
"""After how long a connection is not trusted any more: the server closes those on which nothing is said."""


@dataclass(frozen=True)
class Answer:
    """What the server said: HTTP code, the object or Status, and its warnings."""

    code: int
    body: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    is_unknown: bool = False
    """Whether the server was not even asked, because it does not serve the kind."""

    @property
    def ok(self) -> bool:
        """Return whether the request was granted."""
        return self.code < 300

    @property
    def message(self) -> str:
        """Return the server's reason for a refusal."""
        return str(self.body.get("message", ""))


@dataclass(frozen=True)
class Person:
    """Whom a request is made as: a user with groups; service accounts are users too."""

    name: str
    groups: tuple[str, ...] = ()

    @classmethod
    def account(cls, namespace: str, name: str) -> Person:
        """Return a service account."""
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
        return cls(f"system:serviceaccount:{namespace}:{name}", groups)


@dataclass(frozen=True)
class Resource:
    """Where objects of a kind stand."""

    path: str
    plural: str
    namespaced: bool


@dataclass
class Api:
    """One connection to an API server, as its administrator."""

    host: str
    port: int
    token: str
    tls: ssl.SSLContext
    _known: dict[tuple[str, str], Resource] = field(default_factory=dict)
    _connection: http.client.HTTPSConnection | None = None
    _used: float = 0.0

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content: str = _JSON,
        query: Mapping[str, str] | None = None,
        person: Person | None = None,
    ) -> Answer:
        """Return the answer to one request, made as `person` if one is named."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": _JSON, "Content-Type": content}
        target = f"{path}?{urlencode(query)}" if query else path
        connection = self._open()
        connection.putrequest(method, target)
        for name, value in headers.items():
            connection.putheader(name, value)
        if person is not None:
            connection.putheader("Impersonate-User", person.name)
            for group in person.groups:
                connection.putheader("Impersonate-Group", group)
        data = b"" if body is None else json.dumps(body).encode()
        connection.putheader("Content-Length", str(len(data)))
        try:
            connection.endheaders(data)
            response = connection.getresponse()
            said = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        warnings = tuple(value for name, value in response.getheaders() if name.lower() == "warning")
        try:
            parsed = json.loads(said) if said else {}
        except ValueError:
            parsed = {"message": said.decode(errors="replace")}
        if not isinstance(parsed, dict):
            parsed = {"message": str(parsed)}
        return Answer(response.status, parsed, warnings)

    def _open(self) -> http.client.HTTPSConnection:
        if time.monotonic() - self._used > _IDLE_S:
            self.close()
        self._used = time.monotonic()
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(self.host, self.port, timeout=60, context=self.tls)
        return self._connection

    def resource(self, api_version: str, kind: str) -> Resource | None:
        """Return where objects of a kind stand, or `None` if the server does not serve it."""
        if (api_version, kind) not in self._known:
            base = f"/api/{api_version}" if "/" not in api_version else f"/apis/{api_version}"
            for entry in self.request("GET", base).body.get("resources", ()):
                if "/" not in entry["name"]:
                    found = Resource(base, entry["name"], entry["namespaced"])
                    self._known[api_version, entry["kind"]] = found
        return self._known.get((api_version, kind))

    def url(self, api_version: str, kind: str, namespace: str | None = None, name: str | None = None) -> str:
        """Return the path of a collection or an object; raises `LookupError` if the kind is not served."""
        resource = self.resource(api_version, kind)
        if resource is None:
            raise LookupError(f"{api_version} {kind} is not served")
        parts = [resource.path]
        if resource.namespaced and namespace is not None:
            parts.append(f"namespaces/{quote(namespace)}")
        parts.append(resource.plural)
        if name is not None:
            parts.append(quote(name))
        return "/".join(parts)

    def get(self, api_version: str, kind: str, namespace: str | None, name: str | None = None) -> Answer:
        """Return an object, or the list of all in a namespace."""
        return self.request("GET", self.url(api_version, kind, namespace, name))

    def apply(self, item: Mapping[str, Any], *, dry_run: bool = False, person: Person | None = None) -> Answer:
        """Return the answer to a server-side apply, as Argo CD does it; unknown fields are refused."""
        query = {"fieldManager": FIELD_MANAGER, "force": "true", "fieldValidation": "Strict"} | _dry(dry_run)
        return self._send("PATCH", item, query, _APPLY, person, named=True)

    def create(self, item: Mapping[str, Any], *, dry_run: bool = False, person: Person | None = None) -> Answer:
        """Return the answer to the creation of an object."""
        return self._send("POST", item, {"fieldValidation": "Strict"} | _dry(dry_run), _JSON, person, named=False)

    def delete(self, item: Mapping[str, Any], *, dry_run: bool = False, person: Person | None = None) -> Answer:
        """Return the answer to the deletion of an object."""
        return self._send("DELETE", item, _dry(dry_run), _JSON, person, named=True, body=None)

    def merge(
        self,
        item: Mapping[str, Any],
        change: Mapping[str, Any],
        *,
        part: str = "",
        dry_run: bool = False,
        person: Person | None = None,
    ) -> Answer:
        """Return the answer to a merge patch of an object, or of a `part` such as `status`."""
        return self._send("PATCH", item, _dry(dry_run), _MERGE, person, named=True, body=change, part=part)

    def operate(
        self, item: Mapping[str, Any], operations: Sequence[Mapping[str, Any]], *, manager: str, part: str = ""
    ) -> Answer:
        """Return the answer to a JSON patch of an object, made by a controller of that name."""
        return self._send(
            "PATCH", item, {"fieldManager": manager}, _OPERATIONS, None, named=True, body=list(operations), part=part
        )

    def watch(self, path: str, *, timeout_s: int = 300) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield what is in a collection and then what happens to it, until the time is over or the server ends.

        The first words are ADDED, MODIFIED, DELETED. The connection is of no other use meanwhile.
        """
        query = urlencode({"watch": "1", "resourceVersion": "0", "timeoutSeconds": str(timeout_s)})
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=timeout_s + 30, context=self.tls)
        with contextlib.closing(connection):
            headers = {"Authorization": f"Bearer {self.token}", "Accept": _JSON}
            connection.request("GET", f"{path}?{query}", headers=headers)
            response = connection.getresponse()
            if response.status != http.client.OK:
                return
            rest = b""
            while chunk := response.read1(_CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        return
                    yield event["type"], event["object"]

    def _send(
        self,
        method: str,
        item: Mapping[str, Any],
        query: Mapping[str, str],
        content: str,
        person: Person | None,
        *,
        named: bool,
        body: Any = ...,
        part: str = "",
    ) -> Answer:
        metadata = item["metadata"]
        try:
            url = self.url(
                item["apiVersion"],
                item["kind"],
                metadata.get("namespace", "default"),
                metadata["name"] if named else None,
            )
        except LookupError as missing:
            return Answer(404, {"message": str(missing)}, is_unknown=True)
        path = f"{url}/{part}" if part else url
        sent = item if body is ... else body
        return self.request(method, path, sent, content=content, query=query, person=person)

    def may(self, person: Person, verb: str, resource: str, namespace: str | None, name: str = "") -> bool:
        """Return the server's answer to a SubjectAccessReview.

        `resource` is `plural`, `plural.group` or `plural/subresource`; without a namespace the question is about the
        whole cluster.
        """
        plural, _, part = resource.partition("/")
        plural, _, group = plural.partition(".")
        attributes = {"verb": verb, "group": group, "resource": plural, "subresource": part, "name": name}
        if namespace is not None:
            attributes["namespace"] = namespace
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "metadata": {},
            "spec": {"user": person.name, "groups": list(person.groups), "resourceAttributes": attributes},
        }
        answer = self.create(review)
        assert answer.ok, answer.message
        return bool(answer.body["status"]["allowed"])


def _dry(dry_run: bool) -> dict[str, str]:
    return {"dryRun": "All"} if dry_run else {}


def until(what: str, holds: Callable[[], object], *, timeout_s: float = 60, pause_s: float = 0.1) -> None:
    """Wait until `holds` returns something true; fails with `what` after the time, long since machines are shared."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s:g} s")
        time.sleep(pause_s)


def refusals(answers: Sequence[tuple[str, Answer]]) -> list[str]:
    """Return a line for each answer that is a refusal."""
    return [f"{what}: {answer.code} {answer.message}" for what, answer in answers if not answer.ok]
