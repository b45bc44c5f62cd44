"""What goes wrong around the real process in Discord: people notice nothing, or read a sentence."""

import json
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.library.library import Library
from tests.apps.discord import Slow, answering
from tests.fakes.discord.interactions import DEFER, Done
from tests.fakes.discord.member import (
    CONNECTED,
    MENU,
    DiscordMember,
    DiscordPlatform,
    joined,
    local_discord,
    on_discord,
    variables_for,
)
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import MEMBER, USE_EXTERNAL_APPS
from tests.fakes.discord.wire import Fault
from tests.fakes.slack.member import SlackMember
from tests.fakes.slack.server import running_slack
from tests.fakes.slack.tokens import APP_TOKEN
from tests.fakes.slack.tokens import BOT_TOKEN as SLACK_TOKEN
from tests.process import airquote, running

FIRST = "create_interaction_response"
EDIT = "update_original_webhook_message"
FOLLOWUP = "execute_webhook"
DONE, FAILED, WRONG_CONFIGURATION = 0, 1, 78
LIMITED = Fault(status=429, retry_after=0.2)
TOO_LATE = Fault(status=404, code=10062)
OUTDATED = "That button is from an earlier version. Please search again."
# Too long for the id of a button, and at most what a search takes.
LONG = "registry " + " ".join(f"unusual{number}" for number in range(15))


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiscordPlatform]:
    """The local Discord with the real process on it."""
    home = tmp_path_factory.mktemp("discord")
    with on_discord(home, DATABASE_URL=f"sqlite:///{home / 'airquote.db'}") as platform:
        yield platform
        secrets = [each.token for each in platform.discord.api.interactions.values()]
        for secret in (platform.discord.token, *secrets):
            assert secret not in platform.process.output


@pytest.fixture
def member(platform: DiscordPlatform) -> DiscordMember:
    """A new person in a new channel."""
    return platform.join()


@pytest.fixture
def discord() -> Iterator[DiscordServer]:
    """A local Discord without a bot."""
    with local_discord() as discord:
        yield discord


def statuses(discord: DiscordServer, operation: str, last: int = 2) -> list[int]:
    return [call.status for call in discord.called(operation)][-last:]


def ask(member: DiscordMember) -> Done:
    """Ask without waiting for anything."""
    return member.begin("podcast search", {"query": "model registry"})


def logged(platform: DiscordPlatform, pattern: str, times: int = 1) -> dict[str, Any]:
    """Wait for a line of the log, and read it."""
    record: dict[str, Any] = json.loads(platform.process.wait_for(pattern, times).string)
    return record


# What Discord answers.


@pytest.mark.parametrize(
    "fault",
    [LIMITED, Fault(status=503), Fault(status=500), Fault(), Fault(done=True)],
    ids=["429", "503", "500", "dropped", "dropped but done"],
)
def test_an_answer_arrives_although_discord_fails_at_first(
    member: DiscordMember, fault: Fault
) -> None:
    member.discord.fail(FIRST, fault)
    before = len(member.discord.called(FIRST))
    answer = member.say("model registry")
    member.discord.wait_for(lambda: len(member.discord.called(FIRST)) == before + 2, "both tries")

    assert answer.links
    assert statuses(member.discord, FIRST) == [fault.status, 400 if fault.done else 204]
    assert len(member.screen()) == 1


@pytest.mark.parametrize(
    "fault", [LIMITED, Fault(status=503), Fault()], ids=["429", "503", "dropped"]
)
def test_a_page_is_turned_although_discord_fails_at_first(
    member: DiscordMember, fault: Fault
) -> None:
    first = member.say("model")
    member.discord.fail(FIRST, fault)
    second = first.press("Next")

    assert second.links != first.links
    assert len(member.screen()) == 1


