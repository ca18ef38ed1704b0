"""One installed component of one cluster to its pinned overlay: bases, patches, images and objects of ours.

A pure function of the installation, its cluster and the catalog. What differs from upstream stands as data in
`components/<id>/overlay.yaml`; no component is known here by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.catalog.overlay import Change, ComponentOverlay, Secret, overlay_of
from compiler.frozen import frozen
from compiler.lowering import opened_secrets, patches
from compiler.lowering.overlays import remote
from compiler.lowering.parameters import INSECURE_DEFAULTS, UnsetValueError, applies, put_in, values_of
from compiler.lowering.secrets import SECRETS_FILE, secret_objects, secrets_of, secrets_to_open
from compiler.model import names
from compiler.model.manifest import Application, Base, Chart, HelmSource, Identity, Object, Overlay

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.diagnostics.model import Diagnostic
    from compiler.model.platform import Cluster, Installation, Platform
    from compiler.model.release import ComponentRelease, ProductRelease, RemoteBase

OBJECTS_FILE = "objects.yaml"
STORAGE_CLASS = "cluster.storageClass"
NODES = "cluster.systemNodes"
WEBHOOK_ANNOTATIONS = "provider.webhookAnnotations"
_GITHUB = "https://github.com/"
_WORKLOADS = frozenset({"CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet"})


@frozen
class Difference:
    """An object that differs from upstream's own rendering on purpose.

    `kind` is `removed`, `replaced` (by something of ours), `changed` or `added`.
    """

    component: str
    identity: Identity
    kind: str
    because: str
    source: str


@frozen
class _Recipe:
    """What one installation's overlay is made from, with every value put in."""

    release: ProductRelease
    component: ComponentRelease
    overlay: ComponentOverlay
    values: Mapping[str, Any]
    changes: tuple[Change, ...]
    secrets: tuple[Secret, ...]

    @property
    def identities(self) -> tuple[Identity, ...]:
        """Return upstream's objects as the catalog lists them."""
        return tuple(patches.identity_of(text) for text in self.component.objects)

    @property
    def removed_secrets(self) -> tuple[Secret, ...]:
        """Return the secrets with public values that must not be rendered."""
        if self.values.get("secrets.backend") == INSECURE_DEFAULTS:
            return ()
        present = {(identity.kind, identity.name) for identity in self.identities}
        return tuple(secret for secret in self.secrets if secret.upstream and ("Secret", secret.name) in present)


def replaced_by(installation: Installation) -> str | None:
    """Return what of ours does the component's work, so that it is not installed; nothing for most."""
    return overlay_of(installation.component).replaced_by(installation.product_version)


def component_objects(installation: Installation, catalog: Catalog) -> tuple[Identity, ...]:
    """Return the objects of the component as the catalog lists them, names without the suffix of generated ones."""
    release = catalog.release(installation.product, installation.product_version)
    return tuple(patches.identity_of(text) for text in release.components[installation.component].objects)


def unmatched_patches(
    installation: Installation, cluster: Cluster, platform: Platform, catalog: Catalog
) -> list[Diagnostic]:
    """Return a finding for each of the user's patches that hits nothing; none where the objects are not known.

    The catalog lists the objects of the release's own directory, not those of another directory that a provider asks
    for. There only a rendering can tell, and `verify` does.
    Reports: `patch-matches-nothing`.
    """
    if not installation.patches:
        return []
    recipe = _recipe(installation, cluster, platform, catalog)
    if any(change.path for change in recipe.changes):
        return []
    ours = [Identity.of(item) for change in recipe.changes for item in change.objects]
    if recipe.release.kind == "helm":
        # Argo CD renders the chart after kustomize is done; a patch sees its definitions and our own objects only.
        ours.append(Identity.of(_namespace_object(_helm(installation, recipe).namespace)))
        crds = recipe.component.crds if recipe.component.definitions else ()
        ours += [Identity("apiextensions.k8s.io", "CustomResourceDefinition", "", name) for name in crds]
        found = patches.unmatched_user_patches(installation, ours)
        why = f"{installation.component} is a Helm chart: change it through its option `values`"
        return [replace(finding, help=why) for finding in found]
    if not recipe.component.objects:
        return []
    left_out = {"Secret": {secret.name for secret in recipe.removed_secrets}}
    upstream = [each for each in recipe.identities if each.name not in left_out.get(each.kind, ())]
    return patches.unmatched_user_patches(installation, [*upstream, *ours])


