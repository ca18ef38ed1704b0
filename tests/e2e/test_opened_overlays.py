"""Real kustomize makes of an overlay that opens Secrets what Argo CD will: ours in place of upstream's, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from compiler.lowering.opened_secrets import components, files, opened
from compiler.lowering.patches import KEEP
from compiler.workspace.kustomize import build
from tests.mistakes.casebook import files_of

OVERLAY = "overlays/prod/dex"


@pytest.mark.parametrize("has_defaults", [True, False])
def test_upstreams_own_secret_makes_room_for_ours(tmp_path: Path, has_defaults: bool) -> None:
    secrets = opened([("auth", "dex-oidc-client"), ("auth", "oidc-client")])
    defaults = ["dex-oidc-client"] if has_defaults else []
    place = {"name": "dex-oidc-client", "namespace": "auth"}
    upstream = {"apiVersion": "v1", "kind": "Secret", "metadata": place, "stringData": {"public": "12341234"}}
    other = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "other", "namespace": "auth"}}
    base = [upstream, other] if has_defaults else [other]
    tree = {
        **files_of("sops"),
        **{f"{OVERLAY}/{path}": text for path, text in files(secrets, defaults, "prod").items()},
        f"{OVERLAY}/base.yaml": "---\n".join(f"{json.dumps(each)}\n" for each in base),
        f"{OVERLAY}/kustomization.yaml": json.dumps(
            {"resources": ["base.yaml"], "components": components(secrets, defaults)}
        ),
    }
    for path, text in tree.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    rendering = build(tmp_path, OVERLAY)
    assert rendering.failure is None, rendering.failure
    found = {each["metadata"]["name"]: each for each in yaml.safe_load_all(rendering.text)}
    assert sorted(found) == ["dex-oidc-client", "oidc-client", "other"]
    assert "public" not in found["dex-oidc-client"]["stringData"]
    assert [name for name, each in sorted(found.items()) if each["metadata"].get("annotations") == dict(KEEP)] == [
        "dex-oidc-client",
        "oidc-client",
    ]
    assert len(rendering.unopened) == 2
