"""The application of a cluster's pools."""

from __future__ import annotations

from compiler.lowering.pools import lower_pools
from tests.unit.lowering.declared import context, objects, pool


def test_queues_and_admission_stand_in_a_file_each() -> None:
    application = lower_pools([pool("a100")], context(kueue="0.16.0"))
    assert application is not None
    assert (application.cluster, application.name, application.origin) == ("prod", "gpu-pools", "gpuPools")
    assert [chart.file for chart in application.charts] == ["queues.yaml", "admission.yaml"]
    assert {each["kind"] for each in objects(application, "admission.yaml")} == {
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    }


def test_what_the_cluster_cannot_hold_is_left_out() -> None:
    without_kueue = lower_pools([pool("a100")], context())
    assert without_kueue is not None
    assert [chart.file for chart in without_kueue.charts] == ["admission.yaml"]
    old = lower_pools([pool("a100")], context(kueue="0.16.0", kubernetes="1.29"))
    assert old is not None
    assert [chart.file for chart in old.charts] == ["queues.yaml"]
    assert lower_pools([pool("a100")], context(kubernetes="1.29")) is None
    assert lower_pools([], context(kueue="0.16.0")) is None


def test_the_order_of_pools_changes_nothing() -> None:
    cluster = context(kueue="0.16.0")
    assert lower_pools([pool("a"), pool("b")], cluster) == lower_pools([pool("b"), pool("a")], cluster)
