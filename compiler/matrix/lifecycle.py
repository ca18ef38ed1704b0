"""Until when what is held is supported, by upstream and by who runs it; days are compared with one that is given.

Knows neither places nor findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum

from compiler.frozen import frozen
from compiler.matrix.holdings import Holding, is_managed, matching
from compiler.model.release import Fact
from compiler.resolve.facts import Facts
from compiler.resolve.offers import KUBERNETES

AHEAD = timedelta(days=90)
"""How long before an end it is told."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Phase(Enum):
    """Where a version stands in its life on a day, the worst first; `UNDATED` is known, but not how long it lives."""

    GONE = "not offered any more"
    UNBORN = "not offered yet"
    ENDED = "ended"
    EXTENDED = "in extended support"
    UNKNOWN = "newer than what is known"
    ENDING = "ending soon"
    ALIVE = "supported"
    UNDATED = "without a known end"


@frozen
class Life:
    """What is known of a version's life. `end` is the end of the support in which it is, `last` the very last day.

    The `fact` of a version newer than those with days is that of the newest one.
    """

    subject: str
    phase: Phase
    fact: Fact
    end: date | None = None
    last: date | None = None

    @property
    def words(self) -> str:
        """Return the phase with its days."""
        if self.phase is Phase.ENDED:
            return f"support ended on {self.end}"
        if self.phase is Phase.EXTENDED:
            return f"standard support ended on {self.end}, extended support ends on {self.last}"
        if self.phase is Phase.ENDING:
            return f"support ends on {self.end}" + (f", extended support on {self.last}" if self.last else "")
        if self.phase is Phase.UNBORN:
            return f"not offered before {self.end}"
        if self.phase is Phase.GONE:
            return "not offered any more"
        if self.phase is Phase.UNKNOWN:
            return "newer than every minor that is known"
        if self.phase is Phase.UNDATED:
            return f"the end of its support is not known; the newest with one is {self.fact.version}"
        return f"supported until {self.end}"


def lives(held: Mapping[str, Holding], facts: Facts, as_of: date) -> Mapping[str, Life]:
    """Return the life of what is held, by subject, on a day; a managed Kubernetes lives as its provider says."""
    found: dict[str, Life] = {}
    managed = any(map(is_managed, held))
    for subject, holding in held.items():
        if holding.version is None or (subject == KUBERNETES and managed):
            continue
        life = _life(holding, facts, as_of)
        if life is not None:
            found[subject] = life
    return found


def _life(holding: Holding, facts: Facts, as_of: date) -> Life | None:
    for fact in matching(holding, facts):
        life = life_of(fact, as_of)
        if life is not None:
            return life
    if holding.subject == KUBERNETES or is_managed(holding.subject):
        return _off_table(holding, facts)
    return None


def life_of(fact: Fact, as_of: date) -> Life | None:
    """Return what a fact with dates says of a day; nothing for one without."""
    standard = _standard_end(fact)
    if standard is None:
        return None
    released = day_of(fact.data.get("released"))
    extended = day_of(fact.data.get("extendedSupportUntil"))
    last = extended if extended and extended > standard else None
    if is_managed(fact.subject) and released is not None and as_of < released:
        return Life(fact.subject, Phase.UNBORN, fact, released)
    if as_of > standard:
        if last is None or as_of > last:
            return Life(fact.subject, Phase.ENDED, fact, last or standard)
        return Life(fact.subject, Phase.EXTENDED, fact, standard, last)
    phase = Phase.ENDING if as_of + AHEAD >= standard else Phase.ALIVE
    return Life(fact.subject, phase, fact, standard, last)


def _standard_end(fact: Fact) -> date | None:
    return day_of(fact.data.get("standardSupportUntil")) or day_of(fact.data.get("eol"))


def _off_table(holding: Holding, facts: Facts) -> Life | None:
    """Return the life of a minor that the table lacks.

    What is newer than all is `UNDATED`, or `UNKNOWN` where the catalog has not even heard of it; what is older than
    every one that a provider has is `GONE`.
    """
    table = [fact for fact in facts.about(holding.subject) if _standard_end(fact)]
    minors = [(numbers_of(fact.version), fact) for fact in table]
    if not minors:
        return None
    minors.sort(key=lambda entry: entry[0])
    here, (oldest, first), (newest, last) = numbers_of(holding.version or "")[:2], minors[0], minors[-1]
    if here > newest:
        is_known = here <= numbers_of(facts.kubernetes_minors[-1])
        return Life(holding.subject, Phase.UNDATED if is_known else Phase.UNKNOWN, last)
    return Life(holding.subject, Phase.GONE, first) if here < oldest and is_managed(holding.subject) else None


def alive(subject: str, facts: Facts, as_of: date) -> tuple[tuple[str, Life], ...]:
    """Return the versions of a subject that are supported on a day for longer than the time ahead, oldest first."""
    key = ("alive", subject, as_of)
    found: tuple[tuple[str, Life], ...] | None = facts.judged.get(key)
    if found is None:
        found = facts.judged[key] = tuple(
            (fact.version, life)
            for fact in sorted(facts.about(subject), key=lambda fact: numbers_of(fact.version))
            if (life := life_of(fact, as_of)) is not None and life.phase is Phase.ALIVE
        )
    return found


def day_of(text: object) -> date | None:
    """Return the day that a fact's text means (`2026-07-01`, `Mar 10, 2026`); nothing for anything else."""
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    parts = text.replace(",", " ").split()
    if len(parts) == 3 and parts[0][:3].lower() in _MONTHS and parts[1].isdigit() and parts[2].isdigit():
        try:
            return date(int(parts[2]), _MONTHS.index(parts[0][:3].lower()) + 1, int(parts[1]))
        except ValueError:
            return None
    return None


def numbers_of(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, to compare minors by; what is no number does not count."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())