@pytest.mark.parametrize(
    "fault",
    [LIMITED, Fault(status=503), Fault(status=503, done=True)],
    ids=["429", "503", "503 but done"],
)
def test_a_share_arrives_once_although_discord_fails_at_first(
    member: DiscordMember, fault: Fault
) -> None:
    answer = member.say("model registry")
    member.discord.fail(FIRST, fault)
    shared = answer.press("Share")
    again = answer.press("Share")

    assert not shared.private
    assert again.private
    assert len([seen for seen in member.screen() if not seen.private]) == 1


@pytest.mark.parametrize(
    "fault", [LIMITED, Fault(status=503), Fault(status=500)], ids=["429", "503", "500"]
)
@pytest.mark.parametrize(
    ("visible", "operations"),
    [(False, [EDIT]), (True, ["delete_original_webhook_message", FOLLOWUP])],
    ids=["edit", "followup"],
)
def test_a_late_answer_arrives_although_discord_fails_at_first(
    discord_with_commands: DiscordServer,
    library: Library,
    tmp_path: Path,
    fault: Fault,
    visible: bool,
    operations: list[str],
) -> None:
    slow, member = Slow(), joined(discord_with_commands)
    with answering(discord_with_commands, library, tmp_path, slow):
        asked = member.begin("podcast search", {"query": "registry", "visible": visible})
        first = asked.wait_for_acknowledgement()
        for each in operations:
            discord_with_commands.fail(each, fault)
        slow.let.set()
        discord_with_commands.wait_for(member.screen, "the answer")
    (answer,) = member.screen()

    assert first == DEFER
    assert answer.text == "At last."
    assert answer.private
    for each in operations:
        assert statuses(discord_with_commands, each)[0] == fault.status


@pytest.fixture(scope="module")
def discord_with_commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiscordServer]:
    """A local Discord that knows the commands, without a bot."""
    with local_discord() as discord:
        done = airquote(
            tmp_path_factory.mktemp("home"), "discord", "sync", **variables_for(discord)
        )
        assert done.returncode == DONE, done.stderr
        yield discord


@pytest.mark.parametrize(
    "faults",
    [[Fault()] * 2, [Fault(status=429, retry_after=9, via=False)], [Fault(status=400, code=50035)]],
    ids=["dropped twice", "429 of the network", "400"],
)
def test_what_cannot_be_sent_is_told_with_a_reference_to_the_log(
    platform: DiscordPlatform, member: DiscordMember, faults: list[Fault]
) -> None:
    for fault in faults:
        member.discord.fail(FIRST, fault)
    answer = member.say("model registry")
    reference = re.search(r"reference: (\w+)", answer.text)

    assert reference
    assert answer.private
    assert logged(platform, reference[1])["level"] == "error"
    assert member.say("model registry").links


@pytest.mark.parametrize("begin", ["command", "menu", "button"])
def test_what_comes_too_late_is_one_quiet_line(platform: DiscordPlatform, begin: str) -> None:
    member, discord = platform.join(), platform.discord
    found = member.say("registry")
    (shown,) = discord.seen(member.user, member.channel)
    written = discord.say("A registry.", channel=member.channel)
    begins: dict[str, Callable[[], Done]] = {
        "command": lambda: ask(member),
        "menu": lambda: discord.context_menu(MENU, written, user=member.user),
        "button": lambda: discord.click(shown, "More Like This", user=member.user),
    }
    before = platform.process.output.count("Nobody is waiting")
    discord.fail(FIRST, TOO_LATE)
    begins[begin]()
    line = logged(platform, "Nobody is waiting", before + 1)

    assert line["level"] == "info"
    assert "Traceback" not in json.dumps(line)
    assert len(member.screen()) == 1
    assert found.press("More Like This").links


def test_suggestions_that_come_too_late_are_one_quiet_line(
    platform: DiscordPlatform, member: DiscordMember
) -> None:
    member.discord.fail(FIRST, Fault(status=404, code=10062, done=True))
    member.open_form().suggest("guest", "tom")
    line = logged(platform, "Suggestions were not shown")

    assert line["level"] == "info"
    assert "Traceback" not in json.dumps(line)
    assert member.open_form().suggest("guest", "tom")


