"""A small catalog in memory, of the catalog's own types, and platforms as text: what the tests of resolving share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compiler.catalog.versions import VersionOrder
from compiler.diagnostics.model import Diagnostic
from compiler.model.platform import Platform
from compiler.model.release import (
    Accelerator,
    Component,
    ComponentRelease,
    Fact,
    KubernetesMinor,
    KubernetesSupport,
    Product,
    ProductRelease,
    ReleaseSummary,
    RemoteBase,
)
from compiler.resolve import Lock, resolve
from compiler.source.loader import load
from compiler.spec.validate import validate

DAY = date(2026, 11, 1)
REMOTE = "https://example.com/argo-workflows/base?ref=v3.7.3"


def commit_of(text: str) -> str:
    """Return 40 hex digits that are the same for the same text."""
    return (text.encode().hex() * 40)[:40]


def component(
    name: str,
    *,
    default: bool = True,
    requires: Sequence[str] = (),
    brings: Mapping[str, str] | None = None,
    namespaces: Sequence[str] = (),
    remotes: Sequence[str] = (),
) -> ComponentRelease:
    """Return a component of a release; its own version is that of the first thing it brings."""
    brings = brings or {}
    return ComponentRelease(
        id=name,
        path=f"apps/{name}",
        default=default,
        version=next(iter(brings.values()), None),
        brings=brings,
        requires=dict.fromkeys(requires, ("because",)),
        namespaces=tuple(namespaces),
        remotes=tuple(remotes),
    )


def release(product: str, version: str, *components: ComponentRelease, upgrade_source: bool = False) -> ProductRelease:
    """Return a release with these components."""
    return ProductRelease(
        product=product,
        version=version,
        kind="kustomize",
        repository=f"https://github.com/example/{product}",
        ref=f"v{version}",
        commit=commit_of(f"{product}{version}"),
        date="2026-01-01T00:00:00+00:00",
        verified="2026-08-23",
        upgrade_source=upgrade_source,
        kubernetes=KubernetesSupport(),
        notes=(),
        upgrade=(),
        waves=(),
        remotes=(
            RemoteBase(
                "kustomization.yaml",
                REMOTE,
                "https://github.com/argoproj/argo-workflows",
                "base",
                "v3.7.3",
                commit_of("argo"),
                release_file=False,
            ),
        ),
        brings={subject: brought for each in components for subject, brought in each.brings.items()},
        components={each.id: each for each in components},
    )


def fact(id: str, subject: str, version: str, requires: Mapping[str, str], strength: str = "enforced") -> Fact:
    """Return a compatibility fact."""
    return Fact(id, subject, version, requires, (), strength, "high", {"url": f"https://example.com/{id}"})


def accelerator(id: str, machines: Mapping[str, Sequence[tuple[str, int]]], **raw: Any) -> Accelerator:
    """Return a GPU with machine types by cloud."""
    return Accelerator(
        id=id,
        vendor=raw.pop("vendor", "nvidia"),
        architecture="Ampere",
        memory_gib=80,
        mig_capable="mig" in raw,
        machines={
            cloud: tuple({"name": name, "gpus": gpus} for name, gpus in rows) for cloud, rows in machines.items()
        },
        raw=raw,
    )


@dataclass
class FakeCatalog:
    """A catalog of given releases; the first product of a component's `homes` is preferred."""

    releases: Sequence[ProductRelease]
    known_facts: Sequence[Fact] = ()
    homes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conflicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    minors: Sequence[str] = ("1.31", "1.32", "1.33", "1.34", "1.35")

    def products(self) -> Mapping[str, Product]:
        found: dict[str, dict[str, ReleaseSummary]] = {}
        for each in self.releases:
            found.setdefault(each.product, {})[each.version] = ReleaseSummary(
                each.product,
                each.version,
                each.ref,
                each.commit,
                each.upgrade_source,
                None,
                tuple(sorted(each.components)),
                each.brings,
            )
        return {
            name: Product(name, name, "", f"https://github.com/example/{name}", "kustomize", "", (), releases)
            for name, releases in found.items()
        }

    def versions(self, product: str, *, sources: bool = False) -> tuple[str, ...]:
        found = [each.version for each in self.releases if each.product == product]
        hidden = {each.version for each in self.releases if each.product == product and each.upgrade_source}
        return tuple(each for each in self.order(product).sorted(found) if sources or each not in hidden)

    def order(self, subject: str) -> VersionOrder:
        del subject
        return VersionOrder()

    def component_ids(self) -> tuple[str, ...]:
        return tuple(sorted({name for each in self.releases for name in each.components}))

    def component(self, component: str) -> Component:
        carriers = [each for each in self.releases if component in each.components]
        products = tuple(dict.fromkeys(each.product for each in carriers))
        subjects = tuple(carriers[-1].components[component].brings)
        conflicts = self.conflicts.get(component, ())
        return Component(component, component, "", self.homes.get(component, products), subjects, conflicts=conflicts)

    @property
    def accelerator_table(self) -> Mapping[str, Any]:
        return {"familyRegions": {}}

    def accelerators(self) -> Mapping[str, Accelerator]:
        profiles = [
            {"profile": "1g.10gb", "max": 7, "resource": "nvidia.com/mig-1g.10gb"},
            {"profile": "3g.40gb", "max": 2, "resource": "nvidia.com/mig-3g.40gb"},
        ]
        a100 = accelerator(
            "nvidia-a100-80gb",
            {
                "gcp": [("a2-ultragpu-1g", 1), ("a2-ultragpu-8g", 8)],
                "aws": [("p4de.24xlarge", 8)],
                "azure": [("Standard_NC24ads_A100_v4", 1)],
            },
            mig={"profiles": profiles, "gkePartitionSizes": {"1g.10gb": 7, "3g.40gb": 2}},
            quota={
                "gcp": {"onDemand": "NVIDIA_A100_80GB_GPUS", "preemptible": "PREEMPTIBLE_NVIDIA_A100_80GB_GPUS"},
                "aws": {"onDemand": "L-417A185B", "spot": "L-7212CCBC"},
            },
            locations={"gcpZones": ["europe-west4-a", "us-central1-a"]},
        )
        t4 = accelerator(
            "nvidia-t4",
            {"gcp": [("n1-*", 1), ("n1-*", 2), ("n1-*", 4)], "aws": [("g4dn.xlarge", 1)]},
            gke={"acceleratorLabel": "nvidia-tesla-t4"},
            quota={"gcp": {"onDemand": "NVIDIA_T4_GPUS", "preemptible": "PREEMPTIBLE_NVIDIA_T4_GPUS"}},
            locations={"gcpZones": ["europe-west4-a", "europe-west4-b"]},
        )
        mi300 = accelerator("amd-mi300x", {}, vendor="amd", resource="amd.com/gpu")
        return {each.id: each for each in (a100, t4, mi300)}

    def kubernetes(self) -> Mapping[str, KubernetesMinor]:
        return {minor: KubernetesMinor(minor, None, None, None, {}) for minor in self.minors}

    def release(self, product: str, version: str) -> ProductRelease:
        return next(each for each in self.releases if (each.product, each.version) == (product, version))

    def subjects(self) -> Sequence[str]:
        return sorted({each.subject for each in self.known_facts})

    def facts(self, subject: str) -> Sequence[Fact]:
        return [each for each in self.known_facts if each.subject == subject]


