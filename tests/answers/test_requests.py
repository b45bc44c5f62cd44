"""What is typed and what buttons carry, read into requests and back."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.requests import MAX_PACKED, TYPED_VERBS, Request, Verb, pack, read_request, unpack

SECONDS = st.none() | st.floats(-1e6, 1e6)
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=300)
REQUESTS = st.builds(
    Request, st.sampled_from(Verb), TEXTS, st.integers(0, 9_999), TEXTS, SECONDS, SECONDS
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=3), inner),
)
SHOWN = Request(Verb.HIT, "tea", 2, "talk", 1.5, 9.0)


@pytest.mark.parametrize(
    ("typed", "request_"),
    [
        ("", Request(Verb.HELP)),
        (" \n ", Request(Verb.HELP)),
        ("help", Request(Verb.HELP)),
        ("help me name a model", Request(Verb.SEARCH, "help me name a model")),
        ("model registry", Request(Verb.SEARCH, "model registry")),
        ("search quote", Request(Verb.SEARCH, "quote")),
        ("Search  episodes tea ", Request(Verb.SEARCH, "episodes tea")),
        ("search", Request(Verb.HELP)),
        ("Search \u200b", Request(Verb.HELP)),
        ("QUOTE", Request(Verb.QUOTE)),
        ("quote\u00a0red wine", Request(Verb.QUOTE, "red wine")),
        ("episode\ts01e04", Request(Verb.EPISODE, "s01e04")),
        ("episodes", Request(Verb.EPISODES)),
        ("mentions llm vs mlops", Request(Verb.MENTIONS, "llm vs mlops")),
        ("weekly", Request(Verb.WEEKLY)),
        ("weekly on", Request(Verb.WEEKLY, "on")),
        (
            "Weekly ON mon 09:00 Europe/Berlin review",
            Request(Verb.WEEKLY, "ON mon 09:00 Europe/Berlin review"),
        ),
        ("weekly off", Request(Verb.WEEKLY, "off")),
        ("weekly Status ", Request(Verb.WEEKLY, "Status")),
        ("weekly preview", Request(Verb.WEEKLY, "preview")),
        ("weekly post", Request(Verb.WEEKLY, "post")),
        ("weekly standup", Request(Verb.SEARCH, "weekly standup")),
        ("weekly posts", Request(Verb.SEARCH, "weekly posts")),
        ("follow Feature  store", Request(Verb.FOLLOW, "Feature  store")),
        ("follow", Request(Verb.FOLLOW)),
        ("search follow", Request(Verb.SEARCH, "follow")),
        ("Follows", Request(Verb.FOLLOWS)),
        ("follows the money", Request(Verb.SEARCH, "follows the money")),
        ("unfollow", Request(Verb.UNFOLLOW)),
        ("unfollow all", Request(Verb.UNFOLLOW, "all")),
        ("Zitat von Ida", Request(Verb.QUOTE, "von Ida")),
        ("folge 3", Request(Verb.EPISODE, "3")),
        ("vergiss-mich", Request(Verb.FORGET_ME)),
        ("hilfe", Request(Verb.HELP)),
        ("suche", Request(Verb.HELP)),
        ("hilfe bei kafka", Request(Verb.SEARCH, "hilfe bei kafka")),
        ("announce", Request(Verb.ANNOUNCE)),
        ("announce ON", Request(Verb.ANNOUNCE, "ON")),
        ("announce off", Request(Verb.ANNOUNCE, "off")),
        ("announce a model", Request(Verb.SEARCH, "announce a model")),
        ("find", Request(Verb.SEARCH, "find")),
        ("quotes", Request(Verb.SEARCH, "quotes")),
        ("hit like context", Request(Verb.SEARCH, "hit like context")),
    ],
)
def test_the_first_word_may_be_a_verb(typed: str, request_: Request) -> None:
    assert read_request(typed) == request_


@given(st.text())
def test_whatever_is_typed_is_a_request(typed: str) -> None:
    assert read_request(typed).verb in TYPED_VERBS


@given(REQUESTS)
def test_a_button_says_what_it_was_made_of(request: Request) -> None:
    packed = pack(request)

    assert unpack(packed) == (request if len(packed) <= MAX_PACKED else None)


@given(TEXTS.filter(lambda text: '"' not in text and "\\" not in text))
def test_a_question_of_300_characters_fits_a_button(text: str) -> None:
    assert len(pack(Request(Verb.HIT, text, 9_999, "s" * 255, 12_345.67, 12_345.67))) <= 700


@given(st.text() | JSON.map(json.dumps) | st.lists(JSON).map(lambda rest: json.dumps([1, *rest])))
def test_what_nobody_packed_is_no_request(packed: str) -> None:
    unpacked = unpack(packed)

    assert unpacked is None or unpack(pack(unpacked)) == unpacked


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 0),
        (0, 2),
        (0, True),
        (0, "1"),
        (1, "shout"),
        (1, None),
        (1, []),
        (2, None),
        (2, 5),
        (3, -1),
        (3, 10_000),
        (3, True),
        (3, 1.0),
        (4, ["talk"]),
        (5, float("nan")),
        (5, float("inf")),
        (5, False),
        (6, "9"),
        (6, 10**400),
        (5, 1e308),
        (6, 1_000_001),
        (6, -1e12),
    ],
)
def test_a_button_with_a_wrong_part_is_refused(place: int, value: Any) -> None:
    parts = json.loads(pack(SHOWN))
    wrong = [*parts[:place], value, *parts[place + 1 :]]

    assert unpack(json.dumps(parts)) == SHOWN
    assert unpack(json.dumps(wrong)) is None


@pytest.mark.parametrize(
    "packed", ["", "null", "1", "{}", '"search"', "[1]", '[1,"search"]', "[" * 1_400, "NaN"]
)
def test_a_button_of_another_form_is_refused(packed: str) -> None:
    assert unpack(packed) is None


@pytest.mark.parametrize("packed", [12, 1.5, None, True, [], {}, b"[1]"])
def test_a_button_that_carries_no_text_is_refused(packed: object) -> None:
    assert unpack(packed) is None


def test_a_button_with_a_part_too_many_is_refused() -> None:
    assert unpack(json.dumps([*json.loads(pack(SHOWN)), None])) is None


def test_a_button_that_is_too_long_is_refused() -> None:
    longest = replace(SHOWN, text="")
    longest = replace(longest, text="x" * (MAX_PACKED - len(pack(longest))))

    assert unpack(pack(longest)) == longest
    assert unpack(pack(replace(longest, text=f"{longest.text}x"))) is None


def test_what_nobody_sees_before_a_verb_is_no_part_of_it() -> None:
    assert read_request("\u200bquote tea") == Request(Verb.QUOTE, "tea")
    assert read_request("\ufeffmentions \u200btea") == Request(Verb.MENTIONS, "tea")


def test_a_seed_is_carried_and_nothing_else_in_its_place() -> None:
    seeded = replace(SHOWN, seed=42)

    assert unpack(pack(seeded)) == seeded
    assert len(json.loads(pack(SHOWN))) == 7
    for wrong in (-1, 10_000, 1.5, "1", None, [1]):
        assert unpack(json.dumps([*json.loads(pack(SHOWN)), wrong])) is None
    assert unpack(json.dumps([*json.loads(pack(seeded)), 1])) is None
