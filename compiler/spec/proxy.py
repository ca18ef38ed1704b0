"""The proxy through which a cluster reaches the outside; knows nothing of who goes through it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, RuledModel
from compiler.spec.rules import AtLeastOne
from compiler.spec.scalars import DirectHost, ProxyUrl


class ProxySpec(RuledModel):
    """The proxy through which the platform's own components reach the outside."""

    noun: ClassVar[str] = "`proxy`"
    hints: ClassVar = {
        "httpProxy": Hint("the key is `http`", "http"),
        "HTTP_PROXY": Hint("the key is `http`", "http"),
        "httpsProxy": Hint("the key is `https`", "https"),
        "HTTPS_PROXY": Hint("the key is `https`", "https"),
        "no_proxy": Hint("the key is `noProxy`", "noProxy"),
        "NO_PROXY": Hint("the key is `noProxy`", "noProxy"),
        "url": Hint("the proxy of https URLs is `https`, that of http URLs `http`", "https"),
    }
    rules: ClassVar = (AtLeastOne(("http", "https")),)

    http: Maybe[ProxyUrl] = Field(
        None, description="Where http URLs are fetched; without it, directly.", examples=["http://proxy.acme.com:3128"]
    )
    https: Maybe[ProxyUrl] = Field(
        None, description="Where https URLs are fetched; without it, directly.", examples=["http://proxy.acme.com:3128"]
    )
    no_proxy: Items[DirectHost] = Field(
        (),
        description="What is reached directly beside the cluster itself, its domain and private addresses: hosts, "
        "`.domain` for all below it, addresses, ranges.",
        examples=[[".acme.com", "203.0.113.0/24"]],
    )
