"""Applications of one cluster and of a hub."""

from __future__ import annotations

from dataclasses import replace

from compiler.lowering.argocd.application import GENERATE_PATHS
from compiler.lowering.argocd.applications import FINALIZER, lower_applications
from compiler.model import names
from compiler.model.gitops import Kustomize
from tests.unit.lowering.argocd.lowered import HERE, WHOLE, children, named
from tests.unit.lowering.installed import catalog, cluster, installation, platform


def test_an_application_says_wave_paths_and_how_to_sync() -> None:
    kserve = named(lower_applications(HERE, WHOLE, children(HERE, WHOLE)), "kserve")
    annotations = kserve["metadata"]["annotations"]
    assert annotations[names.SYNC_WAVE] == "2"
    assert annotations[GENERATE_PATHS] == "/overlays/c/kserve"
    assert kserve["metadata"]["finalizers"] == [FINALIZER]
    assert kserve["spec"]["source"] == {
        "repoURL": "https://github.com/acme/platform.git",
        "targetRevision": "main",
        "path": "overlays/c/kserve",
    }
    assert "ignoreDifferences" not in kserve["spec"]
    assert "RespectIgnoreDifferences=true" not in kserve["spec"]["syncPolicy"]["syncOptions"]
    assert kserve["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}


def test_all_but_argo_cd_itself_is_rendered_by_the_kustomize_of_choice() -> None:
    parts = [installation("argo-cd", catalog().versions("argo-cd")[-1], "argo-cd")]
    parts.append(installation("sealed-secrets", catalog().versions("sealed-secrets")[-1], "sealed-secrets"))
    here = cluster([*parts, installation("kserve", "26.03")])
    whole = platform(here)
    whole = replace(whole, gitops=replace(whole.gitops, kustomize=Kustomize("5.7.1")))
    made = lower_applications(here, whole, children(here, whole))
    assert named(made, "kserve")["spec"]["source"]["kustomize"] == {"version": "v5.7.1"}
    assert "kustomize" not in named(made, "argo-cd")["spec"]["source"]
    chart, ours = named(made, "sealed-secrets")["spec"]["sources"]
    assert "kustomize" not in chart
    assert ("kustomize" in ours) == ("path" in ours)


def test_fields_of_controllers_are_left_alone_and_respected() -> None:
    istio = named(lower_applications(HERE, WHOLE, children(HERE, WHOLE)), "istio-install")
    validating = istio["spec"]["ignoreDifferences"][0]
    assert validating["kind"] == "ValidatingWebhookConfiguration"
    assert ".webhooks[]?.failurePolicy" in validating["jqPathExpressions"]
    assert "RespectIgnoreDifferences=true" in istio["spec"]["syncPolicy"]["syncOptions"]


def test_a_platform_file_in_a_folder_is_found_from_the_git_root() -> None:
    application = lower_applications(HERE, replace(WHOLE, folder="infra/"), children(HERE, WHOLE))
    kserve = named(application, "kserve")
    assert kserve["spec"]["source"]["path"] == "infra/overlays/c/kserve"
    assert kserve["metadata"]["annotations"][GENERATE_PATHS] == "/infra/overlays/c/kserve"


def test_a_chart_is_taken_from_its_commit_with_our_values() -> None:
    version = catalog().versions("sealed-secrets")[-1]
    here = cluster([installation("sealed-secrets", version, "sealed-secrets")])
    whole = platform(here)
    found = named(lower_applications(here, whole, children(here, whole)), "sealed-secrets")
    chart, ours = found["spec"]["sources"]
    assert chart["targetRevision"] == catalog().release("sealed-secrets", version).commit
    assert chart["helm"]["valueFiles"] == ["$values/overlays/c/sealed-secrets/values.yaml"]
    assert ours["ref"] == "values"
    assert ours["path"] == "overlays/c/sealed-secrets"
    assert found["spec"]["destination"]["namespace"] == "sealed-secrets"


def test_a_chart_with_nothing_to_build_has_no_path_beside_its_values() -> None:
    version = catalog().versions("sealed-secrets")[-1]
    here = cluster([installation("sealed-secrets", version, "sealed-secrets")])
    bare = [replace(child, has_overlay=False) for child in children(here, platform(here))]
    found = named(lower_applications(here, platform(here), bare), "sealed-secrets")
    assert "path" not in found["spec"]["sources"][1]
