"""What each fact says of what is held together: inside its range or outside, and how much that weighs.

Decides by versions alone; knows neither clusters nor places nor words for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from compiler.frozen import frozen
from compiler.matrix.holdings import Holding, matching
from compiler.model.release import Fact
from compiler.resolve.facts import BINDING, Facts, is_gate_of_others

_EXACTLY = "=="
_MOST_TRIED = 4


class Standing(Enum):
    """How much a statement weighs, the gravest first."""

    ENFORCED = "enforced"
    DOCUMENTED = "documented"
    TESTED = "tested"

    @property
    def verb(self) -> str:
        """Return what a statement says that one thing does of another."""
        return {"enforced": "needs", "documented": "is documented for", "tested": "is tested with"}[self.value]

    def __init__(self, _: str) -> None:
        self.rank = len(type(self).__members__)
        """0 for the gravest, counting up."""


class Colour(Enum):
    """What becomes of a pair, the worst first; each has a word and a sign, so that nothing rests on colour alone.

    `YELLOW` is outside a document or out of support, `UNTESTED` only outside what upstream tests.
    """

    RED = "refused"
    YELLOW = "outside"
    UNTESTED = "untested"
    GREEN = "fits"
    GREY = "unknown"

    def __init__(self, _: str) -> None:
        self.rank = len(type(self).__members__)
        """0 for the worst, counting up."""

    @property
    def hue(self) -> str:
        """Return what it is painted in: red, yellow, green or grey."""
        return "yellow" if self is Colour.UNTESTED else self.name.lower()


@frozen
class Verdict:
    """One statement of one fact about two things that are held: `holder` wants `other` to be as `limits` says.

    `words` are `limits` as a sentence has them: a constraint, or the versions that were tried.
    """

    fact: Fact
    holder: str
    other: str
    limits: str
    fits: bool
    standing: Standing

    @property
    def words(self) -> str:
        """Return the limits as people read them."""
        return words_of(self.limits)


def words_of(limits: str) -> str:
    """Return limits as people read them; of many versions that were tried, the first and the last."""
    versions = limits.split()
    if len(versions) > _MOST_TRIED:
        return f"{versions[0]} to {versions[-1]}"
    return ", ".join(versions).replace(",,", ",").replace(",", ", ").replace("  ", " ")


@frozen
class Decision:
    """All that facts say of one pair, what decides, and the colour that follows.

    `vouched` says why a range that is broken may be: upstream tested or ships these very versions together. Statements
    that disagree are all in `verdicts`.
    """

    holder: str
    other: str
    verdicts: tuple[Verdict, ...]
    deciding: Verdict
    colour: Colour
    vouched: str = ""

    @property
    def clashes(self) -> bool:
        """Return whether statements disagree: one is broken and another fits."""
        return len({verdict.fits for verdict in self.verdicts}) > 1

    @property
    def is_outside(self) -> bool:
        """Return whether the deciding statement is broken and nothing vouches for the pair."""
        return not self.deciding.fits and not self.vouched


def judge(held: Mapping[str, Holding], facts: Facts) -> tuple[Verdict, ...]:
    """Return what every fact about what is held says of the rest."""
    return tuple(
        verdict
        for holding in held.values()
        for fact in matching(holding, facts)
        for verdict in verdicts_of(fact, holding, held, facts)
    )


def verdicts_of(fact: Fact, holder: Holding, held: Mapping[str, Holding], facts: Facts) -> Iterator[Verdict]:
    """Yield what one fact about a holding says of each other thing that is held."""
    if is_gate_of_others(fact):
        return
    for subject, limits in sorted(fact.requires.items()):
        other = held.get(subject)
        if other is not None and other.version is not None:
            fits = fits_in(other, limits, facts)
            if fits is not None:
                yield Verdict(fact, holder.subject, subject, limits, fits, standing_of(fact, limits))
    for subject, versions in _tried(fact).items():
        other = held.get(subject)
        if other is None or other.version is None:
            continue
        matches = [fits_in(other, minor_line(version), facts) for version in versions]
        yield Verdict(fact, holder.subject, subject, " ".join(versions), True in matches, Standing.TESTED)


def claims_of(fact: Fact) -> Iterator[tuple[Standing, str, str]]:
    """Yield what a fact wants, whatever is held: how much it weighs, of which subject, and the limits."""
    if is_gate_of_others(fact):
        return
    for subject, limits in sorted(fact.requires.items()):
        yield standing_of(fact, limits), subject, limits
    for subject, versions in _tried(fact).items():
        yield Standing.TESTED, subject, " ".join(versions)


def _tried(fact: Fact) -> dict[str, list[str]]:
    """Return the versions with which a fact says that something was tested, by subject."""
    tried: dict[str, list[str]] = {}
    for statement in fact.tested:
        subject, _, version = statement.partition(_EXACTLY)
        tried.setdefault(subject.strip(), []).append(version.strip())
    return tried


def standing_of(fact: Fact, limits: str) -> Standing:
    """Return how much a fact weighs: code gates and types refuse, documents warn, one version is what was tried.

    A thing that is deprecated still works: a fact about it warns.
    """
    if fact.strength in BINDING and not fact.subject.startswith("deprecated:"):
        return Standing.ENFORCED
    if fact.strength in {"tested", "pinned"} or _names_one(limits):
        return Standing.TESTED
    return Standing.DOCUMENTED


def fits_in(holding: Holding, limits: str, facts: Facts) -> bool | None:
    """Return whether a held version is inside a constraint; `None` where one of the two cannot be read."""
    version = holding.version or ""
    if holding.newest:
        # Anything up to this version will do, so nothing is too new; how far its line goes is not said.
        limits = ",".join(part for part in limits.split(",") if not part.strip().startswith("<"))
        version = f"{version}.999"
        if not limits:
            return True
    if not facts.is_constraint(limits):
        return None
    try:
        return facts.could_satisfy(holding.subject, version, limits)
    except ValueError:
        return None


def decide(verdicts: tuple[Verdict, ...], vouched: str) -> Decision:
    """Return what follows for one pair from all that is said of it; `vouched` as in `Decision`.

    A gate that is broken always counts. A broken document counts unless a test of the same pair passed or something
    vouches; a test that did not cover the pair counts only if no other test did.
    """
    broken = sorted((verdict for verdict in verdicts if not verdict.fits), key=_rank)
    fitting = sorted((verdict for verdict in verdicts if verdict.fits), key=_rank)
    holder, other = verdicts[0].holder, verdicts[0].other
    if not broken:
        return Decision(holder, other, verdicts, fitting[0], Colour.GREEN)
    worst = broken[0]
    if worst.standing is Standing.ENFORCED:
        return Decision(holder, other, verdicts, worst, Colour.RED)
    tested = next((verdict for verdict in fitting if verdict.standing is Standing.TESTED), None)
    if tested is not None and worst.standing is Standing.TESTED:
        return Decision(holder, other, verdicts, fitting[0], Colour.GREEN)
    if tested is not None:
        vouched = vouched or f"upstream tests {other} {tested.words}"
    if worst.standing is Standing.DOCUMENTED:
        return Decision(holder, other, verdicts, worst, Colour.YELLOW, vouched)
    if vouched:
        return Decision(holder, other, verdicts, fitting[0] if fitting else worst, Colour.GREEN, vouched)
    return Decision(holder, other, verdicts, worst, Colour.UNTESTED)


def _rank(verdict: Verdict) -> tuple[int, str]:
    return verdict.standing.rank, verdict.fact.id


def _names_one(limits: str) -> bool:
    return limits.startswith(_EXACTLY) and "," not in limits


def minor_line(version: str) -> str:
    """Return the minor line that a version which was tried stands for, e.g. 1.34 for `1.34.0` and `1.34.*`."""
    return ".".join(version.removesuffix(".*").split(".")[:2])
