"""A real Argo CD beside a control plane: its controller and repo-server as processes, with the settings of our overlay.

What the overlay's pods would get from argocd-cmd-params-cm, these processes get, so that the settings that ship are the
ones that are tried. Knows no component and no release.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.workspace.kustomize import find_kustomize
from tests.cluster.api import Answer, until
from tests.cluster.control_plane import HOST, ControlPlane, free_ports, surroundings

NAMESPACE = "argocd"
API_VERSION = "argoproj.io/v1alpha1"
REFRESH = "argocd.argoproj.io/refresh"
_PASSED = re.compile(r"(?:url|safe|uploadpack|protocol|http)\.")
"""Settings of the user's Git that decide from where upstream's bases come."""
_LOOK_S = 900
"""How long all Applications together may take to look at Git; 300 s were too few for a new release on two cores with
eight times their work."""


class ArgoCd:
    """Argo CD's processes on a control plane; they end with the processes of the control plane."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self.folder = plane.folder / "argo-cd"
        self._ports = dict(zip(("redis", "repo-server", "rm", "cm"), free_ports(4), strict=True))

    def start(self, root: Path) -> None:
        """Start redis, repo-server and controller; `root` is the built tree, whose kustomize is used."""
        programs = self._programs(root)
        redis = f"{HOST}:{self._ports['redis']}"
        repo_server = f"{HOST}:{self._ports['repo-server']}"
        start, base = self._plane.processes.start, self._environment()
        start("redis", self._plane.programs["redis"], redis, environment=base)
        start(
            "argocd-repo-server",
            programs / "argocd-repo-server",
            *("--address", HOST, "--port", str(self._ports["repo-server"])),
            *("--metrics-address", HOST, "--metrics-port", str(self._ports["rm"])),
            # Nobody made the keys that a pod's init container would find.
            *("--disable-tls", "--client-ca-path="),
            *("--redis", redis, "--logformat", "text"),
            environment=base | self._settings("Deployment", "argocd-repo-server"),
        )
        start(
            "argocd-application-controller",
            programs / "argocd-application-controller",
            *("--kubeconfig", str(self._plane.kubeconfig), "--namespace", NAMESPACE),
            *("--repo-server", repo_server, "--repo-server-plaintext", "--redis", redis),
            *("--metrics-port", str(self._ports["cm"]), "--logformat", "text"),
            environment=base | self._settings("StatefulSet", "argocd-application-controller"),
        )

    def applications(self) -> dict[str, Mapping[str, Any]]:
        """Return all Applications by name."""
        self._plane.processes.look()
        listed = self._plane.api.get(API_VERSION, "Application", NAMESPACE).body
        return {item["metadata"]["name"]: item for item in listed.get("items", ())}

    def refresh(self, *, hard: bool = False) -> None:
        """Let every Application look at Git again, as a webhook of the repository would, and wait until each has.

        A hard one forgets what was rendered.
        """
        names = list(self.applications())
        for name in names:
            assert self.annotate(name, {REFRESH: "hard" if hard else "normal"}).ok

        def is_done() -> bool:
            waiting = [
                name
                for name, item in self.applications().items()
                if name in names and REFRESH in item["metadata"].get("annotations", {})
            ]
            return not waiting

        until("every Application has looked at Git", is_done, timeout_s=_LOOK_S, pause_s=0.5)

    def annotate(self, name: str, annotations: Mapping[str, str | None]) -> Answer:
        """Return the answer to annotating an Application."""
        item = {"apiVersion": API_VERSION, "kind": "Application", "metadata": {"namespace": NAMESPACE, "name": name}}
        return self._plane.api.merge(item, {"metadata": {"annotations": dict(annotations)}})

    def unfinished(self) -> list[str]:
        """Return a line for each Application that is not synced, healthy and at rest."""
        return [line for name, item in self.applications().items() if (line := trouble(name, item))]

    def until_synced(self, *, timeout_s: float) -> None:
        """Wait until every Application is synced, healthy and at rest; fails with what each of the others says."""
        try:
            until("all Applications are synced and healthy", self._settled, timeout_s=timeout_s, pause_s=0.5)
        except TimeoutError as late:
            raise TimeoutError("\n".join([str(late), *self.unfinished()])) from None

    def _settled(self) -> bool:
        applications = self.applications()
        return bool(applications) and not any(trouble(name, item) for name, item in applications.items())

    def _programs(self, root: Path) -> Path:
        """Return a folder that goes before others on the PATH."""
        folder = self.folder / "bin"
        folder.mkdir(parents=True)
        for name in ("argocd-repo-server", "argocd-application-controller"):
            (folder / name).symlink_to(self._plane.programs["argocd"])
        found = shutil.which(find_kustomize(root))
        assert found is not None
        (folder / "kustomize").symlink_to(Path(found).resolve())
        # Argo CD 3.6 asks it for the signature of every commit, even with signatures off; upstream's image has it.
        wrapper = folder / "git-verify-wrapper.sh"
        wrapper.write_text("#!/bin/sh\nexit 0\n")
        wrapper.chmod(0o755)
        return folder

    def _environment(self) -> dict[str, str]:
        """Return what both processes need to run outside of a cluster. Source: argo-cd v3.6.1 common/common.go."""
        scratch = self.folder / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        base = surroundings()
        empty = self.folder / "none"
        folders = {
            name: str(_made(empty / name.lower()))
            for name in ("ARGOCD_TLS_DATA_PATH", "ARGOCD_SSH_DATA_PATH", "ARGOCD_GNUPGHOME")
        }
        return (
            base
            | folders
            | {
                "ARGOCD_FAKE_IN_CLUSTER": "true",
                "KUBECONFIG": str(self._plane.kubeconfig),
                "ARGOCD_GPG_ENABLED": "false",
                "ARGOCD_ASK_PASS_SOCK": str(self.folder / "ask.sock"),
                "ARGOCD_PLUGINSOCKFILEPATH": str(_made(empty / "plugins")),
                "TMPDIR": str(scratch),
                "PATH": f"{self.folder / 'bin'}:{base['PATH']}",
                "GIT_CONFIG_GLOBAL": str(self._git_configuration()),
            }
        )

    def _git_configuration(self) -> Path:
        """Return a copy of the user's Git configuration: Argo CD runs Git without a home, and would not find it."""
        target = self.folder / "gitconfig"
        target.touch()
        said = subprocess.run(
            ["git", "config", "--global", "--includes", "--null", "--list"],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=30,
        ).stdout
        with target.open("a") as file:
            for entry in said.split("\0"):
                key, _, value = entry.partition("\n")
                if _PASSED.match(key):
                    section, _, rest = key.partition(".")
                    middle, _, name = rest.rpartition(".")
                    file.write(f'[{section} "{middle}"]\n' if middle else f"[{section}]\n")
                    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
                    file.write(f'\t{name} = "{quoted}"\n')
        return target

    def _settings(self, kind: str, name: str) -> dict[str, str]:
        """Return the variables that the pod of a workload of our overlay gets, without those about files in it."""
        api = self._plane.api
        workload = api.get("apps/v1", kind, NAMESPACE, name).body
        parameters = api.get("v1", "ConfigMap", NAMESPACE, "argocd-cmd-params-cm").body.get("data", {})
        containers = workload["spec"]["template"]["spec"]["containers"]
        return {key: value for key, value in _variables(containers, parameters) if not value.startswith("/")}


