"""YAML scalars stay text, and YAML that no transcript needs is refused."""

import pytest

from bot.errors import TranscriptError
from bot.strict_yaml import items_of, load_entries, load_sections, load_yaml, text_of
from bot.transcripts.formats.fields import texts_of


def test_every_scalar_stays_the_text_that_was_written() -> None:
    loaded = load_yaml("time: 1:00\nok: no\nday: 2024-01-01\nnumber: 007\n", "a.yaml")

    assert loaded == {"time": "1:00", "ok": "no", "day": "2024-01-01", "number": "007"}


def test_an_empty_document_is_an_empty_text() -> None:
    assert load_yaml("", "a.yaml") == ""


def test_marks_inside_texts_are_not_aliases_or_tags() -> None:
    text = "a: R&D *and* !more\nb: |\n  &anchor\n  *alias\n"

    assert load_yaml(text, "a.yaml") == {"a": "R&D *and* !more", "b": "&anchor\n*alias\n"}


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: &x 2\nc: *x\n", 3, "alias"),
        ("a: &x [*x]\n", 1, "alias"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("a:\n  - b: 1\n    b: 2\n", 3, "twice"),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "tag"),
        ("a: 1\nb: [1, 2\n", 3, "broken"),
        ("a: 1\nb: c: d\n", 2, "broken"),
        ("a: 1\n---\nb: 2\n", 2, "broken"),
        ("a: 1\nb: \x07\n", 2, "broken"),
        ("? [a, b]\n: 1\n", 1, "key"),
        ("a: 1\nb: " + "x" * 20_001, 2, "20,001"),
        ("a: 1\nb: " + "[" * 1_000_000, 2, "deep"),
        ("a: 1\nb: " + "[{a: " * 1_000_000, 2, "deep"),
        ("a: 1\nb:\n" + "- " * 1_000_000, 3, "deep"),
        ("".join(" " * n + "a:\n" for n in range(200)), 101, "deep"),
        ("a: [" + "b," * 1_000_000 + "]", 1, "250,000"),
        ("a:\n" + "- {b: c}\n" * 100_000, 83_334, "250,000"),
    ],
)
def test_what_no_transcript_needs_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(TranscriptError) as caught:
        load_yaml(text, "a.yaml")

    assert caught.value.subject == "a.yaml"
    assert caught.value.line == line
    assert word in caught.value.reason


def test_a_bad_entry_does_not_affect_the_others() -> None:
    text = (
        "a: {b: [c]}\nd:\n- {e: *f, g: [[h]]}\ni: j\ni: !k l\nm: {n: o, n: p}\nq: {[r]: s}\n"
        "[u, {v: *w}]: {x: y}\n!z a: b\nt:\n"
    )
    entries = load_entries(text, "a.yaml")

    assert [(each.key, each.line) for each in entries] == [
        ("a", 1),
        ("d", 2),
        ("i", 4),
        ("i", 5),
        ("m", 6),
        ("q", 7),
        ("", 8),
        ("", 9),
        ("t", 10),
    ]
    assert [each.value for each in entries if each.value] == [{"b": ["c"]}, "j"]
    refusals = {each.line: each.refusal.line for each in entries if each.refusal}
    assert refusals == {2: 3, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- a\n", 1),
        ("a: b\nc: [\n", 3),
        ("a: b\n---\nc: d\n", 2),
        ("a: b\nc: " + "[" * 1000, 2),
        ("a: b\nc: [" + "d," * 1_000_000, 2),
        ("a: b\n[c: d\n", 3),
    ],
)
def test_entries_that_cannot_be_told_apart_are_refused_together(text: str, line: int) -> None:
    with pytest.raises(TranscriptError) as caught:
        load_entries(text, "a.yaml")

    assert caught.value.line == line


def test_an_empty_document_has_no_entries() -> None:
    assert load_entries("# none yet\n", "a.yaml") == []


def test_a_line_number_is_that_in_the_file() -> None:
    with pytest.raises(TranscriptError) as caught:
        load_yaml("a: 1\na: 2\n", "a.md", first_line=2)

    assert caught.value.line == 3


def test_fields_of_another_kind_are_ignored() -> None:
    facts = load_yaml("a: x\nb: [x, ' y  z ', {k: v}, '']\nc: ~\nd: {e: f}\n", "a.yaml")

    assert text_of(facts, "a") == "x"
    assert [text_of(facts, key) for key in ("b", "c", "d", "none")] == ["", "", "", ""]
    assert items_of(facts, "a") == ["x"]
    assert items_of(facts, "c") == items_of(facts, "d") == items_of("text", "a") == []
    assert texts_of(facts, "b") == ("x", "y z")


def test_the_keys_of_two_levels_have_their_lines() -> None:
    text = "a:\n  b: c\n  d: [e]\n\nf:\n  g: *h\n  i: {j: [*k]}\n  l: m\n"

    first, second = load_sections(text, "a.yaml")

    assert (first.key, first.line, second.key, second.line) == ("a", 1, "f", 5)
    assert [(each.key, each.line, each.value) for each in first.entries] == [
        ("b", 2, "c"),
        ("d", 3, ["e"]),
    ]
    assert [(each.key, each.line, bool(each.refusal)) for each in second.entries] == [
        ("g", 6, True),
        ("i", 7, True),
        ("l", 8, False),
    ]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [("a: b\n", 1, "mapping"), ("a: {}\nb: {}\na: {}\n", 3, "twice")],
)
def test_sections_are_mappings_with_different_keys(text: str, line: int, word: str) -> None:
    with pytest.raises(TranscriptError, match=word) as caught:
        load_sections(text, "a.yaml")

    assert caught.value.line == line
