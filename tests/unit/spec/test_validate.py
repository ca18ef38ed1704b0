"""What `validate` gives besides findings: the sound rest, where it came from, and what was set aside."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from compiler.diagnostics.edit import apply_edits, edit_for
from compiler.diagnostics.model import format_path
from compiler.source.document import Document, Plain
from compiler.spec.base import StrictModel
from compiler.spec.object_store import ObjectStoreSpec, S3Spec
from compiler.spec.settling import MAX_EXPLAINED, MAX_SETTLED
from compiler.spec.validate import Validated, validate, validate_options

HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme-ml}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
"""

LAPTOP = """\
clusters:
  - {name: laptop, environment: dev, provider: k3d, kubernetes: "1.34"}
"""

Make = Callable[[str], Document]


class StoreOptions(StrictModel):
    """Options of a made-up component."""

    object_store: ObjectStoreSpec
    cpu: int = 1


def sound(document: Document) -> tuple[Validated, list[str]]:
    validated, findings = validate(document)
    assert validated is not None
    return validated, sorted(f"{finding.code}@{format_path(finding.path)}" for finding in findings)


def test_items_keep_their_place_when_others_are_set_aside(document: Make) -> None:
    text = (
        HEAD
        + LAPTOP
        + "teams:\n"
        + "".join(
            f"  - {{name: t{index}, owner: {{user: a@b.co}}{', nonsense' if index == 5 else ''}}}\n"
            for index in range(3)
        )
    )
    text = text.replace("{name: t1, owner: {user: a@b.co}}", "just text").replace(
        "{name: t2, owner: {user: a@b.co}}",
        "{name: t2, owner: {user: a@b.co}, members: [1, {user: c@d.co, role: viewer}]}",
    )
    validated, found = sound(document(text))
    assert found == ["wrong-type@teams[1]", "wrong-type@teams[2].members[0]"]
    assert [(team.name, team.origin) for team in validated.spec.teams] == [
        ("t0", ("teams", 0)),
        ("t2", ("teams", 2)),
    ]
    assert validated.spec.teams[1].members[0].origin == ("teams", 2, "members", 1)
    assert validated.is_incomplete("teams")
    assert not validated.is_incomplete("clusters")


def test_a_cluster_that_is_set_aside_still_exists_by_name(document: Make) -> None:
    text = HEAD + "clusters:\n  - {name: prod-eu, environment: prod, provider: gke, kubernetes: newest}\n"
    validated, found = sound(document(text))
    assert found == ["not-a-kubernetes-version@clusters[0].kubernetes"]
    assert validated.spec.clusters == ()
    assert validated.names_set_aside("clusters") == {"prod-eu"}
    assert validated.may_exist("clusters", "prod-eu")
    assert not validated.may_exist("clusters", "prod-us")
    assert validated.is_set_aside(("clusters", 0, "name"))


def test_an_unquoted_version_sets_no_cluster_aside(document: Make) -> None:
    validated, found = sound(document(HEAD + LAPTOP.replace('"1.34"', "1.30")))
    assert found == ["version-not-text@clusters[0].kubernetes"]
    assert validated.spec.clusters[0].kubernetes == "1.30"
    assert validated.is_set_aside(("clusters", 0, "kubernetes"))


def test_a_team_without_owner_keeps_its_claims(document: Make) -> None:
    text = HEAD + LAPTOP + "teams:\n  - {name: vision, gpus: [{pool: nowhere, nominal: 1}]}\n"
    validated, found = sound(document(text))
    assert found == ["missing-key@teams[0].owner"]
    assert validated.spec.teams[0].gpus[0].pool == "nowhere"


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ("clusters: prod", {"clusters"}),
        ("clusters: [{environment: dev, provider: k3d, kubernetes: '1.34'}]", {"clusters"}),
        ("clusters: []\nteams: [{name: t, owner: {user: a@b.co}, namespaces: 3}]", {"namespaces"}),
        ("clusters: []\nteams: [{name: t, owner: {user: a@b.co}, namespaces: [{name: n, clusters: [1.5]}]}]", set()),
    ],
)
def test_lists_that_lost_unnamed_items_are_incomplete(document: Make, wrong: str, expected: set[str]) -> None:
    validated, found = sound(document(HEAD + wrong + "\n"))
    assert len(found) == 1
    assert {
        name for name in ("clusters", "teams", "gpuPools", "namespaces") if validated.is_incomplete(name)
    } == expected


