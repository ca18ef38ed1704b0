"""A platform in Git that a real Argo CD follows on a real control plane, from an empty cluster to hands off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.user_cache import cache_directory
from tests.cluster.api import until
from tests.cluster.argo_cd import ArgoCd
from tests.cluster.control_plane import ControlPlane
from tests.cluster.git_server import GitServer
from tests.cluster.installation import Manifest
from tests.cluster.ledger import SyncRow
from tests.cluster.stand_ins import StandIns
from tests.cluster.transitions import Recorder
from tests.cluster.webhook_server import forbidden
from tests.conftest import unreachable
from tests.e2e.harness import Repo
from tools.ensure_cluster import KUBERNETES, all_parts

ARGO_CD = "https://github.com/argoproj/argo-cd"
CLUSTER = "real"
ROOT = "root"
BOOTSTRAP_S = 600
"""How long the bootstrap may take; most of it is kustomize, which fetches and builds every overlay."""
FIRST_SYNC_S = 900
"""How long a first sync may take; that of a whole release took 450 s on a machine with eight times its work."""
LATER_SYNC_S = 180
QUIET_S = 10
"""How long nothing may happen for it to count that nothing happens: Argo CD heals within 5 s what it would heal."""


@dataclass
class Followed:
    """What is followed and all that takes part."""

    repo: Repo
    git: GitServer
    plane: ControlPlane
    stand_ins: StandIns
    recorder: Recorder
    argo_cd: ArgoCd
    seconds: float = 0.0

    def row(self, platform: str) -> SyncRow:
        """Return what has come of it, for the table."""
        states = [item["status"] for item in self.argo_cd.applications().values()]
        synced = [each["sync"]["status"] == "Synced" for each in states]
        healthy = [each["health"]["status"] == "Healthy" for each in states]
        objects = sum(len(each.get("resources", ())) for each in states)
        version = all_parts()[f"{KUBERNETES}{self.plane.minor}"].version
        return SyncRow(version, platform, len(states), sum(synced), sum(healthy), objects, self.seconds)

    def build(self) -> None:
        """Compile the platform file."""
        done = self.repo.run("build")
        assert done.code == 0, done.said

    def let_go(self, *entries: str) -> None:
        """Add to what `removed` lets go, which stands at the end of the platform file."""
        text = self.repo.file.read_text("utf-8")
        head = "removed:\n" if entries and "\nremoved:\n" not in text else ""
        self.repo.write(text + head + "".join(f"  - {entry}\n" for entry in entries))

    def push(self, message: str) -> str:
        """Commit the tree, tell Argo CD of it, and return the commit."""
        commit = self.git.commit(self.repo.path, message)
        self.argo_cd.refresh()
        return commit

    def settle(self) -> None:
        """Wait until all is synced again."""
        self.argo_cd.until_synced(timeout_s=LATER_SYNC_S)

    def exists(self, api_version: str, kind: str, namespace: str | None, name: str) -> bool:
        """Return whether an object is there and stays."""
        found = self.plane.api.get(api_version, kind, namespace, name)
        return found.ok and "deletionTimestamp" not in found.body["metadata"]

    def told(self, name: str) -> str:
        """Return all that an Application says about itself."""
        status = self.argo_cd.applications()[name].get("status", {})
        said = [each["message"] for each in status.get("conditions", ())]
        operation = status.get("operationState", {})
        said.append(operation.get("message", ""))
        results = operation.get("syncResult", {}).get("resources", ())
        said += [f"{each['kind']}/{each['name']}: {each.get('message', '')}" for each in results]
        return "\n".join(said)

    def until_told(self, name: str, *words: str) -> None:
        """Wait until an Application tells of a mistake in all of these words.

        Asks it anew each time: its next look at a commit that it could not compare takes the differences that it knows
        from the one before, finds none and tells nothing more, until it is refreshed (argo-cd v3.6.1
        controller/state.go, useDiffCache).
        """

        def is_told() -> bool:
            told = self.told(name)
            if not all(word in told for word in words):
                self.argo_cd.refresh()
                told = self.told(name)
            return all(word in told for word in words)

        try:
            until("the Application tells why", is_told, timeout_s=LATER_SYNC_S)
        except TimeoutError as late:
            raise TimeoutError(f"{late}\nasked for {words}, told: {self.told(name)}") from None

    def moved(self, act: Callable[[], Any]) -> list[str]:
        """Return what the Applications went through by an act and a while after it."""
        before = len(self.recorder.log)
        act()
        time.sleep(QUIET_S)
        return self.recorder.since(before)


def impossible(*bases: str) -> str:
    """Return why nothing can be followed here that needs these repositories, or nothing."""
    for url in (ARGO_CD, *bases):
        why = unreachable(url)
        if why:
            return f"{url} cannot be read: {why}"
    return forbidden()


@contextmanager
def follow(
    minor: str,
    folder: Path,
    platform: Callable[[str], str],
    *,
    cluster: str = CLUSTER,
    brought: Iterable[Manifest] = (),
) -> Iterator[Followed]:
    """Yield a platform that has been bootstrapped and synced; `platform` makes its file from the repository's URL.

    What is done by hand is what `bootstrap --run` does, and nothing after it. `brought` is on the cluster before.
    """
    for name in ("git", "plane"):
        (folder / name).mkdir()
    with GitServer(folder / "git") as git:
        repo = Repo(folder / "repo", platform(git.url))
        done = repo.run("build")
        assert done.code == 0, done.said
        git.commit(repo.path, "The platform")
        with ControlPlane(minor, folder / "plane") as plane, StandIns(plane) as stand_ins, Recorder(plane) as recorder:
            for item in brought:
                assert plane.api.apply(item).ok
            started = time.monotonic()
            # What kustomize makes of pinned bases is the same for every test: the user's own cache may know it.
            known = {
                "KUBECONFIG": str(plane.kubeconfig),
                "KUBECTL": str(plane.programs["kubectl"]),
                "PLATFORM_COMPILER_CACHE": str(cache_directory()),
            }
            words = ("bootstrap", cluster, "--run", "--context", "test", "--yes")
            done = repo.run(*words, env=known, timeout=BOOTSTRAP_S)
            assert done.code == 0, done.said
            argo_cd = ArgoCd(plane)
            argo_cd.start(repo.path)
            until("the root is there", argo_cd.applications)
            try:
                argo_cd.until_synced(timeout_s=FIRST_SYNC_S)
            except TimeoutError as late:
                raise TimeoutError("\n".join([str(late), *stand_ins.failures])) from None
            yield Followed(repo, git, plane, stand_ins, recorder, argo_cd, time.monotonic() - started)