def remaining_objects(
    installation: Installation, cluster: Cluster, platform: Platform, catalog: Catalog
) -> tuple[Identity, ...]:
    """Return upstream's objects that the component's overlay leaves in and does not make itself."""
    recipe = _recipe(installation, cluster, platform, catalog)
    targets = [{"kind": "Secret", "name": secret.name} for secret in recipe.removed_secrets]
    targets += [dict(target) for change in recipe.changes for target in change.remove]
    gone = {identity for target in targets for identity in _hit(target, recipe)}
    gone |= {patches.plain_identity(Identity.of(item)) for change in recipe.changes for item in change.objects}
    return tuple(identity for identity in recipe.identities if identity not in gone)


def lower_component(installation: Installation, cluster: Cluster, platform: Platform, catalog: Catalog) -> Application:
    """Return the application of one installation that is neither `existing` nor replaced.

    The overlay's patches hold their bodies as data; `overlays.kustomization` makes text of them.
    """
    recipe = _recipe(installation, cluster, platform, catalog)
    objects: tuple[Object, ...] = tuple(item for change in recipe.changes for item in change.objects)
    origin = origin_of(installation, cluster)
    helm = _helm(installation, recipe) if recipe.release.kind == "helm" else None
    if helm is not None:
        objects = (_namespace_object(helm.namespace), *objects)
    files = ((OBJECTS_FILE, objects), (SECRETS_FILE, secret_objects(installation, cluster, platform)))
    bases = _definitions(recipe) if helm is not None else _bases(recipe)
    everything = [item for _, made in files for item in made]
    secrets = secrets_to_open(installation.component, cluster, platform)
    defaults = sorted({str(secret.name) for secret in recipe.removed_secrets})
    fields = _fields(installation, recipe, everything, secrets)
    overlay = Overlay(bases=bases, fields=fields, files=opened_secrets.files(secrets, defaults, cluster.name))
    return Application(
        cluster=cluster.name,
        name=installation.component,
        origin=origin,
        charts=tuple(Chart(file, made, origin) for file, made in files if made),
        overlay=overlay,
        helm=helm,
        opened=secrets,
    )


def deliberate_differences(
    installation: Installation, cluster: Cluster, platform: Platform, catalog: Catalog
) -> Iterator[Difference]:
    """Yield every object of the component that differs from the release's own rendering, with the reason."""
    recipe = _recipe(installation, cluster, platform, catalog)
    component = installation.component
    for change in recipe.changes:
        if change.restores:
            continue
        found = [(identity, "replaced") for identity in recipe.identities if change.replaced_by]
        found += [(identity, "removed") for target in change.remove for identity in _hit(target, recipe)]
        found += [(identity, "changed") for patch in change.patches for identity in _hit(patch["target"], recipe)]
        found += [
            (patches.plain_identity(identity), "changed" if identity in recipe.identities else "added")
            for identity in map(Identity.of, change.objects)
        ]
        if any(_carries(recipe.component.images, image["name"]) for image in change.images):
            found += [(identity, "changed") for identity in recipe.identities if identity.kind in _WORKLOADS]
        yield from (Difference(component, identity, kind, change.because, change.source) for identity, kind in found)
    for secret in recipe.removed_secrets:
        identity = Identity("", "Secret", secret.namespace, secret.name)
        yield Difference(component, identity, "removed", "its value is public", secret.source)


def _carries(images: Sequence[str], name: str) -> bool:
    return any(image == name or image.startswith((f"{name}:", f"{name}@")) for image in images)


