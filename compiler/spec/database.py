"""Databases outside the platform, one class a kind, for the options of components that need one."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Maybe, StrictModel
from compiler.spec.scalars import Domain, SecretName, Text

_HINTS = {
    "user": Hint("the user stands in the Secret, under the key `username`", "secretRef"),
    "username": Hint("the user stands in the Secret, under the key `username`", "secretRef"),
    "password": Hint("a password never stands in this file; name the Secret that holds it", "secretRef"),
    "url": Hint("host and port are `host` and `port`", "host"),
    "database": Hint("the key is `name`", "name"),
}


class _DatabaseSpec(StrictModel):
    """What every database outside the platform has."""

    host: Domain = Field(description="Host name or address.", examples=["mysql.acme.com"])
    port: Maybe[Annotated[int, Field(ge=1, le=65535)]] = Field(
        None, description="Port; the usual one without it.", examples=[3306]
    )
    name: Maybe[Text] = Field(None, description="Name of the database; upstream's without it.", examples=["kubeflow"])
    secret_ref: SecretName = Field(
        description="Name of the Secret with `username` and `password`.", examples=["platform-database"]
    )


class MysqlSpec(_DatabaseSpec):
    """A MySQL server outside the platform."""

    noun: ClassVar[str] = "a database of type `mysql`"
    hints: ClassVar = _HINTS

    type: Literal["mysql"] = Field(description="MySQL, or what speaks its protocol.")


class PostgresqlSpec(_DatabaseSpec):
    """A PostgreSQL server outside the platform."""

    noun: ClassVar[str] = "a database of type `postgresql`"
    hints: ClassVar = _HINTS

    type: Literal["postgresql"] = Field(description="PostgreSQL.")


DatabaseSpec = Annotated[MysqlSpec | PostgresqlSpec, Field(discriminator="type")]
"""A database outside the platform, told apart by `type`."""
