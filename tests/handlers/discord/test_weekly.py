"""/podcast-admin weekly in Discord: who may switch it on, what is posted, and who decides on it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.library.library import Library
from bot.weekly import review
from bot.weekly.models import Quote, Subscription
from bot.weekly.ports import NoticeKind
from bot.weekly.selection import choose_candidates
from bot.weekly.slots import Slot, next_slots
from bot.weekly.tick import tick
from handlers.discord.autocomplete import suggest_zones
from tests.apps.discord import App, Json, comes_true, is_private, labels, text_of
from tests.apps.discord_weekly import SAID, admin_of, place_of, posting
from tests.fakes.discord.entries import RefusedError, find_component
from tests.fakes.discord.member import on_discord
from tests.fakes.discord.message_rules import parts_of
from tests.fakes.discord.reading import read_page
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import MEMBER, SEND_MESSAGES, SEND_POLLS, Channel, User
from tests.fakes.discord.wire import Fault
from tests.weekly_world import HOUR, MINUTE, Clock, changed

MONDAY = {"day": "mon", "time": "09:00", "zone": "Europe/Berlin"}
ON = "I post a quote here on Mondays at 09:00 (Europe/Berlin)."
OFF = "No quote of the week is posted here."
NOT_ALLOWED = "“Manage Server”"
FIRST = "create_interaction_response"


@pytest.fixture
def app(server: DiscordServer, library: Library, tmp_path: Path) -> Iterator[App]:
    with posting(server, library, tmp_path) as app:
        yield app


@pytest.fixture
def admin(server: DiscordServer) -> User:
    return admin_of(server)


def weekly(
    app: App,
    word: str,
    user: User | None = None,
    where: Channel | None = None,
    **options: Any,
) -> Json:
    """Use /podcast-admin weekly, and see what it says; anybody may whom the server lets do so."""
    user = user or app.server.add_user("Anybody", granted=True)
    use = app.server.slash(f"podcast-admin weekly {word}", options, user=user, channel=where)
    answer = use.wait_for_response()
    assert is_private(answer)
    return answer


def said_in(message: Json) -> str:
    """Read a message as people do."""
    return "\n".join(read_page(message).lines)


def press(app: App, message: Json, label: str, user: User) -> Json:
    """Press a button, and see what is said to who has."""
    answer = app.server.click(message, label, user=user).wait_for_response()
    assert is_private(answer)
    return answer


def post_one(app: App, admin: User) -> Json:
    """Switch the quotes on, post one now and give the message that everybody sees."""
    weekly(app, "on", admin, **MONDAY)
    weekly(app, "post", admin)
    (message,) = app.server.seen(app.server.add_user("Anybody"))
    return message


def told(app: App, user: User) -> Json:
    """Give the latest that somebody was written to directly."""
    chat = app.server.chat_with_bot(user)
    seen: list[Json] = app.server.wait_for(
        lambda: app.server.seen(user, chat), f"a message to {user.name}"
    )
    return seen[-1]


def subscription(app: App, channel: Channel | None = None) -> Subscription | None:
    channel = place_of(channel or app.server.channel)
    return app.do(app.weekly.deliveries.find_subscription(channel))


def forgotten(app: App, channel: Channel) -> bool:
    """Ask whether nothing is known of a channel any more, until that is so, but not for ever."""
    return comes_true(lambda: subscription(app, channel) is None)


def tell(app: App, notice: NoticeKind, channel: Channel | None = None) -> None:
    """Write to the admin of the channel of what is due next."""
    subscribed = subscription(app, channel)
    assert subscribed
    now = app.weekly.posting.outbox.clock()
    (slot,) = next_slots(subscribed.schedule, now, 1)
    app.do(shortlist(app, subscribed, slot, notice))


async def shortlist(app: App, subscribed: Subscription, slot: Slot, notice: NoticeKind) -> None:
    context = app.weekly
    candidates = await choose_candidates(context, subscribed, slot.day)
    delivery = await context.deliveries.wait(subscribed.channel, slot, candidates)
    assert delivery
    told = await review.tell(context, subscribed, notice, delivery, candidates)
    assert told.anyone


# Switched on, off and looked at.


def test_an_admin_switches_quotes_on_and_off(app: App, admin: User) -> None:
    before = said_in(weekly(app, "status"))
    switched = said_in(weekly(app, "on", admin, **MONDAY))
    status = said_in(weekly(app, "status"))
    off = said_in(weekly(app, "off", admin))

    assert before.startswith(OFF)
    assert "Mondays at 09:00 (Europe/Berlin)" in switched
    assert ON in status
    assert "no longer post quotes" in off
    assert said_in(weekly(app, "status")).startswith(OFF)


def test_whoever_switches_it_on_is_who_is_written_to(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY, review=True)
    found = subscription(app)

    assert found
    assert found.admin == str(admin.id)
    assert found.schedule.review


@pytest.mark.parametrize(
    ("word", "options"), [("on", MONDAY), ("off", {}), ("preview", {}), ("post", {})]
)
def test_the_others_are_told_what_it_takes(app: App, admin: User, word: str, options: Json) -> None:
    user = app.server.add_user("Ada", granted=True)

    assert NOT_ALLOWED in said_in(weekly(app, word, user, **options))
    assert len(app.server.seen(user)) == 1  # the answer itself
    assert subscription(app) is None


def test_everybody_may_ask_how_it_stands(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY)

    assert ON in said_in(weekly(app, "status"))


def test_members_do_not_see_the_commands_of_admins(app: App) -> None:
    with pytest.raises(RefusedError, match="does not have podcast-admin here"):
        weekly(app, "status", app.server.user)


def test_another_channel_can_be_named(app: App, admin: User) -> None:
    quotes = app.server.add_channel("quotes")
    switched = said_in(weekly(app, "on", admin, **MONDAY, channel=quotes))
    status = said_in(weekly(app, "status", admin, channel=quotes))

    assert "I will post a quote here" in switched
    assert "“Here” is quotes." in switched
    assert subscription(app, quotes)
    assert subscription(app) is None
    assert ON in status
    assert said_in(weekly(app, "status", admin)).startswith(OFF)


def test_what_to_type_is_called_as_it_is_here(app: App, admin: User) -> None:
    status = said_in(weekly(app, "status", admin))
    help_ = said_in(app.server.slash("podcast help", {}, user=admin).wait_for_response())

    assert "“/podcast-admin weekly on day:Monday time:09:00" in status
    assert "/podcast-admin weekly status" in help_
    assert "/podcast-admin announce" in help_


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"time": "9 o'glock"}, "9"),
        ({"zone": "Europe/Berlln"}, "Europe/Berlin"),
    ],
)
def test_what_cannot_be_read_is_said(app: App, admin: User, changed: Json, said: str) -> None:
    answer = said_in(weekly(app, "on", admin, **{**MONDAY, **changed}))

    assert said in answer
    assert subscription(app) is None


def test_a_day_is_one_of_seven(app: App, admin: User) -> None:
    with pytest.raises(RefusedError, match="none of the choices"):
        weekly(app, "on", admin, **{**MONDAY, "day": "today"})


def test_time_zones_are_suggested_while_somebody_types(app: App, admin: User) -> None:
    options = {"day": "mon", "time": "09:00"}
    typed = {**options, "zone": "berl"}
    offered = app.server.autocomplete("podcast-admin weekly on", typed, focused="zone", user=admin)
    weekly(app, "on", admin, **options, zone=offered[0]["value"])

    assert offered[0] == {"name": "Europe/Berlin", "value": "Europe/Berlin"}
    assert subscription(app)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "UTC"),
        ("utc", "UTC"),
        ("new yo", "America/New_York"),
        ("tok", "Asia/Tokyo"),
        ("EUROPE/LON", "Europe/London"),
        ("rome", "Europe/Rome"),
        ("Berlln", "Europe/Berlin"),
    ],
)
def test_a_time_zone_is_found_by_what_people_type(typed: str, first: str) -> None:
    found = suggest_zones(typed)

    assert found[0] == first
    assert len(found) <= 25


def test_no_zone_is_found_by_what_names_none() -> None:
    assert suggest_zones("xyzxyzxyz") == []


# Where it cannot be.


def test_there_are_no_quotes_in_direct_messages(app: App, admin: User) -> None:
    with pytest.raises(RefusedError, match="does not have podcast-admin here"):
        weekly(app, "status", admin, app.server.chat_with_bot(admin))


def test_there_are_no_quotes_where_only_a_member_has_brought_the_bot(app: App) -> None:
    brings_it = admin_of(app.server, "Guest", installed=True)
    foreign = app.server.add_guild("Elsewhere", foreign=True)
    channel = app.server.add_channel("elsewhere", guild=foreign)

    with pytest.raises(RefusedError, match="does not have podcast-admin here"):
        weekly(app, "on", brings_it, channel, **MONDAY)


def test_where_the_bot_may_not_write_it_is_not_switched_on(app: App, admin: User) -> None:
    app.server.allow(app.server.channel, MEMBER & ~SEND_MESSAGES)
    answer = weekly(app, "on", admin, **MONDAY)

    assert "I lack these permissions: Send Messages" in said_in(answer)
    assert subscription(app) is None


# Posted, objected to and withdrawn.


def test_a_preview_is_for_who_asks_and_a_post_for_everybody(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY)
    preview = weekly(app, "preview", admin)
    anybody = app.server.add_user("Anybody")
    before = app.server.seen(anybody)
    weekly(app, "post", admin)
    (message,) = app.server.seen(anybody)

    assert SAID in said_in(preview)
    assert before == []
    assert SAID in message["content"]


def test_anybody_reports_and_the_admin_withdraws(app: App, admin: User) -> None:
    message = post_one(app, admin)
    thanks = press(app, message, "Report", app.server.user)
    notice = told(app, admin)
    press(app, notice, "Withdraw", admin)
    left = app.server.message(int(message["id"]))

    assert "Thank" in said_in(thanks)
    assert labels(thanks) == []
    assert f"<#{app.server.channel.id}>" in text_of(notice)
    assert left["content"] == "This quote was withdrawn."
    assert left["components"] == []


def test_an_admin_who_reports_may_withdraw_at_once(app: App, admin: User) -> None:
    message = post_one(app, admin)
    thanks = press(app, message, "Report", admin)
    press(app, thanks, "Withdraw", admin)

    assert app.server.message(int(message["id"]))["content"] == "This quote was withdrawn."


def test_nobody_withdraws_by_the_button_of_somebody_else(app: App, admin: User) -> None:
    message = post_one(app, admin)
    owned = press(app, message, "Report", admin)
    stolen = find_component(owned, "Withdraw")["custom_id"]
    with app.server.changed:
        kept = app.server.world.messages[int(message["id"])].json
        find_component(kept, "Report")["custom_id"] = stolen
    answer = press(app, message, stolen, app.server.user)

    assert "for the person who asked" in said_in(answer)
    assert SAID in app.server.message(int(message["id"]))["content"]


def reported_to(app: App, admin: User) -> tuple[Json, Json]:
    """Post a quote, report it, and give it and what the admin is written to."""
    message = post_one(app, admin)
    press(app, message, "Report", app.server.user)
    return message, told(app, admin)


def test_who_may_no_longer_manage_a_server_decides_nothing(app: App, admin: User) -> None:
    message, notice = reported_to(app, admin)
    with app.server.changed:
        app.server.world.users[admin.id] = replace(admin, permissions=MEMBER)
    answer = press(app, notice, "Withdraw", admin)

    assert NOT_ALLOWED in said_in(answer)
    assert SAID in app.server.message(int(message["id"]))["content"]


def test_who_has_left_a_server_decides_nothing(app: App, admin: User) -> None:
    message, notice = reported_to(app, admin)
    with app.server.changed:
        app.server.world.left.add(admin.id)
    answer = press(app, notice, "Withdraw", admin)

    assert NOT_ALLOWED in said_in(answer)
    assert SAID in app.server.message(int(message["id"]))["content"]


def test_where_nobody_can_tell_who_may_decide_nothing_is_done(app: App, admin: User) -> None:
    message, notice = reported_to(app, admin)
    app.server.fail("get_guild_member", Fault(status=503))
    answer = press(app, notice, "Withdraw", admin)

    assert "could not check your permissions there" in said_in(answer)
    assert SAID in app.server.message(int(message["id"]))["content"]


def test_a_moderator_is_asked_about_once_for_several_buttons(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY, review=True)
    tell(app, NoticeKind.SHORTLIST)
    asked = told(app, admin)
    for label in ("Approve", "Skip", "Never"):
        press(app, asked, label, admin)
    approved = app.do(app.weekly.decisions.approved(place_of(app.server.channel)))

    assert len(app.server.called("get_guild_member")) == 1
    assert approved == ()  # Never came last


def test_a_candidate_is_approved_of_in_direct_messages(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY, review=True)
    tell(app, NoticeKind.SHORTLIST)
    press(app, told(app, admin), "Approve", admin)
    (quote,) = app.do(app.weekly.decisions.approved(place_of(app.server.channel)))

    assert quote.text == SAID


# Put out.


def test_a_server_that_puts_the_bot_out_is_forgotten(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY)
    app.server.put_out(app.server.guild)

    assert forgotten(app, app.server.channel)


def switch_on(app: App, admin: User, *channels: Channel) -> None:
    for channel in channels:
        weekly(app, "on", admin, channel, **MONDAY)


def test_a_server_that_is_away_for_a_while_is_not_forgotten(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    admin, other = admin_of(server), server.add_guild("Others")
    others = server.add_channel("general", guild=other)
    with posting(server, library, tmp_path) as app:
        switch_on(app, admin, server.channel, others)
        server.put_out(server.guild, for_good=False)
        server.put_out(other)
        # What is told first is done first.
        assert forgotten(app, others)
        assert subscription(app)


def test_a_server_that_put_the_bot_out_while_it_was_away_is_forgotten(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    admin, other = admin_of(server), server.add_guild("Others")
    others = server.add_channel("general", guild=other)
    with posting(server, library, tmp_path) as app:
        switch_on(app, admin, server.channel, others)
    server.drop(other)
    with posting(server, library, tmp_path) as app:
        assert forgotten(app, others)
        assert subscription(app)


def test_nothing_is_forgotten_where_the_token_may_be_another_bots(
    server: DiscordServer, library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    admin, other = admin_of(server), server.add_guild("Others")
    others = server.add_channel("general", guild=other)
    with posting(server, library, tmp_path) as app:
        weekly(app, "on", admin, others, **MONDAY)
    server.drop(other)
    with posting(server, library, tmp_path) as app:
        said = "The bot is in none of the servers it posts in; nothing is forgotten."
        assert comes_true(lambda: said in caplog.text)
        assert subscription(app, others)


# Who is told.


def test_the_owner_is_asked_for_an_admin_who_takes_no_messages(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    admin, owner = admin_of(server, closed=True), server.add_user("Olga")
    channel = server.add_channel("general", guild=server.add_guild("Others", owner=owner.id))
    with posting(server, library, tmp_path) as app:
        switched = weekly(app, "on", admin, channel, **MONDAY, review=True)
        assert "I could not send you a message" in said_in(switched)
        assert "Allow direct messages in the server's privacy settings." in said_in(switched)
        tell(app, NoticeKind.SHORTLIST, channel)

        asked = said_in(told(app, owner))
        assert "Choose the quote of the week for " in asked
        assert "I cannot reach the people who look after that channel." in asked


def test_who_is_named_in_the_settings_decides_and_is_told(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    admin, named = admin_of(server), server.add_user("Nora", granted=True)
    with posting(server, library, tmp_path, admins=(str(named.id),)) as app:
        weekly(app, "on", admin, **MONDAY, review=True)
        tell(app, NoticeKind.SHORTLIST)
        assert "Choose the quote of the week for " in said_in(told(app, named))
        status = weekly(app, "status")
        assert f"chosen by <@{admin.id}> <@{named.id}>" in said_in(status)
        assert "Approved: the quote by " in said_in(press(app, told(app, named), "Approve", named))
        weekly(app, "off", named)
        assert OFF in said_in(weekly(app, "status"))


def test_who_switched_it_on_hears_of_the_first_refusal(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY)
    app.server.fail("create_message", Fault(status=404, code=10003))
    weekly(app, "post", admin)

    notice = said_in(told(app, admin))
    assert "could not be posted" in notice
    assert "the channel no longer exists" in notice


# The real process.


def test_the_process_posts_a_quote_and_takes_it_back(home: Path) -> None:
    database = f"sqlite:///{home / 'airquote.db'}"
    with on_discord(home, DATABASE_URL=database) as platform:
        server = platform.discord
        admin = admin_of(server)
        member = replace(platform.join(), user=admin, channel=server.channel)
        switched = member.say("weekly on mon 09:00 Europe/Berlin")
        preview = member.say("weekly preview")
        posted = member.say("weekly post")
        anybody = server.add_user("Anybody")
        (message,) = server.seen(anybody)
        around = server.click(message, "Context", user=anybody).wait_for_response()
        server.click(message, "Report", user=anybody).wait_for_response()
        chat = server.chat_with_bot(admin)
        seen: list[Json] = server.wait_for(lambda: server.seen(admin, chat), "a report")
        server.click(seen[-1], "Withdraw", user=admin).wait_for_response()
        left = server.message(int(message["id"]))

    assert "Mondays at 09:00 (Europe/Berlin)" in switched.text
    assert preview.private
    assert posted.private
    assert message["content"].startswith("> “")
    assert "Around " in text_of(around)
    assert is_private(around)
    assert "https://youtu.be/sample" in message["content"].splitlines()[-1]
    assert left["content"] == "This quote was withdrawn."


# Edited, nominated and voted on.


def asked(app: App, admin: User, **modes: Any) -> Json:
    """Ask the admin of the channel to choose, and give what they are asked."""
    weekly(app, "on", admin, **MONDAY, review=True, **modes)
    tell(app, NoticeKind.SHORTLIST)
    return told(app, admin)


def approved(app: App) -> list[Quote]:
    return list(app.do(app.weekly.decisions.approved(place_of(app.server.channel))))


def test_a_moderator_edits_in_a_form_and_hears_what_was_not_said(app: App, admin: User) -> None:
    message = asked(app, admin)
    form = app.server.click(message, "Edit", user=admin)
    (field,) = [each for each in parts_of(form.wait_for_modal()["components"]) if "value" in each]
    refused = form.submit(**{field["custom_id"]: "A registry is a nice folder."})
    assert "Not said: “nice”." in said_in(refused.wait_for_response())
    assert "You wrote: A registry is a nice folder." in said_in(refused.wait_for_response())
    assert approved(app) == []

    again = app.server.click(message, "Edit", user=admin)
    (field,) = [each for each in parts_of(again.wait_for_modal()["components"]) if "value" in each]
    assert field["value"] == SAID
    saved = again.submit(**{field["custom_id"]: "A [model] registry that nobody opens is a folder"})
    assert "Approved" in said_in(saved.wait_for_response())
    (quote,) = approved(app)
    assert quote.text == "A [model] registry that nobody opens is a folder"
    assert quote.original == SAID


def test_five_candidates_with_all_their_buttons_fit_into_one_message(app: App, admin: User) -> None:
    message = asked(app, admin)

    assert labels(message) == ["Approve", "Edit", "Skip", "Never"] * 5 + ["Five Others"]


def test_when_there_are_no_others_that_is_said(app: App, admin: User) -> None:
    message = asked(app, admin)

    assert "no others" in said_in(press(app, message, "Five Others", admin))


def test_a_hit_and_a_message_are_nominated(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY, review=True)
    server = app.server
    found = server.slash("podcast search", {"query": "three questions"}).wait_for_response()
    said = server.say("It answers three questions: which model is serving right now?")
    for form in (server.click(found, "Nominate"), server.context_menu("Nominate quote", said)):
        (field,) = [
            each for each in parts_of(form.wait_for_modal()["components"]) if "value" in each
        ]
        assert "It answers three questions" in field["value"]
        typed = "It answers three questions: which model is serving right now."
        answer = said_in(form.submit(**{field["custom_id"]: typed}).wait_for_response())
        assert "Thank you." in answer or "already have that quote" in answer
    notice = told(app, admin)
    assert f"<@{server.user.id}>" in text_of(notice)
    press(app, notice, "Approve", admin)
    (quote,) = approved(app)
    assert quote.speaker == "Tomáš Vlček"
    assert quote.original.startswith("It answers three questions:")


def test_a_channel_votes_in_a_poll_and_the_result_is_read_at_its_end(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY, vote=True)
    subscribed = subscription(app)
    assert subscribed
    (slot,) = next_slots(subscribed.schedule, app.weekly.posting.outbox.clock(), 1)
    clock = Clock(slot.at - 23 * HOUR)
    context = changed(app.weekly, clock=clock)
    app.do(tick(context))
    anybody = app.server.add_user("Anybody")
    (asked,) = app.server.seen(anybody)
    answers = [each["poll_media"]["text"] for each in asked["poll"]["answers"]]
    assert answers == ["1. Tomáš Vlček", "2. Guest 1", "3. Guest 2"]
    assert SAID in asked["content"]
    for answer in (2, 2, 3):
        app.server.vote(asked, answer)

    app.do(tick(context))
    clock.now = slot.at + MINUTE
    app.do(tick(context))
    ballot, post = app.server.seen(anybody)
    assert ballot["poll"]["results"]["is_finalized"]
    assert "2 of 3 votes" in post["content"]
    assert "Names outlive models." in post["content"]


def test_an_admin_hears_which_permission_a_poll_needs(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY, vote=True)
    subscribed = subscription(app)
    assert subscribed
    (slot,) = next_slots(subscribed.schedule, app.weekly.posting.outbox.clock(), 1)
    app.server.allow(app.server.channel, MEMBER & ~SEND_POLLS)
    app.do(tick(changed(app.weekly, clock=Clock(slot.at - 23 * HOUR))))

    assert "“Create Polls”" in said_in(told(app, admin))


def test_a_theme_that_no_quote_is_about_is_refused(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY)
    refused = said_in(weekly(app, "theme", admin, month="2999-12", words="zebras"))

    assert "I have no quote about “zebras”." in refused
    assert app.do(app.weekly.themes.themes(place_of(app.server.channel))) == {}


def test_help_shows_who_may_manage_what_is_posted_where(app: App, admin: User) -> None:
    weekly(app, "on", admin, **MONDAY | {"time": "9.30", "zone": "Hamburg, Germany"})
    asked = app.server.slash("podcast help", {}, user=admin).wait_for_response()
    status = press(app, asked, "Status", admin)
    other = app.server.add_user("Somebody")
    seen = app.server.slash("podcast help", {}, user=other).wait_for_response()

    assert "a quote on Mondays at 09:30 (Europe/Berlin)" in said_in(asked)
    assert "I post a quote here on Mondays at 09:30 (Europe/Berlin)." in said_in(status)
    assert "Next: <t:" in said_in(status)
    assert "This server" not in said_in(seen)
    assert "The next quote of the week is posted on <t:" in said_in(seen)
