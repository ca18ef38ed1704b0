"""Real kustomize: finds the binary, builds a directory, and watches what it fetches.

Remote bases are fetched by kustomize through git. Every fetch passes a small recorder, so that a base reached by a
branch, a tag or an unhashed URL is seen however deep it stands; plain HTTP downloads are cut off.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.frozen import frozen
from compiler.model.secret_file import FOLDER
from compiler.user_cache import cache_directory

_OLDEST = (5, 4, 3)
"""The oldest kustomize that Kubeflow 1.10's own instructions take (kubeflow/manifests@v1.10.2 README.md)."""

_RECORDER = """#!/bin/sh
printf '%s\\n' "$*" >> "$PLATFORM_COMPILER_FETCHES"
export HTTP_PROXY="$PLATFORM_COMPILER_HTTP_PROXY" HTTPS_PROXY="$PLATFORM_COMPILER_HTTPS_PROXY"
export http_proxy="$PLATFORM_COMPILER_http_proxy" https_proxy="$PLATFORM_COMPILER_https_proxy"
"$PLATFORM_COMPILER_GIT" "$@"
code=$?
[ $code -eq 0 ] || : > "$PLATFORM_COMPILER_FETCHES.failed"
exit $code
"""
_STAND_IN = """#!/bin/sh
exec "$PLATFORM_COMPILER_PYTHON" -P "$PLATFORM_COMPILER_KSOPS"
"""
OPENING = "secrets/kustomization.yaml"
"""The file of an overlay of ours that opens Secrets."""
_OPENS = re.compile(r"\n *kind: ksops\n")
_FILE = re.compile(rf"^ *- (?:\.\./)+({FOLDER}/\S+)$", re.MULTILINE)
"""How an overlay of ours names an encrypted file of the user."""
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_CLOSED = "http://127.0.0.1:9"
"""The discard port of this machine: what is sent to it as to a proxy goes nowhere."""


@frozen
class Fetch:
    """One thing that git fetched for kustomize: the repository's URL and the ref asked for."""

    repository: str
    ref: str


@frozen
class Rendering:
    """What kustomize made of a directory: the YAML text, or what it said when it failed, and what it fetched.

    `is_unreachable`: it failed after git had failed, so the fault is the network's or the machine's. `unopened` are the
    encrypted files whose Secrets it holds as they stand in Git: only Argo CD opens them.
    """

    text: str
    failure: str | None
    fetches: tuple[Fetch, ...]
    is_unreachable: bool = False
    unopened: tuple[str, ...] = ()


@functools.cache
def find_kustomize(root: Path) -> Path:
    """Return the kustomize to use: `KUSTOMIZE`, the project's own in `.tools/bin`, else the one on the PATH.

    Raises: `EnvironmentFailure` when there is none or it is too old.
    """
    chosen = os.environ.get("KUSTOMIZE")
    candidates = [Path(chosen)] if chosen else [folder / ".tools/bin/kustomize" for folder in (root, *root.parents)]
    found = next((path for path in candidates if os.access(path, os.X_OK) and path.is_file()), None)
    if found is None and not chosen:
        on_path = shutil.which("kustomize")
        found = Path(on_path) if on_path else None
    if found is None:
        raise EnvironmentFailure(
            f"no kustomize at {chosen}" if chosen else "kustomize is not installed",
            "install kustomize 5.4.3 or newer (https://kubectl.docs.kubernetes.io/installation/kustomize/) "
            "or name it in the environment variable KUSTOMIZE",
        )
    version = _version(found)
    if version is not None and version < _OLDEST:
        raise EnvironmentFailure(
            f"kustomize {'.'.join(map(str, version))} at {found} is too old",
            "install kustomize 5.4.3 or newer, or name one in the environment variable KUSTOMIZE",
        )
    return found


def _version(binary: Path) -> tuple[int, ...] | None:
    done = subprocess.run([binary, "version"], capture_output=True, text=True, check=False)
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", done.stdout)
    return tuple(map(int, found.groups())) if found else None


def build(root: Path, directory: str, *, timeout_s: float = 600) -> Rendering:
    """Return what kustomize makes of a directory of the tree.

    The rendering is a function of the files alone, since bases are pinned; so a success is kept in the cache,
    keyed by the hash of every local file that the directory reaches.
    Raises: `EnvironmentFailure` when kustomize or git is missing.
    """
    binary = find_kustomize(root)
    kept = cache_directory() / "renderings" / _digest(root, directory, binary)
    unopened = unopened_files(root, directory)
    try:
        text = kept.read_text()
    except OSError:
        rendering = replace(_run(binary, root / directory, timeout_s, opens=bool(unopened)), unopened=unopened)
        if rendering.failure is None:
            _keep(kept, rendering)
        return rendering
    head, _, body = text.partition("\n\n")
    fetches = tuple(Fetch(*line.rsplit(" ", 1)) for line in head.splitlines() if line)
    return Rendering(body, None, fetches, unopened=unopened)


