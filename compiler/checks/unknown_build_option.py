"""An option that kustomize does not know, or not with this value, makes every rendering fail at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Fix, Severity, error
from compiler.diagnostics.suggest import nearest
from compiler.matrix.used import BUILD_OPTION
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each build option of no use to Argo CD, by its name or by its value."""
    del as_of
    options = platform.gitops.kustomize.build_options
    known = {
        subject.removeprefix(BUILD_OPTION): facts.about(subject)[0].data
        for subject in (facts.fact_subjects if options else ())
        if subject.startswith(BUILD_OPTION)
    }
    for index, option in enumerate(options):
        name, equals, value = option.partition("=")
        path = ("gitops", "argocd", "kustomize", "buildOptions", index)
        if name not in known:
            near = nearest(name, known, 1)
            yield error(
                CHECK.id,
                f"`kustomize build` has no option {name} that Argo CD could use",
                path,
                help=f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known))}",
                fix=Fix(path, f"{near[0]}{equals}{value}") if near else None,
                sources=CHECK.sources,
            )
        elif (wrong := _wrong_value(name, value if equals else None, known[name])) is not None:
            yield error(CHECK.id, wrong[0], path, help=wrong[1], sources=CHECK.sources)


def _wrong_value(name: str, value: str | None, data: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return what is wrong with an option's value, and what to do."""
    if "takes" not in data:
        unread = value not in {None, "true", "false"}
        return (f"option {name} takes no value, and here is {value}", f"write `{name}`") if unread else None
    values = data.get("values", ())
    example = values[0] if values else "VALUE"
    if value is None:
        return f"option {name} lacks its value", f"write `{name}={example}`"
    if values and value not in values:
        return f"option {name} does not take {value}", f"write {' or '.join(f'`{name}={each}`' for each in values)}"
    return None


_PLATFORM = """\
gitops:
  repoURL: https://github.com/acme/ml-platform.git
  argocd: {{kustomize: {{buildOptions: [{}]}}}}
clusters:
  - {{name: test, environment: test, provider: k3s, kubernetes: "1.34"}}
"""


CHECK = Check(
    id="unknown-build-option",
    severity=Severity.ERROR,
    summary="`kustomize build` has no such option, or not with this value, or Argo CD has no use for it",
    why="Argo CD adds the options to every build, so nothing could be rendered any more, Argo CD itself included.",
    sources=("https://github.com/kubernetes-sigs/kustomize/tree/kustomize/v5.8.1/kustomize/commands/build",),
    bad=_PLATFORM.format("--load-restrictions=none"),
    good=_PLATFORM.format("--load-restrictor=LoadRestrictionsNone"),
    run=run,
)
