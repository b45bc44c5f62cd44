"""Answers in the reader's language: whole, and not kept for a reader of another one."""

from datetime import date
from pathlib import Path

import pytest

from bot.answers.charts import Line, draw_bars, draw_seasons, notes_beside
from bot.answers.dispatch import answer
from bot.answers.replies import Reply, credit, hit_card, play_label, remark
from bot.answers.requests import Request, Verb
from bot.answers.suggestions import episode_value, suggest_episodes
from bot.answers.talk import for_one_reader
from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from bot.models import Origin
from bot.search.filters import explain_episode
from bot.search.hits import show_second
from bot.search.index.build import build_index
from bot.translations import speaking
from tests.builders import episode, index_of


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library([SAMPLE_EPISODES], tmp_path_factory.mktemp("cache"))


def ask(library: Library, verb: Verb, text: str, page: int = 0) -> Reply:
    with speaking("de"):
        return answer(library, Request(verb, text, page=page))


def test_a_search_is_answered_in_german(sample: Library) -> None:
    reply = ask(sample, Verb.SEARCH, "model registry season:1")

    assert reply.text == "Was der Podcast zu „model registry“ sagt"
    assert reply.notes[0] == "Staffel 1"
    assert [each.label for each in reply.cards[0].buttons] == [
        "Teilen",
        "Zusammenhang",
        "Ähnliche Stellen",
        "Vorschlagen",
    ]
    assert [each.label for each in reply.buttons][-2:] == ["Hilfreich", "Nicht das"]


@pytest.mark.parametrize(
    ("verb", "text", "said"),
    [
        (Verb.SEARCH, "zyxwvut", "Ich habe nichts zu „zyxwvut“ gefunden."),
        (Verb.MENTIONS, "registry vs zyxwvut", "· „zyxwvut“ wird nie erwähnt"),
        (Verb.QUOTE, "zyxwvut", "Ich habe kein Zitat zu „zyxwvut“."),
        (Verb.EPISODE, "", "Welche Folge?"),
        (Verb.EPISODES, "", "6 Folgen"),
        (Verb.ABOUT, "", "Dies ist Airquote"),
        (Verb.WEEKLY, "status", "Frag mich dort."),
        (Verb.SEARCH, "x" * 301, "Das sind 301 Zeichen; höchstens 300 kann ich suchen."),
        (Verb.LIKE, "", "Ich finde diese Stelle im Podcast nicht mehr."),
    ],
)
def test_whatever_is_asked_is_answered_in_german(
    sample: Library, verb: Verb, text: str, said: str
) -> None:
    assert said in ask(sample, verb, text).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tea season:9", "Staffel 9 gibt es hier nicht; bekannt ist Staffel 1."),
        ("tea guest:nobody", "Kein Gast heißt „nobody“. Einige Gäste hier: "),
        ("tea episode:zzz", "Keine Folge passt zu „zzz“."),
        ("tea season:x", "season: nimmt eine Zahl, etwa season:17, nicht „x“."),
        ("tea after:x", "after: nimmt ein Datum, etwa after:2023-06-30, nicht „x“."),
        ("tea sort:x", "sort: heißt sort:newest oder sort:oldest, nicht „x“."),
        ("tea -guest:ann", "nicht guest:ann."),
        ("tea after:2020-06 sort:oldest", "Ab 1. Juni 2020 · älteste zuerst"),
    ],
)
def test_remarks_on_a_query_are_in_german(sample: Library, text: str, said: str) -> None:
    assert said in "\n".join(ask(sample, Verb.SEARCH, text).notes)


def test_what_was_too_much_is_said_in_whole_sentences() -> None:
    index = build_index([episode("talk", "tea " * 40_000, "jam " * 40_000)])
    reply = ask(Library("made-up", index, ()), Verb.MENTIONS, "tea vs jam vs jam jam")

    assert reply.notes[0] == (
        "Das ist zu viel für eine Suche. Ich habe nicht alles gezählt. "
        "Versuch es mit weniger Wörtern."
    )
    assert "„tea“ wird 40.000-mal in 1 Folge erwähnt" in reply.text


def test_a_card_is_described_in_german() -> None:
    talk = episode("talk", "Said.", guests=("Bo", "Cy", "Di", "Ed"))
    hit = show_second(index_of(talk), "talk", 0.0)
    assert hit

    with speaking("de"):
        assert credit(hit_card(hit)) == ("Ann", "mit Bo, Cy, Di und anderen")
        assert play_label("12:54", "https://youtu.be/x") == "▶ Ansehen ab 12:54"
        assert remark(Origin.CAPTIONS, "t") == "Automatische Untertitel, verstanden als „t“"


@pytest.fixture
def alike() -> Library:
    talks = [
        episode("one", "Tea.", title="A Talk", published=date(2025, 5, 12)),
        episode("two", "Jam.", title="A Talk", published=date(2025, 6, 1)),
    ]
    return Library("made-up", build_index(talks), ())


def test_labels_with_dates_are_not_kept_for_another_language(alike: Library) -> None:
    with speaking("de"):
        german = suggest_episodes(alike, "talk", 5)
        assert "A Talk · 12. Mai 2025" in explain_episode(alike.index, "a tolk")
    english = suggest_episodes(alike, "talk", 5)

    assert [each.label for each in german] == ["A Talk · 1. Juni 2025", "A Talk · 12. Mai 2025"]
    assert [each.label for each in english] == ["A Talk · 1 June 2025", "A Talk · 12 May 2025"]
    assert "A Talk · 12 May 2025" in explain_episode(alike.index, "a tolk")


@pytest.mark.parametrize("typed", ["A Talk · 12. Mai 2025", "A Talk · 12 May 2025"])
def test_a_label_in_any_language_stands_for_its_episode(alike: Library, typed: str) -> None:
    assert episode_value(alike, typed) == "one"
    with speaking("de"):
        assert episode_value(alike, typed) == "one"


def test_a_chart_stands_for_the_lines_that_it_draws_in_any_language() -> None:
    talks = [episode(f"t{n}", "Tea, tea and jam.", season=n) for n in (1, 2)]
    library = Library("made-up", build_index(talks), ())

    with speaking("de"):
        reply = answer(library, Request(Verb.MENTIONS, "tea"))
        beside = notes_beside(reply)
        bars = draw_bars(reply.mentions)

    assert reply.notes[0].startswith("tea, Staffeln 1 bis 2: ")
    assert not any("Staffeln" in note for note in beside)
    assert len(bars) == 2


def test_the_axes_of_a_chart_are_named_in_the_language_spoken() -> None:
    pytest.importorskip("matplotlib")
    lines = [Line("tea", ((1, 2), (2, 3)))]

    with speaking("de"):
        german = draw_seasons(lines)

    assert german != draw_seasons(lines)


def test_an_answer_in_doubt_drops_its_doubt_for_one_reader(sample: Library) -> None:
    doubt = Reply("What is said", ("Ich bin nicht sicher.", "Season 1"), private=True)

    assert for_one_reader(sample, doubt).notes == ("Season 1",)


def test_an_empty_podcast_says_so_in_german(tmp_path: Path) -> None:
    empty = open_library([tmp_path], tmp_path / "cache")

    assert ask(empty, Verb.SEARCH, "tea").text == "Es gibt noch keine Folgen."
