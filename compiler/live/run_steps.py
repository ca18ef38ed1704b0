"""Runs the steps of a bootstrap through kubectl, in order, waiting where it must; decides nothing about them.

Every step may be run again: a bootstrap that broke off is simply started once more.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.live import steps
from compiler.live.kubectl import Kubectl, Ran
from compiler.live.steps import APPLY, Applied, Awaited, Bootstrap, Definitions, Manager, Registered, Step

_NOT_YET = (
    "no matches for kind",
    "could not find the requested resource",
    "not found in group",
    ".status.conditions accessor error",
)
"""What kubectl says while the server does not serve a kind yet, although its definition is there; the last of a
definition that is so new that it has no conditions (seen with kubectl 1.32 on Kubernetes 1.32 and 1.37)."""
_TRIES = 30
_PAUSE_S = 2.0
_WAIT = ("wait", "--for=condition=Established", "--timeout=120s")
_COUNTED = re.compile(r" serverside-applied$", re.MULTILINE)


@dataclass(frozen=True)
class Surroundings:
    """What a run needs of the world.

    `render` gives an overlay's objects as YAML, `definitions` all definitions, `say` tells the user a line, `sleep`
    waits for seconds. `hub` is kubectl on the hub where there is one.
    """

    here: Kubectl
    hub: Kubectl | None
    render: Callable[[str], str]
    definitions: Callable[[], str]
    say: Callable[[str], None]
    sleep: Callable[[float], None]


def run_steps(plan: Bootstrap, world: Surroundings, *, is_in_charge: bool) -> None:
    """Run the bootstrap.

    Args: with `is_in_charge` Argo CD already follows the tree there; then it brings the definitions itself, but for
    those of which `upgrade-by-hand` says that it cannot.
    Raises: `EnvironmentFailure` with kubectl's own words at the first step that fails.
    """
    for number, step in enumerate(plan.steps, 1):
        world.say(f"{number}/{len(plan.steps)} {_title(step)}")
        if isinstance(step, Definitions) and is_in_charge:
            world.say("    left to Argo CD, which is in charge already")
            continue
        done = _run(step, world)
        if done is None:
            continue
        if not done.ok:
            raise EnvironmentFailure(
                f"step {number} failed: {done.complaint}",
                f"nothing is lost: run it again when that is mended: python -m compiler bootstrap {plan.cluster} --run",
            )
        count = len(_COUNTED.findall(done.out))
        if count:
            world.say(f"    {count} objects applied")


def _title(step: Step) -> str:
    match step:
        case Definitions():
            return "apply the definitions of all components"
        case Applied(overlay):
            return f"apply {overlay}"
        case Awaited(definitions):
            return f"wait for {', '.join(definitions)}"
        case Manager():
            return "make the account of the hub's Argo CD"
        case Registered():
            return "register the cluster in the hub"


def _run(step: Step, world: Surroundings) -> Ran | None:
    """Return how a step ended; nothing for one with nothing to do."""
    match step:
        case Definitions():
            text = world.definitions()
            if not text:
                return None
            done = _apply(world.here, text, world)
            if not done.ok:
                return done
            waited = _patiently(lambda: world.here(*_WAIT, "--filename=-", given=text), world)
            return waited if not waited.ok else done
        case Applied(overlay):
            return _apply(world.here, world.render(overlay), world)
        case Awaited(definitions):
            wanted = [f"crd/{name}" for name in definitions]
            return _patiently(lambda: world.here(*_WAIT, *wanted), world)
        case Manager(objects):
            listed = {"apiVersion": "v1", "kind": "List", "items": objects}
            return _apply(world.here, json.dumps(listed), world)
        case Registered():
            return _register(step, world)


def _apply(kubectl: Kubectl, text: str, world: Surroundings) -> Ran:
    """Return how an apply ended."""
    return _patiently(lambda: kubectl(*APPLY, "--filename=-", given=text), world)


def _patiently(call: Callable[[], Ran], world: Surroundings) -> Ran:
    """Return how a call ended, made again while the server does not serve a kind that it knows already."""
    done = call()
    for _ in range(_TRIES):
        if done.ok or not any(words in done.err for words in _NOT_YET):
            break
        world.sleep(_PAUSE_S)
        done = call()
    return done


def _register(step: Registered, world: Surroundings) -> Ran:
    """Return how the registration ended. Raises: `EnvironmentFailure` when no token appears."""
    assert world.hub is not None, "a plan with a hub is run with one"
    for _ in range(_TRIES):
        where = ("--namespace", steps.MANAGER_NAMESPACE, "--output=json")
        found = world.here.data("get", "secret", steps.MANAGER_TOKEN, *where) or {}
        made = found.get("data") or {}
        if made.get("token"):
            token = base64.b64decode(made["token"]).decode()
            secret = steps.cluster_secret(step, token, made.get("ca.crt", ""))
            return _apply(world.hub, json.dumps(secret), world)
        world.sleep(_PAUSE_S)
    raise EnvironmentFailure(
        f"no token appears in Secret {steps.MANAGER_NAMESPACE}/{steps.MANAGER_TOKEN}",
        "the controller manager of the cluster fills it; is it running?",
    )
