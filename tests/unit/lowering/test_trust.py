"""Whatever reaches the outside trusts the cluster's own certificate authorities beside the public ones."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from compiler.catalog.compile_overlays import COMPONENTS
from compiler.emit.yaml import dump_plain
from compiler.lowering.components import lower_component
from compiler.lowering.trust import trust_values
from compiler.model.manifest import Application
from compiler.model.platform import Identity, Installation, Oidc, Proxy, Trust
from compiler.resolve.certificates import read_certificates
from tests.golden import assert_tree
from tests.unit.lowering.installed import catalog, cluster, installation, platform

GOLDEN = Path(__file__).parent / "golden" / "trust"
PEM = Path(__file__).parents[2] / "samples" / "valid" / "ca" / "acme.pem"
OUTSIDE = Identity(Oidc("https://login.acme.com", "kubeflow", "oidc"), ())
OPTIONS: dict[str, dict[str, Any]] = {
    "argo-cd": {"url": "https://argocd.acme.com", "notifications": {"slack": {"channel": "ml"}}},
    "pipelines": {
        "objectStore": {"type": "s3", "bucket": "kfp", "secretRef": "kfp", "endpoint": "https://s3.acme.com"}
    },
}
"""What makes a component reach the outside."""
REACHING = sorted(file.parent.name for file in COMPONENTS.glob("*/reaches.yaml"))


@cache
def trust() -> Trust:
    bundle, _ = read_certificates(PEM.read_bytes(), "ca/acme.pem", date(2026, 6, 1))
    assert bundle is not None
    return Trust("ca/acme.pem", bundle)


def newest(component: str) -> Installation:
    product = component if component in catalog().products() else "kubeflow"
    version = catalog().versions(product)[-1]
    return installation(component, version, product, options=OPTIONS.get(component, {}))


def lowered(one: Installation, **changes: Any) -> Application:
    here = cluster([one], identity=OUTSIDE, **{"trust": trust(), **changes})
    return lower_component(one, here, platform(here), catalog())


def parts(application: Application) -> dict[str, Any]:
    """Return what of an overlay speaks of trust: patches, values of a chart, objects."""
    patches = [each for each in application.overlay.fields["patches"] if "platform-trust" in str(each["patch"])]
    helm = application.helm
    return {
        "patches": patches,
        "values": {key: helm.values[key] for key in sorted(helm.values) if key.startswith(("extra", "podA"))}
        if helm
        else {},
        "objects": [each for chart in application.charts for each in chart.objects if each["kind"] == "ConfigMap"],
    }


def test_what_is_made_of_it_is_as_committed() -> None:
    made = {f"{name}.yaml": dump_plain(parts(lowered(newest(name)))) for name in (*REACHING, "external-secrets")}
    assert_tree(GOLDEN, {path: text.encode() for path, text in made.items()})


@pytest.mark.parametrize("component", [*REACHING, "external-secrets"])
def test_every_mount_finds_its_config_map_in_its_own_namespace(component: str) -> None:
    one = newest(component)
    made = parts(lowered(one))
    known = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in made["objects"]}
    volumes = made["values"].get("extraVolumes", []) + [
        volume for each in made["patches"] for volume in each["patch"]["spec"]["template"]["spec"]["volumes"]
    ]
    assert {volume["configMap"]["name"] for volume in volumes} == {name for _, name in known}
    assert volumes
    homes = catalog().release(one.product, one.product_version).components[component].namespaces
    assert not homes or {namespace for namespace, _ in known} <= {*homes, "argocd"}


def test_another_bundle_replaces_the_pods_that_read_it() -> None:
    there = {trust_values(cluster([], trust=Trust("f", text)))["cluster.trust.digest"] for text in ("a", "b")}
    assert len(there) == 2
    assert trust_values(cluster([])) == {}


def test_the_proxy_and_the_authorities_of_a_chart_stand_together() -> None:
    helm = lowered(newest("external-secrets"), proxy=Proxy(None, "http://proxy.acme.com:3128")).helm
    assert helm is not None
    assert [each["name"] for each in helm.values["extraEnv"]] == ["HTTPS_PROXY", "NO_PROXY", "SSL_CERT_DIR"]


@pytest.mark.parametrize("component", [*REACHING, "external-secrets"])
def test_without_authorities_nothing_is_told(component: str) -> None:
    made = parts(lowered(newest(component), trust=None))
    assert (made["patches"], made["objects"]) == ([], [])
    assert "extraVolumes" not in made["values"]
