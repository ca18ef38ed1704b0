"""Where a cluster's secrets come from, one class a backend; knows no single secret."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.scalars import EntryPrefix, ObjectName


class StoreSpec(StrictModel):
    """A store of External Secrets."""

    noun: ClassVar[str] = "`store`"

    kind: Literal["SecretStore", "ClusterSecretStore"] = Field(
        description="Kind of the store.", examples=["ClusterSecretStore"]
    )
    name: ObjectName = Field(description="Name of the store.", examples=["gcp"])
    prefix: Maybe[EntryPrefix] = Field(
        None,
        description="What stands before the names of entries, where clusters share a store. An entry is named like "
        "the Secret that is made of it and has a part for each key; `show secrets` lists them.",
    )


class PlainSecretsSpec(StrictModel):
    """A backend without settings."""

    noun: ClassVar[str] = "`secrets` with this backend"

    backend: Literal["manual", "sealed-secrets", "sops", "generated", "insecure-defaults"] = Field(
        description="`manual`: nothing is emitted, names and keys are listed; `sealed-secrets`, `sops`: encrypted in "
        "Git, a file `secrets/CLUSTER/NAMESPACE/NAME.yaml` for each; `generated` (`dev`, `test`): random values made "
        "once inside the cluster; `insecure-defaults` (`dev` only): upstream's public ones, said as a finding on "
        "every run.",
        examples=["manual"],
    )


class ExternalSecretsSpec(StrictModel):
    """Secrets fetched by External Secrets."""

    noun: ClassVar[str] = "`secrets` with this backend"

    backend: Literal["external-secrets"] = Field(description="Secrets are fetched by External Secrets.")
    store: StoreSpec = Field(
        description="Store that the secrets are fetched from.", examples=[{"kind": "ClusterSecretStore", "name": "gcp"}]
    )


SecretsSpec = Annotated[PlainSecretsSpec | ExternalSecretsSpec, Field(discriminator="backend")]
"""Where secrets come from, told apart by `backend`."""
