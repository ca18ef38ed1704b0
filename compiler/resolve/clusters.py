"""A cluster's own settings: its provider and what that asks for, names, Kubernetes version, identity, secrets.

Knows nothing of what is installed there or who works there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Fix, YamlPath, error, warning
from compiler.model.platform import Identity, Oidc, Proxy, SecretsBackend, StaticUser, SystemNodes
from compiler.providers.base import NameRule, Provider
from compiler.resolve.names import either, spoken, unknown
from compiler.spec.validate import Validated

if TYPE_CHECKING:
    from compiler.spec.cluster import ClusterSpec
    from compiler.spec.system_nodes import TolerationSpec

_ATTRIBUTES = {
    "project": "project",
    "region": "region",
    "account": "account",
    "subscription": "subscription",
    "resourceGroup": "resource_group",
    "cloudQuota": "cloud_quota",
}
"""Fields of a cluster that providers ask for or have for their own, with their attribute."""
_ARGOCD_OWN_CLUSTER = "in-cluster"
_EXAMPLES = {
    "project": "acme-ml-prod",
    "region": "europe-west4",
    "account": '"123456789012"',
    "subscription": "00000000-0000-4000-8000-000000000000",
    "resourceGroup": "ml-prod",
}
_PARAMETERS = (
    ("storageClass", "storage_class"),
    ("serviceAccountIssuer", "service_account_issuer"),
    ("size", "size"),
)


def find_provider(
    cluster: ClusterSpec, providers: Mapping[str, Provider], findings: list[Diagnostic]
) -> Provider | None:
    """Return the cluster's provider. Reports `unknown-provider`."""
    provider = providers.get(cluster.provider)
    if provider is None:
        path = (*cluster.origin, "provider")
        finding = unknown("provider", cluster.provider, path, dict.fromkeys(providers), user=f"cluster {cluster.name}")
        cloud = cluster.provider.lower()
        meant = next((each for each in providers.values() if each.cloud == cloud), None)
        if meant is not None:
            # No fix: machines of a cloud may as well hold a cluster that one made oneself.
            help_text = f"write `{meant.id}` for {meant.title}, or the kind of cluster that runs on its machines"
            finding = replace(finding, help=help_text, fix=None)
        findings.append(finding)
    return provider


def check_cluster(
    cluster: ClusterSpec,
    provider: Provider,
    providers: Mapping[str, Provider],
    findings: list[Diagnostic],
    validated: Validated,
) -> None:
    """Check what the provider asks of a cluster; `providers` are all that there are.

    Reports `missing-<field>` for required fields, `bad-cluster-name`, `cluster-name-taken`, `bad-kubernetes-version`,
    `bad-region` and `setting-of-another-provider`.
    """
    findings += [*_foreign_settings(cluster, provider, providers), *_region(cluster, provider)]
    findings += [
        error(
            f"missing-{field}",
            f"cluster {cluster.name} is on {provider.title} and has no `{field}`",
            (*cluster.origin, field),
            help=f"add `{field}: {_EXAMPLES[field]}`, with your own value",
            sources=provider.sources[:1],
        )
        for field in provider.required
        if not getattr(cluster, _ATTRIBUTES[field]) and not validated.is_set_aside((*cluster.origin, field))
    ]
    check_name("cluster", cluster.name, (*cluster.origin, "name"), provider.cluster_name, provider, findings)
    if cluster.name == _ARGOCD_OWN_CLUSTER:
        findings.append(
            error(
                "cluster-name-taken",
                f"{cluster.name} is what Argo CD calls the cluster that it runs in",
                (*cluster.origin, "name"),
                help="choose a name that tells the cluster from others, such as prod-eu",
                sources=("https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters",),
            )
        )
    version = provider.kubernetes_version(cluster.kubernetes)
    if version is None:
        plain = cluster.kubernetes.partition("-")[0].partition("+")[0]
        findings.append(
            error(
                "bad-kubernetes-version",
                f"{cluster.kubernetes} is no Kubernetes version of {provider.title}",
                (*cluster.origin, "kubernetes"),
                help=f'write "{plain}"',
                fix=Fix((*cluster.origin, "kubernetes"), f'"{plain}"'),
                sources=provider.sources[:1],
            )
        )


