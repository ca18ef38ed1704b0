"""Owns how we speak to a running cluster: the user's own kubectl, in one named context; knows nothing of platforms.

Users have kubectl with whatever login their clusters need, so no client library is brought along.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.frozen import frozen

TIMEOUT_S = 300.0
"""How long one call of kubectl may take; its own waiting is limited in its arguments."""
HTTPS_PORT = 443


@frozen
class Ran:
    """How a process ended: exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        """Return whether it went well."""
        return self.code == 0

    @property
    def complaint(self) -> str:
        """Return the last line of what it complained about."""
        said = (self.err.strip() or self.out.strip()).splitlines()
        return said[-1] if said else f"it ended with {self.code}"


Run = Callable[[tuple[str, ...], str], Ran]
"""Runs kubectl with arguments and an input."""


def find_kubectl() -> str:
    """Return the kubectl to use: `KUBECTL`, else the one on the PATH.

    Raises: `EnvironmentFailure` when there is none.
    """
    chosen = os.environ.get("KUBECTL")
    found = shutil.which(chosen or "kubectl")
    if found is None:
        raise EnvironmentFailure(
            f"no kubectl at {chosen}" if chosen else "kubectl is not installed",
            "install it (https://kubernetes.io/docs/tasks/tools/) or name it in the environment variable KUBECTL",
        )
    return found


def process(program: str) -> Run:
    """Return what runs kubectl as a process of its own."""

    def run(arguments: tuple[str, ...], given: str) -> Ran:
        try:
            done = subprocess.run(
                [program, *arguments],
                input=given,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Ran(-1, "", f"kubectl did not end within {TIMEOUT_S:.0f} s")
        except OSError as failure:
            raise EnvironmentFailure(f"cannot run {program}: {failure.strerror or failure}") from failure
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@dataclass(frozen=True)
class Kubectl:
    """kubectl in one context of the user's kubeconfig."""

    run: Run
    context: str

    def __call__(self, *arguments: str, given: str = "") -> Ran:
        """Return how a call ended; `given` is its input."""
        return self.run(("--context", self.context, *arguments), given)

    def data(self, *arguments: str) -> Any:
        """Return the JSON that a call printed, or `None` where it failed or printed nothing.

        Raises: `EnvironmentFailure` where the cluster does not answer or does not let us in.
        """
        done = self(*arguments)
        if not done.ok:
            if _is_out_of_reach(done.err):
                raise EnvironmentFailure(
                    f"context {self.context} does not answer: {done.complaint}",
                    f"try: kubectl --context {self.context} version",
                )
            return None
        try:
            return json.loads(done.out) if done.out.strip() else None
        except ValueError:
            return None


_OUT_OF_REACH = (
    "Unable to connect to the server",
    "was refused - did you specify the right host or port",
    "You must be logged in to the server",
    "executable aws not found",
    "getting credentials",
    "did not end within",
    "no such host",
    "i/o timeout",
)


def _is_out_of_reach(said: str) -> bool:
    """Return whether kubectl complains of the way to the server, not of what it asked for (its own English texts)."""
    return any(text in said for text in _OUT_OF_REACH)


@dataclass(frozen=True)
class Contexts:
    """The contexts of the user's kubeconfig: the current one and the API server of each."""

    current: str
    servers: Mapping[str, str]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of all contexts, sorted."""
        return tuple(sorted(self.servers))

    def reaching(self, server: str) -> list[str]:
        """Return the contexts that reach an API server."""
        return [name for name in self.names if same_server(self.servers[name], server)]


def read_contexts(run: Run) -> Contexts:
    """Return the contexts of the user's kubeconfig.

    Raises: `EnvironmentFailure` when kubectl cannot read it.
    """
    done = run(("config", "view", "--output=json"), "")
    try:
        config = json.loads(done.out) if done.ok else None
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise EnvironmentFailure(f"kubectl cannot read its configuration: {done.complaint}", "look at KUBECONFIG")
    clusters = {each["name"]: each.get("cluster") or {} for each in config.get("clusters") or ()}
    servers = {
        each["name"]: str(clusters.get((each.get("context") or {}).get("cluster"), {}).get("server", ""))
        for each in config.get("contexts") or ()
    }
    return Contexts(str(config.get("current-context") or ""), servers)


def same_server(one: str, other: str) -> bool:
    """Return whether two URLs name one API server: case, the usual port and a slash at the end do not matter."""
    return _server(one) == _server(other)


def _server(url: str) -> tuple[str, int, str] | str:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.port or HTTPS_PORT, parts.path.rstrip("/")
    except ValueError:
        return url
