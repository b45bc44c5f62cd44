import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transcripts.sentences import LONG_SENTENCE_WORDS, split_sentences


def split(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, language)]


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
        ("是吗?好的!走吧", ["是吗?", "好的!", "走吧"]),
        ("Bien. ¿Qué tal? ¡Vamos!", ["Bien.", "¿Qué tal?", "¡Vamos!"]),
        ("bien. ¿qué tal? ¡vamos!", ["bien.", "¿qué tal?", "¡vamos!"]),
        ("Vraiment ? Oui !", ["Vraiment ?", "Oui !"]),
        ("Il dit : « Allez ! » Puis il part.", ["Il dit : « Allez ! »", "Puis il part."]),
        ("Er rief: „Los!“ Dann ging er.", ["Er rief: „Los!“", "Dann ging er."]),
        ("Er rief: »Los!« Dann ging er.", ["Er rief: »Los!«", "Dann ging er."]),
        ("Er ging. »Wohin?« Ich weiß nicht.", ["Er ging.", "»Wohin?«", "Ich weiß nicht."]),
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
    ("language", "text"),
    [
        ("de", "Es begann am 3. Oktober 1990 in Berlin."),
        ("de", "Das war der 2. Versuch in dem Jahr."),
        ("de", "Viele Werkzeuge, z. B. Python, laufen dort."),
        ("de", "Er kostet 3 Mio. Euro im Jahr."),
        ("da", "Det var den 3. Maj i Aarhus."),
        ("fr", "On a parlé avec M. Dupont hier."),
        ("fr", "Voir l'art. 5 du texte."),
        ("es", "Hay muchas, p. ej. Python y Java."),
        ("es", "Hablamos con el Sr. Gómez ayer."),
        ("ru", "Это стоит 5 тыс. Рублей."),
    ],
)
def test_abbreviations_and_days_are_those_of_the_language(language: str, text: str) -> None:
    assert split(text, language) == [text]


@pytest.mark.parametrize(
    "text", ["I am 20. Then it began.", "It was the 5. May I go?", "This is my art. It is good."]
)
def test_what_another_language_shortens_ends_a_sentence_in_english(text: str) -> None:
    assert len(split(text)) == 2


def test_a_run_on_sentence_without_spaces_is_divided_at_its_clauses() -> None:
    text = "我们先把数据放进仓库里，" * 40

    parts = split(text, "zh")

    assert "".join(parts) == text
    assert max(map(len, parts)) <= 2 * LONG_SENTENCE_WORDS


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
