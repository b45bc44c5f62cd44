from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.models import Filter, Order, Query
from bot.search.index.analysis import clean_text
from bot.search.query import parse_query, without_filters
from tests.builders import episode, find, index_of

FIELDS = ("guest:", "speaker:", "episode:", "season:", "after:", "before:", "sort:")
VALUES = ("maria", "17", "2023-06", "registry")
PARTS = st.lists(st.sampled_from([*FIELDS, *VALUES, *' -"“…:’\u200f\ud83d🎉\x00'])).map("".join)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("model registry", Query("", words=("model", "registry"))),
        ("Models, Café's!", Query("", words=("models", "cafe's"))),
        ('"model registry"', Query("", phrases=(("model", "registry"),))),
        ("“model registry” now", Query("", words=("now",), phrases=(("model", "registry"),))),
        ("„model registry“ «b c»", Query("", phrases=(("model", "registry"), ("b", "c")))),
        ('who said "model registry', Query("", ("who", "said"), (("model", "registry"),))),
        ('model"registry"', Query("", words=("model",), phrases=(("registry",),))),
        ('"" registry "..."', Query("", words=("registry",))),
        ("registry -kafka", Query("", words=("registry",), excluded=(("kafka",),))),
        ('registry -"big data"', Query("", words=("registry",), excluded=(("big", "data"),))),
        ("registry –kafka", Query("", words=("registry",), excluded=(("kafka",),))),
        ("registry −kafka", Query("", words=("registry",), excluded=(("kafka",),))),
        ("\u200b–kafka", Query("", excluded=(("kafka",),))),
        ("tea – kafka", Query("", words=("tea", "kafka"))),
        ("tea—kafka", Query("", words=("tea", "kafka"))),
        ("registry -open-source", Query("", words=("registry",), excluded=(("open", "source"),))),
        ("end-to-end - really", Query("", words=("end", "to", "end", "really"))),
        ("note: this", Query("", words=("note", "this"))),
        ('said:"model registry"', Query("", words=("said",), phrases=(("model", "registry"),))),
        ("at 12:30", Query("", words=("at", "12", "30"))),
        ("c++ c# 42", Query("", words=("c++", "c#", "42"))),
        ("mo\u200bdel \u202eregistry\u2069 🎉\x00", Query("", words=("model", "registry"))),
        ("", Query("")),
        ("?! -- … 🎉", Query("")),
    ],
)
def test_words_phrases_and_exclusions_are_told_apart(typed: str, query: Query) -> None:
    parsed = parse_query(typed)

    assert (parsed.words, parsed.phrases, parsed.excluded) == (
        query.words,
        query.phrases,
        query.excluded,
    )
    assert (parsed.filters, parsed.problems) == ((), ())


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("guest:maria", [("guest", "maria")]),
        ("Guest: maria registry", [("guest", "maria")]),
        ('guest:"Maria Vechtomova"', [("guest", "Maria Vechtomova")]),
        ('guest: “Maria Vechtomova"', [("guest", "Maria Vechtomova")]),
        ("speaker:Raphaël", [("speaker", "Raphaël")]),
        ("episode:s17e05", [("episode", "s17e05")]),
        ("season:17 SEASON: 18", [("season", "17"), ("season", "18")]),
        ("season:１７", [("season", "17")]),
        ('season:" 17 "', [("season", "17")]),
        ('guest:"maria', [("guest", "maria")]),
        ("guest:o'brien-smith", [("guest", "o'brien-smith")]),
    ],
)
def test_filters_are_read(typed: str, filters: list[tuple[str, str]]) -> None:
    parsed = parse_query(typed)

    assert parsed.filters == tuple(Filter(*pair) for pair in filters)
    assert parsed.problems == ()


def test_what_follows_a_filter_is_a_word_again() -> None:
    parsed = parse_query("guest: maria registry season:3 store")

    assert parsed.words == ("registry", "store")


@pytest.mark.parametrize(
    ("typed", "after", "before"),
    [
        ("after:2023", date(2023, 1, 1), None),
        ("after:2023-06", date(2023, 6, 1), None),
        ("before: 2023-06-30", None, date(2023, 6, 30)),
        ('after:"2023-1-9" before:2024', date(2023, 1, 9), date(2024, 1, 1)),
    ],
)
def test_dates_are_read(typed: str, after: date | None, before: date | None) -> None:
    parsed = parse_query(typed)

    assert (parsed.after, parsed.before, parsed.problems) == (after, before, ())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("season:last", "season:17"),
        ("season:17,5", "“17,5”"),
        ("season:-1", "“-1”"),
        ("season:" + "9" * 5000, "season:17"),
        ("after:yesterday", "after:2023-06-30"),
        ("sort:colour", "sort:newest or sort:oldest, not “colour”"),
        ("before:2023-13", "“2023-13”"),
        ("before:2023-02-30", "“2023-02-30”"),
        ("after:0000", "“0000”"),
        ("after:30.6.2023", "“30.6.2023”"),
        ('guest:""', "guest:maria"),
        ("speaker:…", "speaker:maria"),
        ("registry guest:", "guest:maria"),
        ("episode: season:3", "episode:maria"),
        ("season:", "season:17"),
        ("after:", "after:2023-06-30"),
        ("registry -guest:maria", "guest:maria"),
        ("registry -after:2023", "after:2023"),
    ],
)
def test_a_filter_that_makes_no_sense_is_explained_and_not_applied(typed: str, told: str) -> None:
    parsed = parse_query(typed)

    (problem,) = parsed.problems
    assert told in problem
    assert parsed.after is parsed.before is None
    assert {wanted.field for wanted in parsed.filters} <= {"season"}
    assert set(parsed.words) <= {"registry"}


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  model \t registry\n", "model registry"),
        ("mo\u200b\u00addel\x00", "model"),
        ("\u202eabc\u202c \ud83d", "abc"),
        ("ｍｏｄｅｌ\u3000registry", "model registry"),
        ("“quotes” – and 🎉", "“quotes” – and 🎉"),
    ],
)
def test_text_is_cleaned_for_showing(typed: str, text: str) -> None:
    assert clean_text(typed) == parse_query(typed).text == text


@given(st.one_of(st.text(), st.text(st.characters()), PARTS))
@example('"' * 10_000)
@example("a:" * 5_000)
@example("-" * 10_000)
@example("registry " * 1_200)
@example("x" * 10_000)
@example("season:" + "1" * 10_000)
@example("\ud83d\ude00\udfff \u202e\u0000 guest:\ud800")
def test_any_text_is_a_query_that_can_be_answered(typed: str) -> None:
    parsed = parse_query(typed)

    parsed.text.encode()
    assert all(all(phrase) and phrase for phrase in parsed.phrases + parsed.excluded)
    assert all(parsed.words)
    results = find(INDEX, typed)
    assert len(results.hits) <= 10
    "".join([*results.problems, *(hit.snippet.text for hit in results.hits)]).encode()


INDEX = index_of(
    episode("talk", "We run a registry.", "Maria said so.", "…", guests=("Maria Vechtomova",)),
    episode("other", "17 registries are too many.", season=17, number=1),
)


def test_an_order_is_read_and_no_word() -> None:
    parsed = parse_query("tea sort:Newest")

    assert (parsed.order, parsed.words, parsed.problems) == (Order.NEWEST, ("tea",), ())
    assert without_filters(parsed.text) == "tea"
