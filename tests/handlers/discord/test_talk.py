"""Messages that mention the bot, or are written to it alone."""

import logging
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from tests.apps.discord import (
    App,
    Slow,
    answering,
    broken,
    comes_true,
    is_private,
    labels,
    links,
    text_of,
)
from tests.apps.discord_weekly import admin_of
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import MEMBER, READ_HISTORY, SEND_MESSAGES
from tests.fakes.discord.wire import Fault

QUESTION = "what is a model registry?"
MONDAY = "weekly on mon 09:00 Europe/Berlin"
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
SHOW = "Show It to Me"
Json = dict[str, Any]


def reply_to(server: DiscordServer, text: str, **about: Any) -> Json:
    """Mention the bot, and give its reply."""
    return server.wait_for_reply(server.mention(text, **about))


def is_quiet(server: DiscordServer) -> bool:
    """Answer somebody else, and say whether that is all that was answered in the channel."""
    before = len(server.called("create_message"))
    server.slash("podcast help", user=server.add_user("Later")).wait_for_response()
    sleep(0.2)
    return len(server.called("create_message")) == before


def test_a_question_is_answered_for_everybody_below_it(server: DiscordServer, app: App) -> None:
    asked = server.mention(QUESTION)
    reply = server.wait_for_reply(asked)
    (call,) = server.called("create_message")

    assert server.seen(server.add_user("Grace"))[-1] == reply
    assert "registry" in text_of(reply)
    assert links(reply)[0].startswith("https://youtu.be/sample0000")
    assert call.body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert (call.body["nonce"], call.body["enforce_nonce"]) == (asked["id"], True)


def test_no_privileged_intent_is_asked_for(server: DiscordServer, app: App) -> None:
    (identify,) = server.gateway.identifies

    assert not identify["intents"] & PRIVILEGED


@pytest.mark.parametrize(
    "said", ["thanks!", "lol nice one", ":tea: <@1>", "good morning everybody"]
)
def test_what_asks_nothing_is_not_answered(server: DiscordServer, app: App, said: str) -> None:
    server.mention(said)

    assert is_quiet(server)


def test_messages_to_others_are_not_answered(server: DiscordServer, app: App) -> None:
    posted = reply_to(server, QUESTION)
    server.say(QUESTION)
    server.say(QUESTION, mentions=[posted["author"]], below=posted)  # a reply notifies
    server.mention(QUESTION, user=server.add_user("Robot", bot=True))
    server.mention(QUESTION, type=6)  # somebody pins a message

    assert is_quiet(server)


def test_a_message_that_comes_twice_is_answered_once(server: DiscordServer, app: App) -> None:
    reply_to(server, QUESTION)
    (again,) = (
        payload["data"]
        for payload in server.gateway.sessions[-1].sent
        if payload["t"] == "MESSAGE_CREATE"
    )
    server.gateway.dispatch("MESSAGE_CREATE", again)

    assert is_quiet(server)


@pytest.mark.parametrize("said", ["help", "follow feature store", "zygote submarines?"])
def test_what_is_of_no_use_to_others_waits_behind_a_button(
    server: DiscordServer, app: App, said: str
) -> None:
    reply = reply_to(server, said)
    told = server.click(reply, SHOW).wait_for_response()
    other = server.click(reply, SHOW, user=server.add_user("Grace")).wait_for_response()

    assert labels(reply) == [SHOW]
    assert "My answer is for you alone." in text_of(reply)
    assert is_private(told)
    assert is_private(other)
    assert "for the person who asked" in text_of(other)
    assert text_of(told) not in (text_of(other), text_of(reply))