def kubeflow(version: str, trainer: str | None, istio: str, **options: bool) -> ProductRelease:
    """Return a small distribution: a namespace, Istio, profiles, notebooks, pipelines with a remote, and extras."""
    parts = [
        component("kubeflow-namespace", namespaces=["kubeflow"]),
        component("istio-install", brings={"istio": istio}, namespaces=["istio-system"]),
        component("profiles", requires=["kubeflow-namespace", "istio-install"], brings={"profiles": version}),
        component("jupyter-web-app", requires=["profiles"], brings={"jupyter-web-app": version}),
        component(
            "pipelines", requires=["kubeflow-namespace"], brings={"kubeflow-pipelines": version}, remotes=[REMOTE]
        ),
        component("katib", default=False, requires=["kubeflow-namespace"], brings={"katib": version}),
    ]
    if trainer is not None:
        parts.append(component("trainer", requires=["kubeflow-namespace"], brings={"kubeflow-trainer": trainer}))
    else:
        parts.append(component("training-operator", brings={"training-operator": "1.9.2"}))
    return release("kubeflow", version, *parts, **options)


def catalog(**changes: Any) -> FakeCatalog:
    """Return the catalog that most tests use."""
    releases = [
        kubeflow("1.8.1", None, "1.17.5", upgrade_source=True),
        kubeflow("1.10.1", None, "1.24.3"),
        kubeflow("1.10.2", None, "1.26.1"),
        kubeflow("1.11.0", "2.1.0", "1.28.0"),
        kubeflow("26.03", "2.1.0", "1.28.0"),
        *(
            release(
                "kueue",
                version,
                component("kueue", default=False, brings={"kueue": version}, namespaces=["kueue-system"]),
            )
            for version in ("0.15.2", "0.16.0", "0.16.3", "0.17.1")
        ),
        *(
            release(
                "argo-cd",
                version,
                component("argo-cd", default=False, brings={"argo-cd": version}, namespaces=["argocd"]),
            )
            for version in ("3.3.2", "3.4.2")
        ),
        release(
            "external-secrets",
            "0.17.0",
            component("external-secrets", default=False, brings={"external-secrets": "0.17.0"}),
        ),
    ]
    facts = [
        fact("kueue@0.17/trainer", "kueue", ">=0.17", {"kubeflow-trainer": ">=2.2"}, "api"),
        fact("istio@1.28/kubernetes", "istio", "1.28", {"kubernetes": ">=1.32"}),
        fact("istio@1.28/documented", "istio", "1.28", {"kubernetes": "<1.20"}, "documented"),
    ]
    return FakeCatalog(**{"releases": releases, "known_facts": facts, **changes})


HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
"""
CLUSTER = """\
clusters:
  - {name: dev, environment: dev, provider: kind, kubernetes: "1.34"}
"""


def understand(
    text: str,
    source: FakeCatalog | None = None,
    lock: Lock | None = None,
    files: Mapping[str, bytes] | None = None,
) -> tuple[Platform, Lock, list[Diagnostic]]:
    """Return what a platform file means to the fake catalog; `text` follows the usual head. Its shape must be right."""
    document, findings = load((HEAD + text).encode(), "platform.yaml")
    assert document is not None, findings
    validated, more = validate(document)
    assert validated is not None
    assert not findings
    platform, made, found = resolve(validated, source or catalog(), lock, read=(files or {}).get, as_of=DAY)
    assert platform is not None
    return platform, made, [*more, *found]


def codes(findings: Sequence[Diagnostic]) -> list[str]:
    """Return the codes of findings, sorted."""
    return sorted(finding.code for finding in findings)
