"""What holds data leaves the tree only when `removed` says so, and renames keep it."""

from __future__ import annotations

import pytest

from tests.e2e.harness import Repo, changed, codes

SPEECH = """\
  - name: speech
    owner: {user: carol@acme.com}
    namespaces:
      - name: speech-lab
        clusters: [laptop]
        quota: {cpu: "8"}
"""
SHARED = """\
namespaces:
  - name: shared-data
    clusters: [laptop]
    quota: {storage: 1Ti}
    access: [{team: vision, role: viewer}]
"""
EDGE = """\
  - name: edge
    environment: dev
    provider: k3s
    kubernetes: "1.34"
    versions: {kubeflow: "1.11"}
"""

CASES = {
    "team": ([(SPEECH, "")], "{team: speech, %s}", {"generated/laptop/team-speech", "overlays/laptop/team-speech"}),
    "team's namespace": (
        [(SPEECH, SPEECH.replace("speech-lab", "speech-studio"))],
        "{namespace: speech-lab, cluster: laptop, %s}",
        {"generated/laptop/team-speech"},
    ),
    "namespace's cluster": (
        [("clusters: [laptop, edge]", "clusters: [laptop]")],
        "{namespace: vision-research, cluster: edge, %s}",
        {"generated/edge/team-vision", "overlays/edge/team-vision"},
    ),
    "shared namespace": ([(SHARED, "")], "{namespace: shared-data, %s}", {"generated/laptop/shared-namespaces"}),
    "component": (
        [("  katib: {}\n", "  cert-manager: {}\n  kubeflow-istio-resources: {}\n")],
        "{component: katib, %s}",
        {"overlays/laptop/katib", "overlays/edge/katib"},
    ),
    "cluster": (
        [(EDGE, ""), ("clusters: [laptop, edge]", "clusters: [laptop]")],
        "{cluster: edge, %s}",
        {"generated/edge/team-vision", "overlays/edge/katib"},
    ),
}


def apply(repo: Repo, edits: list[tuple[str, str]], more: str = "") -> None:
    """Edit the platform file."""
    for old, new in edits:
        repo.edit(old, new)
    repo.write(repo.file.read_text() + more)


@pytest.mark.parametrize("case", CASES)
def test_data_stays_until_it_is_let_go(repo: Repo, case: str) -> None:
    edits, removal, gone = CASES[case]
    before = repo.times()
    apply(repo, edits)
    ended = repo.run("build")
    assert ended.code == 1, ended.said
    assert codes(ended) == {"unannounced-removal"}
    assert repo.times() == before
    apply(repo, [], f"removed: [{removal % 'reason: the project ended'}]\n")
    checked = repo.run("build", "--check")
    assert checked.code == 3, checked.said
    repo.build()
    assert repo.run("build", "--check").code == 0
    left = {path for path in repo.tree() if any(path.startswith(f"{folder}/") for folder in gone)}
    if case == "team's namespace":
        assert left == {
            "generated/laptop/team-speech/kustomization.yaml",
            "generated/laptop/team-speech/speech-studio.yaml",
        }
    else:
        assert left == set()
        assert [folder for folder in gone if (repo.path / folder).exists()] == []
    # It is gone for good: without the entry nothing is missed any more, and no more than the permission to delete what
    # was in a namespace goes with it.
    tree = repo.tree()
    repo.edit(f"removed: [{removal % 'reason: the project ended'}]\n", "")
    repo.build()
    permissions = {path for path in tree if path.endswith("/bootstrap/projects.yaml")}
    assert changed(tree, repo.tree()) <= {"generated/inventory.json", *permissions}


def test_the_advice_of_the_finding_is_what_lets_go(repo: Repo) -> None:
    """What `help` says can be pasted, with a reason for the dots."""
    repo.edit(SPEECH, "")
    ended = repo.run("build")
    lines = ended.err.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip() == "removed:")
    pasted = [line[4:] for line in lines[start:] if line.startswith("    ")]
    repo.write(repo.file.read_text() + "\n".join(pasted) + "\n")
    repo.build()


