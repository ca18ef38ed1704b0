"""What the platform file may say of Argo CD; knows nothing of where it ends up."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, StrictModel
from compiler.spec.scalars import GroupName, HttpsUrl, Text


class NotificationsSpec(StrictModel):
    """Who is told when an Application fails to sync or becomes unhealthy."""

    noun: ClassVar[str] = "`notifications`"
    hints: ClassVar = {
        "token": Hint("a token never stands in this file; it goes into Secret argocd-notifications-secret"),
        "channel": Hint("the channel is `slack`", "slack"),
    }

    slack: Text = Field(
        description="Channel of Slack; the app's token stands in Secret argocd-notifications-secret.",
        examples=["ml-platform"],
    )


class ArgoCdSpec(StrictModel):
    """Options of Argo CD."""

    noun: ClassVar[str] = "argo-cd"
    hints: ClassVar = {
        "ha": Hint("the key is `highAvailability`", "highAvailability"),
        "replicas": Hint("three of everything is `highAvailability: true`; more controllers are `shards`"),
        "hub": Hint("the managing cluster is named by `gitops: {argocd: {hub: NAME}}`"),
        "namespace": Hint("the namespace is `gitops: {argocd: {namespace: NAME}}`"),
        "domain": Hint("the whole URL goes under `url`", "url"),
    }

    url: Maybe[HttpsUrl] = Field(
        None,
        description="URL under which people reach Argo CD. With it they log in with the cluster's identity provider, "
        "which must know URL/auth/callback.",
        examples=["https://argocd.acme.com"],
    )
    admins: Items[GroupName] = Field(
        (),
        description="E-mail addresses and groups that may do everything; all others who log in may only look.",
        examples=[["ops@acme.com", "platform-team"]],
    )
    high_availability: Maybe[bool] = Field(
        None,
        description="Whether everything runs more than once, on at least three nodes; without it, where the cluster's "
        "`size` is `ha`.",
    )
    shards: Maybe[Annotated[int, Field(ge=2, le=100)]] = Field(
        None, description="Among how many controllers the clusters of a hub are divided.", examples=[3]
    )
    notifications: Maybe[NotificationsSpec] = Field(None, description="Who is told when something fails.")


OPTIONS = ArgoCdSpec
