"""Makes sure that the programs of a real control plane are at hand, and builds what is missing from Go modules.

Runs with the standard library alone, inside the project's virtual environment. What is built is named by
tools/cluster/parts.toml; a part lies in the user's cache folder under the hash of all that decides it, so that every
working copy shares it and nothing is built twice. Knows nothing of how the programs are run: that is tests/cluster.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, the project is not on the path

from compiler.user_cache import cache_directory  # noqa: E402
from tools.ensure_kustomize import GO_LOCK, go_environment, install_go  # noqa: E402

MODULES = ROOT / "tools" / "cluster"
KUBERNETES = "kubernetes-"
"""What names of Kubernetes parts begin with; the minor version follows."""
_LINKER = ("-s", "-w")
_WORK = "GOCACHE"


@dataclass(frozen=True)
class Part:
    """Programs that are built from one go.mod: `programs` by name with their packages, `stamps` for the linker."""

    name: str
    version: str
    module: str
    programs: Mapping[str, str]
    stamps: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Return where go.mod and go.sum stand, and a main package of ours where one is needed."""
        return MODULES / self.name

    @property
    def flags(self) -> str:
        """Return the words for the linker."""
        major, minor, *_ = self.version.split(".")
        words = {"version": self.version, "major": major, "minor": minor}
        stamps = [f"-X {name}={self.stamps[name].format(**words)}" for name in sorted(self.stamps)]
        return " ".join([*_LINKER, *stamps])

    @property
    def target(self) -> Path:
        """Return the folder of the built programs, which exists only if all of them were built."""
        digest = hashlib.sha256()
        for path in (*sorted(self.folder.iterdir()), GO_LOCK):
            digest.update(path.read_bytes())
        machine = (platform.system(), platform.machine(), self.flags, sorted(self.programs.items()))
        digest.update(repr(machine).encode())
        return cache_directory() / "cluster" / f"{self.name}-{digest.hexdigest()[:16]}"

    @property
    def is_built(self) -> bool:
        """Return whether there is nothing left to do."""
        return self.target.is_dir()


def all_parts() -> dict[str, Part]:
    """Return the parts by name, in the order of the file."""
    described = tomllib.loads((MODULES / "parts.toml").read_text("utf-8"))
    defaults: dict[str, Any] = described.pop("defaults")
    parts = {}
    for name, own in described.items():
        entry = defaults.get(own["module"], {}) | own
        parts[name] = Part(name, entry["version"], entry["module"], entry["programs"], entry.get("stamps", {}))
    return parts


def minors() -> list[str]:
    """Return the Kubernetes minors that can be built, newest first."""
    found = [name.removeprefix(KUBERNETES) for name in all_parts() if name.startswith(KUBERNETES)]
    return sorted(found, key=lambda minor: [int(number) for number in minor.split(".")], reverse=True)


def parts_for(minor: str) -> list[Part]:
    """Return the parts that a control plane of a Kubernetes minor needs."""
    parts = all_parts()
    return [part for part in parts.values() if not part.name.startswith(KUBERNETES)] + [parts[KUBERNETES + minor]]


def work_folder() -> Path:
    """Return where Go keeps what it has compiled until all is built: gigabytes that nobody needs afterwards.

    It survives an interrupted build, which then goes on where it was; the user's own choice (`GOCACHE`) wins.
    """
    return cache_directory() / "cluster" / "go-build"


def build(part: Part) -> None:
    """Build all programs of a part, and say which one and how long it took."""
    go = install_go()
    partial = part.target.with_name(f"{part.target.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        for name, package in part.programs.items():
            _say(f"{name} {part.version}: building from {package}")
            started = time.monotonic()
            command = [str(go), "build", "-C", str(part.folder), "-trimpath", f"-ldflags={part.flags}"]
            command += ["-o", str(partial / name), package]
            try:
                _run(command)
            except subprocess.CalledProcessError:
                # Hundreds of downloads: one that fails must not cost the whole. Go goes on where it was.
                _say(f"{name} {part.version}: failed, once more")
                _run(command)
            size = (partial / name).stat().st_size / 1e6
            _say(f"{name} {part.version}: {time.monotonic() - started:.0f} s, {size:.0f} MB")
        if not part.is_built:  # somebody else may have been quicker
            partial.rename(part.target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def main(words: Sequence[str]) -> int:
    """Build what is missing for the chosen Kubernetes minors; return 0, or 4 when it cannot be built."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = minors()
    parser.add_argument("minor", nargs="*", choices=[*known, []], help=f"one of {', '.join(known)}; all by default")
    chosen = parser.parse_args(words).minor or known
    wanted = {part.name: part for minor in chosen for part in parts_for(minor)}
    missing = [part for part in wanted.values() if not part.is_built]
    if missing:
        _say(f"{', '.join(part.name for part in missing)} to be built, once: minutes for each Kubernetes and Argo CD")
    started = time.monotonic()
    try:
        for part in missing:
            build(part)
        if missing and not _is_work_needed():
            shutil.rmtree(work_folder(), ignore_errors=True)
    except (OSError, subprocess.CalledProcessError, ValueError) as failure:
        _say(f"error: {failure}")
        return 4
    if missing:
        _say(f"all built in {time.monotonic() - started:.0f} s")
    return 0


def _is_work_needed() -> bool:
    """Return whether the work folder is the user's own affair, or of use to a build of somebody else."""
    return _WORK in os.environ or any(work_folder().parent.glob("*-????????????????.*"))


def _run(command: Sequence[str]) -> None:
    """Run Go, and pass on what it says except the hundreds of modules that it fetches."""
    with subprocess.Popen(
        command,
        env={_WORK: str(work_folder())} | go_environment(),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if not line.startswith("go: downloading "):
                sys.stderr.write(line)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def _say(text: str) -> None:
    print(f"cluster parts: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
