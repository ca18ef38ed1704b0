"""Git cannot clone the page that a browser shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, followed_repositories
from compiler.diagnostics.model import Diagnostic, Fix, Severity, YamlPath, error, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for the URL of a page inside a repository, and a warning for one that is read without TLS."""
    del facts, as_of
    for url, _, place in followed_repositories(platform):
        yield from _judged(url, (*place, "repoURL"))


def _judged(url: str, path: YamlPath) -> Iterator[Diagnostic]:
    for part in _PAGES:
        if part in url:
            root = url.partition(part)[0] + ".git"
            yield error(
                CHECK.id,
                f"`repoURL` is a page inside a repository: {url}",
                path,
                help=f"write {root}; a branch goes under `revision`",
                fix=Fix(path, root),
            )
            return
    host = url.removeprefix("http://").partition("/")[0].partition(":")[0]
    if host != url.partition(":")[0] and "." in host and not host.endswith(_PRIVATE):
        yield warning(
            CHECK.id,
            f"Argo CD would read {url} without TLS",
            path,
            help=f"write https://{url.removeprefix('http://')}",
        )


_PAGES = ("/-/tree/", "/-/blob/", "/tree/", "/blob/", "/src/branch/")
_PRIVATE = (".local", ".lan", ".internal", ".localhost", ".home.arpa", ".cluster.local", ".svc")
_PLATFORM = """\
gitops:
  repoURL: "{}"
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
"""


CHECK = Check(
    id="not-a-repository",
    severity=Severity.ERROR,
    summary="The repository is a page of a web site, or is read without TLS",
    why="Argo CD clones it; a page cannot be cloned, and what is read without TLS can be changed on the way.",
    sources=(),
    bad=_PLATFORM.format("https://github.com/acme/ml-platform/tree/main"),
    good=_PLATFORM.format("https://github.com/acme/ml-platform.git"),
    run=run,
)
