"""Sharing on Discord: once, for everybody, with the video to play; and what is said if it fails."""

from pathlib import Path

import pytest

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from tests.apps.discord import App, Json, Slow, answering, is_private, labels, links, text_of
from tests.fakes.discord.entries import RefusedError
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import MEMBER, USE_EXTERNAL_APPS
from tests.fakes.discord.wire import Fault

POST = "execute_webhook"


def search(server: DiscordServer, query: str = "registry") -> Json:
    return server.slash("podcast search", {"query": query}).wait_for_response()


def now(server: DiscordServer, message: Json) -> Json:
    return server.message(int(message["id"]))


def share(server: DiscordServer, message: Json) -> Json:
    return server.click(message, "Share").wait_for_response()


def test_a_hit_is_shared_with_everybody_and_its_video(server: DiscordServer, app: App) -> None:
    found = search(server)
    shared = share(server, found)
    neighbour = server.add_user("Grace")

    assert server.seen(neighbour) == [shared]
    assert labels(shared) == ["Context"]
    assert links(shared) == ["https://youtu.be/sample00001?t=34"]
    assert "Ada" in shared["content"]
    assert shared["content"].splitlines()[-1] == "https://youtu.be/sample00001?t=34"
    assert is_private(found)


def test_the_button_says_shared_and_no_other_message_does(server: DiscordServer, app: App) -> None:
    found = search(server)
    shared = share(server, found)
    server.wait_for(lambda: "Shared" in labels(now(server, found)), "the menu to say so")

    assert labels(now(server, found))[:3] == ["Shared", "Context", "More Like This"]
    assert "Share" in labels(now(server, found))
    assert server.seen() == [now(server, found), shared]


def test_a_passage_is_shared_from_its_context_which_says_so(
    server: DiscordServer, app: App
) -> None:
    context = server.click(search(server), "Context").wait_for_response()
    shared = share(server, context)
    server.wait_for(lambda: "Shared" in labels(now(server, context)), "the button to say so")

    assert not is_private(shared)
    with pytest.raises(RefusedError):
        share(server, now(server, context))


def test_everybody_opens_the_context_of_what_was_shared(server: DiscordServer, app: App) -> None:
    shared = share(server, search(server))
    grace = server.add_user("Grace")
    told = server.click(shared, "Context", user=grace).wait_for_response()

    assert is_private(told)
    assert text_of(told).startswith("Around ")
    assert server.message(int(shared["id"])) == shared


def test_who_shares_twice_at_the_same_moment_shares_once(server: DiscordServer, app: App) -> None:
    found = search(server)
    pressed = [server.click(found, "Share") for _ in range(2)]
    answers = [each.wait_for_response() for each in pressed]

    assert sorted(map(is_private, answers)) == [False, True]
    (told,) = filter(is_private, answers)
    assert text_of(told) == "You have shared this already."
    assert len(server.seen(server.add_user("Grace"))) == 1


def test_others_may_share_the_same_elsewhere_or_here(server: DiscordServer, app: App) -> None:
    share(server, search(server))
    grace = server.add_user("Grace")
    elsewhere = server.add_channel("elsewhere")
    hers = server.slash("podcast search", {"query": "registry"}, user=grace).wait_for_response()
    shared = server.click(hers, "Share", user=grace).wait_for_response()
    options = {"query": "registry"}
    there = server.slash("podcast search", options, channel=elsewhere).wait_for_response()

    assert not is_private(shared)
    assert not is_private(share(server, there))


def test_what_takes_long_is_shared_all_the_same(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    slow = Slow(answer)

    def answered(library: Library, request: Request) -> Reply:
        return slow(library, request) if request.verb is Verb.HIT else answer(library, request)

    with answering(server, library, tmp_path, answered):
        pressed = server.click(search(server), "Share")
        waits = pressed.wait_for_acknowledgement()
        slow.let.set()
        shared = pressed.wait_for_response()

    assert waits == 6
    assert not is_private(shared)
    assert shared["content"].endswith("?t=34")


def test_what_is_gone_by_now_is_told_to_one_person(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    slow = Slow(lambda _, __: Reply("It is gone."))

    def answered(library: Library, request: Request) -> Reply:
        return slow(library, request) if request.verb is Verb.HIT else answer(library, request)

    with answering(server, library, tmp_path, answered):
        pressed = server.click(search(server), "Share")
        pressed.wait_for_acknowledgement()
        slow.let.set()
        told = pressed.wait_for_followup()

        assert text_of(told) == "It is gone."
        assert is_private(told)
        assert server.seen(server.add_user("Grace")) == []


@pytest.mark.parametrize("fault", [Fault(status=500, done=True), Fault(done=True), Fault()])
def test_an_answer_that_is_lost_posts_nothing_twice(
    server: DiscordServer, app: App, fault: Fault
) -> None:
    found = search(server)
    server.fail(POST, fault)
    pressed = server.click(found, "Share")
    server.wait_for(lambda: len(server.called(POST)) == 2, "what is told then")
    again = share(server, found)

    assert [call.status for call in server.called(POST)][:1] == [fault.status]
    assert "make sure" in text_of(pressed.wait_for_followup(1 + fault.done))
    assert "already" in text_of(again)
    assert len(server.seen(server.add_user("Grace"))) == fault.done


def test_what_is_refused_can_be_shared_again(server: DiscordServer, app: App) -> None:
    found = search(server)
    server.fail(POST, Fault(status=403, code=50013))
    told = share(server, found)
    shared = share(server, found)

    assert "could not share" in text_of(told)
    assert is_private(told)
    assert not is_private(shared)


def test_where_nobody_else_is_nothing_is_shared(server: DiscordServer, app: App) -> None:
    chat = server.chat_with_bot()
    found = server.slash("podcast search", {"query": "registry"}, channel=chat)
    told = share(server, found.wait_for_response())

    assert "nobody to share that with" in text_of(told)
    assert is_private(told)


def test_where_the_app_may_answer_only_one_person_it_says_so(
    server: DiscordServer, app: App
) -> None:
    guild = server.add_guild("Elsewhere", foreign=True)
    channel = server.add_channel("general", guild=guild)
    for permissions, shares in ((MEMBER & ~USE_EXTERNAL_APPS, False), (MEMBER, True)):
        user = server.add_user("Grace", installed=True, permissions=permissions)
        options = {"query": "registry"}
        found = server.slash("podcast search", options, user=user, channel=channel)
        told = server.click(found.wait_for_response(), "Share", user=user).wait_for_response()

        assert is_private(told) is not shares
        assert ("only you" in text_of(told)) is not shares
