"""Posts in announcement channels and forums, and what Discord's filter and its rights refuse."""

import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.answers.episodes import list_episodes
from bot.answers.replies import Poll, Reply
from bot.library.library import Library
from bot.posting.announcements import answer_announce
from bot.posting.outbox import State
from bot.posting.places import ChannelMember
from bot.posting.poster import FailureKind, NotFound, PostError
from bot.weekly.messages import posted, withdrawn
from bot.weekly.models import Subscription
from bot.weekly.slots import parse_schedule
from bot.weekly.tick import post_now
from tests.apps.discord import App, comes_true, labels, text_of
from tests.apps.discord_weekly import (
    KEY,
    QUOTE,
    SAID,
    TITLE,
    admin_of,
    past,
    place_of,
    post,
    posting,
)
from tests.fakes.discord.reading import read_page
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import (
    ANNOUNCEMENTS,
    CROSSPOSTED,
    EMBED_LINKS,
    FORUM,
    MEMBER,
    SEND_MESSAGES,
    Channel,
)
from tests.fakes.discord.wire import Fault

SEND, START, PUBLISH = "create_message", "create_thread", "crosspost_message"
BLOCKED = Fault(status=400, code=200000)
Json = dict[str, Any]


@pytest.fixture
def app(server: DiscordServer, library: Library, tmp_path: Path) -> Iterator[App]:
    with posting(server, library, tmp_path) as app:
        yield app


def announcements(app: App) -> Channel:
    return known(app, app.server.add_channel("news", kind=ANNOUNCEMENTS))


def forum(app: App, **about: Any) -> Channel:
    return known(app, app.server.add_channel("talks", kind=FORUM, **about))


def known(app: App, channel: Channel) -> Channel:
    """Give a channel of which the app has heard."""
    client = app.account.client
    assert client
    assert comes_true(lambda: client.get_channel(channel.id))
    return channel


def threads(app: App) -> dict[str, Json]:
    """Give the messages that threads begin with, by the titles of the threads."""
    with app.server.changed:
        world = app.server.world
        begun = [each for each in world.channels.values() if each.parent]
        return {each.name: deepcopy(world.messages[each.id].json) for each in begun}


def said(message: Json) -> str:
    return "\n".join(read_page(message).lines)


def subscribe(app: App, channel: Channel, typed: str = "mon 09:00 Europe/Berlin") -> Subscription:
    schedule, _ = parse_schedule(typed)
    assert schedule
    subscription = Subscription(place_of(channel), schedule, past(), str(admin_of(app.server).id))
    app.do(app.weekly.deliveries.subscribe(subscription))
    return subscription


def test_an_announcement_channel_publishes_what_is_posted(app: App) -> None:
    message = post(app, channel=announcements(app))

    assert message["flags"] & CROSSPOSTED
    assert not post(app, channel=app.server.add_channel("others"))["flags"] & CROSSPOSTED


