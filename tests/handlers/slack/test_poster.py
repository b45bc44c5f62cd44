"""The quote of the week in Slack: posted once, found again, withdrawn, and told of."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.replies import Reply
from bot.library.library import Library
from bot.posting.outbox import State
from bot.posting.places import Channel, person_at
from bot.posting.poster import FailureKind, NotFound, PostError
from bot.weekly.messages import posted, withdrawn
from bot.weekly.models import Quote, Subscription, new_delivery, quote_from
from bot.weekly.notices import word_notice
from bot.weekly.ports import NoticeKind
from bot.weekly.slots import Schedule, Slot
from handlers.slack.poster import SlackPoster
from tests.apps.slack import labels, text_of
from tests.apps.slack_parts import opened, scored_quotes
from tests.fakes.slack.calls import UPLOAD, Fault
from tests.fakes.slack.rules import parts_of
from tests.fakes.slack.server import SlackServer, running_slack
from tests.fakes.slack.things import TEAM, Message
from tests.fakes.slack.tokens import BOT_TOKEN, NEEDED, OPTIONAL
from tests.illustrated import illustrated

KEY, OTHER_KEY = "a" * 25, "b" * 25
LONG_AGO = datetime.now(UTC) - timedelta(days=1)
SLOT = Slot(date(2026, 11, 23), datetime(2026, 11, 23, 9, tzinfo=UTC))
LIMITED, REFUSED, AMBIGUOUS = FailureKind.RATE_LIMITED, FailureKind.REFUSED, FailureKind.AMBIGUOUS
PERMANENT, UNAUTHORIZED = FailureKind.PERMANENT, FailureKind.UNAUTHORIZED

T = TypeVar("T")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running_slack(scopes=(*NEEDED, *OPTIONAL)) as slack:
        yield slack


@dataclass(frozen=True, slots=True)
class Scene:
    """A poster, and the channel where it posts what an admin wants."""

    slack: SlackServer
    library: Library
    folder: Path
    channel: Channel
    admin: str

    @property
    def quote(self) -> Quote:
        """What is posted."""
        return quote_from(next(scored_quotes(self.library)))

    @property
    def posted(self) -> list[Message]:
        """What stands in the channel, whoever sees it."""
        said = self.slack.workspace.messages
        return [each for each in said if each.channel == self.channel.id]

    def play(self, story: Callable[[SlackPoster], Awaitable[T]], **facts: Any) -> T:
        """Let a story with the poster happen; the `facts` are those of `opened`."""

        async def run() -> T:
            client = AsyncWebClient(BOT_TOKEN, base_url=self.slack.api_url)
            async with opened(client, self.library, self.folder, **facts) as parts:
                return await story(parts.poster)

        return asyncio.run(run())

    def reply(self, key: str = KEY, *, with_picture: bool = False) -> Reply:
        """Write the post of the quote."""
        reply = posted(self.library.index.episodes, self.quote, key)
        return (
            illustrated(reply, self.library.index.episodes, self.quote) if with_picture else reply
        )

    def post(self, key: str = KEY, *, with_picture: bool = False) -> str:
        """Post the quote."""
        reply = self.reply(key, with_picture=with_picture)
        return self.play(lambda poster: poster.post(self.channel, reply, key))

    def find(self, key: str = KEY, since: datetime = LONG_AGO) -> str | NotFound:
        """Look for the message with a key."""
        return self.play(lambda poster: poster.find(self.channel, key, since))

    def withdraw(self, message: str) -> None:
        """Take a message back."""
        self.play(lambda poster: poster.edit(self.channel, message, withdrawn()))

    def why_not(self) -> str | None:
        """Ask whether anything can be posted."""
        return self.play(lambda poster: poster.why_not(self.channel, self.admin))

    def tell(self, person: str) -> None:
        """Tell somebody that the quote is objected to."""
        subscription = Subscription(self.channel, Schedule(0, time(9), "UTC"), LONG_AGO, person)
        delivery = replace(new_delivery(self.channel, SLOT, State.SENT), quote=self.quote)
        episodes = self.library.index.episodes
        reply = word_notice(episodes, subscription, NoticeKind.REPORTED, delivery)
        self.play(lambda poster: poster.send(person_at("slack", person, TEAM), reply, KEY))


@pytest.fixture
def scene(slack: SlackServer, library: Library, tmp_path: Path) -> Scene:
    workspace = slack.workspace
    channel = Channel("slack", TEAM, workspace.add_channel("podcasts"))
    return Scene(slack, library, tmp_path, channel, workspace.add_person("Ida"))


def image_of(message: Message) -> dict[str, Any] | None:
    return next((each for each in message.blocks if each["type"] == "image"), None)


# Posting.


def test_a_post_says_what_is_worth_knowing_and_can_be_reported(scene: Scene) -> None:
    ts = scene.post()

    (message,) = scene.posted
    title = scene.library.index.episodes[0].title
    said, who, where, told = text_of(message).splitlines()
    assert message.ts == ts
    assert (said, told) == (f"“{scene.quote.text}”", "Quote of the week")
    assert who == f"{scene.quote.speaker}, in {title}"
    assert where.endswith(" · Tea")
    assert labels(message) == ["Context", "Report"]
    (watch,) = (each for each in parts_of(message.blocks) if each.get("action_id") == "watch.0")
    assert watch["text"]["text"] == "▶ Watch at 1:01"
    assert not message.body["unfurl_links"]


def test_what_notifications_say_of_a_post_calls_nobody(scene: Scene) -> None:
    scene.post()

    assert "<!channel>" in text_of(scene.posted[0])
    assert "&lt;!channel&gt;" in scene.posted[0].text
    assert scene.posted[0].text.startswith("“Number 0 is ")
    assert scene.posted[0].text.splitlines()[-1] == "Quote of the week"


@pytest.mark.parametrize(
    ("fault", "kind", "wait"),
    [
        (Fault(status=429, retry_after=7), LIMITED, 7.0),
        (Fault(status=429), LIMITED, 0.0),
        (Fault(status=429, error="something_new", retry_after=1), LIMITED, 1.0),
        (Fault(error="rate_limited"), LIMITED, 0.0),
        (Fault(status=500), AMBIGUOUS, 0.0),
        (Fault(status=503), AMBIGUOUS, 0.0),
        (Fault(status=503, error="not_in_channel"), AMBIGUOUS, 0.0),
        (Fault(status=502, content_type="text/html"), AMBIGUOUS, 0.0),
        (Fault(status=502, content_type="text/plain"), AMBIGUOUS, 0.0),
        (Fault(content_type="text/plain"), AMBIGUOUS, 0.0),
        (Fault(content_type="application/json"), AMBIGUOUS, 0.0),
        (Fault(error="fatal_error"), AMBIGUOUS, 0.0),
        (Fault(error="internal_error"), AMBIGUOUS, 0.0),
        (Fault(error="something_new"), AMBIGUOUS, 0.0),
        (Fault(drop=True), AMBIGUOUS, 0.0),
        (Fault(drop=True, done=True), AMBIGUOUS, 0.0),
        (Fault(error="account_inactive"), UNAUTHORIZED, 0.0),
        (Fault(error="invalid_auth"), UNAUTHORIZED, 0.0),
        (Fault(error="invalid_blocks"), PERMANENT, 0.0),
        (Fault(error="missing_scope"), UNAUTHORIZED, 0.0),
        (Fault(error="restricted_action_read_only_channel"), PERMANENT, 0.0),
        (Fault(error="token_revoked"), UNAUTHORIZED, 0.0),
    ],
)
def test_an_error_tells_what_became_of_a_post_that_is_never_sent_twice(
    scene: Scene, fault: Fault, kind: FailureKind, wait: float
) -> None:
    scene.slack.fail("chat.postMessage", fault)
    with pytest.raises(PostError) as caught:
        scene.post()

    assert (caught.value.kind, caught.value.retry_after) == (kind, wait)
    assert len(scene.slack.called("chat.postMessage")) == 1
    assert len(scene.posted) == fault.done
    assert BOT_TOKEN not in str(caught.value)


def test_what_never_reached_slack_was_certainly_not_posted(scene: Scene) -> None:
    scene.slack.stop()
    with pytest.raises(PostError) as caught:
        scene.post()

    assert caught.value.kind is REFUSED
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"bot_is_member": False}, "the app is not in the channel (not_in_channel). Type /invite"),
        (
            {"bot_is_member": False, "private": True},
            "or the app is not in it (channel_not_found). ",
        ),
        ({"archived": True}, "the channel is archived (is_archived). Unarchive it"),
        ({"restricted": True}, "not everybody may post in the channel (restricted_action). "),
    ],
)
def test_a_channel_to_be_mended_is_told_before_and_by_a_post(
    scene: Scene, changes: dict[str, bool], says: str
) -> None:
    channel = scene.slack.workspace.channels[scene.channel.id]
    for name, value in changes.items():
        setattr(channel, name, value)
    told = scene.why_not()
    with pytest.raises(PostError) as caught:
        scene.post()

    assert told is not None
    assert told.startswith("I cannot post here: ")
    assert says in told
    assert says in str(caught.value)
    assert caught.value.kind is PERMANENT


def test_where_posts_are_possible_nobody_sees_that_it_was_tried(scene: Scene) -> None:
    scene.slack.fail("chat.deleteScheduledMessage", Fault(status=503))

    assert scene.why_not() is None
    assert (scene.posted, scene.slack.workspace.scheduled) == ([], {})
    assert scene.slack.called("chat.scheduleMessage")


def test_nothing_is_posted_in_direct_messages(scene: Scene) -> None:
    there = Channel("slack", TEAM, "D0SOMEBODY")
    told = scene.play(lambda poster: poster.why_not(there, scene.admin))

    assert told == "I can post in channels only, not in direct messages."
    assert scene.slack.calls == []


def test_nobody_is_told_that_a_channel_is_at_fault_where_slack_is(scene: Scene) -> None:
    scene.slack.fail("chat.scheduleMessage", Fault(status=503))
    with pytest.raises(PostError) as caught:
        scene.why_not()

    assert caught.value.kind is AMBIGUOUS


# Finding.


def test_a_message_is_found_by_its_key(scene: Scene) -> None:
    first, second = scene.post(OTHER_KEY), scene.post()

    assert (scene.find(), scene.find(OTHER_KEY)) == (second, first)


def test_a_message_is_found_on_another_page_of_the_history(scene: Scene) -> None:
    ts = scene.post()
    for number in range(5):
        scene.slack.workspace.post(scene.channel.id, {"text": f"{number}"}, scene.admin)
    scene.slack.workspace.history_page = 2

    assert scene.find() == ts
    assert len(scene.slack.called("conversations.history")) == 3


def test_what_was_not_posted_is_known_to_be_absent(scene: Scene) -> None:
    scene.post(OTHER_KEY)

    assert scene.find() is NotFound.ABSENT


def test_a_message_from_before_is_another(scene: Scene) -> None:
    scene.post()

    assert scene.find(since=datetime.now(UTC) + timedelta(minutes=1)) is NotFound.ABSENT


@pytest.mark.parametrize("private", [False, True])
def test_nobody_can_tell_without_the_scope_for_history(scene: Scene, private: bool) -> None:
    scene.slack.workspace.channels[scene.channel.id].private = private
    scene.slack.scopes = (*NEEDED, "groups:history" if not private else "channels:history")

    assert scene.find() is NotFound.CANNOT_TELL


def test_nobody_reads_on_for_ever(scene: Scene) -> None:
    scene.post()
    for number in range(9):
        scene.slack.workspace.post(scene.channel.id, {"text": f"{number}"}, scene.admin)
    scene.slack.workspace.history_page = 1

    assert scene.find() is NotFound.CANNOT_TELL


def test_a_look_that_may_work_later_says_so(scene: Scene) -> None:
    scene.slack.fail("conversations.history", Fault(status=429, retry_after=9))
    with pytest.raises(PostError) as caught:
        scene.find()

    assert (caught.value.kind, caught.value.retry_after) == (LIMITED, 9.0)


# What comes with a post.


def test_a_group_is_notified_and_nobody_else(scene: Scene) -> None:
    group = scene.slack.workspace.new_id("S")
    scene.slack.workspace.groups[group] = "team"
    reply = replace(scene.reply(), ping=group)
    scene.play(lambda poster: poster.post(scene.channel, reply, KEY))

    (message,) = scene.posted
    mentioned = [part for part in parts_of(message.blocks) if part.get("type") == "usergroup"]
    assert mentioned == [{"type": "usergroup", "usergroup_id": group}]
    assert message.text.endswith(f"\n<!subteam^{group}>")


@pytest.mark.parametrize("named", ["@Team", "team", "S0123456"])
def test_a_group_is_found_by_its_name_or_its_id(scene: Scene, named: str) -> None:
    scene.slack.workspace.groups["S0123456"] = "team"

    assert scene.play(lambda poster: poster.find_group(scene.channel, named)) == "S0123456"


def test_a_group_that_is_not_found_is_named_with_those_that_are(scene: Scene) -> None:
    scene.slack.workspace.groups["S0123456"] = "team"

    with pytest.raises(PostError) as raised:
        scene.play(lambda poster: poster.find_group(scene.channel, "@tea"))
    assert raised.value.reason == "There is no user group “tea”."
    assert raised.value.remedy == "The workspace has these: @team."


def test_without_the_scope_a_group_needs_its_id(scene: Scene) -> None:
    scene.slack.scopes = NEEDED

    with pytest.raises(PostError) as raised:
        scene.play(lambda poster: poster.find_group(scene.channel, "team"))
    assert "usergroups:read" in raised.value.remedy
    assert scene.play(lambda poster: poster.find_group(scene.channel, "S0123456")) == "S0123456"


def test_a_thread_begins_below_a_post(scene: Scene) -> None:
    ts = scene.post(with_picture=True)
    scene.play(lambda poster: poster.open_thread(scene.channel, ts, "A name", "What now?"))

    post, below = scene.posted
    assert (below.text, below.thread) == ("What now?", post.ts)


def test_a_pin_takes_the_place_of_the_last_one(scene: Scene) -> None:
    first, second = scene.post(with_picture=True), scene.post(OTHER_KEY)
    for message, earlier in ((first, ""), (second, first), (second, first)):
        scene.play(partial(pin, scene.channel, message, earlier))

    assert scene.slack.workspace.pins == [(scene.channel.id, second)]


async def pin(channel: Channel, message: str, earlier: str, poster: SlackPoster) -> None:
    await poster.pin(channel, message, earlier)


def test_without_the_scope_nothing_is_pinned_and_the_remedy_is_said(scene: Scene) -> None:
    ts = scene.post()
    scene.slack.scopes = NEEDED

    with pytest.raises(PostError) as raised:
        scene.play(lambda poster: poster.pin(scene.channel, ts))
    assert "pins:write" in str(raised.value)
    assert "manifest" in raised.value.remedy


# Withdrawing.


def test_nothing_is_left_of_a_withdrawn_quote(scene: Scene) -> None:
    ts = scene.post()
    scene.withdraw(ts)

    (message,) = scene.posted
    assert text_of(message) == message.text == "This quote was withdrawn."
    assert labels(message) == []
    assert scene.quote.text not in str(message.body)
    assert scene.find() == ts


def test_a_message_that_somebody_deleted_is_withdrawn(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ts = scene.post()
    scene.slack.workspace.delete(scene.posted[0])
    scene.withdraw(ts)

    assert "was already deleted" in caplog.text


def test_a_message_that_cannot_be_changed_is_said_to_stand(scene: Scene) -> None:
    ts = scene.post()
    scene.slack.fail("chat.update", Fault(error="edit_window_closed"))
    with pytest.raises(PostError) as caught:
        scene.withdraw(ts)

    assert caught.value.kind is PERMANENT


# Pictures.


def test_a_post_has_a_picture_that_can_be_read_aloud_and_goes_with_it(scene: Scene) -> None:
    name = scene.post(with_picture=True)

    (message,) = scene.posted
    (file,) = scene.slack.workspace.files.values()
    assert name == f"{message.ts}/{file.id}" == scene.find()
    assert file.content.startswith(b"\x89PNG")
    image = image_of(message)
    assert image
    assert image["slack_file"] == {"id": file.id}
    assert image["alt_text"] == f"“{scene.quote.text}” – {scene.quote.speaker}"

    scene.withdraw(name)
    assert file.deleted
    assert image_of(message) is None


def test_a_picture_that_slack_still_looks_through_is_waited_for(scene: Scene) -> None:
    scene.slack.workspace.file_refusals = 2
    scene.post(with_picture=True)

    (message,) = scene.posted
    assert image_of(message)
    assert len(scene.slack.called("chat.postMessage")) == 3


def test_a_picture_that_slack_is_never_ready_for_is_left_out(scene: Scene) -> None:
    scene.slack.workspace.file_refusals = 1000
    scene.post(with_picture=True)

    (message,) = scene.posted
    assert image_of(message) is None
    assert [each.deleted for each in scene.slack.workspace.files.values()] == [True]


@pytest.mark.parametrize(
    ("method", "fault", "reason"),
    [
        ("files.getUploadURLExternal", Fault(error="missing_scope"), "missing_scope"),
        (UPLOAD, Fault(status=500), "SlackRequestError"),
        ("files.completeUploadExternal", Fault(status=503), "internal_error"),
        ("files.completeUploadExternal", Fault(drop=True), "ServerDisconnectedError"),
    ],
)
def test_a_quote_whose_picture_fails_is_posted_without_and_the_reason_is_told_once(
    scene: Scene, caplog: pytest.LogCaptureFixture, method: str, fault: Fault, reason: str
) -> None:
    scene.slack.fail(method, fault, times=2)

    async def twice(poster: SlackPoster) -> None:
        await poster.post(scene.channel, first, KEY)
        await poster.post(scene.channel, second, OTHER_KEY)

    first, second = (scene.reply(key, with_picture=True) for key in (KEY, OTHER_KEY))
    scene.play(twice)
    told = [each.message for each in caplog.records if "without its picture" in each.message]

    assert [image_of(each) for each in scene.posted] == [None, None]
    assert len(told) == 1
    assert reason in told[0]


@pytest.mark.parametrize(
    ("fault", "deleted"),
    [(Fault(error="is_archived"), True), (Fault(status=429), True), (Fault(status=500), False)],
)
def test_a_picture_that_nobody_will_see_is_deleted(
    scene: Scene, fault: Fault, deleted: bool
) -> None:
    scene.slack.fail("chat.postMessage", fault)
    with pytest.raises(PostError):
        scene.post(with_picture=True)

    assert [each.deleted for each in scene.slack.workspace.files.values()] == [deleted]


def test_a_post_with_a_picture_is_not_sent_again_either(scene: Scene) -> None:
    scene.slack.fail("chat.postMessage", Fault(drop=True, done=True))
    with pytest.raises(PostError) as caught:
        scene.post(with_picture=True)

    assert caught.value.kind is AMBIGUOUS
    assert len(scene.posted) == 1


def test_a_picture_that_cannot_be_deleted_is_told(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    name = scene.post(with_picture=True)
    scene.slack.fail("files.delete", Fault(error="cant_delete_file"))
    scene.withdraw(name)

    assert "picture could not be deleted: Slack answered “cant_delete_file”" in caplog.text
    assert text_of(scene.posted[0]) == "This quote was withdrawn."


# Telling.


def inbox(scene: Scene, person: str) -> list[Message]:
    said = scene.slack.workspace.messages
    return [each for each in said if each.channel == f"D{person[1:]}"]


def test_people_are_written_to_with_the_channel_and_buttons(scene: Scene) -> None:
    scene.tell(scene.admin)
    (message,) = inbox(scene, scene.admin)

    assert text_of(message).startswith("Someone reported the quote of the week of ")
    assert text_of(message).splitlines()[0].endswith(f" #{scene.channel.id}")
    assert message.text.endswith(f"\n<#{scene.channel.id}>")
    assert labels(message) == ["Withdraw"]


def test_who_is_gone_is_never_reached_and_named_in_no_log(scene: Scene) -> None:
    del scene.slack.workspace.people[scene.admin]
    with pytest.raises(PostError, match="A direct message: ") as caught:
        scene.tell(scene.admin)

    assert caught.value.kind is PERMANENT
    assert scene.admin not in str(caught.value)