def origin_of(installation: Installation, cluster: Cluster) -> str:
    """Return where the installation comes from by path, with names in place of list indexes."""
    path = installation.origin
    if len(path) > 1 and path[0] == "clusters":
        path = ("clusters", cluster.name, *path[2:])
    if len(path) > 2 and path[0] == "teams":
        team = next((tenant.team for tenant in cluster.tenants if tenant.origin == path[:2]), "")
        path = ("teams", team, path[2])
    return ".".join(map(str, path)) or "platform"


def _recipe(installation: Installation, cluster: Cluster, platform: Platform, catalog: Catalog) -> _Recipe:
    release = catalog.release(installation.product, installation.product_version)
    component = release.components[installation.component]
    overlay = overlay_of(installation.component)
    values = {
        **values_of(installation, cluster, platform),
        **{f"remotes.{remote.repository.removeprefix(_GITHUB)}": remote.ref for remote in _remotes(release, component)},
    }
    return _Recipe(
        release,
        component,
        overlay,
        values,
        tuple(_effective(overlay, installation.product_version, values)),
        tuple(secrets_of(installation, values)),
    )


def _remotes(release: ProductRelease, component: ComponentRelease) -> list[RemoteBase]:
    """Return what the component's own directory reaches in other repositories."""
    reached = set(component.remotes)
    return [remote for remote in release.remotes if remote.url in reached]


