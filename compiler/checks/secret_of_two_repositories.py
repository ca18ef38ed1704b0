"""A Secret of Argo CD's holds the credentials of one repository, with its URL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, synced_repositories
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each Secret that is to hold another repository's credentials too."""
    del facts, as_of
    first: dict[str, tuple[str, YamlPath]] = {}
    gitops = platform.gitops
    if gitops.secret_ref is not None:
        first[gitops.secret_ref] = (gitops.repo_url, ("gitops", "secretRef"))
    for _, repository in synced_repositories(platform):
        if repository.secret_ref is None:
            continue
        path = (*repository.origin, "secretRef")
        url, place = first.setdefault(repository.secret_ref, (repository.repo_url, path))
        if url != repository.repo_url:
            yield error(
                CHECK.id,
                f"Secret {repository.secret_ref} would hold the credentials of {url} and of {repository.repo_url}",
                path,
                related=(Label(place, "the other repository"),),
                help="give each repository a Secret of its own",
                sources=CHECK.sources,
            )


_TWO = """\
gitops: [{{repoURL: https://github.com/acme/a.git, secretRef: git, path: one}}, \
{{repoURL: https://github.com/acme/{}.git, secretRef: git, path: two, name: two}}]"""

CHECK = Check(
    id="secret-of-two-repositories",
    severity=Severity.ERROR,
    summary="Two repositories name one Secret",
    why="The Secret holds one URL, so Argo CD could read one of them only.",
    sources=("https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repositories",),
    bad=team(_TWO.format("b")),
    good=team(_TWO.format("a")),
    run=run,
)
