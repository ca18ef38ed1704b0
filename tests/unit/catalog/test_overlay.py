"""What our overlays change: the format, and that every entry speaks of objects that the releases really have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.catalog.compile_overlays import COMPONENTS, compile_overlays, read_overlay
from compiler.catalog.load import Catalog
from compiler.catalog.overlay import COMPILED, Change, in_range, load_overlays, overlay_of
from compiler.lowering.patches import identity_of, selects


def test_the_compiled_form_is_fresh() -> None:
    assert COMPILED.read_text(encoding="utf-8") == compile_overlays(), "run python -m compiler.catalog.compile_overlays"


@pytest.mark.parametrize(
    ("version", "constraint", "expected"),
    [
        ("26.03", ">=1.11", True),
        ("1.9.1", ">=1.11", False),
        ("1.10.0", "<1.10.1", True),
        ("1.10.1", "<1.10.1", False),
        ("v1.11.0", ">=1.11,<26", True),
        ("26.03", ">=1.11,<26", False),
        ("1.11", "==1.11.0", True),
        ("1.11.0", "!=1.11", False),
        ("0.9.5", "", True),
        ("3.4.0-rc1", ">=3.4", True),
    ],
)
def test_a_version_is_in_a_range(version: str, constraint: str, *, expected: bool) -> None:
    assert in_range(version, constraint) is expected


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"~1\.2"):
        in_range("1", "~1.2")


def test_a_component_without_an_overlay_changes_nothing() -> None:
    assert overlay_of("no-such-component").changes == ()
    assert overlay_of("no-such-component").replaced_by("1.0") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense: 1", "nonsense"),
        ("sync: {wave: 1}", "wave"),
        ("changes: [{because: x, source: y, colour: z}]", "colour"),
        ("changes: [{source: y}]", "because"),
        ("changes: [{because: x, source: y, releases: newest}]", "newest"),
        ("changes: [{because: x, source: y, patches: [{target: {kind: A}}]}]", "target and patch"),
    ],
)
def test_a_wrong_overlay_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "a-component"
    folder.mkdir()
    (folder / "overlay.yaml").write_text(text)
    with pytest.raises(ValueError, match=said):
        read_overlay(folder)


def test_a_patch_file_is_read_in(tmp_path: Path) -> None:
    folder = tmp_path / "a-component"
    (folder / "patches").mkdir(parents=True)
    (folder / "patches/x.yaml").write_text("[{op: remove, path: /a}]")
    (folder / "overlay.yaml").write_text(
        "changes: [{because: x, source: y, patches: [{target: {kind: A}, file: x.yaml}]}]"
    )
    (patch,) = read_overlay(folder)["changes"][0]["patches"]
    assert patch == {"target": {"kind": "A"}, "patch": [{"op": "remove", "path": "/a"}]}


def test_every_patch_file_is_used() -> None:
    used = COMPONENTS.glob("*/overlay.yaml")
    named = {
        path.parent / "patches" / line.partition("file:")[2].strip(" }")
        for path in used
        for line in path.read_text().splitlines()
        if "file:" in line
    }
    assert set(COMPONENTS.glob("*/patches/*")) == named


def test_every_overlay_belongs_to_a_component() -> None:
    assert set(load_overlays()) <= set(Catalog().component_ids())


def test_every_reason_has_a_source() -> None:
    for overlay in load_overlays().values():
        sources = [change.source for change in overlay.changes] + [secret.source for secret in overlay.secrets]
        assert all(source.startswith("https://") for source in sources), overlay.component
        for change in overlay.changes:
            assert change.because
            assert not change.because.endswith("."), (overlay.component, change.because)


def _releases() -> list[tuple[str, str]]:
    catalog = Catalog()
    return [(product, version) for product in catalog.products() for version in catalog.versions(product)]


@pytest.mark.parametrize(("product", "version"), _releases())
def test_every_target_selects_an_object_of_the_release(product: str, version: str) -> None:
    """A target that selects nothing is ignored by kustomize, so a change that lost its object would go unnoticed."""
    missing = []
    for name, component in Catalog().release(product, version).components.items():
        identities = [identity_of(text) for text in component.objects]
        for change in overlay_of(name).changes_in(version):
            if _adds_objects(change) or not identities:
                continue
            targets = [*change.remove, *(patch["target"] for patch in change.patches)]
            missing += [(name, t) for t in targets if not any(selects(t, identity) for identity in identities)]
    assert missing == []


def _adds_objects(change: Change) -> bool:
    """Return whether the change builds other directories, whose objects the catalog does not list."""
    return bool(change.bases or change.path or any("m2m" in json.dumps(patch) for patch in change.patches))


_WITHOUT_SECRETS = {"yatai-common-env", "yatai-deployment-shared-env", "yatai-image-builder-shared-env"}
"""Objects of kind Secret that hold addresses only (kubeflow/manifests@v1.9.1 contrib/bentoml)."""


@pytest.mark.parametrize(("product", "version"), _releases())
def test_every_secret_with_public_values_is_known(product: str, version: str) -> None:
    """A Secret that a release renders with data must be listed, or its public value would reach a cluster."""
    unknown = []
    for name, component in Catalog().release(product, version).components.items():
        listed = {secret.name for secret in overlay_of(name).secrets_in(version) if isinstance(secret.name, str)}
        listed |= {
            target.get("name", "") for change in overlay_of(name).changes_in(version) for target in change.remove
        }
        patched = [patch["target"] for change in overlay_of(name).changes_in(version) for patch in change.patches]
        filled = {identity_of(f"Secret {s.namespace}/{s.name}").name for s in component.secrets if s.keys}
        listed |= {s for s in filled if any(selects(t, identity_of(f"Secret {s}")) for t in patched)} | _WITHOUT_SECRETS
        unknown += [(name, secret) for secret in filled - listed]
    assert unknown == []
