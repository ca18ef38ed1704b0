"""What a cluster really holds: products, what releases bring along, what sits inside that, GPUs, and what we ask of it.

Knows no verdict: facts are only asked for what a version contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from compiler.catalog.overlay import overlay_of
from compiler.diagnostics.model import YamlPath
from compiler.frozen import frozen
from compiler.matrix.used import BUILD_OPTION, used_features
from compiler.model.platform import ARGO_CD, Cluster, GpuPool, Installation, Platform
from compiler.model.release import Fact
from compiler.providers import Providers
from compiler.resolve.facts import Facts
from compiler.resolve.offers import KUBERNETES
from compiler.resolve.wishes import KUBEFLOW

OURS = "output"
"""The group of what this compiler's own output asks for."""

_DISTRIBUTION = ("distribution",)
_GPU_OPERATOR = "nvidia-gpu-operator"
_DRIVER = "nvidia-driver"
_CUDA = "cuda"
_REMOVED = "removed:kubernetes/"


@frozen
class Holding:
    """One thing on a cluster, under the name by which facts speak of it.

    `version` is `None` for what is only there or not: a GPU, a feature that is used. `group` is the product that
    decides it, `label` that product in words, `sentence` says how it got there, `origin` where the user asks for it.
    `release` is the version of that product where the catalog has it.
    `newest` marks a version that is the newest of those that will do: older ones can be taken instead.
    """

    subject: str
    version: str | None
    group: str
    label: str
    sentence: str
    origin: YamlPath
    release: str = ""
    newest: bool = False

    @property
    def text(self) -> str:
        """Return the thing with its version, as a sentence names it."""
        name = _spoken(self.subject)
        return f"{name} {self.version}" if self.version else name


def _spoken(subject: str) -> str:
    kind, _, rest = subject.partition(":")
    return f"{rest} architecture" if kind == "gpu-arch" else rest or subject


def holdings(cluster: Cluster, platform: Platform, facts: Facts) -> Mapping[str, Holding]:
    """Return what a cluster holds, by subject; Kubernetes first, then as it is installed, then what that contains."""
    found: dict[str, Holding] = {}
    for holding in _stated(cluster, platform, facts):
        found.setdefault(holding.subject, holding)
    for holding in list(found.values()):
        _add_contents(holding, cluster, found, facts)
    for pool in cluster.pools:
        for holding in _gpus(pool, facts):
            found.setdefault(holding.subject, holding)
    for holding in _build_options(platform, facts):
        found.setdefault(holding.subject, holding)
    for holding in _used(cluster, found, facts):
        found.setdefault(holding.subject, holding)
    return found


def plain_version(version: str) -> str:
    """Return a Kubernetes version without a provider's suffix."""
    return version.partition("-")[0].partition("+")[0]


@cache
def is_managed(subject: str) -> bool:
    """Return whether a subject of facts is a provider that offers Kubernetes minors on dates of its own."""
    providers = Providers()
    return subject in providers and providers[subject].dates_kubernetes


def _stated(cluster: Cluster, platform: Platform, facts: Facts) -> Iterator[Holding]:
    kubernetes = plain_version(cluster.kubernetes)
    place = (*cluster.origin, "kubernetes")
    words = f"Kubernetes {kubernetes}"
    yield Holding(KUBERNETES, kubernetes, KUBERNETES, words, f"cluster {cluster.name} runs {words}", place)
    if is_managed(cluster.provider):
        minor = ".".join(kubernetes.split(".")[:2])
        sentence = f"{cluster.provider.upper()} runs cluster {cluster.name}"
        yield Holding(cluster.provider, minor, cluster.provider, cluster.provider.upper(), sentence, place)
    if platform.distribution == KUBEFLOW:
        for installation in cluster.installations:
            if installation.product == KUBEFLOW and installation.existing is None:
                words = f"{KUBEFLOW} {installation.product_version}"
                version = installation.product_version
                yield Holding(KUBEFLOW, version, KUBEFLOW, words, f"{words} is installed", _DISTRIBUTION, version)
                break
    kustomize = platform.gitops.kustomize.version
    if kustomize is not None:
        words = f"kustomize {kustomize}"
        place = ("gitops", "argocd", "kustomize", "version")
        yield Holding("kustomize", kustomize, "kustomize", words, f"Argo CD renders with {words}", place)
    for installation in _installations(cluster, platform):
        yield from _brought(installation, facts)