def test_a_whole_cluster_can_be_built_away_alone(repo: Repo) -> None:
    edits, removal, _ = CASES["cluster"]
    apply(repo, edits, f"removed: [{removal % 'reason: closed'}]\n")
    repo.edit('cpu: "8"', 'cpu: "9"')
    before = repo.tree()
    repo.build("--cluster", "edge")
    assert {path.split("/")[1] for path in changed(before, repo.tree()) - {"platform.lock.yaml"}} == {
        "edge",
        "inventory.json",
    }
    assert not (repo.path / "generated/edge").exists()


def test_a_renamed_team_keeps_its_namespaces(repo: Repo) -> None:
    repo.edit("name: speech\n", "name: audio\n")
    repo.write(repo.file.read_text() + "moved: [{from: {team: speech}, to: {team: audio}}]\n")
    repo.build()
    tree = repo.tree()
    assert not [path for path in tree if "/team-speech/" in path]
    assert b"name: speech-lab" in tree["generated/laptop/team-audio/speech-lab.yaml"]


def test_a_namespace_that_changes_hands_is_not_lost(repo: Repo) -> None:
    entry = '      - name: speech-lab\n        clusters: [laptop]\n        quota: {cpu: "8"}\n'
    repo.edit(entry, "      - name: speech-two\n        clusters: [laptop]\n")
    repo.edit("      - name: vision-research\n", entry + "      - name: vision-research\n")
    repo.build()
    assert "generated/laptop/team-vision/speech-lab.yaml" in repo.tree()
    assert "generated/laptop/team-speech/speech-lab.yaml" not in repo.tree()


def test_what_holds_no_data_leaves_without_a_word(repo: Repo) -> None:
    repo.edit("    members:\n      - {user: bob@acme.com, role: editor}\n", "")
    repo.build()


def test_an_upgrade_that_drops_a_claim_says_what_lets_go(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The help names what `removed` takes: not the component, which is still installed."""
    repo = Repo(tmp_path_factory.mktemp("upgrade") / "repo")
    repo.edit("  katib: {}", "  pipelines: {}")
    repo.edit('versions: {kubeflow: "1.11"}', 'versions: {kubeflow: "1.10"}')
    repo.build()
    repo.edit('versions: {kubeflow: "1.10"}', 'versions: {kubeflow: "1.11"}')
    ended = repo.run("build")
    assert codes(ended) >= {"unannounced-removal", "locked-version-moved"}
    entry = "{pvc: kubeflow/minio-pvc, cluster: edge, reason: "
    assert entry in ended.err
    repo.write(f'{repo.file.read_text()}removed: [{entry}"copied to the new store"}}]\n')
    repo.build()


UPGRADES = {
    # Release pairs of which the newer one has an object less while the component stays; found in the catalog.
    "definition": ("training-operator", "==1.9.1", "==1.10.0", "{crd: mxjobs.kubeflow.org, cluster: edge"),
    "volume": ("model-registry", "==1.10.1", "==1.10.2", "{pvc: kubeflow/metadata-mysql, cluster: edge"),
}
UPGRADED = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/ml.git}
distribution: none
clusters: [{name: edge, environment: dev, provider: k3s, kubernetes: "1.31"}]
"""


@pytest.mark.parametrize("case", UPGRADES)
def test_an_upgrade_may_drop_data_when_that_is_said(tmp_path_factory: pytest.TempPathFactory, case: str) -> None:
    """What `help` says can be pasted, and the component stays."""
    component, old, new, entry = UPGRADES[case]
    asked = f'components: {{{component}: {{}}}}\nversions: {{kubeflow: "{old}"}}\n'
    repo = Repo(tmp_path_factory.mktemp("upgrade") / "repo", UPGRADED + asked)
    repo.build()
    repo.edit(old, new)
    ended = repo.run("build")
    assert ended.code == 1, ended.said
    assert codes(ended) >= {"unannounced-removal", "locked-version-moved"}
    lines = ended.err.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip() == "removed:")
    pasted = [line[4:] for line in lines[start:] if line.startswith("    ")]
    assert any(entry in line for line in pasted)
    assert not any("component:" in line for line in pasted)
    repo.write(repo.file.read_text() + "\n".join(pasted) + "\n")
    repo.build()
    assert (repo.path / f"overlays/edge/{component}").exists()
