"""The bootstrap as a shell script that says what it does: to be read, or piped into `sh` as it is.

Knows how steps are written as commands of kubectl; runs nothing.
"""

from __future__ import annotations

import json
import shlex
import textwrap
from collections.abc import Iterator

from compiler.live import steps
from compiler.live.secrets import commands, namespaces_of
from compiler.live.steps import APPLY, Applied, Awaited, Bootstrap, Definitions, Manager, Registered, Step

WIDTH = 118
_HERE, _HUB = "CONTEXT", "HUB_CONTEXT"
_AWAIT = ("wait", "--for=condition=Established", "--timeout=120s")
COMPILER = "python -m compiler"


def script(plan: Bootstrap, context: str | None = None, hub_context: str | None = None) -> Iterator[str]:
    """Yield the lines of the script; without contexts it uses the current one, and where it takes two asks for both."""
    here, hub = _prefix(plan, context, _HERE), _prefix(plan, hub_context, _HUB)
    yield "#!/bin/sh"
    where = f", a cluster that the Argo CD of {plan.hub} manages" if plan.is_spoke else ""
    yield from _comment(
        f"Bootstrap of {plan.cluster}{where}. Run it in the folder of platform.yaml; running it again does no harm. "
        f"`{COMPILER} bootstrap {plan.cluster} --run` takes the numbered steps alone, makes no Secret, and looks first "
        "whether it is the right cluster."
    )
    yield "set -eu"
    for variable, given, what in ((_HERE, context, plan.cluster), (_HUB, hub_context, plan.hub)):
        if plan.is_spoke and given is None:
            yield f': "${{{variable}:?the context of kubectl for {what}}}"'
    yield ""
    yield from _before(plan, here)
    for number, step in enumerate(plan.steps, 1):
        yield ""
        yield from _comment(f"{number}. {step.why[0].upper()}{step.why[1:]}.")
        yield from _lines(step, plan, here, hub)
    yield ""
    yield from _after(plan, here, hub if plan.is_spoke else here)


def _prefix(plan: Bootstrap, context: str | None, variable: str) -> str:
    if context is not None:
        return f"kubectl --context {shlex.quote(context)}"
    return f'kubectl --context "${variable}"' if plan.is_spoke else "kubectl"


def _comment(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False)


def _before(plan: Bootstrap, here: str) -> Iterator[str]:
    """Yield what must be there: the commit in Git, the way to it, and the Secrets."""
    yield from _comment(f"Before: Argo CD reads {plan.repository} at {plan.revision}, so push what `build` wrote.")
    if not plan.has_credentials and not plan.is_spoke:
        key = "gitops: {secretRef: NAME}"
        yield from _comment(f"If that repository is private, name the Secret that holds its credentials: `{key}`.")
    if not plan.secrets:
        yield from _comment("No Secret has to be made by hand.")
        return
    brought = [secret for secret in plan.secrets if secret.brought_by]
    if brought:
        yield from _comment(
            "Secrets that come by themselves; pods wait for them, so what they are made of must be there:"
        )
    for secret in brought:
        yield f"#   {secret.namespace}/{secret.name}: {secret.brought_by} (for {secret.for_whom}: {secret.help})"
    early = [secret for secret in plan.secrets if not secret.is_late and not secret.brought_by]
    if not early:
        return
    yield from _comment("Secrets that never stand in Git. Random values are drawn here; the others you give:")
    for namespace in namespaces_of(early):
        quoted = shlex.quote(namespace)
        yield f"{here} get namespace {quoted} >/dev/null 2>&1 || {here} create namespace {quoted}"
    for secret in early:
        yield from _comment(f"{secret.for_whom}: {secret.help}")
        yield from commands(secret, here)


def _lines(step: Step, plan: Bootstrap, here: str, hub: str) -> Iterator[str]:
    apply = " ".join(APPLY)
    match step:
        case Definitions():
            read = f"{COMPILER} bootstrap {shlex.quote(plan.cluster)} --definitions"
            yield f"{read} | {here} {apply} -f -"
        case Applied(overlay):
            yield f"{here} {apply} -k overlays/{plan.cluster}/{overlay}"
        case Awaited(definitions):
            yield f"{here} {' '.join(_AWAIT)} {' '.join(f'crd/{name}' for name in definitions)}"
        case Manager(objects):
            yield f"{here} {apply} -f - <<'EOF'"
            items = ",\n".join(map(json.dumps, objects))
            yield f'{{"apiVersion": "v1", "kind": "List", "items": [\n{items}\n]}}'
            yield "EOF"
        case Registered():
            yield from _registration(step, here, hub, apply)


def _registration(step: Registered, here: str, hub: str, apply: str) -> Iterator[str]:
    secret = f"{here} get secret {steps.MANAGER_TOKEN} --namespace {steps.MANAGER_NAMESPACE} --output"
    yield f'until TOKEN="$({secret} jsonpath={{.data.token}} | base64 -d)" && [ -n "$TOKEN" ]; do sleep 1; done'
    yield f"AUTHORITY=\"$({secret} 'jsonpath={{.data.ca\\.crt}}')\""
    yield f"{hub} {apply} -f - <<EOF"
    # Quotes of the JSON inside survive a here-document; variables are put in.
    yield json.dumps(steps.cluster_secret(step, "$TOKEN", "$AUTHORITY"), indent=1).replace("\\", "\\\\")
    yield "EOF"


def _after(plan: Bootstrap, here: str, argocd: str) -> Iterator[str]:
    namespace = shlex.quote(plan.argocd_namespace)
    yield from _comment(
        "Hands off now. A first sync takes minutes on a large machine and up to 20 on a small one; to watch it:"
    )
    yield f"#   {argocd} get applications.argoproj.io --namespace {namespace} --watch"
    late = [secret for secret in plan.secrets if secret.is_late and not secret.brought_by]
    if late:
        yield from _comment("When the namespaces of the teams are there, so are these Secrets wanted:")
        for secret in late:
            yield from _comment(f"  {secret.for_whom}: {secret.help}")
            yield from (f"#   {line}" for line in commands(secret, here))
