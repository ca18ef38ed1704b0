"""What keeps a team's work from its GPUs: the link of the chain that fails, in words, and which line to change."""

from __future__ import annotations

from compiler.frozen import frozen

CLAIM, NAMESPACE, POOL, TEAM = "claim", "namespace", "pool", "team"
"""Parts of the platform file that a failing link may stand in."""


@frozen
class Refusal:
    """A link that fails. `link` names it; `text` follows "..., as "; `where` and `keys` say which line decides.

    `is_final` where nothing helps that a user may write in the manifest or the form; else it is about what the work
    asks for unless told. `code` is that of another check which reports the same; `source` is upstream's rule.
    """

    link: str
    text: str
    where: str
    keys: tuple[str, ...]
    help: str
    is_final: bool = True
    code: str | None = None
    source: str = ""