def test_what_was_answered_before_is_just_as_good(
    platform: DiscordPlatform, member: DiscordMember
) -> None:
    member.discord.fail(FIRST, Fault(status=400, code=40060, done=True))
    answer = member.say("model registry")

    assert answer.links
    assert logged(platform, "already has a response")["level"] == "info"
    assert len(member.screen()) == 1


# What happens to the connection.


@pytest.mark.parametrize("how", ["op 7", "op 9", "4009", "1006"])
def test_a_session_is_taken_up_again(member: DiscordMember, how: str) -> None:
    gateway = member.discord.gateway
    happens: dict[str, Callable[[], None]] = {
        "op 7": gateway.reconnect,
        "op 9": lambda: gateway.invalidate(resumable=True),
        "4009": lambda: gateway.close(4009),
        "1006": gateway.drop,
    }
    begun, resumed = len(gateway.identifies), len(gateway.resumes)
    happens[how]()
    member.discord.wait_for(lambda: len(gateway.resumes) > resumed, "a RESUME")

    assert member.say("model registry").links
    assert len(gateway.identifies) == begun


def test_a_session_that_is_no_longer_valid_is_followed_by_another(member: DiscordMember) -> None:
    begun = len(member.discord.gateway.identifies)
    shown = member.say("registry")
    member.discord.gateway.invalidate(resumable=False)
    member.discord.wait_for_bot(begun + 1)

    assert member.say("model registry").links
    assert shown.press("Next").links != shown.links


def test_what_is_asked_while_a_connection_breaks_is_answered(member: DiscordMember) -> None:
    gateway = member.discord.gateway
    resumed = len(gateway.resumes)
    asked = ask(member)
    gateway.drop()
    member.discord.wait_for(lambda: len(gateway.resumes) > resumed, "a RESUME")
    asked.wait_for_response()

    assert [bool(seen.links) for seen in member.screen()] == [True]


def test_a_discord_that_is_away_is_waited_for(discord: DiscordServer, home: Path) -> None:
    discord.fail("get_my_user", Fault(status=503))
    with running(home, **variables_for(discord)) as process:
        told = process.wait_for("cannot be reached")
        process.wait_for(CONNECTED)

        assert json.loads(told.string)["platform"] == "discord"
        assert "Traceback" not in process.output
        assert process.stop() == DONE


# What is set wrongly.


def last_line(output: str) -> str:
    return output.strip().splitlines()[-1]


def test_a_wrong_token_ends_the_start_with_a_line_that_helps(
    discord: DiscordServer, home: Path
) -> None:
    wrong = {"DISCORD_TOKEN": "other-token"}
    with running(home, **variables_for(discord) | wrong) as process:
        code = process.wait()

        assert code == WRONG_CONFIGURATION
        assert "DISCORD_TOKEN: Discord rejects it." in process.output
        assert "Traceback" not in process.output
        assert "other-token" not in process.output
        assert discord.gateway.identifies == []


@pytest.mark.parametrize(("code", "named"), [(4004, "DISCORD_TOKEN"), (4014, "intent")])
def test_a_session_that_is_refused_is_asked_for_once(
    discord: DiscordServer, home: Path, code: int, named: str
) -> None:
    discord.gateway.refusal = code
    with running(home, **variables_for(discord)) as process:
        ended = process.wait()

        assert ended == WRONG_CONFIGURATION
        assert re.search(rf"{named}.*\({code}\)", process.output)
        assert "Traceback" not in process.output
        assert discord.token not in process.output
        assert len(discord.gateway.identifies) == 1


def test_a_token_that_is_reset_ends_the_process_that_has_the_old_one(home: Path) -> None:
    with on_discord(home) as platform:
        platform.discord.token = "a-token-that-is-newer"  # noqa: S105, a token of nothing
        platform.discord.gateway.close(4004)
        code = platform.process.wait()

        assert code == WRONG_CONFIGURATION
        assert re.search(r"DISCORD_TOKEN.*rejects it", platform.process.output)
        assert len(platform.discord.gateway.identifies) == 1


