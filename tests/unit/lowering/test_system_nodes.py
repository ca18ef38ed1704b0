"""The platform's own components run on the nodes that are meant for them, whatever they ship as."""

from __future__ import annotations

from typing import Any

from compiler.lowering.components import lower_component
from compiler.model.manifest import Application
from compiler.model.platform import Installation, SecretsBackend, SystemNodes
from tests.unit.lowering.installed import catalog, cluster, installation, platform

SELECTOR = {"node-role": "platform"}
TOLERATIONS = ({"key": "dedicated", "operator": "Exists"},)


def lowered(one: Installation, nodes: SystemNodes | None, backend: str = "manual") -> Application:
    here = cluster([one], system_nodes=nodes, secrets=SecretsBackend(backend))
    return lower_component(one, here, platform(here), catalog())


def placed(application: Application) -> dict[str, Any]:
    """Return where pods of each kind are put."""
    return {
        patch["target"]["kind"]: patch["patch"]["spec"]["template"]["spec"]
        for patch in application.overlay.fields["patches"]
        if "template" in str(patch["patch"]) and set(patch["target"]) == {"group", "kind"}
    }


def test_without_wish_nothing_is_placed() -> None:
    assert placed(lowered(installation("katib", "26.03"), None)) == {}


def test_every_kind_of_workload_that_is_there_is_placed() -> None:
    both = SystemNodes(SELECTOR, TOLERATIONS)
    wanted = {"nodeSelector": SELECTOR, "tolerations": [dict(each) for each in TOLERATIONS]}
    assert placed(lowered(installation("katib", "26.03"), both)) == {"Deployment": wanted}
    assert set(placed(lowered(installation("katib", "26.03"), both, "generated"))) == {"Deployment", "Job"}
    assert placed(lowered(installation("istio-namespace", "26.03"), both)) == {}


def test_one_of_both_leaves_the_other_as_upstream_has_it() -> None:
    made = placed(lowered(installation("katib", "26.03"), SystemNodes(SELECTOR, ())))
    assert made == {"Deployment": {"nodeSelector": SELECTOR}}
    made = placed(lowered(installation("katib", "26.03"), SystemNodes({}, TOLERATIONS)))
    assert made == {"Deployment": {"tolerations": [dict(each) for each in TOLERATIONS]}}


def test_charts_are_told_by_their_values() -> None:
    both = SystemNodes(SELECTOR, TOLERATIONS)
    for product, place in (("external-secrets", "global"), ("sealed-secrets", "")):
        helm = lowered(installation(product, catalog().versions(product)[-1], product), both).helm
        assert helm is not None
        values = helm.values[place] if place else helm.values
        assert values["nodeSelector"] == SELECTOR
        assert values["tolerations"] == [dict(each) for each in TOLERATIONS]
