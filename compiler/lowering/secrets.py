"""Which Secrets the components of a cluster read that our tree does not hold, and what brings them there.

Whether anything of ours does is the secrets backend's business: External Secrets fetches them from a store, a Job
draws random values, what the user sealed is opened by an operator. Else people bring them. Knows no single Secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.catalog.overlay import Secret, overlay_of
from compiler.lowering.context import external_secrets_api
from compiler.lowering.external_secrets import REFRESH, external_secret, fetched, store_of, template
from compiler.lowering.generated_secrets import is_drawn, maker, permissions_of
from compiler.lowering.opened_secrets import SOPS, opened
from compiler.lowering.parameters import INSECURE_DEFAULTS, UnsetValueError, applies, put_in, values_of
from compiler.lowering.patches import LATER
from compiler.lowering.sealed_secrets import sealed_secret
from compiler.lowering.secret_maker import READABLE
from compiler.model.platform import ARGO_CD, SecretsBackend
from compiler.model.secret_file import ENCRYPTED_BACKENDS, secret_file
from compiler.resolve.installations import SECRET_OPERATORS

if TYPE_CHECKING:
    from compiler.model.manifest import Identity, Object
    from compiler.model.platform import Cluster, Installation, Platform

EXTERNAL_SECRETS = "external-secrets"
GENERATED = "generated"
SECRETS_FILE = "secrets.yaml"


def secrets_of(installation: Installation, values: Mapping[str, Any]) -> Iterator[Secret]:
    """Yield the secrets of the component that this cluster needs, with values put in."""
    for secret in overlay_of(installation.component).secrets_in(installation.product_version):
        if not applies(secret.when, secret.unless, values):
            continue
        items: list[Mapping[str, Any]] = values.get(secret.each, []) if secret.each else [{}]
        for item in items:
            known = {**values, **{f"item.{key}": value for key, value in item.items()}}
            try:
                yield replace(secret, name=put_in(secret.name, known), namespace=put_in(secret.namespace, known))
            except UnsetValueError:
                continue


def required_secrets(installation: Installation, cluster: Cluster, platform: Platform) -> tuple[Secret, ...]:
    """Return the Secrets that the component reads and that our tree does not hold; none with upstream's own ones."""
    if cluster.secrets.backend == INSECURE_DEFAULTS or not overlay_of(installation.component).secrets:
        return ()
    return tuple(secrets_of(installation, values_of(installation, cluster, platform)))


def secret_objects(installation: Installation, cluster: Cluster, platform: Platform) -> tuple[Object, ...]:
    """Return what brings the component's Secrets into the cluster; what an earlier component brings is left to it."""
    backend = cluster.secrets.backend
    operates = SECRET_OPERATORS.get(backend)
    if backend != GENERATED and operates is None:
        return ()
    if operates != installation.component and not overlay_of(installation.component).secrets:
        return ()
    first = _first_readers(cluster, platform)
    if backend == GENERATED:
        return _drawn(installation.component, first)
    operator = cluster.installed.get(operates or "")
    late = _before(operator, cluster)
    if installation.component in late:
        return ()
    mine = [secret for reader, secret in first.values() if reader == installation.component]
    made = _operated(mine, first, cluster, platform)
    if operator is installation:
        others = [secret for reader, secret in first.values() if reader in late]
        made += [_late(each) for each in _operated(others, first, cluster, platform)]
    return tuple(made)


def secrets_to_open(component: str, cluster: Cluster, platform: Platform) -> tuple[Identity, ...]:
    """Return the Secrets that Argo CD makes of encrypted files for a component; nothing unless it is the backend.

    None where the component is Argo CD itself: the first time kubectl applies that, which opens nothing.
    """
    return () if component == ARGO_CD else _opened(component, cluster, platform)


def late_secrets(cluster: Cluster, platform: Platform) -> tuple[Identity, ...]:
    """Return the Secrets of Argo CD itself that it makes of encrypted files, when it runs."""
    return _opened(ARGO_CD, cluster, platform)


def _opened(component: str, cluster: Cluster, platform: Platform) -> tuple[Identity, ...]:
    if cluster.secrets.backend != SOPS or not overlay_of(component).secrets:
        return ()
    places = [place for place, (reader, _) in _first_readers(cluster, platform).items() if reader == component]
    return opened(place for place in places if secret_file(cluster.name, *place) in platform.encrypted)


def _operated(
    secrets: Iterable[Secret], first: Mapping[tuple[str, str], tuple[str, Secret]], cluster: Cluster, platform: Platform
) -> list[Object]:
    """Return what the backend's operator makes Secrets of; a file that the user has not sealed yet brings nothing."""
    if cluster.secrets.backend == EXTERNAL_SECRETS:
        known = {place: secret for place, (_, secret) in first.items()}
        return [_external(secret, known, cluster) for secret in secrets]
    paths = (secret_file(cluster.name, secret.namespace, secret.name) for secret in secrets)
    return [sealed_secret(platform.encrypted[path]) for path in paths if path in platform.encrypted]


