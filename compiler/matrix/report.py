"""The matrix as rows to read: what is held, the colour, and for each statement its words, fact and source.

Knows no format; `as_data` is the published shape, whose schema is `schemas/matrix.schema.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from compiler.diagnostics.model import format_path
from compiler.frozen import frozen
from compiler.matrix.holdings import OURS, Holding, is_managed
from compiler.matrix.lifecycle import Life
from compiler.matrix.table import LIFE_COLOURS, ClusterMatrix
from compiler.matrix.verdicts import Colour, Decision, Standing, Verdict
from compiler.resolve.citations import citation, source_text
from compiler.resolve.offers import KUBERNETES

VERSION = 1
"""Counts the incompatible changes of the data."""

SIGNS = {Colour.RED: "✗", Colour.YELLOW: "!", Colour.UNTESTED: "~", Colour.GREEN: "✓", Colour.GREY: "·"}
WORDS = {
    Colour.RED: "refused",
    Colour.YELLOW: "outside what is documented, or out of support",
    Colour.UNTESTED: "outside what upstream tests",
    Colour.GREEN: "fits",
    Colour.GREY: "no fact speaks of it",
}
"""What each colour says where there is none."""
LIFE = "lifecycle"
"""The strength of a statement of a day."""
COUNTED = {
    Colour.RED: "refused",
    Colour.YELLOW: "to look at",
    Colour.UNTESTED: "untested",
    Colour.GREEN: "fine",
}
"""What a number of rows of each colour is called."""


@frozen
class Statement:
    """What is said of a row: by one fact of another thing, or of a day (`LIFE` as strength, nothing in `against`).

    `fits` tells whether it is inside the range.
    """

    against: str
    colour: Colour
    words: str
    fact: str
    strength: str
    source: str
    cited: str
    fits: bool


@frozen
class Row:
    """One thing on a cluster; the first statement is the one that decides the colour."""

    subject: str
    name: str
    version: str
    group: str
    comes: str
    place: str
    colour: Colour
    statements: tuple[Statement, ...]


@frozen
class Section:
    """One cluster. `rows` have statements, `silent` are names of what no fact speaks of.

    `others` are all that no fact speaks of as rows, by subject, those too of which another row speaks.
    """

    cluster: str
    about: str
    rows: tuple[Row, ...]
    silent: tuple[str, ...]
    others: Mapping[str, Row]

    def count(self, colour: Colour) -> int:
        """Return how many rows have a colour."""
        return sum(row.colour is colour for row in self.rows)


@frozen
class Report:
    """The matrix of a platform on a day."""

    platform: str
    as_of: date
    sections: tuple[Section, ...]


def report(platform: str, matrices: Iterable[ClusterMatrix], as_of: date) -> Report:
    """Return the matrix of a platform as rows, those of one product together."""
    return Report(platform, as_of, tuple(_section(matrix) for matrix in matrices))


def _section(matrix: ClusterMatrix) -> Section:
    cluster = matrix.cluster
    rows, silent, others = [], [], {}
    order = {group: index for index, group in enumerate(dict.fromkeys(each.group for each in matrix.holdings.values()))}
    held = sorted(
        matrix.holdings.values(), key=lambda each: (order[each.group], each.subject != each.group, each.subject)
    )
    for holding in held:
        statements = tuple(_statements(holding, matrix))
        if statements:
            rows.append(_row(holding, statements, matrix))
            continue
        others[holding.subject] = _row(holding, (), matrix)
        if holding.version is not None and not _is_told_otherwise(holding, matrix):
            silent.append(holding.text)
    provider = cluster.provider.upper() if is_managed(cluster.provider) else cluster.provider
    about = f"{provider}, {cluster.environment}, Kubernetes {cluster.kubernetes}"
    return Section(cluster.name, about, tuple(rows), tuple(silent), others)


def _is_told_otherwise(holding: Holding, matrix: ClusterMatrix) -> bool:
    """Return whether another row speaks of this version: a provider's of its Kubernetes, an operator's of its chart."""
    if holding.subject == KUBERNETES or is_managed(holding.subject):
        return True
    twins = (each for each in matrix.holdings.values() if each.group == holding.group and each is not holding)
    return holding.subject == holding.group and any(twin.version == holding.version for twin in twins)


def _row(holding: Holding, statements: tuple[Statement, ...], matrix: ClusterMatrix) -> Row:
    name = holding.text.removesuffix(f" {holding.version}")
    return Row(
        holding.subject,
        "Kubernetes" if holding.subject == KUBERNETES else name,
        holding.version or "",
        holding.group,
        holding.sentence,
        format_path(holding.origin),
        matrix.colour(holding.subject),
        statements,
    )


def _statements(holding: Holding, matrix: ClusterMatrix) -> Iterator[Statement]:
    found: list[Statement] = []
    life = matrix.lives.get(holding.subject)
    if life is not None:
        found.append(_of_life(life))
    for decision in matrix.about(holding.subject):
        found += _of_decision(decision, matrix)
    kubernetes = matrix.holdings[KUBERNETES].text
    yield from sorted(found, key=lambda each: (each.colour.rank, each.against not in {kubernetes, ""}))


def _of_life(life: Life) -> Statement:
    colour = LIFE_COLOURS.get(life.phase, Colour.YELLOW)
    fits = colour is Colour.GREEN
    source = source_text(life.fact)
    return Statement("", colour, life.words, life.fact.id, LIFE, source, citation(life.fact), fits)


def _of_decision(decision: Decision, matrix: ClusterMatrix) -> Iterator[Statement]:
    """Yield the deciding statement of a pair, then the others; those that disagree are told as they are."""
    others = (verdict for verdict in decision.verdicts if verdict is not decision.deciding)
    for verdict in (decision.deciding, *others):
        colour = decision.colour if verdict is decision.deciding else Colour.GREEN
        words = _words(verdict, decision)
        yield Statement(
            matrix.holdings[decision.other].text,
            colour,
            words,
            verdict.fact.id,
            verdict.fact.strength,
            source_text(verdict.fact),
            citation(verdict.fact),
            verdict.fits,
        )


_VERBS = {
    (Standing.ENFORCED, True): "needs {}",
    (Standing.ENFORCED, False): "does not work outside {}",
    (Standing.DOCUMENTED, True): "documented for {}",
    (Standing.DOCUMENTED, False): "outside the documented {}",
    (Standing.TESTED, True): "tested with {}",
    (Standing.TESTED, False): "outside what upstream tests: {}",
}


def _words(verdict: Verdict, decision: Decision) -> str:
    words = _VERBS[verdict.standing, verdict.fits].format(verdict.words)
    if verdict is decision.deciding and decision.vouched and not verdict.fits:
        words += f"; but {decision.vouched}"
    return words


def as_data(made: Report) -> dict[str, object]:
    """Return the matrix as plain data in the published shape."""
    return {
        "version": VERSION,
        "kind": "platform",
        "platform": made.platform,
        "asOf": made.as_of.isoformat(),
        "clusters": [_section_data(section) for section in made.sections],
    }


def _section_data(section: Section) -> dict[str, object]:
    return {
        "name": section.cluster,
        "about": section.about,
        "summary": {colour.value: section.count(colour) for colour in COUNTED},
        "rows": [
            {
                "subject": row.subject,
                "version": row.version or None,
                "group": row.group,
                "because": row.comes,
                "path": row.place,
                "verdict": row.colour.value,
                "colour": row.colour.hue,
                "statements": statements_data(row.statements),
            }
            for row in section.rows
        ],
        "withoutFacts": list(section.silent),
    }


def statements_data(statements: Sequence[Statement]) -> list[dict[str, object]]:
    """Return statements as plain data."""
    return [
        {
            "against": each.against or None,
            "verdict": each.colour.value,
            "colour": each.colour.hue,
            "text": each.words,
            "fits": each.fits,
            "fact": each.fact,
            "strength": each.strength,
            "source": each.source,
        }
        for each in statements
    ]


def is_ours(row: Row) -> bool:
    """Return whether a row is about what our own output uses."""
    return row.group == OURS