def test_a_name_that_is_mended_is_known_by_both_spellings(document: Make) -> None:
    validated, _ = sound(document(HEAD + LAPTOP.replace("laptop", "My_Laptop")))
    assert validated.spec.clusters[0].name == "my-laptop"
    assert validated.may_exist("clusters", "My_Laptop")


def test_a_misspelt_key_is_one_finding_and_its_value_goes_on(document: Make) -> None:
    text = HEAD + LAPTOP + "teams:\n  - {name: vision, ownr: {user: a@b.co}, member: [{user: c@d.co, role: viewer}]}\n"
    validated, found = sound(document(text))
    assert found == ["unknown-key@teams[0].member", "unknown-key@teams[0].ownr"]
    team = validated.spec.teams[0]
    assert team.owner.user == "a@b.co"
    assert team.members[0].user == "c@d.co"


@pytest.mark.parametrize(
    ("written", "fixed"),
    [
        (
            "{name: v, clusters: laptop, 'edge' , quota: {pods: 5}}",
            "{name: v, clusters: [laptop, 'edge'] , quota: {pods: 5}}",
        ),
        ("{clusters: laptop, edge, name: v}", "{clusters: [laptop, edge], name: v}"),
        ("{name: v, clusters: laptop,\n        edge}", "{name: v, clusters: [laptop,\n        edge]}"),
    ],
)
def test_a_list_without_brackets_is_one_finding(document: Make, written: str, fixed: str) -> None:
    edge = "  - {name: edge, environment: dev, provider: k3d, kubernetes: '1.34'}\n"
    text = f"{HEAD}{LAPTOP}{edge}teams:\n  - name: t\n    owner: {{user: a@b.co}}\n    namespaces:\n      - {written}\n"
    made = document(text)
    validated, findings = validate(made)
    (finding,) = findings
    assert (finding.code, format_path(finding.path)) == ("wrong-type", "teams[0].namespaces[0].clusters")
    assert validated is not None
    assert list(validated.spec.teams[0].namespaces[0].clusters) == ["laptop", "edge"]
    assert finding.fix is not None
    edit = edit_for(finding.fix, made)
    assert edit is not None
    assert apply_edits(text, [edit]) == text.replace(written, fixed)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{name: v, clusters: [laptop], edge}", ["unknown-key@teams[0].namespaces[0].edge"]),
        (
            "{name: v, clusters: laptop, edge: }",
            ["unknown-key@teams[0].namespaces[0].edge", "wrong-type@teams[0].namespaces[0].clusters"],
        ),
        ("{name: v, edge, clusters: [laptop]}", ["unknown-key@teams[0].namespaces[0].edge"]),
        ("{edge, name: v, clusters: [laptop]}", ["unknown-key@teams[0].namespaces[0].edge"]),
        ("{name: v, clusters: {laptop, edge}}", ["wrong-type@teams[0].namespaces[0].clusters"]),
    ],
)
def test_a_key_that_no_list_lacks_is_unknown(document: Make, written: str, expected: list[str]) -> None:
    text = f"{HEAD}{LAPTOP}teams:\n  - name: t\n    owner: {{user: a@b.co}}\n    namespaces:\n      - {written}\n"
    _, found = sound(document(text))
    assert found == expected


def test_a_wrong_head_hides_nothing_below(document: Make) -> None:
    text = "kind: 3\nclusters:\n  - {name: laptop, environment: dev, provider: k3d, kubernetes: '1.34', domian: a.b}\n"
    validated, found = sound(document(text))
    assert found == [
        "missing-key@apiVersion",
        "missing-key@gitops",
        "missing-key@metadata",
        "unknown-key@clusters[0].domian",
        "unknown-value@kind",
    ]
    assert validated.spec.clusters[0].domain == "a.b"


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_a_file_that_is_no_mapping_gives_one_finding(data: Plain) -> None:
    validated, findings = validate(Document("platform.yaml", "", data, (0, 0, 0, 0, None)))
    assert validated is None
    assert [finding.code for finding in findings] == ["empty-file" if data is None else "wrong-type"]


def test_what_the_loader_took_out_is_not_missing(document: Make) -> None:
    made = document(HEAD + "clusters:\n  - {name: laptop, environment: dev, kubernetes: '1.34'}\n")
    known = Document(made.file, made.text, made.data, made.root, frozenset({("clusters", 0)}))
    assert sound(made)[1] == ["missing-key@clusters[0].provider"]
    validated, found = sound(known)
    assert found == []
    assert validated.names_set_aside("clusters") == {"laptop"}


