"""Renders directories through the kustomize binary into plain objects; knows nothing of catalogs or git.

Documents that are equal as text are parsed once, since variants of a component share most of theirs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.catalog.importer.reading import read
from compiler.diagnostics.failure import EnvironmentFailure
from compiler.frozen import frozen

_TIMEOUT_S = 300
_ERROR_LIMIT = 240


@frozen
class Rendering:
    """The objects of one directory in the order of their identity, or the reason why it does not build."""

    objects: tuple[dict[str, Any], ...]
    error: str | None = None


def _default_binary() -> str:
    return find_kustomize()


@dataclass
class Kustomize:
    """The kustomize binary: `KUSTOMIZE` in the environment, else the one on the path."""

    root: Path
    _parsed: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    _binary: str = field(default_factory=_default_binary)

    def render(self, directory: Path) -> Rendering:
        """Return what `kustomize build` makes of a directory; two calls at once are fine."""
        try:
            done = subprocess.run(
                [self._binary, "build", str(directory)],
                capture_output=True,
                check=False,
                timeout=_TIMEOUT_S,
                env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
            )
        except (OSError, subprocess.TimeoutExpired) as reason:
            raise EnvironmentFailure(
                f"kustomize can't build {directory.name}: {reason}", "run it by hand there"
            ) from reason
        if done.returncode:
            return Rendering((), self._reason(done.stderr.decode(errors="replace")))
        objects = [found for text in done.stdout.decode().split("\n---\n") if (found := self._parse(text)) is not None]
        return Rendering(tuple(objects))

    def _parse(self, text: str) -> dict[str, Any] | None:
        text = text.removeprefix("---\n").rstrip("\n")
        if text not in self._parsed:
            content = read(text)
            self._parsed[text] = content if isinstance(content, dict) else None
        return self._parsed[text]

    def _reason(self, said: str) -> str:
        """Return the innermost clause of an error, without this machine's paths."""
        if panic := re.search(r"panic: .*", said):
            return f"kustomize fails with {panic[0][:_ERROR_LIMIT]}"
        lines = (
            [line for line in said.splitlines() if line.startswith("Error:")]
            or said.strip().splitlines()
            or ["no message"]
        )
        text = lines[-1].removeprefix("Error: ").replace(f"{self.root.resolve()}/", "").replace(f"{self.root}/", "")
        return text if len(text) <= _ERROR_LIMIT else f"… {text[-_ERROR_LIMIT:].partition(' ')[2]}"


def find_kustomize() -> str:
    """Return the path of the kustomize binary. Raises `EnvironmentFailure` when there is none."""
    named = os.environ.get("KUSTOMIZE")
    found = shutil.which(named or "kustomize")
    if found is None:
        raise EnvironmentFailure(
            f"kustomize is missing{f' at {named}' if named else ''}",
            "install kustomize 5.4 or newer, or set KUSTOMIZE to its path",
        )
    return found
