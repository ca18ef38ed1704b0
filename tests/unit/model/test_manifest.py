"""An identity is what the API server tells objects apart by."""

from __future__ import annotations

from compiler.model.manifest import DATA_KINDS, Identity


def manifest(api_version: str, kind: str, name: str, namespace: str | None = None) -> dict[str, object]:
    """Return an object."""
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name} | ({} if namespace is None else {"namespace": namespace}),
    }


def test_the_version_is_no_part_of_it() -> None:
    assert Identity.of(manifest("apps/v1", "Deployment", "a", "x")) == Identity.of(
        manifest("apps/v1beta1", "Deployment", "a", "x")
    )


def test_group_kind_namespace_and_name_are() -> None:
    found = {
        Identity.of(manifest("v1", "Service", "a", "x")),
        Identity.of(manifest("serving.knative.dev/v1", "Service", "a", "x")),
        Identity.of(manifest("v1", "Secret", "a", "x")),
        Identity.of(manifest("v1", "Service", "a", "y")),
        Identity.of(manifest("v1", "Service", "b", "x")),
        Identity.of(manifest("v1", "Service", "a")),
    }
    assert len(found) == 6


def test_it_is_written_as_a_person_would() -> None:
    assert str(Identity.of(manifest("v1", "Namespace", "a"))) == "Namespace a"
    assert str(Identity.of(manifest("apps/v1", "Deployment", "a", "x"))) == "Deployment.apps x/a"


def test_what_takes_data_along_is_known() -> None:
    assert {"Namespace", "Profile", "PersistentVolumeClaim", "CustomResourceDefinition"} == DATA_KINDS