def test_what_may_be_a_question_is_answered_to_its_author_alone(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    def doubt(_: Library, request: Request) -> Reply:
        return Reply("Perhaps.", private=request.verb is Verb.TALK)

    with answering(server, library, tmp_path, doubt):
        reply = reply_to(server, "a registry then")
        told = server.click(reply, SHOW).wait_for_response()

    assert "I am not sure that you asked me." in text_of(reply)
    assert text_of(told) == "Perhaps."


def test_who_keeps_mentioning_the_bot_is_offered_one_private_answer(
    server: DiscordServer, app: App
) -> None:
    reply_to(server, "help")
    server.mention("help")

    assert is_quiet(server)


def test_an_admin_can_type_what_is_for_admins(server: DiscordServer, app: App) -> None:
    admin = admin_of(server)
    server.slash("podcast help", user=admin).wait_for_response()  # by now, servers are known
    offered = reply_to(server, MONDAY, user=admin)
    switched = server.click(offered, SHOW, user=admin).wait_for_response()
    refused = server.click(reply_to(server, MONDAY), SHOW).wait_for_response()

    assert "I will post a quote here on Mondays at 09:00" in text_of(switched).replace("\\", "")
    assert "“Manage Server”" in text_of(refused)


def test_in_a_chat_every_message_is_to_the_bot(server: DiscordServer, app: App) -> None:
    chat = server.chat_with_bot()
    found = server.wait_for_reply(server.say(QUESTION, channel=chat))
    following = server.wait_for_reply(server.say("follow feature store", channel=chat))
    weekly = server.wait_for_reply(server.say(MONDAY, channel=chat))
    about = server.wait_for_reply(server.say("about", channel=chat))
    thanked = server.wait_for_reply(server.say("thanks!", channel=chat))

    assert links(found)
    assert "feature store" in text_of(following)
    assert "in the channels of servers" in text_of(weekly)
    assert "index" in text_of(about)
    assert "Type" in text_of(thanked)


def test_a_mention_below_a_message_is_about_that(server: DiscordServer, app: App) -> None:
    posted = reply_to(server, QUESTION)
    about_mine = reply_to(server, "this?", below=posted)
    theirs = server.say("Who keeps a model registry?", user=server.add_user("Grace"))
    about_theirs = reply_to(server, "", below=theirs)

    assert "Passages about: " in text_of(about_mine)
    assert "“Find in podcast”" in text_of(about_theirs)


def test_without_the_history_it_answers_all_the_same(server: DiscordServer, app: App) -> None:
    server.allow(server.channel, MEMBER & ~READ_HISTORY)
    asked = server.mention(QUESTION)
    answer = server.wait_for(
        lambda: [e for e in server.seen() if int(e["id"]) > int(asked["id"])], "an answer"
    )

    assert links(answer[0])


@pytest.mark.parametrize("code", [50013, 200000])
def test_where_it_may_not_write_it_says_nothing(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    caplog.set_level(logging.INFO)
    if code == 50013:
        server.allow(server.channel, MEMBER & ~SEND_MESSAGES)
    else:
        server.fail("create_message", Fault(status=400, code=code))
    server.mention(QUESTION)
    told = f"A message cannot be answered where it was written: {code}"

    assert comes_true(lambda: told in caplog.messages)


def test_a_lost_connection_posts_nothing_twice(server: DiscordServer, app: App) -> None:
    server.fail("create_message", Fault(done=True))
    reply_to(server, QUESTION)
    server.wait_for(lambda: len(server.called("create_message")) == 2, "a second attempt")

    assert len([each for each in server.seen() if each["author"]["bot"]]) == 1


def test_whoever_waits_sees_that_it_is_typing(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    slow = Slow()
    with answering(server, library, tmp_path, slow):
        asked = server.mention(QUESTION)
        server.wait_for(lambda: server.called("trigger_typing_indicator"), "typing")
        slow.let.set()
        reply = server.wait_for_reply(asked)

    assert SHOW in labels(reply)  # nothing was found


def test_what_breaks_is_told_with_a_reference(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    with answering(server, library, tmp_path, broken):
        reply = reply_to(server, QUESTION)

    assert "Something went wrong on my side." in text_of(reply)


def test_a_message_that_cannot_be_read_ends_nothing(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    server.gateway.dispatch("MESSAGE_CREATE", {"id": "1", "content": "secret plans"})
    reply = reply_to(server, QUESTION)

    assert links(reply)
    assert "An event could not be parsed." in caplog.messages
    assert "secret plans" not in caplog.text