def _build_options(platform: Platform, facts: Facts) -> Iterator[Holding]:
    """Yield the options of `kustomize build` that facts know; each may be newer than the kustomize of Argo CD."""
    for index, option in enumerate(platform.gitops.kustomize.build_options):
        name = option.partition("=")[0]
        subject = f"{BUILD_OPTION}{name}"
        if subject in facts.fact_subjects:
            place = ("gitops", "argocd", "kustomize", "buildOptions", index)
            words = _spoken(subject)
            yield Holding(subject, None, words, words, f"Argo CD calls {words}", place)


def _installations(cluster: Cluster, platform: Platform) -> Iterator[Installation]:
    """Yield what is installed on a cluster, and the Argo CD of the hub that syncs it."""
    yield from cluster.installations
    argo_cd = platform.argo_cd_of(cluster)
    if argo_cd is not None and ARGO_CD not in cluster.installed:
        yield argo_cd


def _brought(installation: Installation, facts: Facts) -> Iterator[Holding]:
    name, origin = installation.component, installation.origin
    if installation.existing is not None:
        subject = facts.own_subject(name)
        words = f"{subject} {installation.existing}"
        yield Holding(subject, installation.existing, subject, words, f"the cluster has {words} already", origin)
        return
    product, version = installation.product, installation.product_version
    words = f"{product} {version}"
    brings = facts.release(product, version).components[name].brings
    if product not in facts.brings(product, version):  # A chart has a version of its own.
        yield Holding(product, version, product, words, f"{words} is installed", origin, version)
    for subject, brought in brings.items():
        sentence = f"{words} is installed" if subject == product else f"{words} brings {subject} {brought}"
        yield Holding(subject, brought, product, words, sentence, origin, version)


def _add_contents(holding: Holding, cluster: Cluster, found: dict[str, Holding], facts: Facts) -> None:
    """Add what is inside a version, as facts list it under `bundles`; what the catalog lists is there already."""
    if holding.version is None or holding.subject not in facts.fact_subjects:
        return
    if holding.subject in facts.products and len(facts.brings(holding.subject, holding.version)) > 1:
        return
    for fact in matching(holding, facts):
        bundles = fact.data.get("bundles")
        for subject, version in sorted(bundles.items()) if isinstance(bundles, Mapping) else ():
            inside = _inside(holding, subject, str(version), cluster)
            if inside is not None and subject not in found:
                found[subject] = inside
                if subject == _DRIVER:
                    _add_cuda(inside, found, facts)


def _inside(holding: Holding, subject: str, version: str, cluster: Cluster) -> Holding | None:
    """Return a holding for what is inside another one; nothing for a driver that is not installed by the operator."""
    plain = re.match(r"v?(\d[\d.]*\d)", version)
    if plain is None:
        return None
    text, sentence = plain[1], f"{holding.text} has {subject} {plain[1]} inside"
    if subject == _DRIVER and holding.subject == _GPU_OPERATOR:
        chosen = _driver(cluster)
        if chosen is None:
            return None
        if chosen:
            text, sentence = chosen, f"nvidia-driver {chosen} is asked for"
        else:
            sentence = f"{holding.text} installs driver {text} unless told otherwise"
    return Holding(subject, text, holding.group, holding.label, sentence, holding.origin, holding.release)


def _driver(cluster: Cluster) -> str | None:
    """Return the driver's version that the operator is told to install, empty for its own, `None` where it does not."""
    operator = cluster.installed.get("gpu-operator")
    if operator is None or operator.existing is not None:
        return ""
    told: dict[str, object] = {}
    for change in overlay_of("gpu-operator").changes_in(operator.product_version):
        if cluster.provider in change.when.get("cluster.provider", (cluster.provider,)):
            told |= change.values.get("driver") or {}
    values = operator.options.get("values")
    asked = values.get("driver") if isinstance(values, Mapping) else None
    told |= asked if isinstance(asked, Mapping) else {}
    if told.get("enabled") is False:
        return None
    version = str(told.get("version") or "")
    return version if re.fullmatch(r"\d+(\.\d+)*", version) else ""


def _add_cuda(driver: Holding, found: dict[str, Holding], facts: Facts) -> None:
    for fact in matching(driver, facts):
        newest = fact.data.get("maxCudaMajor")
        if newest is not None and _CUDA not in found:
            sentence = f"{driver.text} runs CUDA up to {newest}"
            group, label, origin = driver.group, driver.label, driver.origin
            found[_CUDA] = Holding(_CUDA, str(newest), group, label, sentence, origin, driver.release, newest=True)


