"""A temporary Git repository with a platform file, in which the real command runs as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.cli.main import COMMANDS
from compiler.lowering.node_modules import unpacked_libraries

ROOT = Path(__file__).resolve().parents[2]

PLATFORM = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme-ml}
gitops: {repoURL: https://github.com/acme/ml-platform.git, revision: main}
distribution: none
versions: {kubeflow: "26.03", argo-cd: "3.4"}
components:
  katib: {}
clusters:
  - name: laptop
    environment: dev
    provider: kind
    kubernetes: "1.34"
  - name: edge
    environment: dev
    provider: k3s
    kubernetes: "1.34"
    versions: {kubeflow: "1.11"}
teams:
  - name: vision
    owner: {user: alice@acme.com}
    members:
      - {user: bob@acme.com, role: editor}
    namespaces:
      - name: vision-research
        clusters: [laptop, edge]
        quota: {cpu: "4", memory: 16Gi}
  - name: speech
    owner: {user: carol@acme.com}
    namespaces:
      - name: speech-lab
        clusters: [laptop]
        quota: {cpu: "8"}
namespaces:
  - name: shared-data
    clusters: [laptop]
    quota: {storage: 1Ti}
    access: [{team: vision, role: viewer}]
"""
"""Two clusters on two releases, two teams and a shared namespace: small, so that a build takes little but Node."""

DAY = "2026-06-01"
"""The day on which every run judges life cycles: the versions above come out of support, and the tests stay as true."""
_NAMES = frozenset(command.NAME for command in COMMANDS)

OUTPUT = ("generated", "overlays", "schemas", "platform.lock.yaml")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Return all that it said, for the message of a failed assertion."""
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Repo:
    """A Git repository with a platform file; caches are its own, so that nothing is known of earlier builds."""

    def __init__(self, path: Path, platform: str | None = PLATFORM) -> None:
        self.path = path
        (path / ".git").mkdir(parents=True, exist_ok=True)  # what Git needs at the least; `git init` costs 10 ms
        (path / ".git/HEAD").write_text("ref: refs/heads/main\n")
        for folder in ("objects", "refs"):
            (path / ".git" / folder).mkdir(exist_ok=True)
        self.cache.mkdir(exist_ok=True)
        libraries = unpacked_libraries()  # takes a tenth of a second, and knows nothing of builds
        (self.cache / libraries.name).symlink_to(libraries)
        if platform is not None:
            self.write(platform)

    @property
    def cache(self) -> Path:
        """Return the folder of the compiler's caches."""
        return self.path.parent / f"{self.path.name}.cache"

    @property
    def file(self) -> Path:
        """Return the platform file."""
        return self.path / "platform.yaml"

    def write(self, platform: str) -> None:
        """Write the platform file."""
        self.file.write_text(platform, encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        """Replace a text that stands once in the platform file."""
        text = self.file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        self.write(text.replace(old, new))

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a run: this process' own, without what would change the command."""
        ours = ("PLATFORM_COMPILER_", "JSII_", "CDK8S_", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH", "PYTHONHASHSEED")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return kept | {"PYTHONPATH": str(ROOT), "PLATFORM_COMPILER_CACHE": str(self.cache), "COLUMNS": "200"} | more

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of the compiler; versions are judged as of `DAY` unless the arguments say another."""
        if arguments and arguments[0] in _NAMES:
            arguments = (arguments[0], "--as-of", DAY, *arguments[1:])
        return [sys.executable, "-P", "-m", "compiler", *arguments]

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start the compiler here and return the running process."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.path,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(
        self,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
        timeout: float = 120,
        **options: Any,
    ) -> Ended:
        """Run the compiler to its end; `env` adds to the environment, `prefix` stands before the command.

        It may take `timeout` seconds.
        """
        done = subprocess.run(
            [*prefix, *self.command(*arguments)],
            cwd=cwd or self.path,
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=timeout,
            **options,
        )
        ended = Ended(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in ended.said, ended.said
        return ended

    def build(self, *arguments: str, **options: Any) -> Ended:
        """Run `build` and expect it to go well."""
        ended = self.run("build", *arguments, **options)
        assert ended.code == 0, ended.said
        return ended

    def built_tree(self) -> dict[str, bytes]:
        """Build and return the tree."""
        self.build()
        return self.tree()

    def tree(self) -> dict[str, bytes]:
        """Return every file of the output by its path; whatever lies among it is seen too."""
        found = {}
        for name in OUTPUT:
            top = self.path / name
            for path in [top, *sorted(top.rglob("*"))]:
                if path.is_symlink():
                    found[path.relative_to(self.path).as_posix()] = os.fsencode(path.readlink())
                elif path.is_file():
                    found[path.relative_to(self.path).as_posix()] = path.read_bytes()
        return found

    def times(self) -> dict[str, tuple[int, int]]:
        """Return when and as what each file of the output was written: modification time and inode."""
        found = {}
        for path in self.tree():
            status = (self.path / path).lstat()
            found[path] = (status.st_mtime_ns, status.st_ino)
        return found

    def copy(self, path: Path) -> Repo:
        """Return a copy of the repository, times included."""
        shutil.copytree(self.path, path, symlinks=True)
        return Repo(path, None)


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """Return the paths whose bytes differ, appear or vanish."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def codes(ended: Ended) -> set[str]:
    """Return the codes of the findings in a text."""
    found = set()
    for line in ended.said.splitlines():
        for word in ("error[", "warning[", "info["):
            if f": {word}" in line:
                found.add(line.split(f": {word}")[1].split("]")[0])
    return found
