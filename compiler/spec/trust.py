"""Whose certificates a cluster trusts beside the public ones; knows nothing of who reads them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Hint, StrictModel
from compiler.spec.scalars import RelativePath


class TrustSpec(StrictModel):
    """The certificate authorities that the platform's own components trust beside the public ones."""

    noun: ClassVar[str] = "`trust`"
    hints: ClassVar = {
        "path": Hint("the key is `file`", "file"),
        "caFile": Hint("the key is `file`", "file"),
        "bundle": Hint("the key is `file`", "file"),
        "caBundle": Hint("the certificates stand in a file of the repository: `file: ca/acme.pem`"),
        "certificates": Hint("the certificates stand in a file of the repository: `file: ca/acme.pem`"),
        "pem": Hint("the certificates stand in a file of the repository: `file: ca/acme.pem`"),
        "configMap": Hint("the certificates stand in a file of the repository: `file: ca/acme.pem`"),
    }

    file: RelativePath = Field(
        description="File with their public certificates in PEM, one after the other, from the platform file's folder.",
        examples=["ca/acme.pem"],
    )
