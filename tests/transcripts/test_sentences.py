import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transcripts.sentences import LONG_SENTENCE_WORDS, split_sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("Well... Maybe. So… Fine.", ["Well...", "Maybe.", "So…", "Fine."]),
        ("He said “Go.” Then he left.", ["He said “Go.”", "Then he left."]),
        ("(It works.) So they say.", ["(It works.)", "So they say."]),
        ("It works. “Why?” she asked.", ["It works.", "“Why?” she asked."]),
        ("Good. [laughs] Now then.", ["Good. [laughs]", "Now then."]),
        ("它很好。真的吗？是！", ["它很好。", "真的吗？", "是！"]),
        ("هل تعمل؟ نعم.", ["هل تعمل؟", "نعم."]),
    ],
)
def test_a_sentence_ends_with_its_marks_and_what_closes_behind_them(
    text: str, sentences: list[str]
) -> None:
    assert split(text) == sentences


@pytest.mark.parametrize(
    "text",
    [
        "We met Dr. Smith there.",
        "Tools, e.g. Python, i.e. languages.",
        "Trees vs. Networks.",
        "Bäume, bzw. Netze, ggf. Wälder.",
        "Aquí llega la Sra. Gómez.",
        "See No. 5 for that.",
        "In the U.S. Army it is so.",
        "John F. Kennedy said it.",
        "It went from 1.5 to 2.75 percent.",
        "Welcome to DataTalks.Club tonight.",
        "He asked “why?” and left.",
        "It is ... hard to say.",
        "so we have no marks here and just go on and on",
    ],
)
def test_what_only_looks_like_an_end_splits_nothing(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I like R. It is small.", 2),
        ("No. I never did.", 2),
        ("Graphs, tables, etc. The rest is text.", 2),
        ("It was 2020. Then it changed.", 2),
    ],
)
def test_what_may_end_a_sentence_does_so_before_a_capital(text: str, count: int) -> None:
    assert len(split(text)) == count


def test_the_number_of_a_list_item_stays_with_its_item() -> None:
    assert split("1. Learn it. 2. Use it.") == ["1. Learn it.", "2. Use it."]


def test_a_run_on_sentence_is_divided_at_its_clauses() -> None:
    clause = "and then they went on to the next of many towns, "
    text = (clause * 12).strip(", ") + "."

    parts = split(text)

    assert len(parts) > 1
    assert max(len(part.split()) for part in parts) <= LONG_SENTENCE_WORDS
    assert all(part.endswith((",", ".")) for part in parts)
    assert " ".join(parts) == text


def test_a_long_text_without_any_marks_stays_whole() -> None:
    text = "word " * 200

    assert split(text) == [text.strip()]


def test_nothing_has_no_sentences() -> None:
    assert split("") == split(" \n ") == []


@given(st.text(alphabet="aB1 .,?!…“”\"'()[]-–。؟\n", max_size=80))
def test_sentences_hold_every_character_but_spaces_once(text: str) -> None:
    spans = split_sentences(text)

    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(
        text.split()
    )
    assert all(text[start:end].strip() == text[start:end] for start, end in spans)
