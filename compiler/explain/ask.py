"""Finds out what is asked about: a code, a cluster, a file, a product, a path, a team's GPUs; explains none."""

from __future__ import annotations

from compiler.diagnostics.failure import UsageMistake
from compiler.diagnostics.model import format_path
from compiler.diagnostics.suggest import did_you_mean
from compiler.emit import layout
from compiler.explain.answer import Answer
from compiler.explain.subject import Subject
from compiler.pipeline import PLATFORM_FILE
from compiler.rules import all_rules

_TREES = (f"{layout.GENERATED}/", f"{layout.OVERLAYS}/")


def explain(asked: str, subject: Subject) -> Answer:
    """Return the explanation of what is asked about; a code is explained without reading the platform file.

    Raises: `UsageMistake` with the nearest names for what nobody knows.
    """
    rule = all_rules().get(asked)
    if rule is not None:
        from compiler.explain.code import explain_code

        return explain_code(rule, subject.catalog, subject.as_of)
    if asked.split()[:1] == ["gpu"]:
        from compiler.explain.gpu import explain_gpu

        return explain_gpu(asked.split()[1:], subject)
    name = asked.removeprefix("./")
    if name.startswith(_TREES):
        return _file(name.rstrip("/"), subject)
    if asked in subject.catalog.products():
        from compiler.explain.product import explain_product

        return explain_product(asked, subject)
    if asked in subject.catalog.component_ids():
        from compiler.explain.product import explain_component

        return explain_component(asked, subject)
    if name in {PLATFORM_FILE, subject.sources.name.removeprefix("./"), subject.sources.name.rpartition("/")[2]}:
        from compiler.explain.cluster import explain_platform

        return explain_platform(subject)
    return _path(asked, subject)


def _file(path: str, subject: Subject) -> Answer:
    from compiler.explain.application import explain_application, explain_file

    parts = path.split("/")
    unit = subject.units.get("/".join(parts[1:3]))
    if unit is not None:
        answer = explain_application(unit, subject) if len(parts) == 3 else explain_file(path, unit, subject)
        if answer is not None:
            return answer
    known = [f"{parts[0]}/{name}" for name in subject.units]
    near = did_you_mean("/".join(parts[:3]), known) if unit is None else f"python -m compiler explain {unit.name}"
    raise UsageMistake(f"no build of {subject.sources.name} would write {path}", near or "")


def _path(asked: str, subject: Subject) -> Answer:
    """Return the explanation of what the platform file has a name for."""
    from compiler.explain.application import explain_application
    from compiler.explain.cluster import explain_cluster
    from compiler.explain.line import explain_line
    from compiler.explain.path import nearest_parent, parse_path

    data = subject.document.data
    is_meant = subject.understanding.platform is not None
    units = subject.units if is_meant and "/" in asked else {}
    if asked in units:
        return explain_application(units[asked], subject)
    path = parse_path(asked, data)
    if path is not None:
        return explain_line(path, subject)
    clusters = {cluster.name: cluster for cluster in (subject.platform.clusters if is_meant else ())}
    if asked in clusters:
        return explain_cluster(clusters[asked], subject)
    parent, below = nearest_parent(asked, data)
    known = [*below, *all_rules(), *subject.catalog.products(), *subject.catalog.component_ids(), *clusters]
    if units:
        known = list(units)
    elif parent:
        known = below
    advice = did_you_mean(asked, known)
    if advice is None and parent:
        advice = f"{format_path(parent)} holds {', '.join(below[:10])}" if below else f"try {format_path(parent)}"
    raise UsageMistake(
        f"{asked} is no code, product, component, cluster, application or path of {subject.sources.name}",
        advice or "for example: unknown-key, kubeflow, CLUSTER, CLUSTER/APPLICATION, teams[0], overlays/...",
    )
