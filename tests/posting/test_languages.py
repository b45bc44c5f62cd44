"""In which language people and channels hear of new episodes."""

import pytest

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb, read_request
from bot.posting.follow_commands import answer_following
from bot.posting.places import Requester
from bot.translations import speaking
from tests.new_episodes import NEW, OLD, tell_of_changes
from tests.weekly_world import HERE, MONDAY, World, in_world

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
IDA = Requester("slack", "T1", "U7")
GERMAN = "Neu im Podcast für dich: „feature store“"
ENGLISH = "New in the podcast for you: “feature store”"


async def ask(world: World, request: Request) -> Reply:
    return await answer_following(world.posting, [OLD], request, IDA)


@SQLITE
def test_a_letter_is_in_the_language_of_its_reader(database: str) -> None:
    async def use(world: World) -> None:
        await ask(world, Request(Verb.FOLLOW, "feature store"))
        await world.follows.announce(HERE, "U1", MONDAY)
        await tell_of_changes(world.posting, OLD, NEW)
        told = {to: reply.text for to, _, reply in world.platform.letters}
        assert told == {
            "U7": GERMAN,
            HERE.id: "New episode",
        }

    in_world(database, use, languages={"U7": "de"})


@pytest.mark.parametrize(("known", "text"), [("", GERMAN), ("en", ENGLISH)])
def test_a_letter_is_in_the_language_of_the_last_follow_unless_the_platform_says_another(
    database: str, known: str, text: str
) -> None:
    """Discord, for one, does not say it after a restart."""

    async def use(world: World) -> None:
        with speaking("de"):
            await ask(world, Request(Verb.FOLLOW, "feature store"))
        await tell_of_changes(world.posting, OLD, NEW)
        assert [reply.text for _, _, reply in world.platform.letters] == [text]

    in_world(database, use, languages={"U7": known})


@SQLITE
def test_following_is_answered_in_german(database: str) -> None:
    async def use(world: World) -> None:
        with speaking("de"):
            followed = await ask(world, Request(Verb.FOLLOW, "teapot museum"))
            assert followed.text.startswith("Ich schreibe dir, wenn ")
            assert "Du bekommst höchstens eine Nachricht pro Woche" in followed.notes[0]
            assert (await ask(world, read_request("follows"))).text == "Du hast 1 Thema abonniert."
            shown = await ask(world, read_request("forget-me"))
            assert shown.notes[0].startswith("Ich würde löschen: 1 Eintrag in meiner Liste der ")
            assert shown.notes[0].endswith(" und 1 abonniertes Thema.")
            assert [each.label for each in shown.buttons] == ["Vergiss mich"]
            ended = await ask(world, Request(Verb.UNFOLLOW, "alle"))
            assert ended.text.startswith("Du hast alles abbestellt")

    in_world(database, use)


@SQLITE
def test_announcements_are_in_the_language_of_their_channel(database: str) -> None:
    async def use(world: World) -> None:
        await world.follows.announce(HERE, "U1", MONDAY)
        await tell_of_changes(world.posting, OLD, NEW)
        ((_, _, reply),) = world.platform.letters
        assert reply.text == "Neue Folge"

    in_world(database, use, languages={HERE.id: "de"})
