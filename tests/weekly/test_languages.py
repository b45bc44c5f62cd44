"""Whose language the quote of the week is in: the channel's, the reader's, or the default."""

from dataclasses import replace
from datetime import time

import pytest

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.posting.places import Channel, ChannelMember, Recipient
from bot.posting.poster import FailureKind, PostError
from bot.translations import speaking
from bot.weekly.commands import answer_weekly
from bot.weekly.home import Home, tell_due, tell_follows
from bot.weekly.models import key_of
from bot.weekly.moderation import moderate
from bot.weekly.slots import (
    Schedule,
    describe_schedule,
    instant_of,
    parse_schedule,
    slot_on,
)
from tests.weekly_world import (
    DAY,
    GONE,
    HERE,
    HOUR,
    MONDAY,
    PLAN,
    REVIEWED,
    Platform,
    World,
    in_world,
    subscription,
)

DAY_OF = MONDAY.date()
KEY = key_of(HERE, DAY_OF)
REVIEW = subscription(schedule=REVIEWED, since=MONDAY - 3 * DAY)
VOTING = subscription(schedule=replace(PLAN, vote=True), since=MONDAY - 3 * DAY)
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def press(world: World, kind: ButtonKind, quote: str = "") -> Reply:
    async def nothing(_: Channel) -> str:
        return ""

    request = Request(Verb.WEEKLY, f"{KEY} {quote}".strip())
    return await moderate(world.context, kind, request, "U2", nothing)