def _foreign_settings(
    cluster: ClusterSpec, provider: Provider, providers: Mapping[str, Provider]
) -> Iterator[Diagnostic]:
    """Yield a warning for each setting that only another provider reads."""
    if provider.settings is None:
        return
    read = {*provider.settings, *provider.required}
    for field, attribute in _ATTRIBUTES.items():
        if field in read or not getattr(cluster, attribute):
            continue
        owners = [each.id for each in providers.values() if field in (each.settings or ())]
        if not owners:
            continue
        yield warning(
            "setting-of-another-provider",
            f"`{field}` of cluster {cluster.name} has no effect on {provider.title}",
            (*cluster.origin, field),
            at_key=True,
            help=f"remove `{field}`; it is for provider {either(owners)}",
            sources=provider.sources[:1],
        )


def _region(cluster: ClusterSpec, provider: Provider) -> Iterator[Diagnostic]:
    """Yield an error where a region cannot be one of the provider's: it is a zone, or another cloud's."""
    region, path = cluster.region, (*cluster.origin, "region")
    if region is None or provider.is_region(region):
        return
    from compiler.resolve.regions import meant_region, region_of

    zone_of = region_of(region, provider)
    meant = zone_of or meant_region(region, provider)
    what = f"a zone of {zone_of}, not a region" if zone_of else f"no region of {provider.title}"
    yield error(
        "bad-region",
        f"{region} of cluster {cluster.name} is {what}",
        path,
        help=f"write `region: {meant}`" if meant else f"its regions are written like {provider.region_example}",
        fix=Fix(path, meant) if meant else None,
        sources=provider.region_sources,
    )


def kubernetes_version(cluster: ClusterSpec) -> str:
    """Return the version without a provider's suffix: `X.Y` or `X.Y.Z`."""
    return cluster.kubernetes.partition("-")[0].partition("+")[0]


def minor_of(version: str) -> int:
    """Return the minor of a Kubernetes version, e.g. 34 of `1.34.2-gke.7`."""
    return int(version.split(".")[1].partition("-")[0].partition("+")[0])


def check_name(
    noun: str, name: str, path: YamlPath, rule: NameRule, provider: Provider, findings: list[Diagnostic]
) -> None:
    """Report `bad-<noun>-name` where the provider refuses a name that is a DNS label."""
    problem = rule.problem(name)
    if problem is not None:
        findings.append(
            error(
                f"bad-{noun}-name",
                f"{spoken(noun)} name {name} {problem} on {provider.title}",
                path,
                help="choose a shorter name" if "characters" in problem else "choose a name that starts with a letter",
                sources=(rule.source,),
            )
        )


def identity_of(cluster: ClusterSpec) -> Identity:
    """Return who may log in; empty without an `identity`."""
    spec = cluster.identity
    if spec is None:
        return Identity()
    oidc = Oidc(spec.oidc.issuer, spec.oidc.client_id, spec.oidc.client_secret_ref) if spec.oidc else None
    users = spec.static.users if spec.static else ()
    return Identity(oidc, tuple(StaticUser(user.user, user.password_hash_ref) for user in users))


def secrets_of(cluster: ClusterSpec) -> SecretsBackend:
    """Return where the cluster's secrets come from."""
    spec = cluster.secrets
    if spec.backend == "external-secrets":
        return SecretsBackend(spec.backend, spec.store.kind, spec.store.name, spec.store.prefix or "")
    return SecretsBackend(spec.backend)


def system_nodes_of(cluster: ClusterSpec) -> SystemNodes | None:
    """Return on which nodes the platform's own components run; nothing where any will do."""
    spec = cluster.system_nodes
    if spec is None:
        return None
    return SystemNodes(dict(sorted((spec.selector or {}).items())), tuple(map(_toleration, spec.tolerations)))


def proxy_of(cluster: ClusterSpec) -> Proxy | None:
    """Return through what the platform's own components reach the outside; nothing where they go directly."""
    spec = cluster.proxy
    return Proxy(spec.http, spec.https, spec.no_proxy) if spec else None


def _toleration(spec: TolerationSpec) -> Mapping[str, str]:
    """Return a toleration as pods say it."""
    value = {"operator": "Exists"} if spec.value is None else {"operator": "Equal", "value": spec.value}
    return {"key": spec.key, **value, **({"effect": spec.effect} if spec.effect else {})}


def parameters_of(cluster: ClusterSpec) -> Mapping[str, str]:
    """Return further scalar settings by their key in YAML."""
    return {key: value for key, attribute in _PARAMETERS if (value := getattr(cluster, attribute)) is not None}
