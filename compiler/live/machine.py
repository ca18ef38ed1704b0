"""What this machine has of what the commands need: programs, packages and ways to upstream; installs nothing.

Every question to the machine goes through `Machine`, so that a test can be one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from compiler.frozen import frozen
from compiler.providers import Providers

OK, MISSING, TOO_OLD, BROKEN = "ok", "missing", "too old", "broken"

PYTHON = ((3, 11), (3, 15))
"""From the first, below the second, as `requires-python` in pyproject.toml."""
_ALL = ("every command",)
_RENDERING = ("verify", "render", "bootstrap")
_PACKAGES = {
    "pydantic": _ALL, "yaml": _ALL, "resolvelib": _ALL, "packaging": _ALL,
    "cdk8s": ("build",), "constructs": ("build",), "git": ("build --commit",),
    "jsonschema": ("verify",), "kubernetes_validate": ("verify",), "ruamel.yaml": ("check --fix",), "rich": ("build",),
}  # fmt: skip
"""Packages by the name they are imported under, with the commands that import them."""
_REINSTALL = "install the compiler again into this virtual environment: its requirements bring it along"


@frozen
class Finding:
    """One thing that was looked for: its `state`, the `version` found, the commands that need it, and how to get it.

    `needed_for` is empty for what helps only people, `purpose` says in words what it is for.
    """

    name: str
    state: str
    version: str
    needed_for: tuple[str, ...]
    purpose: str
    get: str

    @property
    def is_lacking(self) -> bool:
        """Return whether a command will fail for want of it."""
        return self.state != OK and bool(self.needed_for)


@dataclass(frozen=True)
class Machine:
    """The questions: `run` starts a program and returns exit code and output, `None` where there is no such program.

    `has_package` tells whether Python finds a package. `size` is CPUs and bytes of memory, where that can be known.
    """

    run: Callable[[Sequence[str]], tuple[int, str] | None]
    has_package: Callable[[str], bool]
    python: tuple[int, int, int] = sys.version_info[:3]
    size: tuple[int, int] | None = None


@frozen
class Program:
    """A program to look for: how it tells its version, the oldest that will do, who needs it, where it comes from."""

    name: str
    command: tuple[str, ...]
    needed_for: tuple[str, ...]
    purpose: str
    get: str
    oldest: tuple[int, ...] = ()


GIT = Program(
    "git", ("git", "--version"), ("build", *_RENDERING), "state of the repository; kustomize fetches bases with it",
    "https://git-scm.com/downloads", (2, 20),
)  # fmt: skip


def kubectl(program: str = "kubectl") -> Program:
    """Return the program that speaks to clusters; `program` is its name or path."""
    return Program(
        "kubectl", (program, "version", "--client"), ("bootstrap --run", "doctor --cluster"),
        "speaks to clusters with the user's login", "https://kubernetes.io/docs/tasks/tools/ or KUBECTL=PATH", (1, 27),
    )  # fmt: skip


def kustomize(program: str) -> Program:
    """Return the program that renders overlays; `program` is its path."""
    return Program(
        "kustomize", (program, "version"), _RENDERING, "renders overlays as Argo CD does",
        "https://kubectl.docs.kubernetes.io/installation/kustomize/ or KUSTOMIZE=PATH", (5, 4, 3),
    )  # fmt: skip


_HELM = Program(
    "helm", ("helm", "version", "--short"), (), "shows what Argo CD makes of Helm charts",
    "https://helm.sh/docs/intro/install/",
)  # fmt: skip


_KEEPERS: Mapping[str, Program] = {
    "sealed-secrets": Program(
        "kubeseal", ("kubeseal", "--version"), (), "seals the files of Secrets (show secrets --missing)",
        "https://github.com/bitnami-labs/sealed-secrets#kubeseal",
    ),
    "sops": Program(
        "sops", ("sops", "--version", "--disable-version-check"), (),
        "encrypts the files of Secrets (show secrets --missing)", "https://getsops.io/docs/#download", (3, 9),
    ),
}  # fmt: skip
"""What people encrypt with, by secrets backend; no command of ours starts it.
The command `sops encrypt` is there since 3.9. Source: getsops/sops@v3.13.2 CHANGELOG.md."""


def programs(
    *, kustomize_path: str, kubectl_path: str, providers: Iterable[str], backends: Iterable[str], has_charts: bool
) -> list[Program]:
    """Return the programs to look for on a machine of somebody whose platform has these providers and backends."""
    found = [GIT, kustomize(kustomize_path), kubectl(kubectl_path)]
    known = Providers()
    for provider in sorted(set(providers)):
        used = (
            Program(tool.name, (tool.name, *tool.asked), (), tool.purpose, tool.get) for tool in known[provider].tools
        )
        found += [program for program in used if program not in found]
    found += [_KEEPERS[backend] for backend in sorted(set(backends)) if backend in _KEEPERS]
    return [*found, _HELM] if has_charts else found


def look(machine: Machine, wanted: Iterable[Program], node: Sequence[str] | None) -> Iterator[Finding]:
    """Yield what was found of Python, its packages, Node and the programs; `node` is how Node is started."""
    version = ".".join(map(str, machine.python))
    fits = PYTHON[0] <= machine.python[:2] < PYTHON[1]
    supported = f"{_dotted(PYTHON[0])} to 3.{PYTHON[1][1] - 1}"
    yield Finding(
        "python", OK if fits else BROKEN, version, _ALL, f"runs the compiler ({supported})", "https://www.python.org/"
    )
    for name, commands in _PACKAGES.items():
        if not machine.has_package(name):
            yield Finding(f"package {name}", MISSING, "", commands, "a part of the compiler", _REINSTALL)
    yield _node(machine, node)
    for program in wanted:
        yield _look(machine, program)


def _node(machine: Machine, node: Sequence[str] | None) -> Finding:
    ran = machine.run([*node, "--version"]) if node else None
    state = MISSING if ran is None else OK if ran[0] == 0 else BROKEN
    found = _version_in(ran[1]) if ran else ""
    why = "makes the objects of teams and clusters (cdk8s); comes as a Python wheel"
    return Finding("node", state, found, ("build",), why, _REINSTALL)


def _look(machine: Machine, program: Program) -> Finding:
    ran = machine.run(program.command)
    version = ""
    if ran is None:
        state = MISSING
    elif ran[0] != 0:
        state = BROKEN
    else:
        version = _version_in(ran[1])
        numbers = tuple(map(int, version.split("."))) if version else ()
        state = TOO_OLD if numbers and numbers < program.oldest else OK
    get = program.get if not program.oldest else f"{program.get} ({_dotted(program.oldest)} or newer)"
    return Finding(program.name, state, version, program.needed_for, program.purpose, get)


def reachable(machine: Machine, repositories: Sequence[str]) -> list[Finding]:
    """Return whether Git can read each repository; questions are asked side by side."""

    def one(url: str) -> Finding:
        ran = machine.run(("git", "-c", "credential.helper=", "ls-remote", "--exit-code", url, "HEAD"))
        state = MISSING if ran is None else OK if ran[0] == 0 else BROKEN
        return Finding(
            url, state, "", _RENDERING, "holds bases of the overlays; also Argo CD must reach it",
            "let this machine out to it, or point Git at a mirror: "
            f"git config --global url.MIRROR.insteadOf {url}",
        )  # fmt: skip

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, repositories))


def _version_in(text: str) -> str:
    found = re.search(r"\d+(?:\.\d+)+", text)
    return found[0] if found else ""


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
