"""Several podcasts in one `airquote run`: what admins choose, and what members then see."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.apps.discord_weekly import admin_of
from tests.fakes.chat import Answer, Member, Platform, Venue
from tests.fakes.discord.member import DISCORD, DiscordMember
from tests.fakes.discord.message_rules import parts_of
from tests.fakes.slack.member import SLACK, SlackForm, SlackMember
from tests.process import airquote
from tests.two_podcasts import write_podcasts

PLATFORMS: dict[str, Venue] = {"slack": SLACK, "discord": DISCORD}
TEA, WINE = "Leaves in the mist", "Grapes on a hill"


@pytest.fixture(scope="module", params=PLATFORMS)
def platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """A platform with the bot on it, which serves two podcasts."""
    home = tmp_path_factory.mktemp(request.param)
    variables = {
        "AIRQUOTE_PODCASTS": str(write_podcasts(home)),
        "DATABASE_URL": f"sqlite:///{home / 'airquote.db'}",
    }
    # Building an index takes longer than anybody waits for an answer, on a busy machine.
    assert airquote(home, "index", "build", **variables).returncode == 0
    with PLATFORMS[request.param].run(home, **variables) as platform:
        yield platform


@pytest.fixture
def member(platform: Platform) -> Member:
    """A new person in a new channel."""
    return platform.join()


def admin_beside(member: Member) -> Member:
    """Return an admin in the same channel."""
    if isinstance(member, DiscordMember):
        return replace(member, user=admin_of(member.discord))
    assert isinstance(member, SlackMember)
    admin = member.neighbour()
    assert isinstance(admin, SlackMember)
    admin.slack.workspace.admins.add(admin.user)
    admin.slack.scopes = (*admin.slack.scopes, "users:read")
    return admin


def change_search(member: Member, answer: Answer, words: str) -> Answer:
    """Change the search that an answer is the newest of, and see what is found."""
    if isinstance(member, SlackMember):
        answer.press("Change Search")
        return SlackForm(member, member.slack.workspace.modals[member.user][-1]).submit(words=words)
    assert isinstance(member, DiscordMember)
    message = member.discord.seen(member.user, member.channel)[-1]
    form = member.discord.click(message, "Change Search", user=member.user)
    (field,) = [each for each in parts_of(form.wait_for_modal()["components"]) if "value" in each]
    return member._see(form.submit(**{field["custom_id"]: words}))


def titles(answer: Answer) -> set[str]:
    return {title for title in (TEA, WINE) if title in answer.text}


def test_where_nothing_is_chosen_the_first_podcast_answers(member: Member) -> None:
    assert titles(member.say("harvest")) == {TEA}
    assert "The Tea Hour" not in member.say("harvest").text


def test_an_admin_chooses_and_members_get_that(member: Member) -> None:
    admin = admin_beside(member)
    seen = admin.say("use")
    assert "Here I search The Tea Hour." in seen.text
    assert "wine (Wine and Wisdom)" in seen.text

    told = admin.say("use wine")

    assert "Here I search Wine and Wisdom." in told.text
    assert titles(member.say("harvest")) == {WINE}
    assert titles(member.say("episodes")) == {WINE}
    assert titles(member.elsewhere().say("harvest")) == {TEA}


def test_a_member_may_not_choose(member: Member) -> None:
    if isinstance(member, DiscordMember):
        # The server shows the command to others as well.
        member = replace(member, user=replace(member.user, granted=True))

    refused = member.say("use wine")

    assert "Here I search" not in refused.text
    assert titles(member.say("harvest")) == {TEA}


def test_a_search_over_both_says_which_is_which(member: Member) -> None:
    admin_beside(member).say("use tea wine")

    found = member.say("harvest")

    assert titles(found) == {TEA, WINE}
    assert "The Tea Hour · Mina Oolong" in found.text
    assert "Wine and Wisdom · Vera Riesling" in found.text
    first, second = sorted((TEA, WINE), key=found.text.index)
    assert titles(found.press("Context", 0)) == {first}
    assert titles(found.press("Context", 1)) == {second}


def test_a_button_remembers_its_podcast(member: Member) -> None:
    admin = admin_beside(member)
    admin.say("use wine")
    found = member.say("harvest")

    admin.say("use tea")

    assert titles(found.press("Context")) == {WINE}
    assert titles(member.say("harvest")) == {TEA}


def test_a_search_that_is_changed_stays_in_its_podcast(member: Member) -> None:
    admin = admin_beside(member)
    admin.say("use wine")
    nothing = member.say("zyxwvut")

    admin.say("use tea")

    assert titles(change_search(member, nothing, "harvest")) == {WINE}


def test_a_choice_outlives_a_restart(platform: Platform, member: Member) -> None:
    admin_beside(member).say("use wine")

    platform.restart()

    assert titles(member.say("harvest")) == {WINE}
