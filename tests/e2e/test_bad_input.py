"""Every mistake in a platform file is a finding with code, place, reason and fix; exit 1, and nothing is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.e2e.harness import PLATFORM, ROOT, Ended, Repo

Write = Callable[[Path], object]


def replaced(old: str, new: str) -> Write:
    """Return what writes the platform with one text replaced."""
    assert PLATFORM.count(old) >= 1, old
    return lambda path: path.write_text(PLATFORM.replace(old, new, 1), encoding="utf-8")


def added(text: str) -> Write:
    """Return what writes the platform with a text behind it."""
    return lambda path: path.write_text(PLATFORM + text, encoding="utf-8")


def patched(entry: str) -> Write:
    """Return what writes the platform with a patch of katib."""
    return replaced("  katib: {}\n", f"  katib:\n    patches: [{{target: {{kind: Deployment}}, {entry}}}]\n")


def raw(content: bytes) -> Write:
    """Return what writes just these bytes."""
    return lambda path: path.write_bytes(content)


def folder(path: Path) -> None:
    """Put a folder in the place of the platform file."""
    path.unlink()
    path.mkdir()


def link_to(target: str) -> Write:
    """Return what puts a link in the place of the platform file."""

    def write(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return write


def outside_link(path: Path) -> None:
    """Write the platform with a patch file that is a link to one outside the folder."""
    (path.parent.parent / "outside.yaml").write_text("- {op: add, path: /metadata/labels/x, value: y}\n")
    (path.parent / "link.yaml").symlink_to("../outside.yaml")
    patched("path: link.yaml")(path)


def looping_link(path: Path) -> None:
    """Write the platform with a patch file that is a link to itself."""
    (path.parent / "loop.yaml").symlink_to("loop.yaml")
    patched("path: loop.yaml")(path)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

CASES: dict[str, tuple[str, Write]] = {
    "missing": ("unreadable-file", lambda path: path.unlink()),
    "folder": ("unreadable-file", folder),
    "link to nothing": ("unreadable-file", link_to("nothing.yaml")),
    "link to a device": ("unreadable-file", link_to("/dev/zero")),
    "empty": ("empty-file", raw(b"")),
    "comment alone": ("empty-file", raw(b"# nothing\n")),
    "two documents": ("several-documents", added("---\nkind: Other\n")),
    "duplicate key": ("duplicate-key", added("teams: []\n")),
    "duplicate key deep": ("duplicate-key", replaced('quota: {cpu: "8"}', 'quota: {cpu: "8", cpu: "9"}')),
    "tab": ("tab-character", replaced("  - name: speech", "\t- name: speech")),
    "no mapping": ("root-not-mapping", raw(b"- a\n- b\n")),
    "one word": ("root-not-mapping", raw(b"hello\n")),
    "binary": ("not-utf-8", raw(bytes(range(256)) * 20)),
    "UTF-16": ("not-utf-8", lambda path: path.write_text(PLATFORM, encoding="utf-16")),
    "Latin-1": ("not-utf-8", lambda path: path.write_bytes(PLATFORM.replace("alice", "älice").encode("latin-1"))),
    "10 MB": ("file-too-large", lambda path: path.write_text(PLATFORM + "# padding\n" * 1_000_000)),
    "alias bomb": ("alias-bomb", raw(BOMB.encode())),
    "deep": ("deep-nesting", raw(b"a: " + b"[" * 100_000 + b"]" * 100_000 + b"\n")),
    "merge key": ("merge-key", replaced("  - name: speech\n", "  - <<: {}\n    name: speech\n")),
    "unclosed": ("unclosed-bracket", replaced("metadata: {name: acme-ml}", "metadata: {name: acme-ml")),
    "tag": ("unknown-tag", replaced("{name: acme-ml}", "!!python/object/apply:os.system [id]")),
    "unknown key at the top": ("unknown-key", replaced("distribution:", "distributon:")),
    "unknown key of a team": ("unknown-key", replaced("    members:", "    membres:")),
    "unknown key of a namespace": ("unknown-key", replaced('quota: {cpu: "8"}', 'qouta: {cpu: "8"}')),
    "unknown key of a quota": ("unknown-key", replaced('{cpu: "8"}', '{cpuu: "8"}')),
    "unknown key of gitops": ("unknown-key", replaced("revision: main", "revison: main")),
    "unquoted version": ("version-not-text", replaced('kubernetes: "1.34"', "kubernetes: 1.30")),
    "unquoted wish": ("version-not-text", replaced('kubeflow: "26.03"', "kubeflow: 26.03")),
    "wrong type": ("wrong-type", replaced("teams:\n", "teams: vision\nclasses:\n")),
    "wrong type of a name": ("wrong-type", replaced("name: speech-lab", "name: [speech-lab]")),
    "missing key": ("missing-key", replaced("    provider: kind\n", "")),
    "no api version": ("missing-key", replaced("apiVersion: platform/v1alpha1\n", "")),
    "other api version": ("unknown-value", replaced("platform/v1alpha1", "platform/v9")),
    "other kind": ("unknown-value", replaced("kind: Platform", "kind: Deployment")),
    "unknown component": ("unknown-component", replaced("  katib: {}", "  katip: {}")),
    "unknown component of a cluster": (
        "unknown-component",
        replaced("    provider: kind\n", "    provider: kind\n    components: {katip: {}}\n"),
    ),
    "unknown cluster": ("unknown-cluster", replaced("clusters: [laptop]", "clusters: [labtop]")),
    "unknown product": ("unknown-product", replaced("versions: {kubeflow:", "versions: {kubeflo:")),
    "unknown provider": ("unknown-provider", replaced("provider: k3s", "provider: k3z")),
    "unknown team": ("unknown-team", replaced("{team: vision, role", "{team: vison, role")),
    "unknown pool": (
        "unknown-gpu-pool",
        replaced("  - name: speech\n", "  - name: speech\n    gpus: [{pool: x, nominal: 1}]\n"),
    ),
    "unknown role": ("unknown-value", replaced("role: editor", "role: editr")),
    "nothing satisfies": ("unknown-version", replaced('kubeflow: "26.03"', 'kubeflow: ">=99"')),
    "contradiction": ("unknown-version", replaced('kubeflow: "26.03"', 'kubeflow: ">=1.11,<1.10"')),
    "no constraint": ("not-a-constraint", replaced('kubeflow: "26.03"', "kubeflow: latest")),
    "v in front": ("not-a-kubernetes-version", replaced('kubernetes: "1.34"', 'kubernetes: "v1.34"')),
    "old kubernetes": ("kubernetes-too-old", replaced('kubernetes: "1.34"', 'kubernetes: "1.5"')),
    "two teams of a name": ("duplicate-team", replaced("name: speech\n", "name: vision\n")),
    "two clusters of a name": ("duplicate-cluster", replaced("name: edge", "name: laptop")),
    "two namespaces of a name": ("duplicate-namespace", replaced("name: speech-lab", "name: shared-data")),
    "upper case": ("not-a-dns-label", replaced("name: speech\n", "name: Speech\n")),
    "dots in a name": ("not-a-dns-label", replaced("name: speech\n", "name: speech.two\n")),
    "long name": ("not-a-dns-label", replaced("name: speech\n", f"name: {'s' * 64}\n")),
    "empty name": ("not-a-dns-label", replaced("name: speech\n", 'name: ""\n')),
    "path in a cluster's name": ("not-a-dns-label", replaced("name: laptop", "name: ../../etc")),
    "path in a team's name": ("not-a-dns-label", replaced("name: speech\n", "name: ../speech\n")),
    "path in a namespace's name": ("not-a-dns-label", replaced("name: speech-lab", "name: /etc/passwd")),
    "NUL in a name": ("not-a-dns-label", replaced("name: speech\n", 'name: "a\\0b"\n')),
    "reserved namespace": ("reserved-namespace", replaced("name: speech-lab", "name: kube-system")),
    "default namespace": ("reserved-namespace", replaced("name: speech-lab", "name: default")),
    "a component's namespace": ("reserved-namespace", replaced("name: speech-lab", "name: kubeflow")),
    "Argo CD's namespace": ("reserved-namespace", replaced("name: speech-lab", "name: argocd")),
    "absolute patch file": ("not-a-relative-path", patched("path: /etc/passwd")),
    "patch file above": ("not-a-relative-path", patched("path: ../platform.yaml")),
    "patch file above through a folder": ("not-a-relative-path", patched("path: patches/../../outside.yaml")),
    "patch file behind a link": ("missing-patch-file", outside_link),
    "patch file in a loop": ("missing-patch-file", looping_link),
    "patch file with a NUL": ("missing-patch-file", patched('path: "a\\0b"')),
    "patch file that is a folder": ("not-a-relative-path", patched("path: .git")),
    "patch file that is missing": ("missing-patch-file", patched("path: patches/none.yaml")),
    "patch without content": ("unknown-key", patched("options: {}")),
    "patch of both kinds": ("not-exactly-one", patched("path: a.yaml, patch: []")),
    "credentials in a URL": (
        "credentials-in-url",
        replaced("https://github.com/acme", "https://me:secret@github.com/acme"),
    ),
    "bad quantity": ("not-a-quantity", replaced('cpu: "8"', "cpu: lots")),
    "negative quantity": ("not-a-quantity", replaced('cpu: "8"', 'cpu: "-8"')),
    "everybody": ("reserved-subject", replaced("{user: carol@acme.com}", '{user: "*"}')),
    "system user": ("reserved-subject", replaced("{user: carol@acme.com}", '{user: "system:masters"}')),
    "removed and declared": ("removed-still-declared", added('removed: [{team: vision, reason: "x"}]\n')),
    "removed without a reason": ("missing-key", added("removed: [{team: old}]\n")),
    "moved to nowhere": ("moved-to-undeclared", added("moved: [{from: {team: old}, to: {team: nowhere}}]\n")),
    "enabled and required": (
        "required-component-disabled",
        replaced("  katib: {}", "  katib: {}\n  cert-manager: {enabled: false}"),
    ),
}
"""A name for the mistake, the code of its finding, and what makes the mistake."""


@cache
def findings_schema() -> Any:
    """Return the published schema of the JSON format."""
    return json.loads((ROOT / "schemas/findings.schema.json").read_text("utf-8"))


@dataclass(frozen=True)
class Report:
    """The findings of a run in its JSON format."""

    findings: list[dict[str, Any]]

    @classmethod
    def of(cls, ended: Ended) -> Report:
        """Return the report; it is one document that fits the published schema."""
        data = json.loads(ended.out)
        jsonschema.validate(data, findings_schema())
        return cls(data["findings"])

    @property
    def codes(self) -> set[str]:
        """Return the codes."""
        return {finding["code"] for finding in self.findings}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_a_finding(fresh: Repo, case: str) -> None:
    code, write = CASES[case]
    write(fresh.file)
    ended = fresh.run("check", "--format", "json")
    assert ended.code == 1, ended.said
    assert ended.err == ""
    report = Report.of(ended)
    errors = [finding for finding in report.findings if finding["severity"] == "error"]
    assert errors
    assert code in {finding["code"] for finding in errors}, report.codes
    lines = len(re.split(rb"[\r\n]", fresh.file.read_bytes())) + 1 if fresh.file.is_file() else 2
    for finding in errors:
        assert 1 <= finding["line"] <= finding["endLine"] <= lines, finding
        assert finding["file"] == "platform.yaml"
        assert finding["message"], finding
        assert not finding["message"].endswith("."), finding
        assert finding["help"] or finding["notes"], finding
        assert len(finding["message"]) < 600, finding


SAMPLE = ("two documents", "duplicate key", "unknown component", "10 MB", "alias bomb", "deep", "binary", "missing")


@pytest.mark.parametrize("case", SAMPLE)
def test_nothing_is_written_and_formats_agree(fresh: Repo, case: str) -> None:
    CASES[case][1](fresh.file)
    built = fresh.run("build")
    assert built.code == 1, built.said
    assert built.out == ""
    assert fresh.tree() == {}
    assert fresh.run("build", "--check").code == 1
    report = Report.of(fresh.run("check", "--format", "json"))
    text = fresh.run("check")
    annotations = fresh.run("check", "--format", "github")
    assert text.code == annotations.code == 1
    assert text.err == annotations.err == ""
    places = [(each["code"], each["line"], each["column"]) for each in report.findings]
    assert len(annotations.out.splitlines()) == len(places)
    for (code, line, column), annotation in zip(places, annotations.out.splitlines(), strict=True):
        assert f"platform.yaml:{line}:{column}: " in text.out
        assert f"[{code}]" in text.out
        assert annotation.startswith(("::error ", "::warning ", "::notice "))
        assert f"line={line}," in annotation
        assert f"title={code}::" in annotation
    assert text.out == built.err


def test_mistakes_of_all_stages_are_told_in_one_run(fresh: Repo) -> None:
    fresh.edit("revision: main", "revison: main")  # contract
    fresh.edit("  katib: {}", "  katip: {}")  # catalog
    fresh.edit("{team: vision, role: viewer}", "{team: vison, role: viewer}")  # references
    fresh.edit('cpu: "8"', "cpu: lots")  # scalars
    fresh.edit("name: speech-lab", "name: kube-system")  # rules
    fresh.write(fresh.file.read_text() + "kind: Platform\n")  # YAML
    report = Report.of(fresh.run("check", "--format", "json"))
    assert {"unknown-key", "unknown-component", "unknown-team", "duplicate-key"} <= report.codes
    assert len(report.codes) >= 6, report.codes


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (replaced("distribution:", "distributon:"), "distribution"),
        (replaced("  katib: {}", "  katip: {}"), "katib"),
        (replaced("clusters: [laptop]", "clusters: [labtop]"), "laptop"),
        (replaced("provider: k3s", "provider: k3z"), "k3s"),
        (replaced("versions: {kubeflow:", "versions: {kubeflo:"), "kubeflow"),
        (replaced("{team: vision, role", "{team: vison, role"), "vision"),
    ],
)
def test_the_nearest_name_is_offered(fresh: Repo, wrong: Write, right: str) -> None:
    wrong(fresh.file)
    report = Report.of(fresh.run("check", "--format", "json"))
    assert any(right in (finding["help"] or "") for finding in report.findings), report.findings


@pytest.mark.parametrize("command", ["lock", "images", "verify", "show document", "show platform", "show applications"])
def test_other_commands_tell_of_the_same_mistakes(fresh: Repo, command: str) -> None:
    fresh.edit("  katib: {}", "  katip: {}")
    ended = fresh.run(*command.split())
    assert ended.code == 1, ended.said
    assert "unknown-component" in ended.err
    fresh.file.unlink()
    ended = fresh.run(*command.split())
    assert ended.code == 1, ended.said
    assert "unreadable-file" in ended.err
