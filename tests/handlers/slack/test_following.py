"""Following and announcements in Slack as its people meet them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers.help import answer_help
from bot.answers.replies import Reply
from bot.answers.requests import TYPED_VERBS
from bot.library.library import Library
from bot.library.shelf import only
from bot.podcasts import Podcast
from bot.posting.departures import forget_leavers
from bot.posting.new_episodes import read_unreachable, tell_waiting
from bot.posting.places import person_at
from bot.posting.poster import FailureKind, PostError
from handlers.slack.render.messages import render_reply
from tests.apps.slack import Desk, Stage, labels, text_of
from tests.builders import index_of
from tests.fakes.slack.calls import Fault
from tests.fakes.slack.member import SlackPlatform, on_slack
from tests.fakes.slack.server import SlackServer, running_slack
from tests.fakes.slack.things import BOT_USER, TEAM, Message
from tests.fakes.slack.tokens import NEEDED, OPTIONAL
from tests.new_episodes import NEW, OLD, add_episode, copy_episodes, tell_of_changes


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running_slack(scopes=(*NEEDED, *OPTIONAL)) as slack:
        yield slack


@pytest.fixture
def stage(slack: SlackServer, tmp_path: Path) -> Stage:
    return Stage(slack, OLD, tmp_path)


def promote(desk: Desk) -> None:
    desk.slack.workspace.admins.add(desk.user)


async def type_in(desk: Desk, typed: str) -> Message:
    """Type something behind /podcast and read the answer, which nobody else sees."""
    await desk.send(desk.command(typed))
    assert desk.messages[-1].only_for == desk.user
    return desk.messages[-1]


def in_inbox(desk: Desk) -> list[Message]:
    return [each for each in desk.messages if each.channel == f"D{desk.user[1:]}"]


def public(desk: Desk) -> list[Message]:
    return [each for each in desk.messages if each.channel == desk.channel and not each.only_for]


async def followed(desk: Desk) -> list[str]:
    person = person_at("slack", desk.user, TEAM)
    return [each.query for each in await desk.parts.weekly.posting.follows.follows_of(person)]


async def refresh(desk: Desk) -> None:
    """Let an episode appear."""
    await tell_waiting(desk.parts.weekly.posting, only(OLD))
    desk.parts.intake.shelf.put(NEW)
    await tell_of_changes(desk.parts.weekly.posting, OLD, NEW)
    await read_unreachable(desk.parts.weekly.posting)


def test_who_follows_gets_one_letter_with_the_passages(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        assert "when a new episode talks about" in text_of(
            await type_in(desk, "follow feature store")
        )
        assert labels(desk.messages[-1]) == ["Unfollow “feature store”"]
        await refresh(desk)
        await tell_waiting(desk.parts.weekly.posting, only(NEW))
        (letter,) = in_inbox(desk)
        assert "On <Stores> & Such" in text_of(letter)
        assert "“feature store” ·" in text_of(letter)
        assert labels(letter) == ["Context", "More Like This", "Unfollow “feature store”"]
        assert not letter.only_for

        await desk.send(desk.press("Unfollow “feature store”", letter))
        assert "You no longer follow “feature store”." in text_of(desk.messages[-1])
        assert await followed(desk) == []

    stage.play(story)


def test_who_takes_no_messages_is_told_so_once_by_the_next_answer(
    stage: Stage, slack: SlackServer
) -> None:
    async def story(desk: Desk) -> None:
        await type_in(desk, "follow feature store")
        slack.fail("chat.postMessage", Fault(error="messages_tab_disabled"))
        await refresh(desk)
        first, second = [text_of(await type_in(desk, "help")) for _ in range(2)]

        assert "I could not message you about what you follow." in first
        assert "messages_tab_disabled" in first
        assert "I could not message you" not in second

    stage.play(story)


def test_what_is_followed_is_listed_with_buttons_and_pages(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        for number in range(11):
            await type_in(desk, f"follow tea {number}")
        listed = await type_in(desk, "follow")
        assert labels(listed) == [*["Unfollow"] * 10, "Next"]
        await desk.send(desk.press("Next", listed))
        assert labels(desk.messages[-1]) == ["Unfollow", "Previous"]
        await desk.send(desk.press("Unfollow", desk.messages[-1]))
        assert "tea 10" not in await followed(desk)
        assert "forgotten" in text_of(await type_in(desk, "unfollow all"))

    stage.play(story)


def test_a_member_is_forgotten_once_they_confirm_it(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await type_in(desk, "follow feature store")
        asked = await type_in(desk, "forget-me")
        assert "1 thing you follow." in text_of(asked)
        assert await followed(desk) == ["feature store"]
        await desk.send(desk.press("Forget Me", asked))
        assert desk.messages[-1].only_for == desk.user
        assert "I have forgotten you." in text_of(desk.messages[-1])
        assert await followed(desk) == []
        await desk.send(desk.mention(f"<@{BOT_USER}> forget-me"))
        assert desk.messages[-1].only_for == desk.user
        assert "nothing about you" in text_of(desk.messages[-1])

    stage.play(story)


@pytest.mark.parametrize("leaving", [True, False])
def test_who_is_deactivated_is_forgotten(stage: Stage, leaving: bool) -> None:
    async def story(desk: Desk) -> None:
        await type_in(desk, "follow feature store")
        # Of a workspace whose token was replaced, nobody is found.
        gone = desk.slack.workspace.deactivated.add if leaving else desk.slack.workspace.people.pop
        gone(desk.user)
        await forget_leavers(desk.parts.weekly.posting)
        assert await followed(desk) == ([] if leaving else ["feature store"])

    stage.play(story)


def test_without_the_scope_nobody_is_thought_to_have_left(stage: Stage, slack: SlackServer) -> None:
    async def story(desk: Desk) -> None:
        await type_in(desk, "follow feature store")
        slack.scopes = NEEDED
        await forget_leavers(desk.parts.weekly.posting)
        assert await followed(desk) == ["feature store"]

    stage.play(story)


def test_a_mention_is_answered_to_who_follows_alone(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.mention(f"<@{BOT_USER}> follow feature store"))
        assert desk.messages[-1].only_for == desk.user
        assert await followed(desk) == ["feature store"]

    stage.play(story)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(error="user_not_found"), FailureKind.PERMANENT),
        (Fault(error="cannot_dm_bot"), FailureKind.PERMANENT),
        (Fault(error="account_inactive"), FailureKind.UNAUTHORIZED),
        (Fault(error="missing_scope"), FailureKind.UNAUTHORIZED),
        (Fault(status=503), FailureKind.AMBIGUOUS),
        (Fault(status=429), FailureKind.RATE_LIMITED),
    ],
)
def test_only_what_is_wrong_with_a_person_counts_against_them(
    stage: Stage, slack: SlackServer, fault: Fault, kind: FailureKind
) -> None:
    async def story(desk: Desk) -> None:
        slack.fail("chat.postMessage", fault, times=1)
        with pytest.raises(PostError) as caught:
            await desk.parts.poster.send(
                person_at("slack", desk.user, TEAM), Reply("New"), "a" * 25
            )
        assert caught.value.kind is kind
        assert desk.user not in str(caught.value)

    stage.play(story)


def test_an_admin_lets_new_episodes_be_announced(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        other = replace(desk, user=desk.slack.workspace.add_person("Bo"))
        assert "AIRQUOTE_ADMINS" in text_of(await type_in(other, "announce on"))
        promote(desk)
        assert "From now on" in text_of(await type_in(desk, "announce on"))
        await refresh(desk)
        await tell_waiting(desk.parts.weekly.posting, only(NEW))
        (post,) = public(desk)
        read = text_of(post)
        assert "New episode" in read
        assert "On <Stores> & Such" in read
        assert "Ida B" in read
        assert "0:00  Leaves" in read
        assert labels(post) == []

        assert "no longer announce new episodes" in text_of(await type_in(desk, "announce off"))
        assert await desk.parts.weekly.posting.follows.channels() == ()

    stage.play(story)


def test_a_channel_without_the_bot_cannot_be_told(stage: Stage, slack: SlackServer) -> None:
    async def story(desk: Desk) -> None:
        promote(desk)
        slack.workspace.channels[desk.channel].bot_is_member = False
        assert "Type /invite @Airquote" in text_of(await type_in(desk, "announce on"))
        assert await desk.parts.weekly.posting.follows.channels() == ()

    stage.play(story)


def test_a_workspace_that_removes_the_bot_is_forgotten(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        promote(desk)
        await type_in(desk, "announce on")
        await type_in(desk, "follow feature store")
        assert [each.workspace for each in await desk.parts.weekly.posting.follows.follows()] == [
            TEAM
        ]
        await desk.send(desk.slack.payloads.app_uninstalled())
        assert await desk.parts.weekly.posting.follows.channels() == ()
        assert await followed(desk) == []

    stage.play(story)


def test_help_shows_every_command() -> None:
    of_several = Library("made-up", index_of(), (), podcast=Podcast("tea", "The Tea Hour"))
    text = render_reply(answer_help(of_several))["text"]

    named = set(re.findall(r"[a-z-]+", text))
    assert named.issuperset({*TYPED_VERBS} - {"help"})


# The real process.


@pytest.fixture
def platform(home: Path) -> Iterator[SlackPlatform]:
    folder, address = copy_episodes(home), f"sqlite:///{home / 'airquote.db'}"
    with on_slack(home, DATABASE_URL=address, AIRQUOTE_EPISODES=str(folder)) as platform:
        platform.slack.scopes = (*NEEDED, *OPTIONAL)
        yield platform


def test_a_new_episode_reaches_who_follows_and_the_channel(platform: SlackPlatform) -> None:
    ida = platform.join()
    platform.slack.workspace.admins.add(ida.user)
    assert "No episode talks about it" in ida.say("follow teapot museum").text
    assert "From now on" in ida.say("announce on").text
    add_episode(platform.home / "episodes")
    platform.restart()
    sent = platform.slack.called
    platform.slack.wait_for(lambda: len(sent("chat.postMessage")) == 2, "a letter and a post")

    (letter,) = ida.inbox().screen()
    assert "“teapot museum”" in letter.text
    (post,) = (each for each in ida.screen() if not each.private)
    assert post.text.startswith("New episode")
    assert "no longer follow" in letter.press("Unfollow “teapot museum”").text
    platform.restart()
    assert len(sent("chat.postMessage")) == 2
