"""What the platform file declares, by name: finds duplicates once and answers references with the nearest names.

Knows nothing of what is declared beyond name and place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Generic, Protocol, TypeVar

from compiler.diagnostics.collection import only_counted
from compiler.diagnostics.model import Diagnostic, Fix, Label, YamlPath, error
from compiler.diagnostics.suggest import Patience, nearest
from compiler.frozen import frozen


class Named(Protocol):
    """A mapping of the platform file with a name and a place."""

    @property
    def name(self) -> str:
        """Return the name."""

    @property
    def origin(self) -> YamlPath:
        """Return where it stands."""


Item = TypeVar("Item", bound=Named)


@frozen
class Declared(Generic[Item]):
    """All items of one kind by name, the first of equal ones.

    `noun` is what one is called, as in `unknown-<noun>`. `set_aside` holds the names of those that were wrong and are
    left out; with `is_incomplete` there may be more of them, whose names nobody could read. `place` is their list.
    """

    noun: str
    place: YamlPath
    items: Mapping[str, Item]
    set_aside: frozenset[str] = frozenset()
    is_incomplete: bool = False
    _places: dict[str, YamlPath | None] = field(default_factory=dict, compare=False)
    """Where each stands; made once, and only for a finding."""
    _patience: Patience = field(default_factory=Patience, compare=False)

    def find(self, name: str, path: YamlPath, findings: list[Diagnostic], *, user: str) -> Item | None:
        """Return the item that `path` names, or nothing; `user` says who names it, as in "team vision".

        Reports `unknown-<noun>`, but not for what was set aside: that has a finding of its own.
        """
        item = self.items.get(name)
        if item is None and name not in self.set_aside and not self.is_incomplete:
            if only_counted(findings, f"unknown-{self.noun}", path):
                return None
            if not self._places:
                self._places.update((known, (*self.items[known].origin, "name")) for known in sorted(self.items))
            findings.append(unknown(self.noun, name, path, self._places, user=user, patience=self._patience))
        return item


def declare(
    noun: str,
    place: YamlPath,
    items: Iterable[Item],
    findings: list[Diagnostic],
    *,
    set_aside: frozenset[str] = frozenset(),
    is_incomplete: bool = False,
) -> Declared[Item]:
    """Return the items by name. Reports `duplicate-<noun>` for each further one of the same name."""
    found: dict[str, Item] = {}
    for item in items:
        first = found.setdefault(item.name, item)
        if first is not item:
            findings.append(
                error(
                    f"duplicate-{noun}",
                    f"{spoken(noun)} {item.name} is declared twice",
                    (*item.origin, "name"),
                    related=(Label((*first.origin, "name"), "first declared here"),),
                    help="rename one of them, or merge the two entries",
                )
            )
    return Declared(noun, place, found, set_aside, is_incomplete)


def unknown(
    noun: str,
    name: str,
    path: YamlPath,
    known: Mapping[str, YamlPath | None],
    *,
    user: str,
    at_key: bool = False,
    hint: str | None = None,
    patience: Patience | None = None,
) -> Diagnostic:
    """Return the error `unknown-<noun>` for a name that nothing has, with the nearest ones that exist.

    `known` maps each name to where it is declared, if that is in the platform file; `hint` replaces the help.
    """
    near = nearest(name, known, 3, patience)
    labels = tuple(
        Label(place, f"{spoken(noun)} {candidate} is declared here")
        for candidate in near
        if (place := known[candidate]) is not None
    )
    if near:
        help_text = f"did you mean {either(near)}?"
    elif known:
        names = sorted(known)[:8]
        help_text = f"known are {', '.join(names)}" + (", ..." if len(known) > 8 else "")
    else:
        help_text = f"declare the {spoken(noun)} first"
    fix = Fix(path, near[0], at_key=at_key) if len(near) == 1 and hint is None else None
    from compiler.spec.carried_over import variable_in

    message = f"{user} names {spoken(noun)} {name}, which does not exist"
    variable = variable_in(name)
    if variable is not None:
        message, hint = f"{message}: nothing is substituted in this file", f"write the value of `{variable}` itself"
        fix = None
    return error(
        f"unknown-{noun}",
        message,
        path,
        at_key=at_key,
        related=labels,
        help=hint or help_text,
        fix=fix,
    )


def unknown_component(
    name: str, path: YamlPath, known: Mapping[str, YamlPath | None], user: str, patience: Patience
) -> Diagnostic:
    """Return the error for a component that is none, with what became of it where older releases had it."""
    from compiler.catalog.former import former

    finding = unknown("component", name, path, known, user=user, at_key=True, patience=patience)
    was = former(name)
    if was is None:
        return finding
    return replace(
        finding,
        notes=(f"{name} {was.why}",),
        help=f"write `{was.now}: {{...}}` if it is wanted" if was.now else f"remove `{name}`",
        fix=None,
        sources=(was.source,),
    )


def spoken(noun: str) -> str:
    """Return what a kind of thing is called in a sentence, e.g. `GPU pool` for `gpu-pool`."""
    return noun.replace("-", " ").replace("gpu ", "GPU ").replace("mig ", "MIG ")


def either(names: list[str]) -> str:
    """Return words as a choice, e.g. `a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
