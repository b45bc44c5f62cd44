"""/podcast use: admins choose which podcasts a place is served, and everybody sees which."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from bot.podcasts import Podcast
from bot.posting.bindings import Bindings
from bot.posting.places import Channel, ChannelMember, Place
from bot.posting.serving import MOST_USED, answer_use, is_choice
from bot.translations import speaking

PODCASTS = {each.id: each for each in (Podcast("tea", "The Tea Hour"), Podcast("wine", "Wine"))}
HERE = Channel("slack", "T1", "C1")
ADMIN, MEMBER = ChannelMember(HERE, "ann"), ChannelMember(HERE, "bob", "Only admins can do that.")


class Kept:
    """What was chosen, in a dictionary."""

    def __init__(self) -> None:
        self.chosen: dict[str, Sequence[str]] = {}

    async def bindings(self, platform: str, workspace: str) -> Mapping[str, Sequence[str]]:
        return dict(self.chosen)

    async def bind(
        self, platform: str, workspace: str, channel: str, podcasts: Sequence[str]
    ) -> None:
        self.chosen[channel] = podcasts


def use(typed: str, member: ChannelMember = ADMIN, kept: Kept | None = None) -> tuple[str, ...]:
    """Type something after "use"; give the sentences of the answer."""
    bindings = Bindings([*PODCASTS], kept or Kept())
    reply = asyncio.run(answer_use(bindings, PODCASTS, typed, member))
    return reply.text, *reply.notes


def test_everybody_sees_what_is_searched_and_what_there_is() -> None:
    text, *notes = use("", MEMBER)

    assert text == "Here I search The Tea Hour."
    assert notes[0] == "Nothing is chosen here, so I search the first podcast I have."
    assert notes[1] == "Available: tea (The Tea Hour) · wine (Wine)"
    assert "“/podcast use tea everywhere”" in notes[2]


@pytest.mark.parametrize("typed", ["wine tea", "WINE, tea"])
def test_an_admin_chooses_for_the_channel(typed: str) -> None:
    kept = Kept()

    assert use(typed, kept=kept)[0] == "Here I search Wine and The Tea Hour."
    assert kept.chosen == {"C1": ("wine", "tea")}


@pytest.mark.parametrize(
    ("language", "typed"),
    [("en", "wine everywhere"), ("en", "wine in all channels"), ("de", "wine überall")],
)
def test_or_for_all_channels(language: str, typed: str) -> None:
    kept = Kept()
    with speaking(language):
        text, *_ = use(typed, kept=kept)

    assert kept.chosen == {"": ("wine",)}
    assert "Wine" in text


@pytest.mark.parametrize("member", [MEMBER, ADMIN])
def test_everywhere_alone_tells_what_is_searched_there(member: ChannelMember) -> None:
    kept = Kept()
    use("wine everywhere", kept=kept)
    text, *_ = use("everywhere", member, kept=kept)

    assert text == "In all channels without a choice of their own, I search Wine."
    assert kept.chosen == {"": ("wine",)}


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "The Tea Hour"),
        ("en", "tea, THE TEA HOUR"),
        ("en", "the tea hour and wine"),
        ("de", "tea und wine"),
    ],
)
def test_titles_do_too_and_words_between_them(language: str, typed: str) -> None:
    kept = Kept()
    with speaking(language):
        use(typed, kept=kept)

    assert kept.chosen == {"C1": ("tea", "wine") if "wine" in typed else ("tea",)}
    assert is_choice(typed, PODCASTS)


def test_an_id_is_no_title_of_another() -> None:
    podcasts = {each.id: each for each in (Podcast("tea", "Wine"), Podcast("wine", "and"))}
    kept = Kept()
    asyncio.run(answer_use(Bindings([*podcasts], kept), podcasts, "wine", ADMIN))

    assert kept.chosen == {"C1": ("wine",)}


def test_a_channel_with_a_choice_of_its_own_keeps_it_and_says_so() -> None:
    kept = Kept()
    use("tea", kept=kept)
    said = use("wine everywhere", kept=kept)

    assert said[:2] == (
        "In all channels without a choice of their own, I search Wine.",
        "This channel has a choice of its own, The Tea Hour, until you undo it.",
    )
    use("default", kept=kept)
    assert "choice of its own, " not in " ".join(use("wine everywhere", kept=kept))


def test_and_takes_it_back() -> None:
    kept = Kept()
    kept.chosen = {"C1": ["wine"]}

    assert use("default", kept=kept)[0] == "Here I search The Tea Hour."
    assert kept.chosen == {"C1": ()}


def test_nobody_else_chooses() -> None:
    kept = Kept()

    assert use("wine", MEMBER, kept) == ("Only admins can do that.",)
    assert kept.chosen == {}


def test_an_unknown_podcast_is_named() -> None:
    text, known = use("wine milk")

    assert text == "I know no podcast “milk”."
    assert known.startswith("Available: tea")


def test_a_place_has_a_few_podcasts_at_most() -> None:
    many = {f"p{number}": Podcast(f"p{number}", "P") for number in range(MOST_USED + 1)}
    bindings = Bindings([*many], Kept())

    reply = asyncio.run(answer_use(bindings, many, " ".join(many), ADMIN))

    assert reply.text == f"Choose at most {MOST_USED} podcasts for a place."


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("", True), ("wine", True), ("milk", True), ("of feature stores", False), ("wine or", True)],
)
def test_other_words_after_use_are_a_search(typed: str, *, expected: bool) -> None:
    assert is_choice(typed, PODCASTS) is expected
    assert not is_choice(typed, {"": Podcast()})


def test_with_a_single_podcast_there_is_nothing_to_choose() -> None:
    reply = asyncio.run(answer_use(Bindings([""]), {"": Podcast()}, "tea", ADMIN))

    assert reply.text == "There is only one podcast, so there is nothing to choose."


def test_the_place_of_a_channel_is_in_its_workspace() -> None:
    assert HERE.place == Place("slack", "T1", ("C1",))
