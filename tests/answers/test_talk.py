"""What messages to the bot are taken for, and what they are answered with."""

import pytest

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.answers.talk import QUIET, read_talk
from bot.library.library import Library
from tests.asking import find, search

UNSURE = "I am not sure that you asked me"
DOUBTFUL = "I doubt that the podcast has anything on this"


def talk(library: Library, text: str) -> Reply:
    """Ask in a message to the bot."""
    request = read_talk(text)
    assert request.verb is Verb.TALK
    return answer(library, request)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "help",
        "what can you do?",
        "Was kannst du?",
        "Hello bot, what can you do for us?",
        "can you help me please?",
        "How does this work?",
        "how do I use you",
        "who are you?",
        "are you a bot?",
        "Good morning! Which commands are there?",
        "ping",
    ],
)
def test_who_asks_what_the_bot_can_do_gets_help(typed: str) -> None:
    assert read_talk(typed) == Request(Verb.HELP)


@pytest.mark.parametrize(
    ("typed", "request_read"),
    [
        ("search ok", Request(Verb.SEARCH, "ok")),
        ("search what can you do", Request(Verb.SEARCH, "what can you do")),
        ("quote drift", Request(Verb.QUOTE, "drift")),
        ("weekly status", Request(Verb.WEEKLY, "status")),
        ("  what can you do about drift? ", Request(Verb.TALK, "what can you do about drift?")),
        ("can you help me with drift", Request(Verb.TALK, "can you help me with drift")),
        ("ok", Request(Verb.TALK, "ok")),
        ("Follow up with Anna please", Request(Verb.TALK, "Follow up with Anna please")),
        ("quote me on that", Request(Verb.TALK, "quote me on that")),
        ("episode was great!", Request(Verb.TALK, "episode was great!")),
        ("follow upgrades", Request(Verb.FOLLOW, "upgrades")),
    ],
)
def test_a_command_in_a_message_is_a_command(typed: str, request_read: Request) -> None:
    assert read_talk(typed) == request_read


@pytest.mark.parametrize("text", ["model registry", "what should be in a runbook?", "tomas"])
def test_a_question_is_answered_as_by_a_command(library: Library, text: str) -> None:
    reply = talk(library, text)

    assert reply == search(library, text)
    assert reply.cards
    assert not reply.private


@pytest.mark.parametrize(
    "text", ["thanks!", "ok", "you rock", "please have a look at this PR", "?!", "hi all :)"]
)
def test_what_asks_nothing_is_not_answered(library: Library, text: str) -> None:
    assert talk(library, text) == QUIET


def test_what_may_be_a_question_is_answered_for_its_author_alone(library: Library) -> None:
    reply = talk(library, "who broke main?")
    asked = search(library, "who broke main?")

    assert reply.private
    assert reply.notes[0].startswith(UNSURE)
    assert (reply.cards, reply.notes[1:]) == (asked.cards, asked.notes)


def test_a_question_that_the_podcast_cannot_answer_gets_an_answer(library: Library) -> None:
    assert talk(library, "zyxwvut").text == "I found nothing for “zyxwvut”."


@pytest.mark.parametrize("text", ['"thanks"', "ok guest:tomas", "thanks -lot", "s01e02"])
def test_what_nobody_types_by_chance_is_answered(library: Library, text: str) -> None:
    assert talk(library, text) == search(library, text)


def test_whoever_searches_for_chat_finds_it(library: Library) -> None:
    assert search(library, "ok, thanks").cards


def test_a_message_that_is_mere_chat_is_looked_for_with_a_doubt(library: Library) -> None:
    chat = find(library, "I have to leave early on Friday, sorry, see you on Monday morning!")
    question = find(library, "Does anybody keep a model registry in a spreadsheet?")

    assert chat.cards
    assert chat.notes[0].startswith(DOUBTFUL)
    assert question.cards
    assert question.notes == ()


def test_a_season_that_is_said_narrows_the_answer(library: Library) -> None:
    said = talk(library, "model registry in season 1?")

    assert said == search(library, "model registry season:1")
    assert said.notes[0] == "Season 1"
    assert said.cards