def test_a_wrong_token_of_one_platform_leaves_the_other_alone(
    discord: DiscordServer, home: Path
) -> None:
    tokens = {"SLACK_BOT_TOKEN": SLACK_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    wrong = variables_for(discord) | {"DISCORD_TOKEN": "other-token"}
    with (
        running_slack() as slack,
        running(home, SLACK_API_URL=slack.api_url, **tokens, **wrong) as process,
    ):
        refusal = json.loads(process.wait_for("DISCORD_TOKEN").string)
        started = json.loads(process.wait_for('"started"').string)
        workspace = slack.workspace
        person = SlackMember(slack, workspace.add_person("Ida"), workspace.add_channel("podcasts"))

        assert (refusal["platform"], refusal["level"]) == ("discord", "error")
        assert started["platforms"] == ["slack"]
        assert person.say("model registry").links
        assert process.stop() == DONE


# What is registered.


def test_a_sync_says_what_it_changes_and_then_that_nothing_is_left(
    discord: DiscordServer, home: Path
) -> None:
    def sync() -> list[str]:
        done = airquote(home, "discord", "sync", **variables_for(discord))
        assert done.returncode == DONE, done.stderr
        return done.stdout.splitlines()

    first, second = sync(), sync()
    with discord.changed:
        known = {str(each["name"]): each for each in discord.api.commands[0]}
        find, podcast = known.pop(MENU), known["podcast"]
        podcast["options"][0]["description"] = "Of an earlier version."
        discord.api.commands[0] = [*known.values(), {**find, "name": "Find elsewhere"}]
    third = sync()

    assert any(line.startswith("added:") and "/podcast search" in line for line in first)
    assert not any("added" in line for line in second)
    assert f"added: “{MENU}”" in third
    assert "removed: “Find elsewhere”" in third
    assert any(line.startswith("changed: /podcast") for line in third)


def test_a_sync_that_is_due_is_logged_at_the_start_and_no_obstacle(
    discord: DiscordServer, home: Path
) -> None:
    with running(home, **variables_for(discord)) as process:
        due = json.loads(process.wait_for("discord sync").string)
        process.wait_for(CONNECTED)

        assert due["level"] == "warning"
        assert "/podcast search" in due["event"]
        assert discord.called("bulk_set_application_commands") == []


def test_nothing_is_registered_and_nothing_is_due_where_all_is_as_it_should_be(
    platform: DiscordPlatform,
) -> None:
    assert "discord sync" not in platform.process.output
    assert len(platform.discord.called("bulk_set_application_commands")) == 1


def test_a_sync_with_a_wrong_token_says_so(discord: DiscordServer, home: Path) -> None:
    wrong = {"DISCORD_TOKEN": "other-token"}
    done = airquote(home, "discord", "sync", **variables_for(discord) | wrong)

    assert done.returncode == WRONG_CONFIGURATION
    assert last_line(done.stderr).startswith("DISCORD_TOKEN: ")
    assert "other-token" not in done.stderr


def test_a_sync_without_discord_is_no_success(discord: DiscordServer, home: Path) -> None:
    discord.fail("bulk_set_application_commands", Fault(status=503))
    done = airquote(home, "discord", "sync", **variables_for(discord))

    assert done.returncode == FAILED
    assert last_line(done.stderr).startswith("Discord: ")


def test_a_command_of_another_version_says_who_can_mend_it(
    platform: DiscordPlatform, member: DiscordMember
) -> None:
    with member.discord.changed:
        (podcast,) = [e for e in member.discord.api.commands[0] if e["name"] == "podcast"]
        older = {
            "type": 1,
            "name": "random",
            "description": "Of an earlier version.",
            "options": [],
        }
        podcast["options"].append(older)
    answer = member.use("podcast random", {})

    assert answer.private
    assert "airquote discord sync" in answer.text
    assert logged(platform, "discord sync")["level"] == "warning"


# Where people are.


def brings_it_along(discord: DiscordServer, **about: Any) -> DiscordMember:
    """Let somebody who has the app in the own account come into a new channel."""
    return joined(discord, installed=True, **about)


def test_it_answers_in_the_chat_with_it(member: DiscordMember) -> None:
    alone = DiscordMember(member.discord, member.user, member.discord.chat_with_bot(member.user))
    second = alone.say("registry").press("Next")

    assert second.links
    assert "nobody to share that with" in second.press("Share").text


def test_it_answers_among_people_who_have_no_bot_with_them(platform: DiscordPlatform) -> None:
    member = brings_it_along(platform.discord)
    group = platform.discord.add_channel("friends", guild=None)
    ida = DiscordMember(platform.discord, member.user, group)
    answer = ida.say("registry")
    shared = answer.press("Share")

    assert answer.private
    assert answer.press("Next").links != answer.links
    assert [seen.text for seen in ida.neighbour().screen()] == [shared.text]


def test_a_server_that_hides_what_apps_say_is_respected(platform: DiscordPlatform) -> None:
    hushed = brings_it_along(platform.discord, permissions=MEMBER & ~USE_EXTERNAL_APPS)
    foreign = platform.discord.add_guild("Elsewhere", foreign=True)
    channel = platform.discord.add_channel("general", guild=foreign)
    ida = DiscordMember(platform.discord, hushed.user, channel)
    told = ida.say("registry").press("Share")

    assert ida.say("registry", visible=True).private
    assert told.private
    assert "only you" in told.text
    assert ida.neighbour().screen() == ()


def test_buttons_of_a_long_question_work_after_a_restart(
    platform: DiscordPlatform, member: DiscordMember
) -> None:
    first = member.say(LONG)
    platform.restart()
    second = first.press("Next")

    assert len(LONG) > 100
    assert second.links != first.links
    assert second.press("Previous").links == first.links


@pytest.mark.parametrize(
    "custom_id", ["aq0:turn:1:2", "aq2:turn:1f:1,2", "aq1:dance:1f:1,2", "aq1:", "aq1:turn:xyz:1"]
)
def test_a_button_of_another_version_says_so(member: DiscordMember, custom_id: str) -> None:
    member.say("registry")

    assert member.press_as("Next", custom_id).text == OUTDATED


@pytest.mark.parametrize("label", ["Context", "More Like This", "All Passages", "Useful"])
def test_a_button_of_a_public_answer_answers_whoever_presses_it(
    member: DiscordMember, label: str
) -> None:
    answer = member.ask_aloud("registry")
    told = member.neighbour().screen()[0].press(label)

    assert told.private
    assert told.text != answer.text
    assert [seen.text for seen in member.screen()] == [answer.text]


# What comes all at once, and at the end.


def test_a_hundred_commands_at_once_are_all_answered_in_time(platform: DiscordPlatform) -> None:
    people = [platform.join() for _ in range(100)]
    asked = [ask(person) for person in people]
    for each in asked:
        each.wait_for_response()

    assert all(person.screen()[0].links for person in people)
    assert set(statuses(platform.discord, FIRST, len(people))) == {204}


def test_a_process_that_is_ended_answers_what_it_has_begun(home: Path) -> None:
    with on_discord(home) as platform:
        member, discord = platform.join(), platform.discord
        discord.fail(FIRST, Fault(status=429, retry_after=1))
        ask(member)
        discord.wait_for(lambda: discord.called(FIRST), "the first try")
        code = platform.process.stop()

        assert code == DONE, platform.process.output
        assert member.screen()[0].links
        assert discord.gateway.connected() == []
        assert "Traceback" not in platform.process.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_without_a_connection_can_be_ended_too(
    discord: DiscordServer, home: Path, number: signal.Signals
) -> None:
    discord.fail("get_my_user", Fault(), times=20)
    with running(home, **variables_for(discord)) as process:
        process.wait_for("Retrying")

        assert process.stop(number) == DONE, process.output