def test_defaults_are_not_places_of_the_file(document: Make) -> None:
    """Defaults are shared between instances: giving one an origin would give it to all."""
    first, _ = sound(document(HEAD + LAPTOP))
    assert first.spec.gitops.origin == ("gitops",)
    assert first.spec.gitops.sync.origin == ()
    assert first.spec.clusters[0].secrets.origin == ()


def test_options_are_judged_against_their_own_model(document: Make) -> None:
    path = ("components", "pipelines")
    made = document(
        HEAD + "components: {pipelines: {objectStore: {type: s3, bucket: B!, region: eu-west-1}, cpus: 010}}\n" + LAPTOP
    )
    spec = sound(made)[0].spec
    model, findings = validate_options(
        "pipelines", StoreOptions, spec.components["pipelines"].options, path, document=made
    )
    assert model is None
    assert sorted(f"{finding.code}@{format_path(finding.path)}" for finding in findings) == [
        "not-a-bucket@components.pipelines.objectStore.bucket",
        "unknown-key@components.pipelines.cpus",
    ]
    store = {"type": "s3", "bucket": "acme", "region": "eu-west-1"}
    model, findings = validate_options("pipelines", StoreOptions, {"objectStore": store, "cpu": "2"}, path)
    assert [finding.code for finding in findings] == ["wrong-type"]
    assert model is not None
    assert isinstance(model.object_store, S3Spec)
    assert model.object_store.origin == (*path, "objectStore")
    assert model.cpu == 2


@pytest.mark.parametrize(
    ("store", "code"),
    [
        ({"type": "gcs", "bucket": "acme"}, None),
        ({"type": "azure", "account": "acmekfp", "container": "kfp"}, None),
        ({"type": "minio"}, None),
        ({"type": "seaweedfs", "endpoint": "http://s3.lan:8333", "secretRef": "s3"}, None),
        ({"type": "minio", "endpoint": "https://minio.lan"}, "missing-companion"),
        ({"type": "minio", "endpoint": "minio.lan", "secretRef": "s3"}, "not-an-endpoint"),
        ({"type": "s3", "bucket": "acme", "region": "eu-west-1", "endpoint": "s3://acme"}, "not-an-endpoint"),
        ({"type": "s3", "bucket": "acme_kfp", "region": "eu-west-1"}, "not-a-bucket"),
        ({"type": "minio", "bucket": "acme_kfp"}, "not-a-bucket"),
        ({"type": "gcs", "bucket": "acme_kfp"}, None),
        ({"type": "gcs", "bucket": "_kfp"}, "not-a-gcs-bucket"),
        ({"type": "azure", "account": "acmekfp", "container": "acme_kfp"}, "not-a-container"),
        ({"type": "gcs", "bucket": "acme", "region": "eu"}, "unknown-key"),
        ({"type": "s4", "bucket": "acme"}, "unknown-value"),
        ({"bucket": "acme"}, "missing-key"),
    ],
)
def test_object_stores(store: dict[str, str], code: str | None) -> None:
    _, findings = validate_options("pipelines", StoreOptions, {"objectStore": store}, ("components", "pipelines"))
    assert [finding.code for finding in findings] == ([code] if code else [])


def test_secrets_in_urls_are_not_repeated(document: Make) -> None:
    _, findings = validate(document(HEAD.replace("https://", "https://me:hunter2@") + LAPTOP))
    assert findings
    assert "hunter2" not in str(findings)


def test_many_errors_stay_linear(document: Make) -> None:
    """Each error costs the same, and of a machine's file only the first are told, with the number of the others."""
    text = (
        HEAD
        + LAPTOP
        + "teams:\n"
        + "".join(f"  - {{name: T{index}, owner: alice, membrs: []}}\n" for index in range(2000))
    )
    _, findings = validate(document(text))
    assert len(findings) == MAX_EXPLAINED + 1
    assert findings[-1].code == "too-many-mistakes"
    assert "5,000 more" in findings[-1].message


def test_of_a_flood_the_first_are_told_and_nothing_is_made(document: Make) -> None:
    """Items beyond what is looked at are no reason to miss keys that stand after them."""
    keys = "".join(f"key{index}: 1\n" for index in range(MAX_SETTLED + 5))
    validated, findings = validate(document(keys + HEAD + LAPTOP))
    assert validated is None
    assert {finding.code for finding in findings[:-1]} == {"unknown-key"}
    assert len(findings) == MAX_EXPLAINED + 1
    assert f"about {MAX_SETTLED + 5 - MAX_EXPLAINED:,} more" in findings[-1].message
    assert findings[0].path == ("key0",)
