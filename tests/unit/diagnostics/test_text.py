"""The text that people read, whole."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from compiler.diagnostics.model import Diagnostic, Label, Span, error, info, warning
from compiler.diagnostics.place import Source, Sources
from compiler.diagnostics.text import render_text

MakeFile = Callable[..., Source]


def rendered(findings: list[Diagnostic], sources: Sources, *, colour: bool = False, limit: int = 200) -> str:
    return render_text(findings, sources, colour=colour, limit=limit)


def lines(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_a_finding_with_everything(platform: Source) -> None:
    finding = error(
        "unknown-pool",
        "pool `a10` is not declared",
        ("teams", 0, "pool"),
        related=(Label(("teams",), "asked for by a team here", at_key=True),),
        notes=("pools are declared under `gpuPools`",),
        help="did you mean `a100`?",
        sources=("https://example.org/pools",),
    )
    assert rendered([finding], platform) == lines(
        """
        platform.yaml:3:26: error[unknown-pool]: pool `a10` is not declared
         3 |   - {name: vision, pool: a10}
           |                          ^^^
        note: platform.yaml:2:1: asked for by a team here
         2 | teams:
           | -
        note: pools are declared under `gpuPools`
        help: did you mean `a100`?
        source: https://example.org/pools

        1 error
        """
    )


def test_nothing_to_tell(platform: Source) -> None:
    assert rendered([], platform) == "no findings\n"


def test_findings_are_ordered_and_counted(platform: Source) -> None:
    findings = [warning("late", "m", ("late",)), info("b", "n", ("teams",)), error("a", "m", ("teams",))]
    assert rendered(findings, platform) == lines(
        """
        platform.yaml:2:1: error[a]: m
         2 | teams:
           | ^^^^^

        platform.yaml:2:1: info[b]: n
         2 | teams:
           | ^^^^^

        platform.yaml:4:2: warning[late]: m
         4 |     late: 1
           |     ^^^^^^^

        1 error, 1 warning, 1 info
        """
    )


def test_colour_adds_nothing_but_colour(platform: Source) -> None:
    finding = warning("a", "m", ("teams",), related=(Label(("late",), "l"),), help="h")
    coloured = rendered([finding], platform, colour=True)
    assert "\x1b[1;33mwarning[a]\x1b[0m: \x1b[1mm\x1b[0m" in coloured
    assert "\x1b[1;33m^^^^^\x1b[0m" in coloured
    assert "\x1b[34m-------\x1b[0m" in coloured
    plain = coloured
    for code in ("1;33", "34", "1", "0"):
        plain = plain.replace(f"\x1b[{code}m", "")
    assert plain == rendered([finding], platform)


def test_help_of_several_lines_keeps_its_own_indentation(platform: Source) -> None:
    findings = [
        error("a", "m", help="add this:\ngpuPools:\n  - name: a10\n\n  - name: b"),
        error("b", "m", help="  one: 1\n  two: 2"),
    ]
    assert rendered(findings, platform) == lines(
        """
        platform.yaml:1:1: error[a]: m
         1 | kind: Platform
           | ^
        help: add this:
            gpuPools:
              - name: a10

              - name: b

        platform.yaml:1:1: error[b]: m
         1 | kind: Platform
           | ^
        help:
              one: 1
              two: 2

        2 errors
        """
    )


@pytest.mark.parametrize(
    ("line", "part", "excerpt", "mark"),
    [
        ("\ta:\tx", "x", "    a:  x", "        ^"),
        ("名前: 値段", "値段", "名前: 値段", "      ^^^^"),
        ("a: 😀👍 b", "b", "a: 😀👍 b", "        ^"),
        ("e\u0301: x", "x", "e\u0301: x", "   ^"),
        ("a: \x1b[31mx", "x", "a: ␛[31mx", "        ^"),
        ("a: \u202ex", "x", "a: <U+202E>x", "           ^"),
        ("a: x   ", "x   ", "a: x", "   ^"),
    ],
)
def test_the_mark_stands_below_what_it_means(
    make_file: MakeFile, line: str, part: str, excerpt: str, mark: str
) -> None:
    text = rendered([error("a", "m", ("x",))], make_file(line + "\n", {("x",): part})).splitlines()
    assert text[1] == f" 1 | {excerpt}"
    assert text[2] == f"   | {mark}"


def test_a_value_of_several_lines_is_marked_on_its_first(make_file: MakeFile) -> None:
    source = make_file("a: |  \n  x\n  y\n", {("a",): "|  \n  x\n  y"})
    assert rendered([error("a", "m", ("a",))], source).splitlines()[1:3] == [" 1 | a: |", "   |    ^"]


def test_line_numbers_of_one_finding_stand_below_each_other(make_file: MakeFile) -> None:
    text = "first: 1\n" + "\n" * 120 + "last: 2\n"
    source = make_file(text, {("first",): "first", ("last",): "last"})
    finding = error("a", "m", ("last",), related=(Label(("first",), "here"),))
    assert rendered([finding], source).splitlines()[1:6] == [
        " 122 | last: 2",
        "     | ^^^^",
        "note: platform.yaml:1:1: here",
        "   1 | first: 1",
        "     | -----",
    ]


@pytest.mark.parametrize("before", [0, 10, 95, 150, 5_000])
@pytest.mark.parametrize("after", [0, 10, 95, 150, 5_000])
@pytest.mark.parametrize("filler", ["x", "中"])
def test_a_long_line_is_cut_around_its_mark(make_file: MakeFile, before: int, after: int, filler: str) -> None:
    source = make_file(f"{filler * before}MARK{filler * after}\n", {("a",): "MARK"})
    _, excerpt, mark, *_ = rendered([error("a", "m", ("a",))], source).splitlines()
    width = sum(2 if character == "中" else 1 for character in excerpt)
    assert width <= 5 + 102
    column = excerpt.index("MARK")
    column += excerpt[:column].count("中")
    assert mark == "   |" + " " * (column - 4) + "^^^^"
    assert excerpt.endswith(("MARK", "…", filler))
    assert (("…" in excerpt[:6]) or excerpt[5:].startswith((filler, "MARK"))) is True


def test_a_mark_wider_than_the_excerpt_is_cut_too(make_file: MakeFile) -> None:
    source = make_file("a: " + "x" * 1000 + "\n", {("a",): "x" * 1000})
    _, excerpt, mark, *_ = rendered([error("a", "m", ("a",))], source).splitlines()
    assert excerpt == " 1 | a: " + "x" * 97 + "…"
    assert mark == "   |    " + "^" * 97


def test_a_mark_at_the_end_of_a_long_line(make_file: MakeFile) -> None:
    source = make_file("x" * 400 + "\n")
    finding = error("a", "m", span=Span("platform.yaml", 1, 401, 1, 401))
    _, excerpt, mark, *_ = rendered([finding], source).splitlines()
    assert excerpt == " 1 | …" + "x" * 30
    assert mark == "   |  " + " " * 30 + "^"


def test_a_file_that_is_not_at_hand_has_no_excerpt(platform: Source) -> None:
    findings = [
        error("a", "m", span=Span("other.yaml", 3, 4, 3, 5)),
        error("b", "m", span=Span("platform.yaml", 99, 1, 99, 1)),
    ]
    assert rendered(findings, platform) == lines(
        """
        other.yaml:3:4: error[a]: m

        platform.yaml:99:1: error[b]: m

        2 errors
        """
    )


def test_several_files_have_excerpts_of_their_own(platform: Source, make_file: MakeFile) -> None:
    lock = make_file("clusters: 1\n", file="platform.lock.yaml")
    finding = error("a", "m", span=Span("platform.lock.yaml", 1, 11, 1, 12), related=(Label(("teams",), "r"),))
    assert rendered([finding], {"platform.yaml": platform, "platform.lock.yaml": lock}).splitlines()[:5] == [
        "platform.lock.yaml:1:11: error[a]: m",
        " 1 | clusters: 1",
        "   |           ^",
        "note: platform.yaml:2:1: r",
        " 2 | teams:",
    ]


def test_control_characters_of_names_are_shown_not_sent(platform: Source) -> None:
    finding = error(
        "a", "team `\x1b]0;x\x07` is bad\nreally", ("teams",),
        related=(Label(("late",), "\x1b[2J"),), notes=("\u202e",), help="\x00", sources=("https://e.org/\x1b",),
    )  # fmt: skip
    text = rendered([finding], platform)
    assert "team `␛]0;x␇` is bad␊really" in text
    assert all(character == "\n" or character.isprintable() for character in text)


def test_a_message_of_any_length_stays_readable(platform: Source) -> None:
    assert len(rendered([error("a", "x" * 1_000_000, ("teams",))], platform)) < 2_000


def test_of_too_many_the_gravest_are_shown_in_order(platform: Source) -> None:
    findings = [warning(f"w{number}", "m", ("teams",)) for number in range(5)] + [error("e", "m", ("late",))]
    text = rendered(findings, platform, limit=3)
    assert [line.split(" ")[1] for line in text.splitlines() if line.startswith("platform")] == [
        "warning[w0]:",
        "warning[w1]:",
        "error[e]:",
    ]
    assert text.endswith(
        "\n\n… and 3 warnings more; these are the first 3, the gravest before the others\n\n1 error, 5 warnings\n"
    )


def test_exactly_the_limit_is_not_cut(platform: Source) -> None:
    assert "more" not in rendered([error("a", "m"), error("b", "m")], platform, limit=2)