@SQLITE
def test_a_post_is_in_the_language_of_its_channel(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        assert world.platform.headings == ["Zitat der Woche"]

    in_world(database, use, languages={HERE.id: "de"})


@SQLITE
def test_a_post_is_not_in_the_language_of_whoever_wants_it_now(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 3 * DAY
        with speaking("de"):
            reply = await answer_weekly(world.context, "post", ChannelMember(HERE, "U7"))
        assert reply.text.startswith("Gepostet: ein Zitat von ")
        assert world.platform.headings == ["Quote of the week"]

    in_world(database, use)


@SQLITE
def test_where_nobody_says_a_language_it_is_that_of_the_outbox(database: str) -> None:
    class Silent(Platform):
        async def language_of(self, recipient: Recipient) -> str:
            raise PostError(FailureKind.REFUSED, "Slack", "it cannot be reached.")

    async def use(world: World) -> None:
        silent = Silent(world.clock)
        member = ChannelMember(HERE, "U7")
        context = world.context_with(posters={"slack": silent}, language="de")
        await answer_weekly(context, "post", member)
        assert silent.headings == ["Zitat der Woche"]

    in_world(database, use)


@SQLITE
def test_each_moderator_is_asked_in_their_own_language(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 23 * HOUR
        await world.tick()
        ((_, english),) = world.platform.told
        (_, _, german), (_, _, of_the_channel) = world.platform.letters
        assert english.text.startswith("Choose the quote of the week for Monday 23 November 2026")
        assert german.text == (
            "Wähle ein Zitat der Woche für Montag, 23. November 2026, 09:00 Uhr (UTC)."
        )
        assert of_the_channel == german
        card = german.cards[0]
        assert [each.label for each in card.buttons] == [
            *("Freigeben", "Bearbeiten", "Überspringen", "Nie"),
        ]
        assert card.details[0] == "Nicht geprüft: Es gibt keine Untertitel."
        assert [each.text in german.text for each in german.instants][:1] == [True]

    languages = {"U1": "en", "U2": "de", HERE.id: "de"}
    in_world(database, use, REVIEW, languages=languages, admins=["U2", "U3"])


@SQLITE
def test_stand_ins_are_told_in_their_own_language_why(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 23 * HOUR
        await world.tick()
        ((to, _, reply),) = world.platform.letters
        assert to == "U5"
        assert reply.notes[-1].startswith("Du bekommst das, weil ich niemanden erreiche")

    unreachable = {"unreachable": ["U1"], "others": ["U5"]}
    in_world(database, use, REVIEW, languages={"U5": "de"}, **unreachable)


@SQLITE
def test_what_is_stored_is_told_in_the_reader_s_language(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = ()
        await world.tick()
        with speaking("de"):
            reply = await answer_weekly(world.context, "status", ChannelMember(HERE, "U7"))
        assert reply.text == "Ich poste hier jeden Montag um 09:00 Uhr (UTC) ein Zitat."
        assert reply.notes[-1] == (
            "Zuletzt: Montag, 23. November 2026, 09:00 Uhr (UTC), ausgelassen. "
            "Es gibt kein Zitat zum Posten."
        )

    in_world(database, use)


@SQLITE
def test_the_admin_is_not_told_again_whatever_the_language(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = ()
        await world.tick()
        await world.tick(7 * DAY)
        assert [reply.text for _, _, reply in world.platform.letters] == [
            "Kein Zitat für Montag, 23. November 2026, 09:00 Uhr (UTC)."
        ]

    in_world(database, use, languages={HERE.id: "de"})


@SQLITE
def test_why_a_post_failed_is_told_as_the_platform_said(database: str) -> None:
    async def use(world: World) -> None:
        world.platform.faults += [GONE]
        await world.tick()
        ((_, _, reply),) = world.platform.letters
        assert reply.text.startswith("Das Zitat der Woche für Montag, 23. November 2026")
        assert reply.notes == (
            str(GONE),
            "Behebe das, dann schreib „/podcast weekly post“ in den Kanal. Klappt es dreimal "
            "hintereinander nicht, pausiere ich es.",
        )

    in_world(database, use, languages={"U1": "de"})


@SQLITE
def test_a_quote_is_withdrawn_in_the_language_of_its_channel(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        with speaking("de"):
            told = await press(world, ButtonKind.WITHDRAW)
        assert told.text == "Es ist zurückgezogen. Das Zitat wird nicht wieder gepostet."
        ((_, shown),) = world.platform.edited
        assert shown.text == "This quote was withdrawn."

    in_world(database, use)


@SQLITE
def test_votes_are_shown_in_the_language_of_their_channel(database: str) -> None:
    async def use(world: World) -> None:
        world.clock.now = MONDAY - 23 * HOUR
        await world.tick()
        told = await press(world, ButtonKind.VOTE, "q01")
        assert told.text.startswith("You voted for the quote by ")
        _, shown = world.platform.edited[-1]
        assert shown.text.startswith("Welches soll das Zitat der Woche werden?")
        assert [card.details for card in shown.cards] == [
            ("0 Stimmen",),
            ("1 Stimme",),
            ("0 Stimmen",),
        ]

    in_world(database, use, VOTING, languages={HERE.id: "de"})


@pytest.mark.parametrize(
    "typed",
    [
        "Montag 09:00 Europe/Berlin",
        "Mo 9 Europe/Berlin",
        "mo. um 9 Uhr Europe/Berlin",
        "jeden Montag um 9uhr, Berlin",
        "montags 9.00 MEZ",
    ],
)
def test_german_weekdays_are_understood(typed: str) -> None:
    assert parse_schedule(typed) == (Schedule(0, time(9), "Europe/Berlin"), ())


@pytest.mark.parametrize(
    ("typed", "weekday"), [("di", 1), ("Mittwoch", 2), ("do", 3), ("fr", 4), ("Sams", 5), ("so", 6)]
)
def test_german_weekdays_can_be_shortened(typed: str, weekday: int) -> None:
    schedule, _ = parse_schedule(f"{typed} 9 UTC")
    assert schedule is not None
    assert schedule.weekday == weekday


def test_a_plan_is_described_in_german() -> None:
    plan = Schedule(0, time(9), "Europe/Berlin")
    with speaking("de"):
        assert describe_schedule(plan) == "jeden Montag um 09:00 Uhr (Europe/Berlin)"
        assert describe_schedule(replace(plan, monthly=True)) == (
            "am ersten Montag jedes Monats um 09:00 Uhr (Europe/Berlin)"
        )
        assert parse_schedule("montig 9 UTC")[1] == (
            "Ich kenne den Wochentag „montig“ nicht. Möglich sind mo, di … so.",
        )


def test_the_start_page_is_in_german() -> None:
    home = Home("", (), (), follows=tuple("abcdefg"), due=instant_of(PLAN, slot_on(PLAN, DAY_OF)))
    with speaking("de"):
        assert tell_follows(home).endswith(" und 2 weitere Themen abonniert.")
        assert tell_due(home).startswith("Das nächste Zitat der Woche kommt am ")
