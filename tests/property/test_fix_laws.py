"""Laws of fixing: whatever a user wrote, a fix never makes it worse, loses no comment, and comes to an end."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.fixer import fix
from compiler.pipeline import Sources, Understanding, understand
from compiler.source.document import Document
from compiler.source.suppression import allow, read_allowances

VALID = """\
# one
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}   # two
gitops: {repoURL: https://github.com/acme/ml-platform.git}
distribution: none
versions:
  kubeflow: "26.03"
components:
  katib: {}   # three
clusters:
  - name: dev
    environment: dev   # four
    provider: k3s
    kubernetes: "1.34"
gpuPools:
  - {name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 4}}
teams:
  - name: vision
    owner: {user: alice@acme.com}
    # five
    namespaces:
      - {name: vision, clusters: [dev], quota: {cpu: "4", memory: 64Gi}}
    gpus:
      - {pool: t4, nominal: 2}
"""
COMMENTS = ["# one", "# two", "# three", "# four", "# five"]
SWAPS = [
    ("kind:", "Kind:"), ('"26.03"', "26.03"), ('"26.03"', "v26.03"), ("katib: {}", "katib:"), ("katib", "katip"),
    ("environment", "enviroment"), ("provider: k3s", "provider: K3S"), ('"1.34"', "1.34"), ('"1.34"', "v1.34"),
    ("cluster: dev", "cluster: devv"), ("nvidia-t4", "nvidia-tesla-t4"), ("max: 4", 'max: "4"'), ("max: 4", "max: 4.0"),
    ("clusters: [dev]", "clusters: dev"), ('cpu: "4"', "cpu: 4cores"), ("64Gi", "64 GiB"), ("64Gi", "64 GB"),
    ("pool: t4", "pool: t5"), ("nominal: 2", "nominal: 9"), ("nominal: 2", "nominal: two"), ("https://", "http://u:p@"),
    ("owner: {user: alice@acme.com}", "owner: alice@acme.com"), ("gpuPools", "gpu_pools"),
    ("clusters:\n", "cluster:\n"),
]  # fmt: skip
CATALOG = Catalog()


def judge(sources: Sources) -> Understanding:
    return understand(sources, CATALOG, as_of=date(2026, 11, 1))


def errors(findings: list[Diagnostic]) -> int:
    return sum(finding.severity is Severity.ERROR for finding in findings)


@st.composite
def broken(draw: st.DrawFn) -> str:
    text = VALID
    for old, new in draw(st.lists(st.sampled_from(SWAPS), max_size=8, unique=True)):
        text = text.replace(old, new, 1)
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=60)
@given(broken())
def test_fixing_is_safe_and_done_at_once(text: str) -> None:
    sources = Sources("platform.yaml", text.encode(), None, "", lambda _: None)
    before = judge(sources)
    fixed = fix(sources, judge)
    after = fixed.text.decode()
    assert errors(fixed.understanding.diagnostics) <= errors(before.diagnostics)
    assert [comment for comment in COMMENTS if comment not in after] == []
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)
    again = fix(Sources("platform.yaml", fixed.text, None, "", lambda _: None), judge)
    assert again.text == fixed.text
    if not any(finding.fix for finding in before.diagnostics):
        assert after == text


_ANY = st.text(st.characters(blacklist_categories=["Cs"]), max_size=80)
_ALIKE = st.text("# :'\"|\ncompiler: allow because x-y", max_size=60)


@given(_ANY, _ALIKE)
def test_any_text_may_hold_allowances(one: str, two: str) -> None:
    text = f"{one}# compiler: allow a-b because {two}"
    document = Document("platform.yaml", text, {}, (0, len(text), 0, len(text), []))
    for allowance in read_allowances(document):
        assert 1 <= allowance.span.line < allowance.line + 1
        assert document.text_of(allowance.span).startswith("#")
    assert all(finding.severity is Severity.WARNING for finding in allow(document, [], lambda: ("a-b",)))
