"""Keeps unit tests honest: no process, no connection and so no Git, unless the test says that this is its subject."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any, NoReturn

import pytest

PROCESSES = ("system", "popen", "posix_spawn", "posix_spawnp", "fork", "forkpty", "execv", "execve")
"""Functions of `os` that start a process."""

CONNECTIONS = ("connect", "connect_ex", "bind", "sendto")
"""Methods of a socket that leave the process."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse the marker `real` without a reason."""
    real = item.get_closest_marker("real")
    if real is not None and not real.kwargs.get("reason"):
        pytest.fail("the marker `real` needs reason=...: why can a unit test not do without?", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Make every attempt to start a process or to speak to the network fail the test, from its first fixture on.

    `pytest.mark.real(reason=...)` lifts the ban where the process is the subject, `upstream` where a repository is.
    """
    lifted = item.get_closest_marker("real") or item.get_closest_marker("upstream")
    if lifted or Path(__file__).parent not in item.path.parents:  # the hook is called for tests of other folders too
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        _forbid_effects(patch)
        return (yield)


def _forbid_effects(patch: pytest.MonkeyPatch) -> None:
    # On the class, so that modules which imported the name earlier (GitPython, asyncio) are held as well.
    patch.setattr(subprocess.Popen, "__init__", _refusal("subprocess.Popen"))
    # Its finaliser looks at attributes that the real __init__ would have set.
    patch.setattr(subprocess.Popen, "__del__", lambda _self: None)
    for name in PROCESSES:
        patch.setattr(os, name, _refusal(f"os.{name}"))
    for name in CONNECTIONS:
        patch.setattr(socket.socket, name, _refusal(f"socket.{name}"))
    patch.setattr(socket, "getaddrinfo", _refusal("socket.getaddrinfo"))


def _refusal(what: str) -> Any:
    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        # pytest.fail is no Exception, so code under test that swallows exceptions cannot hide it.
        pytest.fail(f"a unit test called {what}; mark it real(reason=...) if that is its subject")

    return refuse