def _effective(overlay: ComponentOverlay, version: str, values: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the changes that apply, with values put in; one that reads a value that is not set does not apply."""
    for change in overlay.changes_in(version):
        if not applies(change.when, change.unless, values):
            continue
        try:
            yield replace(
                change,
                path=put_in(change.path, values),
                bases=tuple(put_in(change.bases, values)),
                namespace=put_in(change.namespace, values),
                remove=tuple(put_in(change.remove, values)),
                patches=tuple(put_in(change.patches, values)),
                images=tuple(put_in(change.images, values)),
                objects=tuple(put_in(change.objects, values)),
                values=put_in(change.values, values),
            )
        except UnsetValueError:
            continue


def _bases(recipe: _Recipe) -> tuple[Base, ...]:
    """Return the pinned directories: those of the last change that names some, else the release's own.

    A directory of another repository stands at the commit that the release's own overlay reaches it at.
    """
    release = recipe.release
    commits = {release.repository: release.commit}
    commits |= {remote.repository: remote.commit for remote in _remotes(release, recipe.component)}
    chosen: tuple[Mapping[str, str], ...] = ({"path": recipe.component.path},)
    for change in recipe.changes:
        if change.path:
            chosen = ({"path": change.path},)
        if change.bases:
            chosen = change.bases
    bases = []
    for base in chosen:
        repository = base.get("repository", release.repository)
        bases.append(Base(repository, base["path"], base.get("commit") or commits[repository]))
    return tuple(bases)


def _definitions(recipe: _Recipe) -> tuple[Base, ...]:
    """Return the definitions that a chart's Git directory lacks, as a directory of the same repository."""
    release, path = recipe.release, recipe.component.definitions
    return (Base(release.repository, path, release.commit),) if path else ()


def _namespace_object(name: str) -> Object:
    """Return the Namespace of a Helm chart, since charts bring none; it comes before what is in it."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "annotations": {names.SYNC_WAVE: "-1"}}}


def _fields(
    installation: Installation, recipe: _Recipe, objects: Sequence[Object], secrets: Sequence[Identity]
) -> dict[str, Any]:
    """Return the kustomization's fields: ours in the order of their reasons, then the user's patches.

    Args: `secrets` are those that Argo CD opens here.
    """
    defaults = [{"kind": "Secret", "name": secret.name} for secret in recipe.removed_secrets]
    removed = [dict(target) for change in recipe.changes for target in change.remove]
    made = [Identity.of(item) for item in objects]
    if recipe.component.definitions:
        made += [Identity("apiextensions.k8s.io", "CustomResourceDefinition", "", "any")]
    gone = {identity for target in (*defaults, *removed) for identity in _hit(target, recipe)}
    staying = [identity for identity in (*recipe.identities, *made) if identity not in gone]
    fields: dict[str, Any] = {
        "patches": [
            *(patches.delete(target) for target in (*(() if secrets else defaults), *removed)),
            *(dict(patch) for change in recipe.changes for patch in change.patches),
            *patches.storage_class(staying, recipe.values.get(STORAGE_CLASS)),
            *patches.webhooks(staying, recipe.values.get(WEBHOOK_ANNOTATIONS)),
            *patches.on_nodes(
                staying, recipe.values.get(f"{NODES}.selector"), recipe.values.get(f"{NODES}.tolerations")
            ),
            *patches.keep_data(staying),
            *patches.later(_own_kinds(recipe)),
            *(_user(patch.target, patch.patch) for patch in installation.patches),
        ],
        "images": [dict(image) for change in recipe.changes for image in change.images],
        "components": [
            *(
                remote(Base(recipe.release.repository, path, recipe.release.commit))
                for path in recipe.component.bundled
            ),
            *opened_secrets.components(secrets, [target["name"] for target in defaults]),
        ],
    }
    return {**fields, **_namespace(recipe)}


def _namespace(recipe: _Recipe) -> dict[str, Any]:
    """Return the field that gives objects their namespace, where upstream leaves it out.

    Kustomize's `namespace` moves every namespaced object, so where some stand elsewhere only the unset ones are set.
    """
    wanted = next((change.namespace for change in reversed(recipe.changes) if change.namespace), None)
    if wanted is not None:
        return {"namespace": wanted}
    component = recipe.component
    if not component.namespace_unset or not component.namespace:
        return {}
    if set(component.namespaces) <= {component.namespace}:
        return {"namespace": component.namespace}
    transformer = [
        "apiVersion: builtin",
        "kind: NamespaceTransformer",
        "metadata:",
        "  name: unset-namespaces",
        f"  namespace: {component.namespace}",
        "unsetOnly: true",
    ]
    return {"transformers": ["\n".join(transformer) + "\n"]}


def _own_kinds(recipe: _Recipe) -> Iterator[tuple[str, str]]:
    """Yield group and kind of the component's resources of kinds that it defines itself."""
    for text in recipe.component.own_resources:
        kind, _, group = text.partition(".")
        yield group, kind


def _helm(installation: Installation, recipe: _Recipe) -> HelmSource:
    settings = recipe.overlay.helm
    base = _bases(recipe)[0]
    values: dict[str, Any] = {}
    for change in recipe.changes:
        values = merge(values, change.values)
    return HelmSource(
        repository=base.repository,
        path=base.path,
        commit=base.commit,
        release_name=settings.release_name if settings else installation.component,
        namespace=settings.namespace if settings else (recipe.component.namespace or installation.component),
        values=merge(values, _chosen_values(installation)),
    )


def _chosen_values(installation: Installation) -> Mapping[str, Any]:
    """Return what the platform file says of the chart's values, under the option `values`."""
    chosen = installation.options.get("values")
    return chosen if isinstance(chosen, Mapping) else {}


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return two structures as one; where both hold a mapping it is merged, otherwise `above` wins."""
    merged = dict(below)
    for key, value in above.items():
        held = merged.get(key)
        merged[key] = merge(held, value) if isinstance(held, Mapping) and isinstance(value, Mapping) else value
    return merged


def _user(target: Mapping[str, str], patch: object) -> dict[str, Any]:
    """Return a user's patch as kustomize takes it.

    A strategic merge must look like an object of its own, or kustomize cannot tell what it is; what it changes is
    decided by the target alone. Source: kubernetes-sigs/kustomize plugin/builtin/patchtransformer.
    """
    if isinstance(patch, Mapping):
        metadata = patch.get("metadata")
        named = {"name": target.get("name", "any"), **(metadata if isinstance(metadata, Mapping) else {})}
        patch = {"apiVersion": "v1", "kind": target.get("kind", "Any"), **patch, "metadata": named}
    return {"target": dict(target), "patch": patch}


def _hit(target: Mapping[str, str], recipe: _Recipe) -> list[Identity]:
    return [identity for identity in recipe.identities if patches.selects(target, identity)]
