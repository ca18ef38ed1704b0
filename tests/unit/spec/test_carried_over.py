"""Variables and typographic quotes are found; what only looks like them is not."""

from __future__ import annotations

import pytest

from compiler.spec.carried_over import variable_in, without_quotes
from tests.unit.spec.told import told


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("${A}", "${A}"),
        ("x-${A:-b}-y", "${A:-b}"),
        ("$(NAME)", "$(NAME)"),
        ("{{ .Values.x }}", "{{ .Values.x }}"),
        ("$HOME", "$HOME"),
        ("%NAME%", "%NAME%"),
        ("100%", None),
        ("US$5", None),
        ("{a}", None),
        ("a$b", None),
    ],
)
def test_a_variable(text: str, variable: str | None) -> None:
    assert variable_in(text) == variable


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\u201c1.34\u201d", "1.34"),
        ("\u201edev\u201c", "dev"),
        ("\u00ab dev \u00bb", "dev"),
        (" \u2018dev\u2019 ", "dev"),
        ("\u201cdev", "\u201cdev"),
        ("d\u2019v", "d\u2019v"),
        ("\u201d", "\u201d"),
        ('"dev"', '"dev"'),
    ],
)
def test_quotes_of_a_word_processor(text: str, plain: str) -> None:
    assert without_quotes(text) == plain


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("name: acme", "name: $(NAME)"),
        ('"1.34"', "'${KUBERNETES}'"),
        ("environment: dev", "environment: '${ENV}'"),
        ("max: 4", "max: '{{ max }}'"),
        ("https://github.com/acme/ml-platform.git", "'https://github.com/${ORG}/ml-platform.git'"),
    ],
)
def test_what_a_variable_stands_for_is_nobody_s_guess(was: str, now: str) -> None:
    finding = told(was, now)
    assert finding.message.endswith(": nothing is substituted in this file")
    assert finding.help is not None
    assert finding.help.startswith("write the value of `")
    assert finding.fix is None


def test_credentials_are_not_repeated_though_a_variable_stands_for_them() -> None:
    finding = told("https://github.com/acme/ml-platform.git", "'https://bot:${TOKEN}@github.com/acme/ml-platform.git'")
    assert finding.code == "credentials-in-url"
    assert "TOKEN" not in f"{finding.message} {finding.help}"


@pytest.mark.parametrize(
    ("was", "now", "replacement"),
    [
        ('"1.34"', "\u201c1.34\u201d", '"1.34"'),
        ("environment: dev", "environment: \u201cdev\u201d", "dev"),
        ("max: 4", "max: \u201c4\u201d", "4"),
        ("hourlyCost: 0.35", "hourlyCost: $0.35", "0.35"),
        ("hourlyCost: 0.35", "hourlyCost: '0,35'", "0.35"),
        ("hourlyCost: 0.35", "hourlyCost: 12 EUR/h", "12"),
    ],
)
def test_what_can_only_mean_one_thing_is_mended(was: str, now: str, replacement: str) -> None:
    finding = told(was, now)
    assert finding.fix is not None
    assert finding.fix.replacement == replacement


@pytest.mark.parametrize("cost", ["'1,234'", "-5", "$-5.07", "12 nodes", "5.07 or so", "'1.234,50'"])
def test_what_may_mean_several_things_is_not(cost: str) -> None:
    assert told("hourlyCost: 0.35", f"hourlyCost: {cost}").fix is None
