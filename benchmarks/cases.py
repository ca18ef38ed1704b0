"""Owns what is measured: the platforms, who runs on each, and how each run is prepared."""

from __future__ import annotations

import marshal
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from benchmarks import helm
from benchmarks.platforms import flood_texts, platform_text
from benchmarks.processes import Sample, peak_memory_mb, run
from benchmarks.synthetic import platform_files
from compiler.lowering.bridge import node_executable
from compiler.lowering.node_modules import unpacked_libraries

_REPOSITORY = Path(__file__).parents[1]
_FLOORS = Path(__file__).parent / "floors"
_PREPARED_ROUNDS = 1
"""Rounds that are thrown away: they fill the disk's cache and Python's own."""
_NOT_INHERITED = ("PYTHONDONTWRITEBYTECODE", "PLATFORM_COMPILER_CACHE")
_PLAIN_LIMIT_S = 20
"""A contender whose first round takes longer runs only that one."""

_FEW_TEAMS = 10
"""Up to so many the first build on a machine is measured too: what it makes once weighs most there."""

NODE_WITH_CDK8S = "Node with cdk8s loaded"

Objects = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Row:
    """The medians of one contender in one case. Times in seconds, memory in MB.

    `objects` and `files` count what each run leaves; 0 where that is no question.
    """

    case: str
    who: str
    wall_s: float
    cpu_s: float
    peak_mb: float | None
    objects: int
    rounds: int
    files: int = 0

    def data(self) -> dict[str, object]:
        """Return the row as plain data for `--json`."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Contender:
    """Who runs; `prepare` puts things in order before each run and returns the folder to run in."""

    who: str
    command: Sequence[str]
    prepare: Callable[[], Path]
    code: int = 0
    """The exit code of a run that went well."""


@dataclass
class Bench:
    """One run of the bench: where it works, how often, and what it could not measure."""

    folder: Path
    rounds: int
    helm: str | None
    with_plain: bool
    missing: list[str] = field(default_factory=list)
    has_failed: bool = False
    _serial: int = 0

    @property
    def env(self) -> dict[str, str]:
        """Return the environment of every run: caches below the bench's own folder, our package importable.

        Every Python keeps its byte code, as an installed package has it, whatever the caller's environment says.
        """
        inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        return inherited | {
            "PYTHONPATH": str(_REPOSITORY),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "JSII_NODE": node_executable(),
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
            "PYTHONHASHSEED": "random",
        }

    def note_failure(self, what: str, sample: Sample, log: Path) -> None:
        """Note that a run failed, with the first line in which it says so; the bench has then failed too."""
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no output"]
        reason = next((line for line in said if "error" in line.lower()), said[-1])
        note = f"{what}: exit code {sample.code}: {reason.strip()[:160]}"
        if note not in self.missing:
            self.missing.append(note)
        self.has_failed = True

    def forget(self) -> None:
        """Remove what the compiler remembers of earlier runs."""
        shutil.rmtree(self.folder / "cache/platform-compiler/runs", ignore_errors=True)

    def forget_everything(self) -> None:
        """Remove all that is kept on the machine, cdk8s unpacked for Node included."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)

    def fresh_folder(self) -> Path:
        """Return a new empty folder."""
        self._serial += 1
        folder = self.folder / f"{self._serial:05d}"
        folder.mkdir(parents=True)
        return folder

    def repository(self, text: str) -> Path:
        """Return a new Git repository with this platform file in it, committed."""
        folder = self.fresh_folder()
        (folder / "platform.yaml").write_text(text, encoding="utf-8")
        git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com"]
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "platform"]):
            subprocess.run([*git, *command], cwd=folder, check=True)
        return folder

    def measure(self, case: str, contenders: Sequence[Contender], objects: int = 0) -> list[Row]:
        """Return a row for each contender that ran; one that fails is reported as not measured."""
        samples: dict[str, list[Sample]] = {contender.who: [] for contender in contenders}
        alive = list(contenders)
        for number in range(_PREPARED_ROUNDS + self.rounds):
            for contender in list(alive):
                done = samples[contender.who]
                if done and done[0].wall_s > _PLAIN_LIMIT_S:
                    continue
                sample = self._run(case, contender)
                if sample is None:
                    alive.remove(contender)
                elif number >= _PREPARED_ROUNDS or sample.wall_s > _PLAIN_LIMIT_S:
                    done.append(sample)
        return [self._row(case, contender, samples[contender.who], objects) for contender in alive]

    def _run(self, case: str, contender: Contender) -> Sample | None:
        log = self.folder / "log.txt"
        sample = run(contender.command, contender.prepare(), self.env, log)
        if sample.code == contender.code:
            return sample
        self.note_failure(f"{case}: {contender.who}", sample, log)
        return None

    def _row(self, case: str, contender: Contender, samples: Sequence[Sample], objects: int) -> Row:
        peak = None
        if samples[0].wall_s <= _PLAIN_LIMIT_S:
            peak = peak_memory_mb(contender.command, contender.prepare(), self.env, self.folder / "log.txt")
        return Row(
            case=case,
            who=contender.who,
            wall_s=statistics.median(sample.wall_s for sample in samples),
            cpu_s=statistics.median(sample.cpu_s for sample in samples),
            peak_mb=peak,
            objects=objects,
            rounds=len(samples),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """A named measurement."""

    name: str
    run: Callable[[Bench], list[Row]]


def cases(*, quick: bool, stages: bool) -> Iterator[Case]:
    """Yield what is measured, the small platforms first."""
    if stages:
        for objects in (260, 2_700) if quick else (260, 2_700, 10_600, 26_000):
            yield Case(f"stages {objects}", partial(_stages, objects=objects))
        return
    yield Case("check 5x20", partial(_check, clusters=5, teams=20))
    yield Case("flood 100k", partial(_flood, mistakes=100_000))
    yield Case("no-op 100", partial(_no_op, teams=100))
    yield Case("cold 10", partial(_cold, name="cold 10", teams=10))
    if quick:
        yield Case("edit 100", partial(_edit, teams=100))
        yield Case("growth 40-100", partial(_growth, sizes=(40, 100)))
        return
    yield Case("cold 10k", partial(_cold, name="cold 10k", objects=10_000))
    yield Case("cold 26k", partial(_cold, name="cold 26k", objects=26_000))
    yield Case("edit 1000", partial(_edit, teams=1000))
    yield Case("growth 400-1000", partial(_growth, sizes=(400, 1000)))


def _compiler(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "compiler", *arguments, "-f", "platform.yaml"]


def _reading_floor(folder: Path) -> Contender:
    command = [sys.executable, str(_FLOORS / "reading.py"), "platform.yaml"]
    return Contender("reading floor", command, lambda: folder)


def _node_floors(folder: Path) -> list[Contender]:
    """Return a Node that does nothing at all, and one that only loads cdk8s as our bridge does."""
    node = node_executable()
    loaded = [node, str(_REPOSITORY / "compiler/lowering/bridge.js"), str(unpacked_libraries()), "0"]
    return [
        Contender("Node start", [node, "-e", "0"], lambda: folder),
        Contender(NODE_WITH_CDK8S, loaded, lambda: folder),
    ]


def _built(bench: Bench, text: str) -> Path | None:
    """Return a repository whose tree is built, or None, which is noted, where the compiler cannot."""
    folder = bench.repository(text)
    log = bench.folder / "log.txt"
    sample = run(_compiler("build"), folder, bench.env, log)
    if sample.code == 0:
        return folder
    bench.note_failure("everything that needs a built tree", sample, log)
    return None


def _check(bench: Bench, clusters: int, teams: int) -> list[Row]:
    folder = bench.repository(platform_text(teams, clusters))

    def forgetting() -> Path:
        bench.forget()
        return folder

    contenders = [
        _reading_floor(folder),
        Contender("check", _compiler("check"), forgetting),
        Contender("check again", _compiler("check"), lambda: folder),
    ]
    return bench.measure(f"check {clusters}x{teams}", contenders)


def _flood(bench: Bench, mistakes: int) -> list[Row]:
    """Measure files of nothing but mistakes: of shape, of references, and in what a check looks at."""
    rows = []
    for kind, text in flood_texts(mistakes).items():
        folder = bench.repository(text)

        def forgetting(folder: Path = folder) -> Path:
            bench.forget()
            return folder

        contender = Contender(f"check, {kind}", _compiler("check"), forgetting, code=1)
        rows += bench.measure(f"flood {mistakes // 1000}k", [contender])
    return rows


def _no_op(bench: Bench, teams: int) -> list[Row]:
    folder = _built(bench, platform_text(teams))
    if folder is None:
        return []
    ours = Contender("no-op build", _compiler("build"), lambda: folder)
    return bench.measure(f"no-op {teams}", [_reading_floor(folder), ours])


def _edit(bench: Bench, teams: int) -> list[Row]:
    folder = _built(bench, platform_text(teams))
    if folder is None:
        return []
    texts = [platform_text(teams, edited_team=teams // 2, edited_cpu=cpu) for cpu in (65, 66)]

    def prepare() -> Path:
        texts.reverse()
        (folder / "platform.yaml").write_text(texts[0], encoding="utf-8")
        return folder

    contenders = [
        _reading_floor(folder),
        *_node_floors(folder),
        Contender("one team edited", _compiler("build"), prepare),
        Contender("no-op build", _compiler("build"), lambda: folder),
    ]
    return bench.measure(f"edit {teams}", contenders)


def _growth(bench: Bench, sizes: tuple[int, int]) -> list[Row]:
    contenders = []
    counts = {}
    for teams in sizes:
        text = platform_text(teams)
        folder = _built(bench, text)
        if folder is None:
            return []
        counts[f"cold build, {teams} teams"] = sum(map(len, _objects_below(folder).values()))
        contenders.append(Contender(f"cold build, {teams} teams", _compiler("build"), _repository_of(bench, text)))
    rows = bench.measure(f"growth {sizes[0]}-{sizes[1]}", contenders)
    return [replace(row, objects=counts[row.who]) for row in rows]


def _cold(bench: Bench, name: str, *, teams: int = 0, objects: int = 0) -> list[Row]:
    if not teams:
        teams = _teams_for(bench, objects)
    text = platform_text(teams or 1)
    folder = _built(bench, text) if teams else None
    if folder is None:
        return []
    charts = _objects_below(folder)
    contenders = [
        _reading_floor(folder),
        *_through_cdk8s(bench, folder, charts, name),
        Contender("cold build", _compiler("build"), _repository_of(bench, text)),
    ]
    if teams <= _FEW_TEAMS:
        fresh = _repository_of(bench, text)

        def first() -> Path:
            bench.forget_everything()
            return fresh()

        contenders.append(Contender("first build on a machine", _compiler("build"), first))
    rows = bench.measure(name, contenders, sum(map(len, charts.values())))
    return [replace(row, files=_count_files(folder)) if row.who == "cold build" else row for row in rows]


def _count_files(folder: Path) -> int:
    return sum(path.is_file() for tree in ("generated", "overlays") for path in (folder / tree).rglob("*"))


def _stages(bench: Bench, objects: int) -> list[Row]:
    charts = platform_files(objects)
    folder = bench.fresh_folder()
    (folder / "platform.yaml").write_text(platform_text(len(charts)), encoding="utf-8")
    contenders = [_reading_floor(folder), *_through_cdk8s(bench, folder, charts, f"stages {objects}")]
    command = [sys.executable, str(_FLOORS / "bridge_and_emit.py"), "platform.yaml", "objects", "ours"]
    contenders.append(Contender("bridge and emit", command, _emptied(bench, folder, "ours")))
    return bench.measure(f"stages {objects}", contenders, sum(map(len, charts.values())))


def _through_cdk8s(bench: Bench, folder: Path, charts: Objects, name: str) -> list[Contender]:
    """Return the floor through cdk8s, cdk8s-Python and Helm, all for the same objects."""
    (folder / "objects").write_bytes(marshal.dumps(charts))
    floor = str(_FLOORS / "through_cdk8s.py")
    common = [floor, "platform.yaml", "objects", "floor", node_executable(), str(unpacked_libraries())]
    contenders = [Contender("floor through cdk8s", [sys.executable, *common], _emptied(bench, folder, "floor"))]
    if bench.with_plain:
        plain = [sys.executable, str(_FLOORS / "plain.py"), "objects", "plain"]
        contenders.append(Contender("plain cdk8s-Python", plain, _emptied(bench, folder, "plain")))
    else:
        bench.missing.append(f"{name}: plain cdk8s-Python: left out by --no-plain")
    binary = bench.helm or shutil.which("helm")
    if binary is None:
        bench.missing.append(f"{name}: helm template: no helm binary on PATH (--helm PATH)")
    else:
        helm.write_chart(folder / "chart", charts)
        contenders.append(Contender("helm template", [binary, "template", "bench", "chart"], lambda: folder))
    return contenders


def _repository_of(bench: Bench, text: str) -> Callable[[], Path]:
    """Return a preparation that makes a new repository each time.

    None is removed before the bench ends: ext4 passes over inodes that were freed in the last minutes one by one, so
    whoever makes files after many were removed would pay for that and not for its own work.
    Source: `recently_deleted` in fs/ext4/ialloc.c of Linux.
    """
    return lambda: bench.repository(text)


def _emptied(bench: Bench, folder: Path, output: str) -> Callable[[], Path]:
    """Return a preparation that makes a new folder with an empty output and what the contender reads, see above."""

    def prepare() -> Path:
        fresh = bench.fresh_folder()
        for name in ("platform.yaml", "objects"):
            os.link(folder / name, fresh / name)
        (fresh / output).mkdir()
        return fresh

    return prepare


def _teams_for(bench: Bench, objects: int) -> int:
    """Return how many teams compile to at least so many objects, from what 10 and 40 teams compile to."""
    counts = []
    for teams in (10, 40):
        folder = _built(bench, platform_text(teams))
        if folder is None:
            return 0
        counts.append(sum(map(len, _objects_below(folder).values())))
    each = (counts[1] - counts[0]) / 30
    return 10 + max(0, -int(-(objects - counts[0]) // each))


def _objects_below(folder: Path) -> Objects:
    """Return all Kubernetes objects of a built tree by file; kustomizations are no objects of a cluster."""
    found: Objects = {}
    for path in sorted((folder / "generated").rglob("*.yaml")):
        documents = yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader)
        objects = [document for document in documents if _is_object(document)]
        if objects:
            found[path.relative_to(folder).as_posix()] = objects
    return found


def _is_object(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and isinstance(document.get("metadata"), dict)
        and "name" in document["metadata"]
        and "kustomize.config.k8s.io" not in str(document.get("apiVersion"))
    )
