"""Command lines as scripts and pages have them, judged without running them: tools, subcommands, flags, words.

`python -m compiler` is judged by the compiler's own parser. For every other tool stands here what a line of ours may
use, and where the tool says so; what is not listed is a mistake.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from compiler.cli.main import build_parser


@dataclass(frozen=True)
class Use:
    """What may follow a tool and its subcommands.

    `valued` are flags with a value (`--flag value` or `--flag=value`), `plain` those without, `words` the fewest and
    the most other words. `source` is where the tool says so.
    """

    source: str
    valued: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    words: tuple[int, int] = (0, 0)


def _use(source: str, *flags: str, words: tuple[int, int] = (0, 0)) -> Use:
    """Return a use; a flag with `=` at its end takes a value."""
    valued = frozenset(flag[:-1] for flag in flags if flag.endswith("="))
    return Use(source, valued, frozenset(flag for flag in flags if not flag.endswith("=")), words)


_MINIKUBE = "kubernetes/minikube@v1.38.1 site/content/en/docs/commands/"
_MICROK8S = "https://microk8s.io/docs/command-reference"
_KUBECTL = "https://kubernetes.io/docs/reference/kubectl/generated/"
_TERRAFORM = "https://developer.hashicorp.com/terraform/cli/commands/"
_GIT = "https://git-scm.com/docs/"
_POSIX = "https://pubs.opengroup.org/onlinepubs/9699919799/utilities/"
_ANY = 99

USES = {
    "k3d cluster create": _use("k3d-io/k3d@v5.9.0 docs/usage/commands/k3d_cluster_create.md", "--config=", "--image="),
    "kind create cluster": _use(
        "kubernetes-sigs/kind@v0.32.0 pkg/cmd/kind/create/cluster/createcluster.go", "--config=", "--image=", "--wait="
    ),
    "minikube start": _use(
        f"{_MINIKUBE}start.md",
        *("--profile=", "--kubernetes-version=", "--cpus=", "--memory=", "--disk-size=", "--cni=", "--extra-config="),
        *("--driver=", "--container-runtime=", "--gpus="),
    ),
    "minikube tunnel": _use(f"{_MINIKUBE}tunnel.md", "--profile="),
    "snap install": _use("https://snapcraft.io/docs/get-started", "--classic", "--channel=", words=(1, 1)),
    "microk8s status": _use(_MICROK8S, "--wait-ready"),
    "microk8s enable": _use(_MICROK8S, words=(1, _ANY)),
    "microk8s config": _use(_MICROK8S),
    "k3s kubectl config view": _use(f"{_KUBECTL}kubectl_config/kubectl_config_view/", "--raw"),
    "kubectl port-forward": _use(f"{_KUBECTL}kubectl_port-forward/", "--namespace=", words=(2, 2)),
    "kubectl get": _use(f"{_KUBECTL}kubectl_get/", "--namespace=", "--watch", "--output=", words=(1, 2)),
    "kubectl apply": _use(f"{_KUBECTL}kubectl_apply/", "--filename="),
    "terraform init": _use(f"{_TERRAFORM}init", "-input=", "-backend-config="),
    "terraform plan": _use(f"{_TERRAFORM}plan", "-out="),
    "terraform apply": _use(f"{_TERRAFORM}apply", words=(0, 1)),
    "gcloud auth application-default login": _use(
        "https://cloud.google.com/sdk/gcloud/reference/auth/application-default/login"
    ),
    "gcloud services enable": _use(
        "https://cloud.google.com/sdk/gcloud/reference/services/enable", "--project=", words=(1, _ANY)
    ),
    "gcloud storage buckets create": _use(
        "https://cloud.google.com/sdk/gcloud/reference/storage/buckets/create",
        *("--project=", "--location=", "--uniform-bucket-level-access"),
        words=(1, 1),
    ),
    "gcloud container clusters get-credentials": _use(
        "https://cloud.google.com/sdk/gcloud/reference/container/clusters/get-credentials",
        *("--region=", "--project="),
        words=(1, 1),
    ),
    "aws s3 mb": _use("https://docs.aws.amazon.com/cli/latest/reference/s3/mb.html", "--region=", words=(1, 1)),
    "aws eks update-kubeconfig": _use(
        "https://docs.aws.amazon.com/cli/latest/reference/eks/update-kubeconfig.html",
        "--name=",
        "--region=",
        "--alias=",
    ),
    "az login": _use("https://learn.microsoft.com/cli/azure/reference-index#az-login"),
    "az group create": _use("https://learn.microsoft.com/cli/azure/group#az-group-create", "--name=", "--location="),
    "az storage account create": _use(
        "https://learn.microsoft.com/cli/azure/storage/account#az-storage-account-create",
        *("--name=", "--resource-group=", "--location=", "--sku="),
    ),
    "az storage container create": _use(
        "https://learn.microsoft.com/cli/azure/storage/container#az-storage-container-create",
        *("--name=", "--account-name=", "--auth-mode="),
    ),
    "az acr show": _use("https://learn.microsoft.com/cli/azure/acr#az-acr-show", "--name=", "--query=", "--output="),
    "az aks get-credentials": _use(
        "https://learn.microsoft.com/cli/azure/aks#az-aks-get-credentials", "--resource-group=", "--name="
    ),
    "git add": _use(f"{_GIT}git-add", words=(1, _ANY)),
    "git commit": _use(f"{_GIT}git-commit", "--message="),
    "git push": _use(f"{_GIT}git-push", "--set-upstream", words=(0, 2)),
    "python3 -m venv": _use("https://docs.python.org/3/library/venv.html", words=(1, 1)),
    "python -m pip install": _use("https://pip.pypa.io/en/stable/cli/pip_install/", "--requirement=", words=(0, _ANY)),
    "curl": _use("https://curl.se/docs/manpage.html", "-sfL", words=(1, 1)),
    "sh": _use(f"{_POSIX}sh.html", "-s", words=(0, _ANY)),
    "cd": _use(f"{_POSIX}cd.html", words=(1, 1)),
    "cp": _use(f"{_POSIX}cp.html", words=(2, 2)),
    "mkdir": _use(f"{_POSIX}mkdir.html", "-p", words=(1, 1)),
    "export": _use(f"{_POSIX}V3_chap02.html#export", words=(1, _ANY)),
    ".": _use(f"{_POSIX}V3_chap02.html#dot", words=(1, 1)),
}
_OPERATORS = frozenset({"|", "&&", "||", ";", "&"})
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_OURS = ["python", "-m", "compiler"]


@dataclass
class Judge:
    """Judges lines and remembers which uses they made."""

    used: set[str] = field(default_factory=set)

    def problems(self, line: str) -> list[str]:
        """Return what is wrong with a line; nothing where each of its commands is known."""
        return [problem for command in commands(line) for problem in self._problems(command)]

    def _problems(self, command: list[str]) -> Iterator[str]:
        if command[: len(_OURS)] == _OURS:
            try:
                build_parser().parse_args(command[len(_OURS) :])
            except SystemExit as end:
                if end.code:
                    yield f"{shlex.join(command)}: refused by our own parser"
            return
        name = next((" ".join(command[:end]) for end in (5, 4, 3, 2, 1) if " ".join(command[:end]) in USES), None)
        if name is None:
            yield f"{shlex.join(command)}: nobody knows this command"
            return
        self.used.add(name)
        yield from _misused(USES[name], command[len(name.split()) :], shlex.join(command))


def _misused(use: Use, arguments: list[str], line: str) -> Iterator[str]:
    words, rest = 0, list(arguments)
    while rest:
        each = rest.pop(0)
        flag, equals, _ = each.partition("=")
        if flag in use.valued:
            if not equals and not rest:
                yield f"{line}: {flag} has no value"
            elif not equals:
                rest.pop(0)
        elif each in use.plain:
            continue
        elif each.startswith("-") and len(each) > 1:
            yield f"{line}: {each} is no known flag"
        else:
            words += 1
    fewest, most = use.words
    if not fewest <= words <= most:
        yield f"{line}: {words} words, not {fewest} to {most}"


def commands(line: str) -> list[list[str]]:
    """Return the commands of a line of a shell as words, without redirections, assignments before them, and `sudo`."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    words = list(lexer)
    while words:
        word = words.pop(0)
        if word in _OPERATORS:
            found.append([])
        elif word in {">", ">>", "<"}:
            words.pop(0)
        elif found[-1] or not (_ASSIGNMENT.match(word) or word == "sudo"):
            found[-1].append(word)
    return [command for command in found if command]


def logical_lines(text: str) -> list[str]:
    """Return the lines of a script, continued ones as one, without comments and empty ones."""
    joined = re.sub(r"\\\n\s*", " ", text)
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
