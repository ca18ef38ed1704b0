"""Files with a hundred thousand mistakes: the real command answers in bounded memory, tells the first and counts."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.harness import Repo

HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/p.git}
distribution: none
"""
CLUSTERS = """\
clusters:
  - {name: one, environment: dev, provider: kind, kubernetes: "1.34"}
"""
TEAM = CLUSTERS + "teams:\n  - name: t\n    owner: {user: a@acme.com}\n"
NAMESPACE = TEAM + "    namespaces:\n      - name: n\n        clusters: [one]\n"
HERE = "        clusters: [one]\n"
MEMORY_KB = 1_500_000
"""The address space that a run gets: three times what it may need, as interpreters reserve more than they use."""
MOST = 5_000
"""No report has more findings than this."""

FLOODS = {
    "unknown-key": HEAD + CLUSTERS + "".join(f"cluster{i}: 1\n" for i in range(100_000)),
    "wrong-type": HEAD + "clusters:\n" + "  - 1\n" * 150_000,
    "unknown-product": HEAD + "versions:\n" + "".join(f'  kueu{i}: "1"\n' for i in range(100_000)) + CLUSTERS,
    "unknown-component": HEAD + "components:\n" + "".join(f"  kserv{i}: {{}}\n" for i in range(100_000)) + CLUSTERS,
    "unknown-cluster": HEAD + NAMESPACE.replace(HERE, "        clusters:\n" + "          - onne\n" * 100_000),
    "unknown-team": HEAD
    + "".join(["teams:\n", *(f"  - {{name: t{i}, owner: {{user: a@b.co}}}}\n" for i in range(20_000))])
    + CLUSTERS
    + "namespaces:\n  - name: shared\n    clusters: [one]\n    access:\n"
    + "".join(f"      - {{team: t{i}x, role: viewer}}\n" for i in range(60_000)),
    "duplicate-member": HEAD + TEAM + "    members:\n" + "      - {user: x@b.co, role: editor}\n" * 100_000,
    "not-an-email": HEAD + TEAM + "    members:\n" + "      - {user: x, role: editor}\n" * 100_000,
    "unknown-removal": HEAD
    + CLUSTERS
    + "removed:\n"
    + "".join(f"  - {{namespace: r{i}, cluster: onne, reason: law}}\n" for i in range(40_000)),
    "unknown-quota-key": HEAD
    + NAMESPACE
    + "        quota:\n          extra:\n"
    + "".join(f'            requests.foo{i}: "1"\n' for i in range(100_000)),
    "unknown-code-allowed": HEAD + CLUSTERS + "# compiler: allow foo because of a test\n" * 70_000,
    "duplicate-key": HEAD + CLUSTERS + "teams:\n" + "  - {name: t, name: u}\n" * 60_000,
}


@pytest.mark.parametrize("code", FLOODS)
def test_a_flood_is_cut_with_a_count(fresh: Repo, code: str) -> None:
    fresh.write(FLOODS[code])
    within = ["sh", "-c", f'ulimit -v {MEMORY_KB}; exec "$@"', "sh"]
    ended = fresh.run("check", "--format", "json", prefix=within)
    assert ended.code in {0, 1}, ended.said[:2000]
    findings = json.loads(ended.out)["findings"]
    assert len(findings) <= MOST
    assert code in {finding["code"] for finding in findings}
    cut = [finding for finding in findings if finding["code"] == "too-many-mistakes"]
    assert cut
    text = fresh.run("check", prefix=within)
    assert cut[0]["message"] in text.out, "what was cut is shown among the first"
    counted = [int(each.replace(",", "")) for finding in cut for each in re.findall(r"[\d,]{6,}", finding["message"])]
    assert code == "duplicate-key" or max(counted) > 35_000, cut
