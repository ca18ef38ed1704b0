"""Who may do what, asked of the API server itself: each person of the platform file, and people who are not in it."""

from __future__ import annotations

from tests.cluster.conftest import Installed
from tests.cluster.scenarios import DECLARED, PEOPLE

READS = {
    ("get", "pods"),
    ("list", "pods"),
    ("watch", "pods/log"),
    ("get", "configmaps"),
    ("list", "services"),
    ("list", "deployments.apps"),
    ("list", "jobs.batch"),
    ("get", "resourcequotas"),
    ("list", "events"),
}
"""What every role may."""
WRITES = {
    ("create", "pods"),
    ("delete", "pods"),
    ("create", "configmaps"),
    ("patch", "deployments.apps"),
    ("create", "jobs.batch"),
    ("create", "persistentvolumeclaims"),
    ("get", "secrets"),
    ("create", "secrets"),
}
"""What editors and admins may."""
RULES = {("create", "rolebindings.rbac.authorization.k8s.io"), ("create", "roles.rbac.authorization.k8s.io")}
"""What only admins may: to let others in."""
NEVER = {
    ("update", "resourcequotas"),
    ("delete", "resourcequotas"),
    ("update", "limitranges"),
    ("patch", "namespaces"),
    ("delete", "namespaces"),
    ("update", "clusterqueues.kueue.x-k8s.io"),
    ("update", "localqueues.kueue.x-k8s.io"),
    ("create", "applications.argoproj.io"),
    ("create", "appprojects.argoproj.io"),
    ("impersonate", "serviceaccounts/x"),
}
"""What nobody of a team may, in their own namespace either: to lift what limits them."""
MAY = {"viewer": READS, "editor": READS | WRITES, "admin": READS | WRITES | RULES}
KUBEFLOW_READS = {("list", "notebooks.kubeflow.org"), ("get", "experiments.kubeflow.org")}
KUBEFLOW_WRITES = {
    ("create", "notebooks.kubeflow.org"),
    ("create", "experiments.kubeflow.org"),
    ("create", "inferenceservices.serving.kserve.io"),
    ("create", "trainjobs.trainer.kubeflow.org"),
}

NOWHERE = {
    ("list", "nodes"),
    ("list", "secrets"),
    ("list", "pods"),
    ("create", "namespaces"),
    ("delete", "namespaces"),
    ("create", "clusterroles.rbac.authorization.k8s.io"),
    ("create", "clusterrolebindings.rbac.authorization.k8s.io"),
    ("update", "validatingadmissionpolicies.admissionregistration.k8s.io"),
    ("delete", "validatingadmissionpolicybindings.admissionregistration.k8s.io"),
    ("create", "clusterqueues.kueue.x-k8s.io"),
    ("create", "profiles.kubeflow.org"),
    ("delete", "customresourcedefinitions.apiextensions.k8s.io"),
    ("impersonate", "users"),
}
"""What nobody but the platform may in the whole cluster."""


def test_a_role_reaches_as_far_as_it_says_and_no_further(installed: Installed) -> None:
    reads, writes = (
        (KUBEFLOW_READS, KUBEFLOW_WRITES) if installed.scenario.is_kubeflow else (set[tuple[str, str]](), set())
    )
    may = {role: granted | reads | (writes if role != "viewer" else set()) for role, granted in MAY.items()}
    wrong = []
    for namespace, roles in DECLARED.items():
        for who, person in PEOPLE.items():
            role = roles.get(who)
            for verb, resource in sorted(may["admin"] | NEVER):
                expected = role is not None and (verb, resource) in may[role]
                said = _ask(installed, who, verb, resource, namespace)
                if said is not expected:
                    wrong.append(f"{who} ({person.name}, {role}): {verb} {resource} in {namespace} is {said}")
    assert wrong == []
    assert installed.row.questions >= 200


def test_nobody_of_a_team_reaches_the_cluster(installed: Installed) -> None:
    granted = [
        f"{who}: {verb} {resource}"
        for who in PEOPLE
        for verb, resource in sorted(NOWHERE)
        if _ask(installed, who, verb, resource, None)
    ]
    assert granted == []


def test_nobody_of_a_team_reaches_the_namespaces_of_the_platform(installed: Installed) -> None:
    granted = [
        f"{who}: {verb} {resource} in {namespace}"
        for namespace in ("argocd", "kube-system", "default", "kubeflow", "istio-system")
        for who in PEOPLE
        for verb, resource in (("get", "secrets"), ("create", "pods"), ("list", "configmaps"))
        if _ask(installed, who, verb, resource, namespace)
    ]
    assert granted == []


def _ask(installed: Installed, who: str, verb: str, resource: str, namespace: str | None) -> bool:
    said = installed.plane.api.may(PEOPLE[who], verb, resource, namespace)
    installed.row.questions += 1
    installed.row.allowed += said
    return said