@pytest.mark.parametrize(
    "fault",
    [Fault(status=403, code=50013), Fault(status=429, retry_after=3000), Fault(done=True)],
)
def test_what_cannot_be_published_is_posted_all_the_same(
    app: App, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    app.server.fail(PUBLISH, fault)
    post(app, channel=announcements(app))

    assert len(app.server.called(SEND)) == len(app.server.called(PUBLISH)) == 1
    assert any("A post was not published: " in each for each in caplog.messages)


def test_what_is_published_already_is_no_trouble(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    news = announcements(app)
    first, again = post(app, channel=news), post(app, channel=news)

    assert first["id"] == again["id"]
    assert caplog.messages == []


def test_a_quote_in_a_forum_is_a_post_that_is_found_and_withdrawn(app: App) -> None:
    talks = forum(app)
    before = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    poster, place = app.account.poster, place_of(talks)
    absent = app.do(poster.find(place, KEY, before))
    message = post(app, channel=talks)
    found = app.do(poster.find(place, KEY, before))
    ((title, begun),) = threads(app).items()
    app.do(poster.edit(place, message["id"], withdrawn()))

    assert absent is NotFound.ABSENT
    assert title == "Quote of the week: Tomáš Vlček"
    assert SAID in said(begun)
    assert found == message["id"] == begun["id"]
    assert said(threads(app)[title]) == "This quote was withdrawn."


def test_a_forum_has_a_post_for_each_episode(app: App) -> None:
    talks = forum(app)
    episodes = list_episodes(app.library)
    app.do(app.account.poster.post(place_of(talks), episodes, KEY))
    app.do(app.account.poster.post(place_of(talks), episodes, KEY))
    titles = [each.title for each in app.library.index.episodes]

    assert sorted(threads(app)) == sorted(titles)
    assert len(app.server.called(START)) == len(titles)
    assert "New episode" in said(threads(app)[TITLE])
    assert labels(threads(app)[TITLE]) == []


def test_a_lost_answer_starts_no_second_post(app: App) -> None:
    talks = forum(app)
    app.server.fail(START, Fault(done=True))
    with pytest.raises(PostError) as caught:
        post(app, channel=talks)
    message = post(app, channel=talks)

    assert caught.value.kind is FailureKind.AMBIGUOUS
    assert [each["id"] for each in threads(app).values()] == [message["id"]]


def test_a_forum_that_requires_a_tag_gets_one(app: App) -> None:
    post(app, channel=forum(app, tags=("Episodes", "Questions")))
    (call,) = app.server.called(START)

    assert call.body["applied_tags"] == ["1"]


def test_a_quote_in_a_forum_gets_no_other_thread_and_no_pin(app: App) -> None:
    talks = forum(app)
    poster, place = app.account.poster, place_of(talks)
    message = post(app, channel=talks)["id"]
    app.do(poster.open_thread(place, message, "Ann: Tea", "What now?"))
    app.do(poster.pin(place, message))
    lacking = app.do(poster.lacks(place, thread=True, pin=True, ping=""))

    assert list(lacking) == ["I pin nothing in a forum."]
    assert len(threads(app)) == 1


def test_a_quote_in_a_forum_notifies_its_role(app: App) -> None:
    reply = replace(posted(app.library.index.episodes, QUOTE, KEY), ping="123")
    app.do(app.account.poster.post(place_of(forum(app)), reply, KEY))
    (call,) = app.server.called(START)

    assert call.body["message"]["allowed_mentions"] == {"parse": [], "roles": [123]}
    assert "<@&123>" in call.body["message"]["content"]


def test_a_forum_has_no_polls(app: App) -> None:
    reply = Reply("Which one?", poll=Poll("Which one?", ("A", "B"), 24))
    with pytest.raises(
        PostError, match=r"a forum has no polls. Choose another channel\."
    ) as caught:
        app.do(app.account.poster.post(place_of(forum(app)), reply, KEY))

    assert caught.value.kind is FailureKind.PERMANENT


def test_a_refusal_names_only_what_is_missing_and_no_id(app: App) -> None:
    channel = app.server.allow(app.server.channel, MEMBER & ~SEND_MESSAGES)
    app.server.slash("podcast help").wait_for_response()
    with pytest.raises(PostError) as caught:
        post(app)
    (reason, _, remedy) = str(caught.value).partition("Permissions, and ")

    assert reason.startswith(
        "The channel: Airquote is not allowed to post there. Open the channel's"
    )
    assert remedy == "allow Airquote Send Messages."
    assert str(channel.id) not in str(caught.value)


def test_announcements_need_less_than_quotes(app: App) -> None:
    app.server.allow(app.server.channel, MEMBER & ~EMBED_LINKS)
    place = place_of(app.server.channel)
    # Events come in their order: what an answer follows, the app has seen.
    app.server.slash("podcast help").wait_for_response()
    needed = app.do(app.account.poster.why_not(place, "1"))
    announced = app.do(answer_announce(app.weekly.posting, "on", ChannelMember(place, "1")))

    assert needed
    assert "Embed Links" in needed
    assert "From now on" in announced.text


def test_another_quote_is_tried_where_the_filter_blocks_one(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    subscription = subscribe(app, app.server.channel)
    app.server.fail(SEND, BLOCKED, times=2)
    state = app.do(post_now(app.weekly, subscription))
    refused, again, posted = (each.body["content"] for each in app.server.called(SEND))
    blocked = app.do(app.weekly.decisions.barred(subscription.channel, past()))

    assert state is State.SENT
    assert len({refused, again, posted}) == 3
    assert len(blocked.quotes) == 2
    told = "Quote of the week: The channel: AutoMod, the server's filter, blocks these words."
    assert any(each.startswith(told) for each in caplog.messages)
    assert posted in text_of(app.server.seen(app.server.add_user("Anybody"))[-1])


def test_a_filter_that_blocks_everything_is_told(app: App) -> None:
    subscription = subscribe(app, app.server.channel)
    app.server.fail(SEND, BLOCKED, times=10)
    state = app.do(post_now(app.weekly, subscription))
    delivery = app.do(app.weekly.deliveries.last_delivery(subscription.channel))

    assert state is State.FAILED
    assert delivery
    assert "AutoMod, the server's filter, blocks these words." in delivery.message.reason
    assert "exempt Airquote's role" in delivery.message.reason
