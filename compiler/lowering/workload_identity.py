"""The cloud identity that pods act as: a plugin of the profile controller, or the annotation that it would set.

Only `default-editor` gets one: notebooks, pipeline steps and training jobs run as it. Knows no team and no credential;
what the cloud must allow in return is declared in the cloud.
"""

from __future__ import annotations

from compiler.lowering.context import TenantContext
from compiler.model.manifest import Object
from compiler.providers import Providers


def identity_of(namespace: str, team: str, context: TenantContext) -> str | None:
    """Return the cloud identity of a namespace, `{team}` and `{namespace}` put in; `None` where there is none."""
    if context.workload_identity is None or Providers()[context.provider].pod_identity is None:
        return None
    return context.workload_identity.replace("{team}", team).replace("{namespace}", namespace)


def plugins(identity: str | None, context: TenantContext) -> list[Object]:
    """Return the plugins of a Profile: one where the controller has one for the provider."""
    way = Providers()[context.provider].pod_identity
    if identity is None or way is None or way.plugin is None:
        return []
    return [{"kind": way.plugin, "spec": {way.plugin_field: identity, **way.plugin_settings}}]


def account_annotations(identity: str | None, context: TenantContext) -> dict[str, str]:
    """Return the annotations of the ServiceAccount that no profile controller sets."""
    way = Providers()[context.provider].pod_identity
    if identity is None or way is None or (context.has_profile_controller and way.plugin is not None):
        return {}
    return {way.annotation: identity}
