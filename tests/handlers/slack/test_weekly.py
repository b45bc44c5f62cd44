"""The quote of the week in Slack as its people meet it: commands, decisions, App Home, the end."""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.library.library import Library
from bot.posting.outbox import State
from bot.posting.places import Channel, Requester
from bot.quotes.models import QuotePool, ScoredQuote, Wording
from bot.weekly.models import Delivery, Judgement, Quote, Subscription, SubscriptionState
from bot.weekly.ports import WeeklyContext
from bot.weekly.slots import Schedule
from bot.weekly.tick import tick
from handlers.slack.clients import Clients
from handlers.slack.moderators import REMEMBERED_SECONDS, Moderators
from tests.apps.slack import Desk, Stage, labels, text_of
from tests.fakes.chat import Kind
from tests.fakes.slack.calls import Fault
from tests.fakes.slack.member import SlackPlatform, on_slack
from tests.fakes.slack.server import SlackServer, running_slack
from tests.fakes.slack.things import BOT_USER, TEAM, Message
from tests.fakes.slack.tokens import BOT_TOKEN, NEEDED, OPTIONAL
from tests.weekly_world import Clock, changed

ON = "weekly on mon 09:00 Europe/Berlin"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running_slack(scopes=(*NEEDED, *OPTIONAL)) as slack:
        yield slack


@pytest.fixture
def stage(slack: SlackServer, library: Library, tmp_path: Path) -> Stage:
    return Stage(slack, library, tmp_path)


def channel(desk: Desk) -> Channel:
    return Channel("slack", TEAM, desk.channel)


def promote(desk: Desk) -> None:
    desk.slack.workspace.admins.add(desk.user)


def newcomer(desk: Desk) -> Desk:
    return replace(desk, user=desk.slack.workspace.add_person("Bo"))


def in_inbox(desk: Desk) -> Desk:
    """Go to where the bot writes to this person alone."""
    return replace(desk, channel=f"D{desk.user[1:]}")


def there(desk: Desk) -> list[Message]:
    """Read what this person sees in the channel, as far as the bot has written it."""
    return [
        each
        for each in desk.messages
        if each.channel == desk.channel and each.only_for in ("", desk.user)
    ]


def public(desk: Desk) -> list[Message]:
    return [each for each in desk.messages if each.channel == desk.channel and not each.only_for]


async def type_in(desk: Desk, typed: str) -> str:
    """Type something behind /podcast and read the answer, which nobody else sees."""
    await desk.send(desk.command(typed))
    assert desk.messages[-1].only_for == desk.user
    return text_of(desk.messages[-1])


async def press(desk: Desk, label: str, message: Message) -> str:
    """Press a button and read the answer, which nobody else sees."""
    await desk.send(desk.press(label, message))
    assert desk.messages[-1].only_for == desk.user
    assert desk.messages[-1].channel == desk.channel
    return text_of(desk.messages[-1])


def elements(message: Message) -> list[Any]:
    """List the runs of the first line of a message."""
    return list(message.blocks[0]["elements"][0]["elements"])


async def deliveries(desk: Desk) -> tuple[Delivery, ...]:
    return await desk.parts.weekly.deliveries.deliveries(LONG_AGO)


# Commands.


