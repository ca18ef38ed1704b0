"""The fixer makes what is safe, in rounds, and leaves out what would make a file worse."""

from __future__ import annotations

from compiler.diagnostics.model import Diagnostic, Fix, error, warning
from compiler.fixer import Fixed, fix
from compiler.pipeline import Sources, Understanding
from compiler.source.document import Document
from compiler.source.loader import load


def run(text: bytes, *rules: object) -> tuple[Fixed, int]:
    """Fix a text whose findings are what `rules` make of its data; return also how often it was judged."""
    rounds = 0

    def judge(sources: Sources) -> Understanding:
        nonlocal rounds
        rounds += 1
        document, findings = load(sources.text, sources.name)
        if document is not None:
            findings += [found for rule in rules for found in rule(document)]  # type: ignore[operator]
        return Understanding(findings, document)

    return fix(Sources("platform.yaml", text, None, "", lambda _: None), judge), rounds


def value_rule(key: str, wrong: object, right: str, code: str = "wrong") -> object:
    def rule(document: Document) -> list[Diagnostic]:
        assert isinstance(document.data, dict)
        if document.data.get(key) != wrong:
            return []
        return [error(code, f"{key} is {wrong}", (key,), fix=Fix((key,), right))]

    return rule


def test_several_are_made_at_once_and_the_rest_stays() -> None:
    text = b"b: 1  # one\r\na:   1\r\n# end"
    fixed, _ = run(text, value_rule("a", 1, "2"), value_rule("b", 1, "3"))
    assert fixed.text == b"b: 3  # one\r\na:   2\r\n# end"
    assert [str(change) for change in fixed.made] == ["wrong at 1:4", "wrong at 2:6"]
    assert fixed.understanding.diagnostics == []
    assert fixed.left_out == []


def test_what_a_fix_uncovers_is_fixed_in_the_next_round() -> None:
    fixed, _ = run(b"a: 1\n", value_rule("a", 1, "2"), value_rule("a", 2, "3"), value_rule("a", 3, "4"))
    assert fixed.text == b"a: 4\n"
    assert len(fixed.made) == 3


def test_fixes_that_undo_each_other_end() -> None:
    fixed, rounds = run(b"a: 1\n", value_rule("a", 1, "2"), value_rule("a", 2, "1"))
    assert fixed.text == b"a: 2\n"
    assert [change.because for change in fixed.left_out] == ["it would undo another fix"]
    assert rounds < 10


def test_a_fix_that_makes_more_errors_is_left_out_and_the_others_are_made() -> None:
    def consequence(document: Document) -> list[Diagnostic]:
        assert isinstance(document.data, dict)
        return [error("follows", "x"), error("follows", "y")] if document.data["b"] == 2 else []

    rules = [value_rule(key, 1, "2", f"wrong-{key}") for key in "abc"]
    fixed, _ = run(b"a: 1\nb: 1\nc: 1\n", *rules, consequence)
    assert fixed.text == b"a: 2\nb: 1\nc: 2\n"
    assert sorted(change.code for change in fixed.made) == ["wrong-a", "wrong-c"]
    (left,) = fixed.left_out
    assert (left.code, left.because) == ("wrong-b", "there would be 1 more error")


def test_what_is_only_spelled_in_other_letters_is_mended_whatever_that_uncovers() -> None:
    def uncovered(document: Document) -> list[Diagnostic]:
        assert isinstance(document.data, dict)
        return [error("missing", "x"), error("missing", "y")] if document.data["provider"] == "gke" else []

    named, misspelt = value_rule("provider", "GKE", "gke"), value_rule("provider", "gkf", "gke")
    fixed, _ = run(b"provider: GKE\n", named, uncovered)
    assert fixed.text == b"provider: gke\n"
    assert [each.code for each in fixed.understanding.diagnostics] == ["missing", "missing"]
    assert run(b"provider: gkf\n", misspelt, uncovered)[0].text == b"provider: gkf\n"


def test_a_fix_that_breaks_the_file_is_left_out() -> None:
    fixed, _ = run(b"a: 1\n", value_rule("a", 1, "["))
    assert fixed.text == b"a: 1\n"
    assert len(fixed.left_out) == 1


def test_what_an_alias_leads_to_is_one_change() -> None:
    def rule(document: Document) -> list[Diagnostic]:
        found = []
        for key in ("x", "y"):
            path = (key, "a")
            if document.data[key]["a"] == 1:  # type: ignore[index,call-overload]
                found.append(error("wrong", f"{key} has a wrong one", path, fix=Fix(path, "2")))
        return found

    fixed, _ = run(b"x: &x {a: 1}\ny: *x\n", rule)
    assert fixed.text == b"x: &x {a: 2}\ny: *x\n"
    assert [str(change) for change in fixed.made] == ["wrong at 1:11"]


def test_warnings_are_fixed_too() -> None:
    def rule(document: Document) -> list[Diagnostic]:
        assert isinstance(document.data, dict)
        return [warning("odd", "x", ("a",), fix=Fix(("a",), None))] if "a" in document.data else []

    assert run(b"a: 1\nb: 1\n", rule)[0].text == b"b: 1\n"


def test_a_file_in_another_encoding_is_left_as_it_is() -> None:
    text = "a: 1\n".encode("utf-16")
    fixed, _ = run(text, value_rule("a", 1, "2"))
    assert fixed.text == text
    assert fixed.made == []


def test_a_file_that_cannot_be_read_is_left_as_it_is() -> None:
    assert run(b"- a\n")[0].text == b"- a\n"


def test_what_gives_leave_to_drop_data_is_left_to_people() -> None:
    fixed, _ = run(b"removed: 1\n", value_rule("removed", 1, "2"))
    assert fixed.text == b"removed: 1\n"
