"""Rules about which keys of one mapping go together; each knows its text and its JSON Schema, not where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from compiler.frozen import frozen


class Rule(Protocol):
    """One rule over the written keys and values of a mapping."""

    @property
    def code(self) -> str:
        """The code of the finding."""
        ...

    @property
    def reads_keys_only(self) -> bool:
        """Whether the rule can be judged while values of the mapping are bad."""
        ...

    def is_broken(self, written: Mapping[str, object]) -> bool:
        """Return whether the mapping breaks the rule; keys as in YAML."""
        ...

    def message(self, noun: str, written: Mapping[str, object]) -> str:
        """Return what is wrong, for a mapping called `noun`."""
        ...

    def help(self) -> str:
        """Return the next action."""
        ...

    def json_schema(self) -> list[dict[str, Any]]:
        """Return the clauses of `allOf` that say the rule; none where JSON Schema cannot say it."""
        ...


def _either(keys: tuple[str, ...]) -> str:
    quoted = [f"`{key}`" for key in keys]
    return " and ".join(quoted) if len(quoted) < 3 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


@frozen
class ExactlyOne:
    """Exactly one of `keys`; `otherwise` may stand alone in their place, or beside one of them."""

    keys: tuple[str, ...]
    otherwise: str | None = None
    code: str = "not-exactly-one"
    reads_keys_only: bool = True

    def is_broken(self, written: Mapping[str, object]) -> bool:
        """Return whether none or more than one of the keys is there."""
        count = sum(key in written for key in self.keys)
        return count > 1 or (count == 0 and (self.otherwise is None or self.otherwise not in written))

    def message(self, noun: str, written: Mapping[str, object]) -> str:
        """Return which of the keys are there."""
        given = tuple(key for key in self.keys if key in written)
        every = self.keys if self.otherwise is None else (*self.keys, self.otherwise)
        return f"{noun} has {_either(given)} at once" if given else f"{noun} has none of {_either(every)}"

    def help(self) -> str:
        """Return the keys to choose from."""
        every = self.keys if self.otherwise is None else (*self.keys, self.otherwise)
        return f"write exactly one of {_either(every)}"

    def json_schema(self) -> list[dict[str, Any]]:
        """Return one `oneOf`."""
        options: list[dict[str, Any]] = [{"required": [key]} for key in self.keys]
        if self.otherwise is not None:
            none = {"not": {"anyOf": [{"required": [key]} for key in self.keys]}}
            options.append({"required": [self.otherwise], **none})
        return [{"oneOf": options}]


@frozen
class AtLeastOne:
    """At least one of `keys`."""

    keys: tuple[str, ...]
    code: str = "none-of-keys"
    reads_keys_only: bool = True

    def is_broken(self, written: Mapping[str, object]) -> bool:
        """Return whether none of the keys is there."""
        return not any(key in written for key in self.keys)

    def message(self, noun: str, written: Mapping[str, object]) -> str:  # noqa: ARG002
        """Return what is missing."""
        return f"{noun} has none of {_either(self.keys)}"

    def help(self) -> str:
        """Return the keys to choose from."""
        return f"write at least one of {_either(self.keys)}"

    def json_schema(self) -> list[dict[str, Any]]:
        """Return one `anyOf`."""
        return [{"anyOf": [{"required": [key]} for key in self.keys]}]


@frozen
class Needs:
    """Where `key` is written, `other` must be written too; `because` completes the sentence."""

    key: str
    other: str
    because: str
    code: str = "missing-companion"
    reads_keys_only: bool = True

    def is_broken(self, written: Mapping[str, object]) -> bool:
        """Return whether the companion is missing."""
        return self.key in written and self.other not in written

    def message(self, noun: str, written: Mapping[str, object]) -> str:  # noqa: ARG002
        """Return what is missing and why."""
        return f"{noun} has `{self.key}` without `{self.other}`: {self.because}"

    def help(self) -> str:
        """Return the key to add."""
        return f"add `{self.other}`, or remove `{self.key}`"

    def json_schema(self) -> list[dict[str, Any]]:
        """Return one `dependentRequired`."""
        return [{"dependentRequired": {self.key: [self.other]}}]


@frozen
class AtMost:
    """The number at `low` is at most the one at `high`; a key that is left out counts as fine."""

    low: str
    high: str
    code: str = "minimum-above-maximum"
    reads_keys_only: bool = False

    def is_broken(self, written: Mapping[str, object]) -> bool:
        """Return whether the lower bound is above the upper one."""
        low, high = written.get(self.low), written.get(self.high)
        return isinstance(low, int) and isinstance(high, int) and low > high

    def message(self, noun: str, written: Mapping[str, object]) -> str:
        """Return both numbers."""
        return f"{noun} has `{self.low}` {written.get(self.low)} above `{self.high}` {written.get(self.high)}"

    def help(self) -> str:
        """Return what to change."""
        return f"lower `{self.low}` or raise `{self.high}`"

    def json_schema(self) -> list[dict[str, Any]]:
        """Return nothing: JSON Schema compares no two values."""
        return []


@frozen
class SameKey:
    """The mappings at `left` and `right` name the same kind of thing by the same key."""

    left: str
    right: str
    keys: tuple[str, ...]
    code: str = "moved-kind-differs"
    reads_keys_only: bool = False

    def _kind(self, value: object) -> str:
        if isinstance(value, Mapping):
            return next((key for key in self.keys if key in value), "nothing")
        return next((key for key in self.keys if getattr(value, _attribute(key), None) is not None), "nothing")

    def is_broken(self, written: Mapping[str, object]) -> bool:
        """Return whether the two sides name different kinds."""
        return self._kind(written[self.left]) != self._kind(written[self.right])

    def message(self, noun: str, written: Mapping[str, object]) -> str:
        """Return both kinds."""
        left, right = self._kind(written[self.left]), self._kind(written[self.right])
        return f"{noun} goes from `{left}` to `{right}`"

    def help(self) -> str:
        """Return what to change."""
        return f"name the same kind of thing in `{self.left}` and in `{self.right}`"

    def json_schema(self) -> list[dict[str, Any]]:
        """Return one `oneOf` over the kinds."""
        return [
            {
                "oneOf": [
                    {"properties": {side: {"required": [key]} for side in (self.left, self.right)}} for key in self.keys
                ]
            }
        ]


def _attribute(key: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in key)
