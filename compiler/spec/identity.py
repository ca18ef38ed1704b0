"""Who may log in to a cluster: an identity provider or static users; knows nothing of roles."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, RuledModel, StrictModel
from compiler.spec.rules import AtLeastOne
from compiler.spec.scalars import Email, IssuerUrl, SecretName, Text


class OidcSpec(StrictModel):
    """An external OpenID Connect provider."""

    noun: ClassVar[str] = "`oidc`"
    hints: ClassVar = {
        "clientSecret": Hint(
            "a secret never stands in this file; name the Secret that holds it: `clientSecretRef`",
            instead="clientSecretRef",
        ),
    }

    issuer: IssuerUrl = Field(
        description="Issuer exactly as its tokens say it; https outside `dev`.", examples=["https://login.acme.com"]
    )
    client_id: Text = Field(alias="clientID", description="Client that the provider knows.", examples=["kubeflow"])
    client_secret_ref: SecretName = Field(
        description="Name of the Secret that holds the client's secret.", examples=["oidc-client"]
    )


_PASSWORD = Hint(
    "neither password nor hash ever stands in this file; name the Secret that holds the bcrypt hash: `passwordHashRef`",
    instead="passwordHashRef",
)


class StaticUserSpec(StrictModel):
    """A user known to dex itself."""

    noun: ClassVar[str] = "a static user"
    hints: ClassVar = {
        "email": Hint("the key is `user`", "user"),
        "password": _PASSWORD,
        "passwordHash": _PASSWORD,
        "hash": _PASSWORD,
    }

    user: Email = Field(description="E-mail address to log in with.", examples=["alice@example.com"])
    password_hash_ref: SecretName = Field(
        description="Name of the Secret that holds the bcrypt hash of the password.", examples=["alice-password"]
    )


class StaticSpec(StrictModel):
    """Users without an identity provider, for `dev` and `test`."""

    noun: ClassVar[str] = "`static`"

    users: Items[StaticUserSpec] = Field(
        description="The users.", examples=[[{"user": "alice@example.com", "passwordHashRef": "alice-password"}]]
    )


class IdentitySpec(RuledModel):
    """Who may log in."""

    noun: ClassVar[str] = "`identity`"
    hints: ClassVar = {
        "issuer": Hint("the provider is `oidc: {issuer: ..., clientID: ..., clientSecretRef: ...}`"),
        "users": Hint("static users are `static: {users: [...]}`"),
    }
    rules: ClassVar = (AtLeastOne(("oidc", "static")),)

    oidc: Maybe[OidcSpec] = Field(None, description="External OpenID Connect provider.")
    static: Maybe[StaticSpec] = Field(None, description="Static users, for `dev` and `test` without a provider.")
