"""The matrix as a page: valid and whole by itself, readable by eye in both themes and by ear, with nothing cut off."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import pytest

from compiler.matrix import grid, markdown, page, report, text
from compiler.matrix.report import WORDS
from compiler.resolve.facts import Facts
from tests.unit.matrix.platforms import DAY, catalog, matrices, one_cluster

VOID = {"meta", "br"}
CONTENT = {
    "ul": {"li"},
    "table": {"caption", "thead", "tbody"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
    "details": {"summary", "p"},
}
"""What the HTML standard lets stand directly in an element, of those that are strict about it."""
PHRASING = {"p", "h1", "h2", "span", "b", "a", "small", "caption", "summary"}
"""Elements that hold text and such as these, no blocks."""
BLOCKS = {"p", "h1", "h2", "ul", "li", "table", "div", "section", "nav", "main", "details"}
NEEDED_CONTRAST = 4.5
"""Of text on its ground. Source: www.w3.org/TR/WCAG22/#contrast-minimum."""


class Page(HTMLParser):
    """Reads a page, and holds each tag against the place where it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self.open[-1] if self.open else "html"
        assert tag in CONTENT.get(parent, {tag}), f"{tag} in {parent}"
        assert not (parent in PHRASING and tag in BLOCKS), f"{tag} in {parent}"
        assert len({name for name, _ in attrs}) == len(attrs)
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every such element."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        """Return what a reader sees, on one line."""
        return " ".join("".join(self.words).split())


def made() -> report.Report:
    return report.report("acme", matrices(one_cluster("1.36", 'versions: {kubeflow: "1.11", argo-cd: "3.4"}\n')), DAY)


def made_grid() -> grid.Grid:
    return grid.grid("kubeflow", "kubernetes", Facts(catalog()))


@pytest.fixture(params=["platform", "two products"])
def html(request: pytest.FixtureRequest) -> str:
    """Return a page of each kind."""
    return page.as_html(made()) if request.param == "platform" else page.grid_html(made_grid())


def test_a_page_needs_nothing_else(html: str) -> None:
    found = Page(html)
    assert {"script", "img", "link", "iframe", "object", "base", "form"}.isdisjoint(name for name, _ in found.tags)
    assert not re.search(r"url\(|@import|@font-face", html)
    assert not any(name.startswith("on") or name in {"src", "style"} for _, each in found.tags for name in each)
    assert all(re.match(r"https://\S+$|#", each["href"]) for each in found.all("a"))


def test_a_page_tells_its_language_title_and_encoding(html: str) -> None:
    assert html.startswith("<!doctype html>\n")
    found = Page(html)
    assert found.all("html") == [{"lang": "en"}]
    assert {"charset": "utf-8"} in found.all("meta")
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in found.all("meta")
    assert len(found.all("title")) == len(found.all("h1")) == len(found.all("main")) == 1


def test_every_name_that_is_referred_to_is_there_once(html: str) -> None:
    found = Page(html)
    ids = [each["id"] for _, each in found.tags if "id" in each]
    assert len(set(ids)) == len(ids)
    wanted = {each["aria-labelledby"] for _, each in found.tags if "aria-labelledby" in each}
    wanted |= {each["href"][1:] for each in found.all("a") if each["href"].startswith("#")}
    assert wanted <= set(ids)


def test_a_table_has_headers_with_their_scope_and_can_be_scrolled_to_by_keyboard(html: str) -> None:
    found = Page(html)
    assert {each.get("scope") for each in found.all("th")} == {"col", "row"}
    boxes = [each for each in found.all("div") if each.get("class") == "scroll"]
    assert len(boxes) == len(found.all("table"))
    assert all(each["tabindex"] == "0" and each["role"] == "region" and each["aria-label"] for each in boxes)
    for row in re.findall(r"<tr>(.*?)</tr>", html.partition("<tbody>")[2]):
        assert row.startswith(('<th scope="row"', '<th scope="col"', "<td></td>"))


def test_a_sign_has_a_word_for_who_does_not_see_it(html: str) -> None:
    signs = [each for _, each in Page(html).tags if each.get("role") == "img"]
    assert signs
    assert {each["aria-label"] for each in signs} <= set(WORDS.values())


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css))


def luminance(colour: str) -> float:
    """Return a colour's relative luminance. Source: www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground_in_both_themes(theme: str) -> None:
    light, dark = page.as_html(made()).split("@media (prefers-color-scheme: dark)")
    colours = tokens(light) | (tokens(dark) if theme == "dark" else {})
    assert theme == "light" or tokens(dark).keys() == tokens(light).keys()
    grounds = {"ink": ("paper", "head"), "weak": ("paper",)}
    grounds |= {hue: (f"{hue}-back",) for hue in ("red", "yellow", "green", "grey")}
    assert {*grounds, *(ground for each in grounds.values() for ground in each), "line"} == colours.keys()
    for ink, papers in grounds.items():
        for paper in papers:
            lighter, darker = sorted(map(luminance, (colours[ink], colours[paper])), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= NEEDED_CONTRAST, f"{ink} on {paper}"


def test_no_style_hides_what_is_too_long(html: str) -> None:
    assert not re.search(r"text-overflow|overflow(-[xy])?: ?(hidden|clip)|line-clamp|display: ?none", html)
    assert "overflow-wrap: anywhere" in html


def test_every_statement_is_there_whole() -> None:
    whole = made()
    read = Page(page.as_html(whole)).text
    assert whole.sections
    for section in whole.sections:
        for words in (section.about, *section.silent):
            assert words in read
        for row in section.rows:
            assert f"{row.name} {row.version}".strip() in read
            assert row.comes in read
            for statement in row.statements:
                assert " ".join(statement.words.split()) in read
                assert statement.fact in read


@pytest.mark.parametrize(
    ("older", "said"),
    [
        ((3, 0), "3 older versions of kubeflow are left out"),
        ((0, 1), "1 older version of kubernetes is left out"),
    ],
)
def test_every_format_of_a_grid_says_what_is_left_out(older: tuple[int, int], said: str) -> None:
    cut, whole = replace(made_grid(), older=older), replace(made_grid(), older=(0, 0))
    formats = (
        lambda each: Page(page.grid_html(each)).text,
        markdown.grid_markdown,
        lambda each: text.grid_text(each, width=100, colour=False),
    )
    for shown in formats:
        assert said in shown(cut)
        assert "left out" not in shown(whole)


@pytest.mark.parametrize("name", ["<b>bold</b>", "a|b`c", "\x1b[31mred"])
def test_names_are_shown_and_not_obeyed(name: str) -> None:
    whole = replace(made(), platform=name)
    shown = page.as_html(whole)
    Page(shown)
    assert name not in shown or name == escape(name)
    assert name not in markdown.as_markdown(whole)