def test_an_admin_switches_it_on_and_off(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        promote(desk)
        assert "Mondays at 09:00 (Europe/Berlin)" in await type_in(desk, ON)
        subscription = await desk.parts.weekly.deliveries.find_subscription(channel(desk))
        assert subscription is not None
        assert (subscription.admin, subscription.state) == (desk.user, SubscriptionState.ON)

        await type_in(desk, "weekly off")
        subscription = await desk.parts.weekly.deliveries.find_subscription(channel(desk))
        assert subscription is not None
        assert subscription.state is SubscriptionState.OFF

    stage.play(story)


def test_everybody_may_ask_how_it_stands_and_nobody_else_sees_it(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        for typed in ("weekly", "weekly status"):
            assert "No quote of the week is posted here." in await type_in(desk, typed)
        await desk.send(desk.mention(f"<@{BOT_USER}> weekly status"))
        assert "No quote of the week is posted here." in text_of(desk.messages[-1])
        assert desk.messages[-1].only_for == desk.user

    stage.play(story)


def test_who_is_no_admin_is_told_what_would_help(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        told = await type_in(desk, ON)
        assert "AIRQUOTE_ADMINS" in told
        assert desk.user in told
        assert await desk.parts.weekly.deliveries.subscriptions() == ()

    stage.play(story)


def test_who_is_named_needs_to_be_no_admin(slack: SlackServer, stage: Stage) -> None:
    slack.scopes = NEEDED

    async def story(desk: Desk) -> None:
        assert "Mondays" in await type_in(desk, ON)

    # The first person that joins has the first id.
    stage.play(story, admins=["U00000001"])


def test_a_channel_without_the_bot_is_told_to_invite_it(stage: Stage, slack: SlackServer) -> None:
    async def story(desk: Desk) -> None:
        promote(desk)
        slack.workspace.channels[desk.channel].bot_is_member = False
        assert "Type /invite @Airquote" in await type_in(desk, ON)
        assert await desk.parts.weekly.deliveries.subscriptions() == ()

    stage.play(story)


def test_a_preview_is_seen_by_who_asks_alone(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        promote(desk)
        await type_in(desk, ON)
        assert "the* best thing to say." in await type_in(desk, "weekly preview")
        assert labels(desk.messages[-1]) == []
        assert public(desk) == []

    stage.play(story)


# Who may decide.


def judge(slack: SlackServer, person: str, *, workspace: str = TEAM, **facts: Any) -> str:
    """Ask whether a person may decide."""
    client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
    moderators = Moderators(Clients(client), **facts)
    asker = Requester("slack", TEAM, person)
    return asyncio.run(moderators.obstacle(asker, Channel("slack", workspace, "C1")))


def test_an_admin_may_decide_and_is_remembered_for_a_while(slack: SlackServer) -> None:
    ida = slack.workspace.add_person("Ida")
    slack.workspace.admins.add(ida)
    client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url)
    now = [1000.0]
    moderators = Moderators(Clients(client), now=lambda: now[0])

    async def story() -> list[int]:
        asked = []
        for moment in (0.0, REMEMBERED_SECONDS - 1, REMEMBERED_SECONDS + 1):
            now[0] = 1000.0 + moment
            here = Channel("slack", TEAM, "C1")
            assert await moderators.obstacle(Requester("slack", TEAM, ida), here) == ""
            asked.append(len(slack.called("users.info")))
        return asked

    assert asyncio.run(story()) == [1, 1, 2]


def test_nobody_decides_for_another_workspace(slack: SlackServer) -> None:
    ida = slack.workspace.add_person("Ida")
    told = judge(slack, ida, workspace="T0OTHER", named=[ida])

    assert "another workspace" in told


def test_the_admin_of_another_workspace_decides_nothing_here(slack: SlackServer) -> None:
    guest = slack.workspace.add_person("Guest")
    slack.workspace.admins.add(guest)
    slack.workspace.teams[guest] = "T0OTHER"

    assert guest in judge(slack, guest)


def test_without_the_scope_it_is_said_what_to_do(slack: SlackServer) -> None:
    slack.scopes = NEEDED
    told = judge(slack, slack.workspace.add_person("Ida"))

    assert "users:read" in told
    assert "AIRQUOTE_ADMINS: U00000001" in told


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503),
        Fault(error="user_not_found"),
        Fault(drop=True),
        Fault(content_type="text/plain"),
    ],
)
def test_nobody_decides_while_slack_does_not_say_who_is_an_admin(
    slack: SlackServer, fault: Fault
) -> None:
    ida = slack.workspace.add_person("Ida")
    slack.workspace.admins.add(ida)
    # aiohttp asks once more where nothing can have happened.
    slack.fail("users.info", fault, times=2)

    assert "Please try again in a minute." in judge(slack, ida)


# Decisions.


async def post_one(desk: Desk) -> Message:
    """Post a quote now and read it."""
    promote(desk)
    await type_in(desk, ON)
    await type_in(desk, "weekly post")
    (message,) = public(desk)
    assert labels(message)[-2:] == ["Context", "Report"]
    return message


