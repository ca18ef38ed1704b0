"""Records what the Applications of a cluster went through, from the moment each was made; judges nothing of syncing."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from tests.cluster.argo_cd import API_VERSION, NAMESPACE, trouble
from tests.cluster.control_plane import ControlPlane

WAVE = "argocd.argoproj.io/sync-wave"


@dataclass(frozen=True)
class Transition:
    """One state of an Application; `after_s` counts from the start of the recording."""

    after_s: float
    application: str
    wave: int
    sync: str
    health: str
    phase: str
    is_settled: bool

    def __str__(self) -> str:
        """Return the line of the log."""
        return f"{self.after_s:7.1f} wave {self.wave:4} {self.application}: {self.sync} {self.health} {self.phase}"


class Recorder:
    """A thread that watches Applications; a context manager."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._stopped = threading.Event()
        self._started = time.monotonic()
        self.log: list[Transition] = []

    def __enter__(self) -> Self:
        """Start recording."""
        threading.Thread(target=self._record, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop recording."""
        self._stopped.set()

    def since(self, count: int) -> list[str]:
        """Return the lines after the first `count` transitions."""
        return [str(each) for each in self.log[count:]]

    def overtaken(self, root: str) -> Iterator[str]:
        """Yield a line for each Application that was made before one of an earlier wave had settled."""
        made: dict[str, Transition] = {}
        settled: dict[str, float] = {}
        for each in self.log:
            if each.application != root:
                made.setdefault(each.application, each)
                if each.is_settled:
                    settled.setdefault(each.application, each.after_s)
        for name, first in made.items():
            for other, its in made.items():
                if its.wave < first.wave and settled.get(other, float("inf")) > first.after_s:
                    yield f"{name} of wave {first.wave} was made before {other} of wave {its.wave} had settled"

    def _record(self) -> None:
        last: dict[str, Transition] = {}
        with contextlib.closing(self._plane.connection()) as api:
            while not self._stopped.is_set():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    if api.resource(API_VERSION, "Application") is not None:
                        for event, item in api.watch(api.url(API_VERSION, "Application", NAMESPACE)):
                            if self._stopped.is_set():
                                return
                            if event != "DELETED":
                                self._note(item, last)
                time.sleep(0.2)

    def _note(self, item: Mapping[str, Any], last: dict[str, Transition]) -> None:
        metadata, status = item["metadata"], item.get("status", {})
        name = metadata["name"]
        seen = Transition(
            time.monotonic() - self._started,
            name,
            int(metadata.get("annotations", {}).get(WAVE, "0")),
            status.get("sync", {}).get("status", ""),
            status.get("health", {}).get("status", ""),
            status.get("operationState", {}).get("phase", ""),
            not trouble(name, item),
        )
        before = last.get(name)
        if before is None or _state(before) != _state(seen):
            self.log.append(seen)
            last[name] = seen


def _state(transition: Transition) -> tuple[object, ...]:
    return (transition.sync, transition.health, transition.phase, transition.is_settled)
