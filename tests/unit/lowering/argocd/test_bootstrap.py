"""The root and what is applied by hand."""

from __future__ import annotations

from compiler.lowering.argocd.applications import lower_applications
from compiler.lowering.argocd.bootstrap import lower_bootstrap
from compiler.model import names
from tests.unit.lowering.argocd.lowered import HERE, WHOLE, children, named, objects
from tests.unit.lowering.installed import catalog


def test_the_root_includes_its_own_bootstrap() -> None:
    assert lower_applications(HERE, WHOLE, []).overlay.includes == ("overlays/c/bootstrap",)
    root = named(lower_bootstrap(HERE, WHOLE, catalog(), children(HERE, WHOLE)), names.ROOT_APPLICATION)
    assert root["spec"]["source"]["path"] == "overlays/c/applications"
    assert root["spec"]["ignoreDifferences"][0]["jsonPointers"] == ["/operation", "/status"]
    assert "retry" in root["spec"]["syncPolicy"]
    assert "finalizers" not in root["metadata"]


def test_the_bootstrap_holds_projects_and_root_only() -> None:
    made = list(objects(lower_bootstrap(HERE, WHOLE, catalog(), children(HERE, WHOLE))))
    assert [(item["kind"], item["metadata"]["name"]) for item in made] == [
        ("AppProject", "platform"),
        ("AppProject", "teams"),
        ("Application", "root"),
    ]