def test_anybody_reports_and_a_moderator_withdraws(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        message = await post_one(desk)
        assert "Thank you." in await press(newcomer(desk), "Report", message)
        assert "Withdraw" not in labels(desk.messages[-1])

        inbox = in_inbox(desk)
        (notice,) = there(inbox)
        assert "Someone reported" in text_of(notice)
        assert "withdrawn" in await press(inbox, "Withdraw", notice)
        assert text_of(message) == "This quote was withdrawn."
        assert labels(message) == []
        assert [each.withdrawn for each in await deliveries(desk)] == [True]

    stage.play(story)


def test_an_admin_who_reports_can_withdraw_at_once(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        message = await post_one(desk)
        await press(desk, "Report", message)
        answer = next(each for each in desk.messages if "Thank you." in text_of(each))
        await press(desk, "Withdraw", answer)
        assert text_of(message) == "This quote was withdrawn."

    stage.play(story)


def test_who_may_not_decide_withdraws_nothing(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        message = await post_one(desk)
        await press(newcomer(desk), "Report", message)
        notice = there(in_inbox(desk))[0]
        assert "AIRQUOTE_ADMINS" in await press(in_inbox(newcomer(desk)), "Withdraw", notice)
        assert labels(message)[-1] == "Report"

    stage.play(story)


def test_moderators_choose_from_what_they_are_sent(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        inbox, notice, _ = await asked(desk)
        assert there(inbox) == [notice]
        count = labels(notice).count("Approve")
        assert labels(notice) == ["Approve", "Edit", "Skip", "Never"] * count + ["Five Others"]
        assert "short" in text_of(notice)
        for label in ("Never", "Skip", "Approve"):
            await press(inbox, label, notice)
        approved = await desk.parts.weekly.decisions.approved(channel(desk))
        assert len(approved) == 1
        assert approved[0].text in text_of(notice)

    stage.play(story)


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": text}


async def subscribed(desk: Desk, **modes: Any) -> WeeklyContext:
    """Let a new admin subscribe the channel, and do what is due the day before the first quote."""
    promote(desk)
    clock = Clock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    schedule = Schedule(0, clock.now.time(), "UTC", **modes)
    admin = Subscription(channel(desk), schedule, clock.now, desk.user)
    await desk.parts.weekly.deliveries.subscribe(admin)
    context = changed(desk.parts.weekly, clock=clock)
    await tick(context)
    return context


async def asked(desk: Desk, **modes: Any) -> tuple[Desk, Message, WeeklyContext]:
    """Ask the admin of a channel to choose, and go to where they are asked."""
    context = await subscribed(desk, review=True, **modes)
    inbox = in_inbox(desk)
    (notice, *_) = there(inbox)
    return inbox, notice, context


def test_a_moderator_edits_before_approving_and_the_original_is_kept(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        inbox, notice, _ = await asked(desk)
        await inbox.send(inbox.press("Edit", notice))
        (number,) = re.findall(r"Number (\d) is", str(inbox.dialogs[-1].view))
        told = await inbox.submit(words=words(f"Number {number} is simply the best to say."))
        assert "simply" in str(told.body)
        assert await desk.parts.weekly.decisions.approved(channel(desk)) == ()

        await inbox.submit(words=words(f"Number {number} is [by far] the best to say."))
        assert "Approved" in text_of(inbox.dialogs[-1])
        (quote,) = await desk.parts.weekly.decisions.approved(channel(desk))
        assert quote.text == f"Number {number} is [by far] the best … to say."
        assert quote.original == f"Number {number} is <!channel> & *the* best thing to say."

    stage.play(story)


def test_five_others_are_offered_and_can_be_approved(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        pool = [
            ScoredQuote(f"{n:016x}", "none", 1.0, f"Guest {n}", f"It is {n}.", "", 9.0 - n, ())
            for n in range(12)
        ]

        async def many(_: Channel) -> QuotePool:
            return QuotePool(pool, (), lambda _, __: Wording())

        object.__setattr__(desk.parts.weekly, "pool", many)
        inbox, notice, _ = await asked(desk)
        offered = text_of(notice)
        await inbox.send(inbox.press("Five Others", notice))
        others = inbox.messages[-1]
        assert [n for n in range(12) if f"It is {n}." in offered] == [0, 1, 2, 3, 4]
        assert [n for n in range(12) if f"It is {n}." in text_of(others)] == [5, 6, 7, 8, 9]
        await inbox.send(inbox.press("Approve", others))
        (quote,) = await desk.parts.weekly.decisions.approved(channel(desk))
        assert quote.text == "It is 5."

    stage.play(story)


def test_a_second_moderator_has_to_approve(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        inbox, notice, _ = await asked(desk, approvals=2)
        assert "one more moderator has to" in await press(inbox, "Approve", notice)
        assert "One of you approved this quote" in text_of(there(inbox)[1])
        assert "one more moderator has to" in await press(inbox, "Approve", notice)
        assert await desk.parts.weekly.decisions.approved(channel(desk)) == ()

        second = newcomer(desk)
        promote(second)
        await second.send(in_inbox(second).press("Approve", notice))
        assert len(await desk.parts.weekly.decisions.approved(channel(desk))) == 1

    stage.play(story)


def test_a_member_nominates_a_hit_and_moderators_hear_who_it_was(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        inbox, _, _ = await asked(desk)
        member = newcomer(desk)
        await member.send(member.command("search three questions"))
        await member.send(member.press("Nominate", member.messages[-1]))
        assert "It answers three questions" in str(member.dialogs[-1].view)
        told = await member.submit(words=words("A model registry earns money."))
        assert "money" in str(told.body)

        await member.submit(words=words("It answers three questions: who said it could go live."))
        assert "Thank you. Moderators can choose it" in text_of(member.dialogs[-1])
        notice = there(inbox)[-1]
        assert "Somebody nominated a quote" in text_of(notice)
        assert f"<@{member.user}>" in notice.body["text"]
        await inbox.send(inbox.press("Approve", notice))
        (quote,) = await desk.parts.weekly.decisions.approved(channel(desk))
        assert quote.text == "It answers three questions: … who said it could go live."
        assert quote.original.startswith("It answers three questions: which model")
        assert quote.speaker == "Tomáš Vlček"

    stage.play(story)


def test_a_message_is_nominated_by_its_shortcut(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        inbox, _, _ = await asked(desk)
        said = "A model registry earns its keep on the day something breaks!"
        await desk.send(desk.shortcut_on(said, "nominate_quote"))
        await desk.submit(
            words=words("A model registry earns its keep on the day something breaks.")
        )
        assert "Thank you." in text_of(desk.dialogs[-1])
        assert "Somebody nominated" in text_of(there(inbox)[-1])

    stage.play(story)


def test_where_nobody_chooses_nothing_can_be_nominated(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        said = "A model registry earns its keep on the day something breaks!"
        await desk.send(desk.shortcut_on(said, "nominate_quote"))
        await desk.submit(
            words=words("A model registry earns its keep on the day something breaks.")
        )
        assert "No quote of the week is chosen here" in text_of(desk.dialogs[-1])

    stage.play(story)


def test_a_channel_votes_with_buttons_and_the_counts_survive_a_restart(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        context = await subscribed(desk, vote=True)
        (ballot,) = public(desk)
        assert labels(ballot) == ["Vote"] * 3
        for who in (desk, newcomer(desk)):
            assert "You voted for the quote" in await press(who, "Vote", ballot)
        assert "2 votes" in text_of(ballot)

        # Another process, which knows only what the database holds.
        context.posting.outbox.clock.now += timedelta(days=1)  # type: ignore[attr-defined]
        await tick(replace(context))
        assert labels(ballot) == []
        assert "2 of 2 votes" in text_of(public(desk)[-1])

    stage.play(story)


# When answers are lost.


async def due_now(desk: Desk) -> tuple[WeeklyContext, Clock]:
    """Let a quote be due, in a world whose clock can be set and that never waits."""
    clock = Clock(datetime.now(UTC))
    slot = clock.now - timedelta(minutes=1)
    schedule = Schedule(slot.weekday(), slot.time().replace(microsecond=0), "UTC")
    since = slot - timedelta(hours=1)
    await desk.parts.weekly.deliveries.subscribe(
        Subscription(channel(desk), schedule, since, desk.user)
    )

    async def pause(seconds: float) -> None:
        await asyncio.sleep(0)

    return changed(desk.parts.weekly, clock=clock, pause=pause), clock


def test_who_switched_it_on_hears_of_an_archived_channel_at_once(
    stage: Stage, slack: SlackServer
) -> None:
    async def story(desk: Desk) -> None:
        context, _ = await due_now(desk)
        slack.workspace.channels[desk.channel].archived = True
        await tick(context)
        (notice,) = there(in_inbox(desk))

        assert "could not be posted" in text_of(notice)
        assert "the channel is archived (is_archived). Unarchive it" in text_of(notice)

    stage.play(story)


@pytest.mark.parametrize("optional", [OPTIONAL, ()])
def test_another_admin_is_told_where_who_switched_it_on_has_left(
    stage: Stage, slack: SlackServer, optional: tuple[str, ...]
) -> None:
    async def story(desk: Desk) -> None:
        context, _ = await due_now(desk)
        slack.scopes = (*NEEDED, *optional)
        other = newcomer(desk)
        promote(desk)
        promote(other)
        slack.workspace.deactivated.add(desk.user)
        slack.workspace.people_page = 1
        slack.workspace.channels[desk.channel].archived = True
        await tick(context)
        notices = [text_of(each) for each in there(in_inbox(other))]

        assert len(notices) == bool(optional)
        assert all("I cannot reach the people who look after" in each for each in notices)
        assert there(in_inbox(desk)) == []

    stage.play(story)


def test_moderators_hear_that_an_approved_quote_is_no_longer_in_the_podcast(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        context, clock = await due_now(desk)
        found = await context.deliveries.find_subscription(channel(desk))
        assert found
        reviewed = replace(found, schedule=replace(found.schedule, review=True))
        await context.deliveries.subscribe(reviewed)
        lost = Quote("lost", "lost-episode", 5.0, "Ann", "Names outlive models.", "")
        there_before = Judgement.APPROVE, desk.user, clock() - timedelta(days=1)
        await context.decisions.judge(channel(desk), lost, *there_before)
        await tick(context)
        gone, undecided = there(in_inbox(desk))

        assert "is no longer in the podcast, so I will not post it." in text_of(gone)
        assert "Names outlive models." in text_of(gone)
        assert labels(gone) == []
        assert text_of(undecided).startswith("No quote was posted on ")
        assert public(desk) == []

    stage.play(story)


def test_the_status_names_who_chooses(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        promote(desk)
        switched = await type_in(desk, f"{ON} review")
        assert "I have sent you a message: that is where I will ask you." in switched
        (hello,) = there(in_inbox(desk))
        assert "I will ask you here, the day before it is due" in text_of(hello)
        await type_in(desk, "weekly status")
        assert {"type": "user", "user_id": desk.user} in elements(desk.messages[-1])

    stage.play(story)


@pytest.mark.parametrize(
    ("optional", "state", "notices"), [(OPTIONAL, State.SENT, 0), ((), State.UNKNOWN, 1)]
)
def test_a_post_whose_answer_is_lost_is_looked_for_and_never_repeated(
    stage: Stage, slack: SlackServer, optional: tuple[str, ...], state: State, notices: int
) -> None:
    slack.scopes = (*NEEDED, *optional)

    async def story(desk: Desk) -> None:
        context, clock = await due_now(desk)
        slack.fail("chat.postMessage", Fault(drop=True, done=True))
        await tick(context)
        assert [each.message.state for each in await deliveries(desk)] == [State.SENDING]
        clock.now += timedelta(minutes=1)
        await tick(context)
        assert [each.message.state for each in await deliveries(desk)] == [state]
        assert len(public(desk)) == 1
        assert len(there(in_inbox(desk))) == notices

    stage.play(story)


def test_a_post_that_never_arrived_is_sent_again_where_that_is_certain(
    stage: Stage, slack: SlackServer
) -> None:
    async def story(desk: Desk) -> None:
        context, clock = await due_now(desk)
        slack.fail("chat.postMessage", Fault(drop=True))
        await tick(context)
        clock.now += timedelta(minutes=1)
        await tick(context)
        assert [each.message.state for each in await deliveries(desk)] == [State.SENT]
        assert len(public(desk)) == 1

    stage.play(story)


# App Home, and the end.


def test_app_home_says_when_the_next_quote_comes(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        promote(desk)
        await type_in(desk, ON)
        await desk.send(desk.home())
        home = desk.slack.workspace.homes[desk.user]
        assert "The next quote of the week is posted on Monday" in text_of(home)
        assert "a quote on Mondays at " in text_of(home)
        assert "index " in text_of(home)
        colleague = newcomer(desk)
        await colleague.send(colleague.home())
        assert "This workspace" not in text_of(desk.slack.workspace.homes[colleague.user])

    stage.play(story)


def test_app_home_opens_without_the_database_too(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(desk: Desk) -> None:
        with sqlite3.connect(tmp_path / "airquote.db") as connection:
            connection.execute("DROP TABLE subscriptions")
        connection.close()
        await desk.send(desk.home())
        assert "/podcast" in text_of(desk.slack.workspace.homes[desk.user])

    stage.play(story)

    assert "The start page leaves out what is stored." in caplog.text
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    ("bot", "left"), [(None, 0), (True, 0), (False, 1)], ids=["removed", "revoked", "a member's"]
)
def test_a_workspace_that_removes_the_bot_is_forgotten(
    stage: Stage, bot: bool | None, left: int
) -> None:
    async def story(desk: Desk) -> None:
        promote(desk)
        await type_in(desk, ON)
        payloads = desk.slack.payloads
        gone = payloads.app_uninstalled() if bot is None else payloads.tokens_revoked(bot=bot)
        assert (await desk.send(gone)).status == 200
        assert len(await desk.parts.weekly.deliveries.subscriptions()) == left

    stage.play(story)


# The real process.


@pytest.fixture
def platform(home: Path) -> Iterator[SlackPlatform]:
    address = f"sqlite:///{home / 'airquote.db'}"
    with on_slack(home, DATABASE_URL=address, AIRQUOTE_QUOTE_CARD="1") as platform:
        platform.slack.scopes = (*NEEDED, *OPTIONAL)
        yield platform


def test_a_quote_is_posted_reported_and_withdrawn(platform: SlackPlatform) -> None:
    ida = platform.join()
    platform.slack.workspace.admins.add(ida.user)
    neighbour = ida.neighbour()

    assert "Mondays at 09:00" in ida.say(ON).text
    platform.restart()
    preview = ida.say("weekly preview")
    assert preview.private
    assert "Posted" in ida.say("weekly post").text
    post = next(each for each in ida.screen() if not each.private)
    assert post.text.startswith("“")
    assert post.buttons[-2:] == ("Context", "Report")
    assert [each.content[:4] for each in platform.slack.workspace.files.values()] == [b"\x89PNG"]

    platform.restart()
    seen = next(each for each in neighbour.screen() if not each.private)
    context = seen.press("Context")
    assert context.kind is Kind.DIALOG
    assert context.text.startswith("Around ")
    assert "Thank you" in post.press("Report").text
    (notice,) = ida.inbox().screen()
    assert "withdrawn" in notice.press("Withdraw").text
    (gone,) = (each for each in neighbour.screen() if not each.private)
    assert (gone.text, gone.buttons) == ("This quote was withdrawn.", ())
    assert [each.deleted for each in platform.slack.workspace.files.values()] == [True]


def test_the_process_posts_nothing_again_whose_answer_is_lost(platform: SlackPlatform) -> None:
    ida = platform.join()
    platform.slack.workspace.admins.add(ida.user)
    ida.say(ON)
    platform.slack.fail("chat.postMessage", Fault(drop=True, done=True))

    assert "It may have been posted" in ida.say("weekly post").text
    assert len(platform.slack.called("chat.postMessage")) == 1
    assert sum(not each.private for each in ida.screen()) == 1


def test_the_process_shows_admins_what_is_posted_where_and_how_it_goes(
    platform: SlackPlatform,
) -> None:
    ida = platform.join()
    platform.slack.workspace.admins.add(ida.user)
    ida.say("weekly on mon 9.30 Hamburg, Germany")
    ida.say("follow feature store")
    home = ida.open_home()

    assert "You follow “feature store”." in home.text
    assert "a quote on Mondays at 09:30 (Europe/Berlin)" in home.text
    status = home.press("Status")
    assert "I post a quote here on Mondays at 09:30 (Europe/Berlin)." in status.text
    assert "Search the Podcast" in home.buttons
    assert "Unfollow" in home.press("What You Follow").buttons