def unopened_files(root: Path, directory: str) -> tuple[str, ...]:
    """Return the user's encrypted files that Argo CD opens when it renders a directory of the tree."""
    try:
        text = (root / directory / OPENING).read_text("utf-8")
    except OSError:
        return ()
    return tuple(_FILE.findall(text)) if _OPENS.search(text) else ()


def _keep(kept: Path, rendering: Rendering) -> None:
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        staged = kept.with_suffix(f".{os.getpid()}")
        head = "\n".join(f"{fetch.repository} {fetch.ref}" for fetch in rendering.fetches)
        staged.write_text(f"{head}\n\n{rendering.text}")
        staged.replace(kept)
    except OSError:
        return


def _digest(root: Path, directory: str, binary: Path) -> str:
    """Return a digest of the binary's version and of all files of the tree that a build of `directory` may read."""
    digest = hashlib.sha256(repr((_version(binary), directory)).encode())
    for path in sorted(_reached(root, directory)):
        digest.update(path.encode() + b"\0" + (root / path).read_bytes() + b"\0")
    return digest.hexdigest()


def _reached(root: Path, directory: str) -> set[str]:
    """Return the files in a directory and in the local directories that its kustomization names, transitively."""
    seen: set[str] = set()
    waiting, reached = [directory], set()
    while waiting:
        here = waiting.pop()
        if here in seen or not (root / here).is_dir():
            continue
        seen.add(here)
        for path in (root / here).iterdir():
            if path.is_file():
                reached.add(f"{here}/{path.name}")
                if path.name == "kustomization.yaml":
                    for line in path.read_text().splitlines():
                        found = re.fullmatch(r"\s*- (\.\.?/\S+|[a-z-]+)", line)
                        if found:
                            waiting.append(os.path.normpath(f"{here}/{found[1]}"))
    reached.update(path for path in unopened_files(root, directory) if (root / path).is_file())
    return reached


def _run(binary: Path, directory: Path, timeout_s: float, *, opens: bool) -> Rendering:
    """Return what kustomize says. With `opens` it may start programs: ours alone, which stands in for KSOPS."""
    git = shutil.which("git")
    if git is None:
        raise EnvironmentFailure("git is not installed", "install git: kustomize fetches the pinned bases with it")
    with tempfile.TemporaryDirectory(prefix="platform-compiler-") as scratch:
        recorder = Path(scratch) / "bin" / "git"
        recorder.parent.mkdir()
        recorder.write_text(_RECORDER)
        recorder.chmod(0o755)
        stand_in = recorder.with_name("ksops")
        stand_in.write_text(_STAND_IN)
        stand_in.chmod(0o755)
        log = Path(scratch) / "fetches"
        log.touch()
        environment = {
            **os.environ,
            "PATH": f"{recorder.parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "TMPDIR": scratch,
            "GIT_TERMINAL_PROMPT": "0",
            "PLATFORM_COMPILER_FETCHES": str(log),
            "PLATFORM_COMPILER_GIT": git,
            "PLATFORM_COMPILER_PYTHON": sys.executable,
            "PLATFORM_COMPILER_KSOPS": str(Path(__file__).with_name("ksops_stand_in.py")),
            **{f"PLATFORM_COMPILER_{name}": os.environ.get(name, "") for name in _PROXIES},
            **dict.fromkeys(_PROXIES, _CLOSED),
        }
        plugins = ["--enable-alpha-plugins", "--enable-exec"] if opens else []
        command = [str(binary), "build", *plugins, str(directory)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, env=environment, timeout=timeout_s, check=False
            )
        except subprocess.TimeoutExpired:
            return Rendering("", f"kustomize did not end within {timeout_s:.0f} s", _fetches(log))
        failure = None if done.returncode == 0 else (done.stderr.strip() or f"exit code {done.returncode}")
        is_unreachable = failure is not None and log.with_name("fetches.failed").exists()
        return Rendering(done.stdout, failure, _fetches(log), is_unreachable)


def _fetches(log: Path) -> tuple[Fetch, ...]:
    """Return what `git fetch` was asked for; kustomize calls it as `git fetch --depth=1 URL REF`."""
    found = set()
    for line in log.read_text().splitlines():
        words = line.split()
        if "fetch" in words:
            arguments = [word for word in words[words.index("fetch") + 1 :] if not word.startswith("-")]
            if len(arguments) >= 2:
                found.add(Fetch(arguments[0], arguments[1]))
    return tuple(sorted(found, key=lambda fetch: (fetch.repository, fetch.ref)))
