"""The ids of buttons: 100 characters that outlive any restart."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.replies import Button, ButtonKind
from bot.answers.requests import MAX_PACKED, Request, Verb, pack
from bot.text import clean
from handlers.discord.render.custom_ids import (
    ID_PATTERN,
    ButtonIds,
    CustomId,
    parse_custom_id,
    read_id,
    with_slug,
)
from handlers.discord.render.limits import CUSTOM_ID

ANN = 123456789012345678
SLUG = "building-and-scaling-data-engineering-systems-for-fraud-detection"
SLUGS = ("feature-stores", SLUG, "model-registry")
HIT = Request(Verb.HIT, "model registry", episode=SLUG, start=774.52, end=790.11)
LONG = Request(Verb.SEARCH, "what is a model registry good for " * 5, page=3)


@dataclass(slots=True)
class Shelf:
    """What a store does, in a dictionary."""

    kept: dict[str, str] = field(default_factory=dict)

    async def keep(self, requests: Mapping[str, str]) -> None:
        self.kept |= requests

    async def find(self, key: str) -> str | None:
        return self.kept.get(key)


def share(request: Request) -> Button:
    return Button(ButtonKind.SHARE, "Share", request)


def press(custom_id: str, kept: Mapping[str, str]) -> tuple[CustomId, Request | None]:
    """Press a button after a restart, when nothing is left but what was kept."""
    pressed = parse_custom_id(custom_id)
    assert pressed is not None, custom_id
    return pressed, read(pressed, Shelf(dict(kept)))


def read(pressed: CustomId, keeper: Shelf) -> Request | None:
    """Read the request of a button, as a press does."""
    found = asyncio.run(read_id(pressed, keeper))
    return with_slug(found, SLUGS) if found and found.episode and not pressed.is_kept else found


seconds = st.none() | st.floats(0, 99_999).map(lambda second: round(second, 2))
requests = st.builds(
    Request,
    verb=st.sampled_from(Verb),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300),
    page=st.integers(0, 9_999),
    episode=st.sampled_from(["", *SLUGS]),
    start=seconds,
    end=seconds,
)


@given(st.sampled_from(ButtonKind), requests, st.integers(0, 2**64 - 1), st.integers(1, 40))
def test_a_button_asks_for_the_same_after_a_restart(
    kind: ButtonKind, request: Request, owner: int, times: int
) -> None:
    ids = ButtonIds(owner)
    names = [ids.name(Button(kind, "Label", request)) for _ in range(times)]
    pressed, found = press(names[-1], ids.kept)

    assert len(set(names)) == times
    assert max(map(len, names)) <= CUSTOM_ID
    assert all(map(ID_PATTERN.fullmatch, names))
    assert (pressed.kind, pressed.owner) == (kind, owner)
    assert found is not None
    assert pack(found) == clean(pack(request))


def test_an_ordinary_hit_needs_nothing_to_be_kept() -> None:
    ids = ButtonIds(ANN)
    pressed, found = press(ids.name(share(HIT)), {})

    assert ids.kept == {}
    assert (pressed.kind, pressed.owner, found) == (ButtonKind.SHARE, ANN, HIT)


def test_a_long_text_is_kept_once_however_often_it_is_shown() -> None:
    first, second = ButtonIds(ANN), ButtonIds(ANN + 1)
    names = [first.name(share(LONG)), first.name(share(LONG)), second.name(share(LONG))]

    assert len(set(names)) == 3
    assert first.kept == second.kept
    assert list(first.kept.values()) == [pack(Request(Verb.SEARCH, LONG.text))]
    assert press(names[1], first.kept)[1] == LONG


def test_the_buttons_of_an_answer_share_its_text() -> None:
    ids, hit = ButtonIds(ANN), replace(HIT, text=LONG.text)
    names = [ids.name(share(request)) for request in (LONG, hit)]

    assert len(ids.kept) == 1
    assert [press(name, ids.kept)[1] for name in names] == [LONG, hit]


def test_what_is_too_long_without_its_text_is_kept_whole() -> None:
    ids, among = ButtonIds(ANN), replace(HIT, podcasts=("first-podcast", "second-podcast"))
    names = [ids.name(share(request)) for request in (among, replace(among, start=775.0))]

    assert len(ids.kept) == 2
    assert [press(name, ids.kept)[1] for name in names] == [among, replace(among, start=775.0)]


def test_a_request_that_is_kept_no_longer_is_not_guessed() -> None:
    ids = ButtonIds(ANN)

    assert press(ids.name(share(LONG)), {})[1] is None
    assert press(ids.name(share(LONG)), dict.fromkeys(ids.kept, "[0]"))[1] is None
    assert press(ids.name(share(LONG)), ids.kept)[1] == LONG


def test_an_episode_that_is_gone_is_no_other_one() -> None:
    custom_id = ButtonIds(ANN).name(share(Request(Verb.HIT, episode="gone", start=1.0, end=2.0)))
    _, found = press(custom_id, {})

    assert found is not None
    assert found.episode
    assert found.episode not in SLUGS


def test_halves_of_characters_do_not_spoil_an_id() -> None:
    ids = ButtonIds(ANN)
    names = [ids.name(share(Request(Verb.SEARCH, f"a\ud800{'b' * n}"))) for n in (1, 200)]

    assert "".join([*names, *ids.kept.values()]).encode()
    assert press(names[0], {})[1] == Request(Verb.SEARCH, "ab")


@pytest.mark.parametrize(
    "custom_id",
    [
        'aq2:share:7b:1,"hit","",0,"",null,null',
        'aq0:share:7b:1,"hit","",0,"",null,null',
        'aq1:dance:7b:1,"hit","",0,"",null,null',
        "aq1:share:7b:",
        "aq1:share::=key",
        "aq1:share",
        "aq12:",
        "aq1:",
    ],
)
def test_the_button_of_another_version_is_listened_to_and_not_guessed(custom_id: str) -> None:
    assert ID_PATTERN.fullmatch(custom_id)
    assert parse_custom_id(custom_id) is None


@pytest.mark.parametrize(
    "carried", ['2,"hit","",0,"",null,null', '1,"fly","",0,"",null,null', "]["]
)
def test_a_request_of_another_version_is_not_guessed(carried: str) -> None:
    assert press(f"aq1:share:7b:{carried}", {})[1] is None


@pytest.mark.parametrize("custom_id", ["page:1", "", "xaq1:share:7b:=k"])
def test_what_others_have_named_is_left_to_them(custom_id: str) -> None:
    assert not ID_PATTERN.fullmatch(custom_id)


@given(st.text())
def test_no_id_breaks_the_reading(text: str) -> None:
    custom_id = f"aq1:ask:7b:{text}"
    pressed = parse_custom_id(custom_id)

    assert (pressed is None) == (text == "")
    if pressed:
        found = read(pressed, Shelf())
        assert found is None or len(pack(found)) <= MAX_PACKED


def test_buttons_that_ask_for_the_same_have_names_of_their_own() -> None:
    ids = ButtonIds(ANN)
    asked = Request(Verb.SEARCH, "tea")
    names = [
        ids.name(Button(ButtonKind.ASK, "Tea", asked)),
        ids.name(Button(ButtonKind.ASK, "More Tea", asked)),
        ids.name(Button(ButtonKind.ASK, "Tea", Request(Verb.SEARCH, "tea\ud800"))),
    ]

    assert len(set(names)) == 3
    assert [press(name, {})[1] for name in names] == [asked] * 3