def _gpus(pool: GpuPool, facts: Facts) -> Iterator[Holding]:
    """Yield the GPU of a pool as facts know it, its architecture, and its MIG partitions."""
    group = label = f"pool {pool.name}"
    sentence = f"pool {pool.name} has {pool.accelerator}"
    gpu = _nearest("gpu:", pool.accelerator, facts)
    known = facts.about(gpu)[:1] if gpu else ()
    names = [gpu] if gpu else []
    arch = _architecture(pool.accelerator, known[0] if known else None, facts)
    names += [arch] if arch else []
    if pool.sharing.strategy == "mig":
        mig = _nearest("mig:", pool.accelerator.partition("-")[2], facts)
        names += [mig] if mig else []
    for name in names:
        yield Holding(name, None, group, label, sentence, (*pool.origin, "accelerator"))


def _nearest(prefix: str, accelerator: str, facts: Facts) -> str | None:
    """Return the subject whose words are among the accelerator's, the most of them; else one that has all of these."""
    asked = set(accelerator.split("-"))
    words = {name: set(name.removeprefix(prefix).split("-")) for name in facts.fact_subjects if name.startswith(prefix)}
    inside = sorted((-len(own), name) for name, own in words.items() if own <= asked)
    around = sorted((len(own), name) for name, own in words.items() if own >= asked)
    return next((name for _, name in (*inside, *around)), None)


def _architecture(accelerator: str, gpu: Fact | None, facts: Facts) -> str | None:
    """Return the architecture's subject: by compute capability where the GPU's is known, else by its first word."""
    capability = gpu.data.get("computeCapability") if gpu else None
    word = facts.architecture(accelerator).split(" ", maxsplit=1)[0]
    first = None
    for name in sorted(name for name in facts.fact_subjects if name.startswith("gpu-arch:")):
        if any(capability in fact.data.get("computeCapability", ()) for fact in facts.about(name)):
            return name
        if first is None and re.split(r"[ (]", name.removeprefix("gpu-arch:"))[0] == word:
            first = name
    return first


def _used(cluster: Cluster, found: Mapping[str, Holding], facts: Facts) -> Iterator[Holding]:
    """Yield what our output uses of the cluster's Kubernetes, Argo CD, kustomize and Kueue, and objects gone since."""
    versions = {subject: held.version for subject, held in found.items() if held.version is not None}
    place = (*cluster.origin, "kubernetes")
    for subject in used_features(cluster, versions):
        if subject in facts.fact_subjects:
            sentence = f"what is generated for cluster {cluster.name} uses {_spoken(subject)}"
            yield Holding(subject, None, OURS, "the generated files", sentence, place)
    for installation in cluster.installations:
        if installation.existing is not None:
            continue
        product, version = installation.product, installation.product_version
        words = f"{product} {version}"
        for kind, subject in _gone_objects(product, version, installation.component, facts):
            sentence = f"{installation.component} of {words} has a {kind}"
            yield Holding(subject, None, product, words, sentence, installation.origin)


def _gone_objects(product: str, version: str, component: str, facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return the kinds in a component that some Kubernetes no longer has, each with the subject of the facts on it."""
    key = ("gone", product, version, component)
    found: tuple[tuple[str, str], ...] | None = facts.judged.get(key)
    if found is None:
        objects = {each.partition(".")[0] for each in facts.release(product, version).components[component].objects}
        gone = ((name.rpartition("/")[2], name) for name in facts.fact_subjects if name.startswith(_REMOVED))
        found = facts.judged[key] = tuple(sorted((kind, name) for kind, name in gone if kind in objects))
    return found


_ALSO = {"knative-serving": ("knative",), "knative-eventing": ("knative",)}
"""Under which further names facts speak of a subject. Knative's parts are released together.

Source: https://github.com/knative/community/blob/main/mechanics/RELEASE-SCHEDULE.md.
"""


def matching(holding: Holding, facts: Facts) -> tuple[Fact, ...]:
    """Return the facts about what is held, in its version."""
    key = ("matching", holding.subject, holding.version)
    found: tuple[Fact, ...] | None = facts.judged.get(key)
    if found is None:
        found = facts.judged[key] = tuple(
            fact
            for subject in (holding.subject, *_ALSO.get(holding.subject, ()))
            if subject in facts.fact_subjects
            for fact in facts.about(subject)
            if facts.is_about(fact, holding.version)
        )
    return found
