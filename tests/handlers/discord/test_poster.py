"""Posts on Discord: how they look, what keeps them from doubling, and what refusals mean."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.library.library import Library
from bot.posting.outbox import State
from bot.posting.places import person_at
from bot.posting.poster import FailureKind, NotFound, PostError
from bot.weekly.messages import posted, withdrawn
from bot.weekly.models import Candidate, Delivery, Subscription, new_delivery, quote_from
from bot.weekly.notices import word_notice
from bot.weekly.ports import NoticeKind
from bot.weekly.slots import Slot, parse_schedule
from bot.weekly.tick import post_now, tick
from handlers.discord.account import Account
from handlers.discord.client import set_up_library
from handlers.discord.gateway import Gateway
from tests.apps.discord import App, labels, settings_for, text_of
from tests.apps.discord_weekly import (
    CODE,
    KEY,
    OTHER_KEY,
    QUOTE,
    SAID,
    SCORED_QUOTES,
    TITLE,
    past,
    place_of,
    post,
    posting,
)
from tests.fakes.discord.api import NONCE_SECONDS
from tests.fakes.discord.message_rules import buttons_of
from tests.fakes.discord.reading import read_page
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import (
    ATTACH_FILES,
    COMPONENTS_V2,
    CREATE_THREADS,
    EMBED_LINKS,
    MEMBER,
    MENTION_EVERYONE,
    PIN_MESSAGES,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Guild,
    managers_role,
)
from tests.fakes.discord.wire import Fault
from tests.weekly_world import changed

LINK = "https://youtu.be/sample00001?t=93"
SEND, HISTORY, EDIT = "create_message", "list_messages", "update_message"
LIMITED = Fault(status=429, retry_after=7)
LOST_ANSWER = Fault(done=True)


@pytest.fixture
def app(server: DiscordServer, library: Library, tmp_path: Path) -> Iterator[App]:
    with posting(server, library, tmp_path) as app:
        yield app


def find(app: App, key: str = KEY, since: datetime | None = None) -> str | NotFound:
    channel = place_of(app.server.channel)
    return app.do(app.account.poster.find(channel, key, since or past()))


def why_not(app: App, channel: object = None) -> str | None:
    channel = place_of(channel or app.server.channel)  # type: ignore[arg-type]
    return app.do(app.account.poster.why_not(channel, "1"))


def subscribed(app: App, admin: str) -> Subscription:
    schedule, _ = parse_schedule("mon 09:00 Europe/Berlin")
    assert schedule
    return Subscription(place_of(app.server.channel), schedule, past(), admin)


def reported(app: App, admin: str) -> tuple[Subscription, NoticeKind, Delivery]:
    slot = Slot(past().date(), past())
    subscription = subscribed(app, admin)
    delivery = replace(new_delivery(subscription.channel, slot, State.SENT), quote=QUOTE)
    return subscription, NoticeKind.REPORTED, delivery


def send(
    app: App,
    subscription: Subscription,
    notice: NoticeKind,
    delivery: Delivery,
    candidates: Sequence[Candidate] = (),
) -> None:
    """Write to the admin of a channel."""
    episodes = app.library.index.episodes
    reply = word_notice(episodes, subscription, notice, delivery, candidates)
    app.do(app.account.poster.send(person_at("discord", subscription.admin, ""), reply, KEY))


@contextmanager
def nobody_listening(server: DiscordServer) -> Iterator[None]:
    """Let all calls go where nothing is."""
    set_up_library("http://127.0.0.1:1", None)
    try:
        yield
    finally:
        set_up_library(server.api_url, None)


# What people see.


def test_a_post_is_a_text_that_begins_with_the_quote_and_ends_with_the_video(app: App) -> None:
    message = post(app)
    lines = read_page(message).lines

    where = f"{TITLE} · {CODE} · Names"
    assert lines == [f"“{SAID}”", "Tomáš Vlček", where, "Quote of the week", LINK]
    assert message["content"].splitlines()[-1] == LINK
    assert [each["label"] for each in buttons_of(message)] == [
        "▶ Watch at 1:35",
        "Context",
        "Report",
    ]
    assert buttons_of(message)[0]["url"] == LINK
    assert not message["flags"] & COMPONENTS_V2
    assert message["attachments"] == []
    (call,) = app.server.called(SEND)
    assert (call.body["nonce"], call.body["enforce_nonce"]) == (KEY, True)
    assert call.body["allowed_mentions"] == {"parse": []}


def test_words_of_a_quote_are_shown_as_they_are(app: App) -> None:
    said = "# Not *a* <@1> @everyone https://evil.test [heading](https://evil.test)"
    message = post(app, replace(QUOTE, text=said, speaker="**Ann**", chapter="_x_"))

    assert f"“{said}”" in read_page(message).lines


def test_a_long_quote_is_cut_where_discord_would_refuse_it(app: App) -> None:
    message = post(app, replace(QUOTE, text="*word " * 600))

    assert 1900 < len(message["content"]) <= 2000
    assert message["content"].endswith(LINK)


def test_a_quote_of_an_episode_that_is_gone_has_no_link(app: App) -> None:
    message = post(app, replace(QUOTE, episode="gone"))

    assert "youtu.be" not in message["content"]
    assert SAID in text_of(message)


def test_a_picture_is_attached_and_read_out(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    with posting(server, library, tmp_path, with_pictures=True) as app:
        message = post(app)

    (attached,) = message["attachments"]
    assert server.file(message, attached["filename"]).startswith(b"\x89PNG")
    assert attached["description"] == f"“{SAID}” – Tomáš Vlček"
    assert message["content"].endswith(LINK)


def test_without_the_right_to_attach_a_quote_has_no_picture(
    server: DiscordServer,
    library: Library,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    muted = server.allow(server.channel, MEMBER & ~ATTACH_FILES)
    with posting(server, library, tmp_path, with_pictures=True) as app:
        message = post(app, channel=muted)

    assert message["attachments"] == []
    assert "A post has no picture: the permission Attach Files is missing." in caplog.messages


# What comes with a post.


def test_a_role_is_notified_and_nobody_else(app: App) -> None:
    role = managers_role(guild_of(app))
    reply = replace(posted(app.library.index.episodes, QUOTE, KEY), ping=str(role.id))
    app.do(app.account.poster.post(place_of(app.server.channel), reply, KEY))

    (call,) = app.server.called(SEND)
    assert call.body["allowed_mentions"] == {"parse": [], "roles": [role.id]}
    assert f"-# Quote of the week · <@&{role.id}>" in call.body["content"]


def test_a_role_is_found_by_its_id_or_its_name_but_not_everyone(app: App) -> None:
    place, role = place_of(app.server.channel), managers_role(guild_of(app))
    find_group = app.account.poster.find_group

    assert app.do(find_group(place, str(role.id))) == str(role.id)
    assert app.do(find_group(place, "@Managers")) == str(role.id)
    for named in ("nobody", "everyone", place.workspace):
        with pytest.raises(PostError):
            app.do(find_group(place, named))


def test_what_is_lacking_is_named_with_what_to_allow(app: App) -> None:
    place, role = place_of(app.server.channel), managers_role(guild_of(app))
    told = app.do(app.account.poster.lacks(place, thread=True, pin=True, ping=str(role.id)))
    gone = app.do(app.account.poster.lacks(place, thread=False, pin=False, ping="1"))

    assert "Create Public Threads and Pin Messages" in told[0]
    assert "I cannot notify “managers”." in told[1]
    assert len(told) == 2
    assert gone == ["The role that the quotes should notify is gone. Choose another one."]


def test_nothing_is_lacking_where_everything_is_allowed(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    allowed = MEMBER | CREATE_THREADS | PIN_MESSAGES | MENTION_EVERYONE
    place = place_of(server.allow(server.channel, allowed))
    with posting(server, library, tmp_path) as app:
        role, lacks = managers_role(guild_of(app)), app.account.poster.lacks

        assert app.do(lacks(place, thread=True, pin=True, ping=str(role.id))) == []


def test_a_post_gets_its_thread_once_and_its_pin_in_place_of_the_last(app: App) -> None:
    allowed = app.server.allow(app.server.channel, MEMBER | CREATE_THREADS | PIN_MESSAGES)
    place, poster = place_of(allowed), app.account.poster
    first, second = (post(app, key=key, channel=allowed)["id"] for key in (KEY, OTHER_KEY))
    for _ in range(2):
        app.do(poster.open_thread(place, first, "Ann: Tea", "What now?"))
    app.do(poster.pin(place, first))
    app.do(poster.pin(place, second, first))

    calls = app.server.called("create_thread_from_message")
    assert [each.body["name"] for each in calls] == ["Ann: Tea"] * 2
    assert [app.server.message(int(each))["pinned"] for each in (first, second)] == [False, True]


def test_without_the_permission_nothing_is_pinned(app: App) -> None:
    message = post(app)

    with pytest.raises(PostError):
        app.do(app.account.poster.pin(place_of(app.server.channel), message["id"]))


def guild_of(app: App) -> Guild:
    assert app.server.channel.guild
    return app.server.channel.guild


# Once.


def test_what_is_sent_again_is_the_same_message(app: App) -> None:
    first, second = post(app), post(app)
    app.server.advance(NONCE_SECONDS)
    third = post(app)

    assert first["id"] == second["id"] != third["id"]
    assert app.account.poster.nonce_seconds < NONCE_SECONDS


def test_a_post_is_found_by_its_key(app: App) -> None:
    message = post(app)
    app.server.say("Nice one.")

    assert find(app) == message["id"]
    assert find(app, OTHER_KEY) is NotFound.ABSENT


def test_a_post_is_found_behind_hundreds_of_messages(app: App) -> None:
    for number in range(130):
        app.server.say(f"Chatter {number}")
    message = post(app)

    assert find(app) == message["id"]
    assert len(app.server.called(HISTORY)) == 2


def test_nothing_is_looked_for_before_it_was_sent(app: App) -> None:
    post(app)

    assert find(app, since=past(-1)) is NotFound.ABSENT


def test_a_button_that_somebody_else_posted_is_no_post(app: App) -> None:
    message = post(app)
    with app.server.changed:
        kept = app.server.world.messages[int(message["id"])].json
        kept["author"] = {**kept["author"], "id": str(app.server.user.id)}

    assert find(app) is NotFound.ABSENT


@pytest.mark.parametrize("right", [READ_HISTORY, VIEW_CHANNEL])
def test_who_may_not_read_what_was_said_cannot_tell(app: App, right: int) -> None:
    post(app)
    app.server.allow(app.server.channel, MEMBER & ~right)

    assert find(app) is NotFound.CANNOT_TELL


def test_a_lost_answer_does_not_double_the_quote(app: App) -> None:
    subscription = subscribed(app, "1")
    app.do(app.weekly.deliveries.subscribe(subscription))
    app.server.fail(SEND, LOST_ANSWER)
    first = app.do(post_now(app.weekly, subscription))
    later = app.weekly.posting.outbox.clock() + app.weekly.posting.outbox.timing.settle * 2
    app.do(tick(changed(app.weekly, clock=lambda: later)))
    delivery = app.do(app.weekly.deliveries.last_delivery(subscription.channel))

    assert first is State.SENDING
    assert delivery
    assert delivery.message.state is State.SENT
    (message,) = app.server.seen()
    assert delivery.message.posted_id == message["id"]


# What goes wrong.


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (LIMITED, FailureKind.RATE_LIMITED),
        (Fault(status=429, retry_after=7, via=False), FailureKind.RATE_LIMITED),
        *((Fault(status=status), FailureKind.AMBIGUOUS) for status in (500, 502, 503, 504)),
        (Fault(status=500, done=True), FailureKind.AMBIGUOUS),
        (Fault(), FailureKind.AMBIGUOUS),
        (LOST_ANSWER, FailureKind.AMBIGUOUS),
        (Fault(status=404, code=10003), FailureKind.PERMANENT),
        (Fault(status=404, code=10004), FailureKind.PERMANENT),
        (Fault(status=403, code=50001), FailureKind.PERMANENT),
        (Fault(status=403, code=50013), FailureKind.PERMANENT),
        (Fault(status=400, code=50035), FailureKind.PERMANENT),
        (Fault(status=401), FailureKind.UNAUTHORIZED),
        (Fault(status=403), FailureKind.PERMANENT),
        (Fault(status=404), FailureKind.PERMANENT),
        (Fault(status=408), FailureKind.AMBIGUOUS),
    ],
)
def test_a_failure_says_what_became_of_the_post_after_one_request(
    app: App, fault: Fault, kind: FailureKind
) -> None:
    app.server.fail(SEND, fault)
    with pytest.raises(PostError) as caught:
        post(app)

    assert caught.value.kind is kind
    assert caught.value.retry_after == (7 if kind is FailureKind.RATE_LIMITED else 0)
    assert str(caught.value).startswith("The channel: ")
    assert len(app.server.called(SEND)) == 1


def test_an_answer_to_a_member_is_still_tried_again(app: App) -> None:
    before = app.server.slash("podcast help").wait_for_response()
    app.server.fail("create_interaction_response", Fault(status=500))
    after = app.server.slash("podcast help").wait_for_response()

    assert text_of(after) == text_of(before)


def test_where_nobody_listens_nothing_was_posted(app: App) -> None:
    with nobody_listening(app.server), pytest.raises(PostError) as caught:
        post(app)

    assert caught.value.kind is FailureKind.REFUSED


def test_who_is_not_connected_posts_nothing(
    server: DiscordServer, app: App, library: Library, tmp_path: Path
) -> None:
    async def run() -> None:
        gateway = Gateway(Account(settings_for(server), app.account.backend))
        await gateway.poster.post(place_of(server.channel), posted((), QUOTE, KEY), KEY)

    with pytest.raises(PostError, match="not connected to Discord") as caught:
        asyncio.run(run())

    assert caught.value.kind is FailureKind.REFUSED


# Taken back.


def test_a_withdrawn_post_shows_a_sentence_alone(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    with posting(server, library, tmp_path, with_pictures=True) as app:
        message = post(app)
        app.do(app.account.poster.edit(place_of(server.channel), message["id"], withdrawn()))

    left = server.message(int(message["id"]))
    assert left["content"] == "This quote was withdrawn."
    assert (left["components"], left["attachments"], left["embeds"]) == ([], [], [])


def test_a_post_that_somebody_has_deleted_is_withdrawn(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    message = post(app)
    with app.server.changed:
        del app.server.world.messages[int(message["id"])]
    with caplog.at_level(logging.INFO):
        app.do(app.account.poster.edit(place_of(app.server.channel), message["id"], withdrawn()))

    assert "A message to be edited was already deleted." in caplog.messages


def test_a_post_that_cannot_be_changed_is_said(app: App) -> None:
    message = post(app)
    app.server.fail(EDIT, LIMITED)
    with pytest.raises(PostError) as caught:
        app.do(app.account.poster.edit(place_of(app.server.channel), message["id"], withdrawn()))

    assert caught.value.kind is FailureKind.RATE_LIMITED
    assert len(app.server.called(EDIT)) == 1


# Before anything is posted.


@pytest.mark.parametrize(
    ("lacked", "named"),
    [
        (VIEW_CHANNEL, "View Channel"),
        (SEND_MESSAGES, "Send Messages"),
        (EMBED_LINKS, "Embed Links"),
        (EMBED_LINKS | VIEW_CHANNEL, "permissions: View Channel. "),
        (EMBED_LINKS | SEND_MESSAGES, "permissions: Send Messages. "),
    ],
)
def test_rights_that_are_missing_are_named_as_discord_names_them(
    app: App, lacked: int, named: str
) -> None:
    app.server.allow(app.server.channel, MEMBER & ~lacked)
    # Events come in their order: what an answer follows, the app has seen.
    app.server.slash("podcast help").wait_for_response()
    told = why_not(app)

    assert told
    assert named in told
    assert "Permissions" in told


def test_in_a_channel_with_all_rights_nothing_is_in_the_way(app: App) -> None:
    assert why_not(app) is None


def test_a_picture_needs_another_right(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    server.allow(server.channel, MEMBER & ~ATTACH_FILES)
    with posting(server, library, tmp_path / "a", with_pictures=True) as app:
        assert "Attach Files" in (why_not(app) or "")


@pytest.mark.parametrize(
    ("held", "named"), [(MEMBER & ~SEND_IN_THREADS, "Send Messages in Threads"), (MEMBER, "")]
)
def test_a_thread_has_a_right_of_its_own(app: App, held: int, named: str) -> None:
    server = app.server
    server.allow(server.channel, held)
    thread = server.add_channel("talk", parent=server.channel.id, bot_permissions=held)
    server.slash("podcast help").wait_for_response()

    assert named in (why_not(app, thread) or "")
    assert bool(why_not(app, thread)) is bool(named)


def test_a_channel_that_is_gone_is_said(app: App) -> None:
    with app.server.changed:
        del app.server.world.channels[app.server.channel.id]
        gone = replace(app.server.channel, id=app.server.channel.id + 1)
    with pytest.raises(PostError, match="the channel no longer exists"):
        why_not(app, gone)


# Those who look after it.


def test_admins_are_written_to_with_buttons_that_are_theirs(app: App) -> None:
    server = app.server
    send(app, *reported(app, str(server.user.id)))
    (told,) = server.seen(channel=server.chat_with_bot())

    assert f"<#{server.channel.id}>" in text_of(told)
    assert SAID in text_of(told)
    assert labels(told) == ["Withdraw"]


def test_candidates_come_with_what_speaks_for_them(app: App) -> None:
    server = app.server
    subscription, _, delivery = reported(app, str(server.user.id))
    candidates = candidates_of_five()
    send(app, subscription, NoticeKind.SHORTLIST, delivery, candidates)
    (told,) = server.seen(channel=server.chat_with_bot())

    assert labels(told) == ["Approve", "Edit", "Skip", "Never"] * 5 + ["Five Others"]
    assert text_of(told).count("short · a claim") == 5


def candidates_of_five() -> list[Candidate]:
    quotes = [quote_from(each) for each in SCORED_QUOTES]
    return [Candidate(quote, ("short", "a claim")) for quote in quotes]


def test_who_takes_no_direct_messages_is_never_reached(app: App) -> None:
    closed = app.server.add_user("Closed", closed=True)
    with pytest.raises(PostError) as caught:
        send(app, *reported(app, str(closed.id)))

    assert caught.value.kind is FailureKind.PERMANENT
    assert "direct messages" in str(caught.value)


def test_a_token_that_is_no_longer_accepted_is_noted_until_it_is(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    app.server.fail(SEND, Fault(status=401), times=2)
    for _ in range(2):
        with pytest.raises(PostError):
            post(app)
    rejected = app.account.watch.trouble
    app.server.fail("create_interaction_response", Fault(status=401, code=50027))
    app.server.slash("podcast help", user=app.server.add_user("Ida"))
    app.server.wait_for(lambda: app.server.called("create_interaction_response")[1:], "an answer")
    post(app)

    assert rejected.startswith("DISCORD_TOKEN: Discord rejects it (401). Reset and copy ")
    assert app.account.watch.trouble == ""
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == [rejected]
