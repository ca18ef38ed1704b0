"""Regions and zones as people write them: what one that a provider cannot have was most likely meant to be.

Knows the forms of names alone, and no list of regions: clouds open new ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from compiler.providers import Providers
from compiler.providers.base import Provider


def region_of(zone: str, provider: Provider) -> str | None:
    """Return the region of what is a zone of the provider."""
    tries = (zone.rpartition("-")[0], zone.rstrip("abcdef"))
    return next((text for text in tries if provider.is_region(text) and provider.is_zone_of(zone, text)), None)


def meant_region(text: str, provider: Provider) -> str | None:
    """Return the one region that differs from a text in its separators and capitals alone: `europe-west-4`.

    Nothing for what may be a region of another cloud: then the region may be right, and the provider wrong.
    """
    others = (each for each in Providers().values() if each.cloud not in {None, provider.cloud})
    return None if any(each.is_region(text) for each in others) else _only(text, provider.is_region)


def meant_zone(text: str, region: str, provider: Provider) -> str | None:
    """Return the one zone of a region that differs from a text in its separators and capitals alone."""
    return _only(text, lambda other: provider.is_zone_of(other, region))


def _only(text: str, fits: Callable[[str], bool]) -> str | None:
    found = {other for other in _spellings(text) if other != text and fits(other)}
    return found.pop() if len(found) == 1 else None


def _spellings(text: str) -> Iterator[str]:
    """Yield the text with other separators before its number, behind it, and everywhere."""
    plain = re.sub(r"[\s_-]+", "-", text.strip().lower())
    for number in (plain, re.sub(r"-(?=[0-9])", "", plain), re.sub(r"(?<=[a-z])(?=[0-9])", "-", plain)):
        yield number
        yield re.sub(r"-(?=[a-z]$)", "", number)
        yield re.sub(r"(?<=[0-9])(?=[a-z]$)", "-", number)
    yield plain.replace("-", "")
