"""What a team syncs itself, as it is committed: its Applications and their project, alone, on a hub, and renamed.

Read them as an expert would: they bound what a team may do.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compiler.diagnostics.model import Severity
from compiler.emit.yaml import dump
from compiler.lowering.plan import plan_units
from compiler.model import names
from compiler.pipeline import Sources, understand
from tests.golden import assert_tree
from tests.unit.lowering.installed import catalog

GOLDEN = Path(__file__).parent / "golden" / "team-repositories"
DAY = date(2026, 6, 1)
HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
distribution: none
"""
ALONE = """\
gitops: {repoURL: https://github.com/acme/platform.git}
clusters:
  - {name: prod, environment: test, provider: k3s, kubernetes: "1.35"}
"""
HUB = """\
gitops:
  repoURL: https://github.com/acme/platform.git
  argocd: {hub: ops}
  sync:
    windows: [{kind: deny, schedule: "0 22 * * *", duration: 8h, clusters: [prod]}]
clusters:
  - {name: ops, environment: test, provider: k3s, kubernetes: "1.35"}
  - {name: prod, environment: test, provider: k3s, kubernetes: "1.35", server: "https://203.0.113.7"}
  - {name: edge, environment: test, provider: k3s, kubernetes: "1.35", server: "https://203.0.113.8"}
"""
TEAM = """\
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces:
      - {{name: vision-lab, clusters: [{clusters}]}}
      - {{name: vision-serving, clusters: [prod]}}
    gitops:
      - {{repoURL: https://github.com/acme/vision.git, path: lab, namespace: vision-lab, secretRef: vision-repository}}
      - repoURL: https://github.com/acme/models.git
        name: models
        namespace: vision-serving
        revision: live
        prune: true
  - name: speech
    owner: {{user: carol@acme.com}}
    namespaces: [{{name: speech, clusters: [prod]}}]
"""
PLATFORMS = {
    "alone": ALONE + TEAM.format(clusters="prod"),
    "hub": HUB + TEAM.format(clusters="prod, edge"),
    "renamed": ALONE + TEAM.format(clusters="prod") + "moved: [{from: {team: cv}, to: {team: vision}}]\n",
}


def files(text: str) -> dict[str, bytes]:
    """Return what the root syncs for teams on each cluster, by cluster and file."""
    source = Sources("platform.yaml", (HEAD + text).encode(), None, "", lambda _: None)
    found = understand(source, catalog(), as_of=DAY)
    assert [each for each in found.diagnostics if each.severity is Severity.ERROR] == []
    assert found.platform is not None
    return {
        f"{unit.cluster}/{chart.file}": dump(chart.objects, f"Made from {chart.origin}.")
        for unit in plan_units(found.platform, catalog())
        if unit.application == names.APPLICATIONS_APPLICATION
        for chart in unit.lower().charts
        if chart.origin == "teams"
    }


def test_golden_trees_of_what_teams_sync_themselves() -> None:
    alone = files(PLATFORMS["alone"])
    trees = {name: files(text) for name, text in PLATFORMS.items()}
    trees["renamed"] = {file: content for file, content in trees["renamed"].items() if alone[file] != content}
    assert_tree(GOLDEN, {f"{name}/{file}": content for name, tree in trees.items() for file, content in tree.items()})


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_team_that_syncs_nothing_has_a_project_and_no_application(platform: str) -> None:
    made = files(PLATFORMS[platform])
    assert b"team-speech" in made["prod/team-projects.yaml"]
    assert b"team-speech" not in made["prod/team-applications.yaml"]
