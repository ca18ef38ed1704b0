"""All Secrets that a team's declarations ask for: to pull images with, and to load models with.

Knows no single Secret; what each is for is the business of the modules that it asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.lowering.context import TenantContext
from compiler.lowering.model_storage import missing_storage_secrets, storage_secrets
from compiler.lowering.registries import missing_pull_secrets, pull_secrets
from compiler.model.platform import Tenant
from compiler.model.secret_file import Encrypted, secret_file


def team_files(tenant: Tenant, context: TenantContext, files: Mapping[str, Mapping[str, Any]]) -> Encrypted:
    """Return the team's encrypted files among those of the platform, which are known by their paths."""
    pulling = [secret.name for secret in pull_secrets(tenant.registries, context)]
    loading = [secret.name for secret in storage_secrets(tenant.model_storage, context)]
    places = ((namespace.name, name) for namespace in tenant.namespaces for name in (*pulling, *loading))
    found = ((place, files.get(secret_file(context.cluster, *place))) for place in places)
    return {place: written for place, written in found if written is not None}


def missing_team_secrets(tenant: Tenant, context: TenantContext) -> list[dict[str, Any]]:
    """Return what the owner must provide for a team, as plain data; see the modules that say it."""
    return [*missing_pull_secrets(tenant, context), *missing_storage_secrets(tenant, context)]
