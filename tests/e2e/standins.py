"""Programs that stand in for kubectl and kustomize: they write down what they were asked and give prepared answers."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KUBECTL = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
words = sys.argv[1:]
given = "" if sys.stdin.isatty() or "--filename=-" not in words and "-f" not in words else sys.stdin.read()
with (folder / "calls").open("a") as log:
    log.write(json.dumps([words, given]) + "\\n")
context = words[1] if words[:1] == ["--context"] else ""
asked = " ".join(words[2:] if context else words)
answers = json.loads((folder / "answers").read_text())
found = [each for each in answers if each["context"] in ("", context) and asked.startswith(each["asked"])]
answer = max(found, key=lambda each: (each["context"], len(each["asked"])), default=dict(code=0, out="", err=""))
if answer.get("once"):
    answers.remove(answer)
    (folder / "answers").write_text(json.dumps(answers))
sys.stdout.write(answer["out"])
sys.stderr.write(answer["err"])
sys.exit(answer["code"])
"""

_KUSTOMIZE = """\
#!/bin/sh
if [ "$1" = version ]; then echo v5.8.1; exit 0; fi
application=$(basename "$2")
case $application in
  argo-cd) names="applications.argoproj.io appprojects.argoproj.io" ;;
  katib) names="experiments.kubeflow.org" ;;
  *) names= ;;
esac
printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: %s\\n' "$application"
for name in $names; do
  printf -- '---\\napiVersion: apiextensions.k8s.io/v1\\nkind: CustomResourceDefinition\\n'
  printf 'metadata:\\n  name: %s\\n' "$name"
done
"""
SECRET = {"data": {"token": "dG9rZW4=", "ca.crt": "Y2E="}}
NOT_FOUND = "Error from server (NotFound): it is not there\n"


@dataclass
class Kubectl:
    """A kubectl that reaches the contexts `kind-laptop`, `k3s-edge` and `elsewhere`, and nobody's cluster."""

    folder: Path

    def __post_init__(self) -> None:
        """Write the programs."""
        self.folder.mkdir()
        self._write("kubectl", _KUBECTL.format(python=sys.executable, folder=str(self.folder)))
        self._write("kustomize", _KUSTOMIZE)
        (self.folder / "answers").write_text("[]")
        servers = {"kind-laptop": "https://127.0.0.1:40001", "k3s-edge": "https://edge.example:6443"}
        servers["elsewhere"] = "https://elsewhere.example"
        self.answers(
            "config view",
            {
                "current-context": "kind-laptop",
                "clusters": [{"name": name, "cluster": {"server": url}} for name, url in servers.items()],
                "contexts": [{"name": name, "context": {"cluster": name, "user": "me"}} for name in servers],
            },
        )
        self.answers("get applications.argoproj.io", code=1, err=NOT_FOUND)
        self.answers("get secret", code=1, err=NOT_FOUND)
        self.answers("get --raw /version", {"gitVersion": "v1.34.4"})
        self.answers("get --raw /.well-known", {"issuer": "https://kubernetes.default.svc.cluster.local"})
        classes = [
            {
                "metadata": {
                    "name": "standard",
                    "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
                },
                "provisioner": "local",
            }
        ]
        self.answers("get storageclasses", {"items": classes})
        self.answers("get nodes", {"items": [node("n1", provider="kind://n1")]})
        self.answers("get nodes", {"items": [node("n1", provider="k3s://n1")]}, context="k3s-edge")
        self.answers("get deployments", {"items": []})

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    def answers(
        self, asked: str, out: Any = "", *, context: str = "", code: int = 0, err: str = "", once: bool = False
    ) -> None:
        """Prepare the answer to calls that begin so; the longest beginning counts, then the context."""
        told = json.loads((self.folder / "answers").read_text())
        kept = [each for each in told if once or (each["asked"], each["context"]) != (asked, context)]
        text = out if isinstance(out, str) else json.dumps(out)
        kept.append({"asked": asked, "context": context, "out": text, "code": code, "err": err, "once": once})
        # What is said once is said first.
        (self.folder / "answers").write_text(json.dumps(sorted(kept, key=lambda each: not each["once"])))

    @property
    def environment(self) -> dict[str, str]:
        """Return what makes the compiler use these programs."""
        return {"KUBECTL": str(self.folder / "kubectl"), "KUSTOMIZE": str(self.folder / "kustomize")}

    @property
    def calls(self) -> list[tuple[list[str], str]]:
        """Return every call with its input, in order."""
        log = self.folder / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        return [(words, given) for words, given in map(json.loads, lines)]

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Return the calls that change something or wait: context, verb, input."""
        return [
            (words[1], words[2], given) for words, given in self.calls if words[2:3] and words[2] in {"apply", "wait"}
        ]


def node(name: str, *, provider: str = "", labels: dict[str, str] | None = None, **allocatable: str) -> dict[str, Any]:
    """Return a node as kubectl prints it; `_` in a resource's name stands for `/`."""
    resources = {key.replace("_", "/", 1).replace("__", "."): value for key, value in allocatable.items()}
    return {
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {"providerID": provider},
        "status": {"allocatable": resources},
    }


def deployment(namespace: str, name: str, image: str) -> dict[str, Any]:
    """Return a Deployment as kubectl prints it."""
    pod = {"spec": {"containers": [{"name": name, "image": image}]}}
    return {"kind": "Deployment", "metadata": {"namespace": namespace, "name": name}, "spec": {"template": pod}}
