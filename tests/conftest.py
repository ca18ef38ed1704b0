"""What every test shares: settings of Hypothesis, markers, and the skip of tests whose upstream cannot be read."""

from __future__ import annotations

import functools
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

UPSTREAM = "https://github.com/kubeflow/manifests"
"""The repository that the marker `upstream` means when it names none."""

_KUSTOMIZE = Path(__file__).parents[1] / ".tools/bin/kustomize"
if _KUSTOMIZE.is_file():
    # What `make setup` built is what every test runs, the importer's too, unless somebody names another one.
    os.environ.setdefault("KUSTOMIZE", str(_KUSTOMIZE))

# No deadline: the machine is shared by several test processes. The same examples on every run, so that a red run is
# red again for the one who reads it; `HYPOTHESIS_PROFILE=explore` looks for new ones.
settings.register_profile(
    "steady", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose upstream does not answer, with Git's own words as the reason."""
    for marker in item.iter_markers("upstream"):
        url = marker.args[0] if marker.args else UPSTREAM
        reason = unreachable(url)
        if reason:
            pytest.skip(f"{url} cannot be read: {reason}")


@functools.cache
def unreachable(url: str) -> str:
    """Return why `git ls-remote` has no answer for the URL, or nothing when it has; asked once a process.

    Git's own configuration counts, so `url.<base>.insteadOf` may send the question to a local clone.
    """
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}
    try:
        done = subprocess.run(
            ["git", "-c", "credential.helper=", "ls-remote", "--exit-code", url, "HEAD"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return "no answer within 30 s"
    except OSError as failure:
        return f"git does not run: {failure}"
    if done.returncode == 0:
        return ""
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"git ended with {done.returncode}"