def _before(operator: Installation | None, cluster: Cluster) -> frozenset[str]:
    """Return the components that are there before the operator is; it brings their secrets itself, then."""
    if operator is None or operator.existing is not None:
        return frozenset()
    return frozenset(each.component for each in cluster.installations if each.wave < operator.wave)


def _late(manifest: Object) -> Object:
    """Return the object so that the operator, which its own Application brings, runs before it is applied."""
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **LATER}}}


def _drawn(component: str, first: Mapping[tuple[str, str], tuple[str, Secret]]) -> tuple[Object, ...]:
    """Return the Job that draws the component's secrets, and what the Jobs of others may read of them."""
    drawn = {place: (reader, secret) for place, (reader, secret) in first.items() if is_drawn(secret.keys)}
    mine = [secret for reader, secret in drawn.values() if reader == component]
    objects = list(maker(component, mine, {place for place, (reader, _) in drawn.items() if reader != component}))
    for other in sorted({reader for reader, _ in drawn.values()} - {component}):
        objects += permissions_of(other, [secret for reader, secret in drawn.values() if reader == other], mine)
    return tuple(objects)


def _first_readers(cluster: Cluster, platform: Platform) -> dict[tuple[str, str], tuple[str, Secret]]:
    """Return every Secret that components require by namespace and name, with the first component that reads it."""
    found: dict[tuple[str, str], tuple[str, Secret]] = {}
    for each in cluster.installations:
        if each.existing is None and overlay_of(each.component).replaced_by(each.product_version) is None:
            for secret in required_secrets(each, cluster, platform):
                if not secret.by_hand:
                    found.setdefault((secret.namespace, secret.name), (each.component, secret))
    return found


def entry_of(secret: Secret | str, cluster: Cluster) -> str:
    """Return the name of the store's entry that holds a Secret's keys as its parts."""
    return f"{cluster.secrets.store_prefix}{secret if isinstance(secret, str) else secret.name}"


def _external(secret: Secret, known: Mapping[tuple[str, str], Secret], cluster: Cluster) -> Object:
    """Return the ExternalSecret of a Secret: what is no secret stands in it, what is copied comes from one entry."""
    texts: dict[str, str] = {}
    data = []
    for key, how in sorted(secret.keys.items()):
        entry, part = entry_of(secret, cluster), key
        if how.startswith("same:"):
            namespace, name, part = how.removeprefix("same:").split("/", 2)
            entry = entry_of(name, cluster)
            source = known.get((namespace, name))
            how = source.keys[part] if source else how  # noqa: PLW2901 - what is copied is made as its source is
        if how.startswith("text:"):
            texts[key] = how.removeprefix("text:")
        else:
            data.append(fetched(key, entry, part))
    fields: dict[str, Any] = {"data": texts} if texts else {}
    if secret.labels:
        fields["metadata"] = {"labels": dict(secret.labels)}
    shape = {"template": template(merge=True, **fields)} if fields else {}
    spec = {
        "refreshInterval": REFRESH,
        "secretStoreRef": store_of(cluster.secrets),
        "target": {"name": secret.name, **shape},
        "data": data,
    }
    return external_secret(secret.namespace, secret.name, spec, external_secrets_api(cluster))


def file_of(namespace: str, name: str, cluster: Cluster, platform: Platform) -> str:
    """Return the encrypted file of a Secret in words."""
    path = secret_file(cluster.name, namespace, name)
    return path if path in platform.encrypted else f"{path}, which is not there yet"


def brought_by(secret: Secret, cluster: Cluster, platform: Platform) -> str:
    """Return what brings a component's Secret into the cluster, in words; nothing where people make it by hand."""
    if secret.by_hand:
        return ""
    match cluster.secrets:
        case SecretsBackend(backend="external-secrets", store_kind=kind, store_name=name):
            given = sorted(key for key, how in secret.keys.items() if not how.startswith(("text:", "same:")))
            copied = sorted({how.split("/")[1] for how in secret.keys.values() if how.startswith("same:")})
            parts = [f"entry {entry_of(secret, cluster)} with {', '.join(given)}"] if given else []
            parts += [f"entry {entry_of(each, cluster)}" for each in copied]
            return f"{' and '.join(parts)}, from {kind} {name}"
        case SecretsBackend(backend="generated") if is_drawn(secret.keys):
            hashed = "bcrypt" in secret.keys.values()
            return "random values, made once in the cluster" + f", key {READABLE} to log in with" * hashed
        case SecretsBackend(backend=backend) if backend in ENCRYPTED_BACKENDS:
            return file_of(secret.namespace, secret.name, cluster, platform)
    return ""
