"""Did you mean: the nearest of the known words; knows no place and no finding."""

from __future__ import annotations

from collections.abc import Iterable

_SEPARATORS = str.maketrans("", "", "-_. /")

PATIENCE = 3_000_000
"""Steps of comparing that are spent on one sort of names, about half a second: some thousands of mistyped words among
a hundred known ones. The words of a machine's file after that are told without suggestions."""
_STEPS_OF_A_GLANCE = 16
"""What a candidate costs that is dismissed by its length or letters, in steps; a step is a cell of a table."""


class Patience:
    """The steps that are left to whoever compares many words; once they are spent, nothing is looked for any more.

    They are counted, not timed: the same words get the same suggestions every time.
    """

    __slots__ = ("_left",)

    def __init__(self, steps: int = PATIENCE) -> None:
        self._left = steps

    @property
    def is_over(self) -> bool:
        """Return whether no step is left."""
        return self._left <= 0

    def spend(self, steps: int) -> None:
        """Take so many steps away."""
        self._left -= steps


def nearest(word: str, candidates: Iterable[str], limit: int = 3, patience: Patience | None = None) -> list[str]:
    """Return up to `limit` candidates that `word` may stand for, the likeliest first.

    Spelling in another style (`gpu_pools`, `GPUPools` for `gpuPools`) comes before typing mistakes, of which a third
    of the word may be wrong, and these before a word that only begins like the candidate or holds it whole.
    Nothing is near once `patience` is used up; without one there is no limit, which is for few words.
    """
    folded = _fold(word)
    if not folded or (patience is not None and patience.is_over):
        return []
    steps = patience or Patience()
    ranked = []
    for candidate in set(candidates):
        other = _fold(candidate)
        rank = _rank(folded, other, steps)
        steps.spend(_STEPS_OF_A_GLANCE)
        if rank is not None and candidate != word:
            ranked.append((rank, abs(len(candidate) - len(word)), candidate))
    ranked.sort()
    if ranked and ranked[0][0] == 0:  # nobody who writes `K3S` means `k3d`
        ranked = [entry for entry in ranked if entry[0] == 0]
    return [candidate for _, _, candidate in ranked[:limit]]


def did_you_mean(word: str, candidates: Iterable[str], patience: Patience | None = None) -> str | None:
    """Return a phrase for a help line, such as "did you mean `kueue`?"; `None` if nothing is near."""
    found = [f"`{candidate}`" for candidate in nearest(word, candidates, patience=patience)]
    if not found:
        return None
    return f"did you mean {' or '.join(filter(None, (', '.join(found[:-1]), found[-1])))}?"


def _fold(word: str) -> str:
    return word.casefold().translate(_SEPARATORS)


def _rank(word: str, other: str, patience: Patience) -> int | None:
    """Return how far `other` is from `word`, both folded; 0 is the same in another style, `None` too far."""
    if word == other:
        return 0
    bound = max(len(word), len(other)) // 3
    distance = _distance(word, other, bound, patience)
    if distance is not None and min(len(word), len(other)) > distance:
        return distance * 2
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) >= 3 and (longer.startswith(shorter) or (len(shorter) >= 4 and shorter in longer)):
        return 2 * bound + 3
    return None


def _distance(one: str, two: str, bound: int, patience: Patience) -> int | None:
    """Return how many insertions, deletions, replacements and swaps of neighbours part two words; `None` above bound.

    Source: optimal string alignment, https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance. The cheap
    questions first: with 1,000 candidates most are dismissed by length or by their letters.
    """
    if abs(len(one) - len(two)) > bound or not bound:
        return None
    if max(len(set(one) - set(two)), len(set(two) - set(one))) > bound:
        return None
    patience.spend(len(one) * len(two))
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(two, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > bound:
            return None
    return row[-1] if row[-1] <= bound else None