def _variables(containers: list[Mapping[str, Any]], parameters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for container in containers:
        for entry in container.get("env", ()):
            reference = entry.get("valueFrom", {}).get("configMapKeyRef")
            if "value" in entry:
                yield entry["name"], entry["value"]
            elif reference and reference["name"] == "argocd-cmd-params-cm" and reference["key"] in parameters:
                yield entry["name"], parameters[reference["key"]]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def trouble(name: str, application: Mapping[str, Any]) -> str:
    """Return what an Application lacks to be synced, healthy and at rest, in one line; nothing if it lacks nothing."""
    status = application.get("status", {})
    sync = status.get("sync", {}).get("status", "unseen")
    health = status.get("health", {}).get("status", "unseen")
    phase = status.get("operationState", {}).get("phase", "")
    if sync == "Synced" and health == "Healthy" and phase in {"", "Succeeded"} and "operation" not in application:
        return ""
    said = [each["message"] for each in status.get("conditions", ())]
    if phase not in {"", "Succeeded"}:
        said.append(status["operationState"].get("message", ""))
    differing = [
        f"{each['kind']}/{each['name']} {each.get('status')} {each.get('health', {}).get('status', '')}"
        for each in status.get("resources", ())
        if each.get("status") == "OutOfSync" or each.get("health", {}).get("status") not in {None, "Healthy"}
    ]
    return f"{name}: {sync} {health} {phase} {'; '.join(said)} [{', '.join(differing[:8])}]"
