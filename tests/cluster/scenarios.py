"""Platforms that are installed on a real control plane, and what is declared in them about people and limits.

The same people, teams, pools and limits twice: under a whole Kubeflow, and on a cluster with nothing but tenants. No
version is named: the compiler picks what goes with the Kubernetes that is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.cluster.api import Person

CLUSTER = "real"

_TENANTS = """\
gpuPools:
  - {name: a100, cluster: real, accelerator: nvidia-a100-80gb, gpusPerNode: 8, nodes: {min: 0, max: 2}}
  - name: t4-shared
    cluster: real
    accelerator: nvidia-t4
    gpusPerNode: 1
    nodes: {min: 0, max: 4}
    sharing: {strategy: timeSlicing, replicas: 4}
teams:
  - name: vision
    owner: {user: alice@acme.com}
    members:
      - {user: ada@acme.com, role: admin}
      - {user: bob@acme.com, role: editor}
      - {user: vic@acme.com, role: viewer}
      - {group: vision-readers, role: viewer}
      - {group: vision-builders, role: editor}
    namespaces:
      - name: vision-research
        clusters: [real]
        quota: {cpu: "4", memory: 16Gi, storage: 100Gi, pods: 6}
      - name: vision-free
        clusters: [real]
        openModels: [ranker]
    gpus: [{pool: a100, nominal: 4}]
    registries: [{type: ghcr, secretRef: ghcr-pull}]
    modelStorage: [{type: s3, secretRef: models-s3, region: eu-west-1}]
  - name: speech
    owner: {user: carol@acme.com}
    members:
      - {user: erin@acme.com, role: editor}
    namespaces:
      - name: speech-lab
        clusters: [real]
        quota: {pods: 20, extra: {limits.cpu: "8", limits.memory: 32Gi}}
namespaces:
  - name: shared-data
    clusters: [real]
    quota: {cpu: "2", storage: 1Ti}
    access: [{team: vision, role: viewer}, {team: speech, role: editor}]
"""

_HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {{name: acme-ml}}
gitops: {{repoURL: https://github.com/acme/ml-platform.git, revision: main}}
distribution: {distribution}
components: {components}
clusters:
  - name: real
    environment: dev
    provider: generic
    kubernetes: "{kubernetes}"
{identity}"""

_DEX = """\
    identity: {static: {users: [{user: dev@acme.com, passwordHashRef: dex-dev-password}]}}
"""


@dataclass(frozen=True)
class Scenario:
    """A platform and whether upstream's manifests are part of it."""

    name: str
    distribution: str
    components: str
    identity: str = ""
    is_kubeflow: bool = field(default=False)

    def text(self, kubernetes: str) -> str:
        """Return the platform file for a Kubernetes minor."""
        head = _HEAD.format(
            distribution=self.distribution, components=self.components, identity=self.identity, kubernetes=kubernetes
        )
        return head + _TENANTS


SCENARIOS = (
    Scenario("tenants", "none", "{}"),
    Scenario("kubeflow", "kubeflow", "{kueue: {}}", _DEX, is_kubeflow=True),
)

ALL = ("system:authenticated",)
PEOPLE = {
    "alice": Person("alice@acme.com", ALL),
    "ada": Person("ada@acme.com", ALL),
    "bob": Person("bob@acme.com", ALL),
    "vic": Person("vic@acme.com", ALL),
    "a reader of vision": Person("rita@acme.com", ("vision-readers", *ALL)),
    "a builder of vision": Person("bert@acme.com", ("vision-builders", *ALL)),
    "carol": Person("carol@acme.com", ALL),
    "erin": Person("erin@acme.com", ALL),
    "a stranger": Person("mallory@acme.com", ("readers", "vision", *ALL)),
    "a name alike": Person("Bob@acme.com", ALL),
    "notebooks of vision": Person.account("vision-research", "default-editor"),
    "viewers of vision": Person.account("vision-research", "default-viewer"),
    "pods of speech": Person.account("speech-lab", "default"),
}
"""Who asks. A group counts only as an identity provider would send it."""

_VISION = {
    "alice": "admin",
    "ada": "admin",
    "bob": "editor",
    "vic": "viewer",
    "a reader of vision": "viewer",
    "a builder of vision": "editor",
}
_SPEECH = {"carol": "admin", "erin": "editor"}
DECLARED: dict[str, dict[str, str]] = {
    "vision-research": _VISION | {"notebooks of vision": "editor", "viewers of vision": "viewer"},
    "vision-free": _VISION,
    "speech-lab": _SPEECH,
    "shared-data": {**dict.fromkeys(_VISION, "viewer"), **dict.fromkeys(_SPEECH, "editor")},
}
"""Namespace to person to the role that the platform file gives; whoever is not named has none."""
