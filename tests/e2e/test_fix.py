"""`check --fix` as a user runs it: a minimal diff, a valid file, and nothing done that is not safe."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import pytest

from tests.e2e.harness import Repo, codes

TEN = """\
# Our platform: comments stay where they are.
apiVersion: platform/v1alpha1
Kind: Platform   # key in the wrong case
metadata: {name: 'acme'}
gitops: {repoURL: "github.com/acme/ml-platform.git"}  # without a scheme
versions:
  kubeflow: 26.03      # a number
clusters:
  - name: prod-eu
    enviroment: dev    # misspelt
    provider: k3s
    kubernetes: v1.34
components:
  katib:
gpuPools:
  - {name: t4, cluster: prod-eu, accelerator: nvidia-tesla-t4, nodes: {max: "4"}}
teams:
  - name: vision
    owner: {user: alice@acme.com}
    namespaces:
      - {name: vision, clusters: prod-eu, quota: {cpu: 12cores, memory: "64 GiB", pods: 20}}
    gpus: [{pool: t44, nominal: 2}]
"""
FIXED = {
    3: "kind: Platform   # key in the wrong case",
    5: "gitops: {repoURL: https://github.com/acme/ml-platform.git}  # without a scheme",
    7: '  kubeflow: "26.03"      # a number',
    10: "    environment: dev    # misspelt",
    12: '    kubernetes: "1.34"',
    14: "  katib: {}",
    16: "  - {name: t4, cluster: prod-eu, accelerator: nvidia-t4, nodes: {max: 4}}",
    21: '      - {name: vision, clusters: [prod-eu], quota: {cpu: "12", memory: "64Gi", pods: 20}}',
    22: "    gpus: [{pool: t4, nominal: 2}]",
}
"""What the lines with mistakes are to become; all others stay."""


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_file_with_a_dozen_mistakes_becomes_valid_by_a_minimal_diff(fresh: Repo, end: str) -> None:
    fresh.file.write_bytes(TEN.replace("\n", end).encode())
    fresh.file.chmod(0o640)
    before = fresh.run("check")
    assert before.code == 1
    ended = fresh.run("check", "--fix")
    assert ended.code == 0, ended.said
    assert ended.err.startswith("fixed 12: unknown-key at 3:1, not-a-git-url at 5:19, version-not-text at 7:13, ")
    expected = [FIXED.get(number, line) for number, line in enumerate(TEN.splitlines(), 1)]
    assert fresh.file.read_bytes().decode() == "".join(line + end for line in expected)
    assert fresh.file.stat().st_mode & 0o777 == 0o640
    again = fresh.run("check", "--fix")
    assert again.code == 0
    assert again.err == "nothing to fix\n"


def test_a_diff_writes_nothing_and_applies(fresh: Repo) -> None:
    fresh.file.write_text(TEN.rstrip("\n"))
    before = fresh.file.read_bytes()
    ended = fresh.run("check", "--diff")
    assert ended.code == 3, ended.said
    assert ended.err.startswith("would fix 12: ")
    assert fresh.file.read_bytes() == before
    subprocess.run(["git", "apply", "-"], input=ended.out.encode(), cwd=fresh.path, check=True)
    assert fresh.run("check").code == 0
    assert sum(line.startswith("+") for line in ended.out.splitlines()) == len(FIXED) + 1


def test_a_diff_of_nothing_is_empty(fresh: Repo) -> None:
    ended = fresh.run("check", "--diff")
    assert (ended.code, ended.out, ended.err) == (0, "", "nothing to fix\n")


def test_what_cannot_be_fixed_is_told_as_before(fresh: Repo) -> None:
    fresh.edit("provider: kind", "provider: gke\n    kubernets: x")
    ended = fresh.run("check", "--fix")
    assert ended.code == 1
    assert {"missing-project", "missing-region"} <= codes(ended)


def test_of_two_candidates_none_is_taken(fresh: Repo) -> None:
    fresh.edit("memory: 16Gi", "memory: 16 GB")
    before = fresh.file.read_text()
    ended = fresh.run("check", "--fix")
    assert """did you mean `"16G"` or `"16Gi"`?""" in ended.out
    assert fresh.file.read_text() == before


def test_findings_of_the_fixed_file_are_shown_in_any_format(fresh: Repo) -> None:
    fresh.edit('kubeflow: "26.03"', "kubeflow: 26.03")
    ended = fresh.run("check", "--fix", "--format", "json")
    assert ended.code == 0, ended.said
    assert '"errors": 0' in ended.out
    assert ended.err == "fixed 1: version-not-text at 6:22\n"
    assert fresh.run("check", "--diff", "--format", "json").code == 2


def test_a_link_to_the_file_stays_a_link(fresh: Repo) -> None:
    real = fresh.path / "real.yaml"
    fresh.file.rename(real)
    fresh.file.symlink_to(real.name)
    real.write_text(real.read_text().replace('"26.03"', "26.03"))
    assert fresh.run("check", "--fix").code == 0
    assert fresh.file.is_symlink()
    assert '"26.03"' in real.read_text()


SAMPLES = sorted((Path(__file__).parents[1] / "samples" / "invalid").glob("*.yaml"))


@pytest.mark.parametrize("part", range(4))
def test_no_sample_gets_worse_and_all_its_comments_stay(fresh: Repo, part: int) -> None:
    for sample in SAMPLES[part::24]:
        text = sample.read_bytes()
        fresh.file.write_bytes(text)
        before = fresh.run("check", "--format", "json")
        after = fresh.run("check", "--fix", "--format", "json")
        assert _errors(after.out) <= _errors(before.out), sample.name
        kept = fresh.file.read_bytes()
        changed = [line for line in difflib.ndiff(_comments(text), _comments(kept)) if line[0] in "-+"]
        assert changed == [], sample.name


def _errors(report: str) -> int:
    return int(report.rpartition('"errors": ')[2].split(",")[0])


def _comments(text: bytes) -> list[str]:
    lines = text.decode(errors="replace").splitlines()
    return [line[line.index(" #") :] if " #" in line else line for line in lines if " #" in line or line[:1] == "#"]


def test_flow_style_anchors_and_the_order_of_keys_stay(fresh: Repo) -> None:
    """Everything but the mistakes keeps its form: brackets, quotes, anchors, blanks, comments, order."""
    text = """\
{apiVersion: platform/v1alpha1, kind: Platform, "metadata": {name: 'acme'},   # flow
 distribution: none, gitops: {repoURL: https://github.com/acme/p.git},
 versions: {kubeflow: 26.03},
 clusters: [{provider: k3s, enviroment: dev,   name: dev, kubernetes: v1.34}],   # order is ours
 teams: [
   {owner: &boss {user: alice@acme.com}, name: vision, namespaces: [
      {quota: &small {cpu: 4cores}, clusters: dev, name: vision}]},   # anchors
   {name: speech, owner: *boss, namespaces: [{name: speech, clusters: [dev], quota: *small}]},
 ]}
"""
    fresh.write(text)
    ended = fresh.run("check", "--fix")
    assert ended.code == 0, ended.said
    expected = text
    for old, new in (
        ("26.03", '"26.03"'),
        ("enviroment", "environment"),
        ("v1.34", '"1.34"'),
        ("4cores", '"4"'),
        ("clusters: dev", "clusters: [dev]"),
    ):
        expected = expected.replace(old, new)
    assert fresh.file.read_text() == expected
