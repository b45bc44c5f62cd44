"""`airquote doctor`: a line for each thing it looked into, and what to do about what is wrong."""

import asyncio
import socket
import sqlite3
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from discord import ApplicationFlags

from bot.environment import parse_settings
from bot.errors import AirquoteError
from bot.library import library
from bot.posting.places import Channel
from bot.search import sentence_model
from bot.store.database import open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.store.follows import SqlFollowStore
from bot.weekly.models import Subscription
from bot.weekly.slots import Schedule
from handlers import shared_index
from handlers.cli.doctor import check_search
from handlers.discord.setup_checks import check_endpoint, describe_intents
from handlers.slack.setup_checks import compare_clocks, compare_scopes
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.wire import Fault as DiscordFault
from tests.fakes.slack.server import Fault, SlackServer
from tests.fakes.slack.things import TEAM
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN, NEEDED, settings_for_one
from tests.process import airquote, free_port

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AUTHORIZE = "https://discord.com/oauth2/authorize"
OTHER_APP = "xapp-1-A0OTHER-fake-app-token"
NOON_AS_HTTP = "Sun, 01 Mar 2026 12:00:00 GMT"


def examine(home: Path, **variables: str) -> tuple[int, list[str], list[str]]:
    """Run the doctor: its exit code, what is fine, and what needs fixing."""
    done = airquote(home, "doctor", **variables)
    lines = [line.partition(" ") for line in done.stdout.splitlines()]

    assert done.stderr == ""
    assert {mark for mark, _, _ in lines} <= {"ok", "fix"}
    fine, wrong = (
        [said.strip() for mark, _, said in lines if mark == wanted] for wanted in ("ok", "fix")
    )
    return done.returncode, fine, wrong


def on(slack: SlackServer, **variables: str) -> dict[str, str]:
    return {**settings_for_one(slack.api_url), **variables}


def on_discord(server: DiscordServer, **variables: str) -> dict[str, str]:
    return {"DISCORD_API_URL": server.api_url, "DISCORD_TOKEN": server.token, **variables}


async def follow(address: str, channels: list[str], foreign: str) -> None:
    """Let channels have announcements, and the first the weekly quote; one is of another team."""
    async with open_database(address) as database:
        for channel in channels:
            place = Channel("slack", TEAM, channel)
            await SqlFollowStore(database).announce(place, "U1", NOON)
        elsewhere = Channel("slack", "T0OTHER", foreign)
        schedule = Schedule(0, time(9), "UTC")
        for place in (Channel("slack", TEAM, channels[0]), elsewhere):
            subscription = Subscription(place, schedule, NOON, "U1")
            await SqlDeliveryStore(database).subscribe(subscription)


def test_everything_is_fine(home: Path, slack: SlackServer) -> None:
    code, fine, wrong = examine(home, **on(slack))

    assert (code, wrong) == (0, [])
    assert fine == [
        "Settings: all are valid.",
        "Transcripts of the sample podcast: 6 episodes can be searched.",
        "Database: it opens, and its tables are up to date.",
        "Slack: the bot token belongs to “airquote” in “Sample”.",
        "Slack: the bot token has every scope it needs.",
        "Slack: these optional scopes are missing. assistant:write and im:history: to answer "
        "direct messages, and suggest what to ask; channels:history and groups:history: to find "
        "out whether a weekly quote was posted if Slack's answer was lost, and to answer a mention "
        "about the message above it; files:write: to post weekly quotes with an image; "
        "links.embed:write: to play the video of a link in Slack; links:read and links:write: to "
        "show what is said at the second that a link leads to; pins:write: to pin weekly quotes; "
        "usergroups:read: to find user groups to notify by their names; users:read: to let the "
        "workspace's admins moderate weekly quotes, and to answer people in their own language. "
        "Those for direct messages and links come with “airquote slack manifest --full”.",
        "Slack: this machine's clock agrees with Slack's.",
        "Slack: the app-level token opens a socket.",
        "Discord: it is not set up. Searching in a terminal works without it.",
    ]


def test_without_a_chat_searching_is_fine(home: Path) -> None:
    code, fine, wrong = examine(home)

    assert (code, wrong) == (0, [])
    assert "Slack: it is not set up. Searching in a terminal works without it." in fine
    assert "Discord: it is not set up. Searching in a terminal works without it." in fine


def test_everything_is_fine_on_discord(home: Path, discord: DiscordServer) -> None:
    code, fine, wrong = examine(home, **on_discord(discord))
    app = discord.api.application

    assert (code, wrong) == (0, [])
    assert fine.pop(7).startswith("Discord: 1,000 of 1,000 session starts are left until ")
    assert fine[3:] == [
        "Slack: it is not set up. Searching in a terminal works without it.",
        f"Discord: the token belongs to “Airquote”, application {app}.",
        "Discord: interactions come through the gateway.",
        "Discord: it recommends 1 shard, and this process connects all.",
        "Discord: no privileged intent is enabled, and none is needed.",
        "Discord: the registered commands are up to date.",
        f"Discord: to add it to a server, open {AUTHORIZE}?client_id={app}"
        "&scope=bot+applications.commands&permissions=563224831446016&integration_type=0",
        f"Discord: to add it to your account, open {AUTHORIZE}?client_id={app}"
        "&scope=applications.commands&integration_type=1",
    ]
    assert discord.gateway.identifies == []


@pytest.mark.parametrize(
    ("variables", "beginning"),
    [
        ({"DISCORD_TOKEN": "wrong"}, "DISCORD_TOKEN: Discord rejects it. Reset"),
        ({"DISCORD_TOKEN": BOT_TOKEN}, "DISCORD_TOKEN: it contains a bot token for Slack. Reset"),
        ({"DISCORD_API_URL": "http://127.0.0.1:1"}, "Discord: it cannot be reached ("),
        ({"DISCORD_GATEWAY_URL": "no"}, "DISCORD_GATEWAY_URL: it is not an address"),
    ],
)
def test_what_keeps_it_out_of_discord_has_its_line(
    home: Path, discord: DiscordServer, variables: dict[str, str], beginning: str
) -> None:
    code, fine, wrong = examine(home, **on_discord(discord, **variables))

    assert code == 1
    (line,) = wrong
    assert line.startswith(beginning)
    assert BOT_TOKEN not in "".join([*fine, *wrong])


@pytest.mark.parametrize("address", ["slack.test/api", "ftp://slack.test"])
def test_no_token_goes_anywhere_but_to_the_address_that_was_meant(
    home: Path, slack: SlackServer, address: str
) -> None:
    code, fine, wrong = examine(home, **on(slack, SLACK_API_URL=address))

    assert code == 1
    (line,) = wrong
    assert line.startswith("SLACK_API_URL: it is not an address")
    assert not any(said.startswith("Slack: ") for said in fine)
    assert fine[-1].startswith("Discord: it is not set up.")


def test_no_discord_token_goes_anywhere_else_either(home: Path, discord: DiscordServer) -> None:
    code, fine, wrong = examine(home, **on_discord(discord, DISCORD_API_URL="discord.test"))

    assert code == 1
    (line,) = wrong
    assert line.startswith("DISCORD_API_URL: it is not an address")
    assert fine[-1].startswith("Slack: it is not set up.")


def test_a_sync_that_is_due_is_told(home: Path, discord: DiscordServer) -> None:
    with discord.changed:
        discord.api.commands[0].pop()
    code, _, wrong = examine(home, **on_discord(discord))

    assert code == 1
    assert wrong == [
        "Discord: the registered commands are out of date (added: “Nominate quote”). "
        "Run “airquote discord sync”."
    ]


def test_commands_that_a_server_has_twice_are_told(home: Path, discord: DiscordServer) -> None:
    number = discord.guild.id
    with discord.changed:
        discord.api.commands[number] = [discord.api.commands[0][0]]
    code, _, wrong = examine(home, **on_discord(discord))

    assert code == 1
    assert wrong == [
        f"Discord: “{discord.guild.name}” has /podcast twice, once as its own. "
        f"Run “airquote discord sync --guild {number} --remove”."
    ]


def test_a_discord_that_breaks_off_is_told(home: Path, discord: DiscordServer) -> None:
    discord.fail("list_application_commands", DiscordFault(status=503))
    code, _, wrong = examine(home, **on_discord(discord))

    assert code == 1
    assert wrong == ["Discord: it cannot be reached (it answers with 503). Check the network."]


def test_an_address_for_interactions_is_in_the_way() -> None:
    told = str(check_endpoint("https://secret.test/", over_http=False))

    assert "airquote discord endpoint --remove" in told
    assert "secret" not in told
    assert "through the gateway" in str(check_endpoint(None, over_http=False))


def test_an_address_for_interactions_that_is_missing_is_named() -> None:
    told = str(check_endpoint(None, over_http=True))

    assert "airquote discord endpoint ADDRESS" in told
    assert "over HTTP" in str(check_endpoint("https://secret.test/", over_http=True))


def test_a_public_key_is_compared_with_that_of_the_app(home: Path, discord: DiscordServer) -> None:
    discord.endpoint.url = "https://airquote.test/discord/interactions"
    right, wrong_key = discord.endpoint.public_key, "a" * 64
    code, fine, _ = examine(home, **on_discord(discord, DISCORD_PUBLIC_KEY=right))
    _, _, wrong = examine(home, **on_discord(discord, DISCORD_PUBLIC_KEY=wrong_key))

    assert code == 0
    assert "Discord: the public key is that of the app." in fine
    assert any("nobody can ask by mentioning Airquote" in line for line in fine)
    assert [each for each in wrong if each.startswith("DISCORD_PUBLIC_KEY: it is not that of")]


def test_privileged_intents_are_named_if_they_are_on() -> None:
    flags = ApplicationFlags(gateway_message_content_limited=True, gateway_presence=True)

    assert "(presences, message content), but none is needed." in describe_intents(flags)


def test_slack_over_http_needs_no_socket(home: Path, slack: SlackServer) -> None:
    port = free_port()
    variables = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "0a" * 16, "PORT": str(port)}
    code, fine, _ = examine(home, **on(slack, **variables))

    assert code == 0
    assert f"Port {port}: it is free." in fine
    assert fine[-3:-1] == [
        "Slack: the signing secret looks valid.",
        f"Slack: requests are accepted over HTTP on port {port}.",
    ]
    assert slack.called("apps.connections.open") == []


def test_a_socket_needs_no_signing_secret(home: Path, slack: SlackServer) -> None:
    code, fine, _ = examine(home, **on(slack, SLACK_SIGNING_SECRET="0a" * 16))

    assert code == 0
    assert fine[-2].startswith("Slack: the signing secret is not needed")


def test_what_looks_like_no_signing_secret_is_told(home: Path, slack: SlackServer) -> None:
    variables = {"SLACK_SIGNING_SECRET": "not-hex"}
    code, _, wrong = examine(home, **on(slack, **variables))

    assert code == 1
    (line,) = wrong
    assert line.startswith("SLACK_SIGNING_SECRET: it is not 32 hexadecimal digits. Copy")


def test_a_database_that_its_host_throws_away_is_told(home: Path) -> None:
    code, _, wrong = examine(home, DYNO="worker.1")
    allowed = examine(home, DYNO="worker.1", AIRQUOTE_FLEETING="1")

    assert code == 1
    (line,) = wrong
    assert line.startswith("DATABASE_URL: Heroku throws the file ")
    assert allowed[0] == 0


def test_a_port_that_is_taken_is_told(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, wrong = examine(home, PORT=str(port))

    assert code == 1
    (line,) = wrong
    assert line.startswith(f"PORT: cannot listen on {port} (")


@pytest.mark.parametrize(
    ("variables", "beginnings"),
    [
        (
            {"SLACK_BOT_TOKEN": APP_TOKEN, "SLACK_APP_TOKEN": BOT_TOKEN},
            ["SLACK_BOT_TOKEN, SLACK_APP_TOKEN: they are swapped. Swap them back."],
        ),
        ({"SLACK_APP_TOKEN": ""}, ["SLACK_APP_TOKEN: it is missing. Copy"]),
        (
            {"SLACK_BOT_TOKEN": "xoxb-other", "SLACK_APP_TOKEN": "xapp-other"},
            [
                "SLACK_BOT_TOKEN: Slack rejects it (invalid_auth). Copy",
                "SLACK_APP_TOKEN: Slack rejects it (invalid_auth). Copy",
            ],
        ),
        (
            {"PORT": "no", "LOG_LEVEL": "loud"},
            ["PORT: it should be a whole number", "LOG_LEVEL: it should be DEBUG"],
        ),
        (
            {"AIRQUOTE_EPISODES": "gone"},
            ["AIRQUOTE_EPISODES: there is no gone. Check", "Transcripts: there are no episodes."],
        ),
        (
            {"DATABASE_URL": "mysql://me:hidden@host/name"},
            ["DATABASE_URL: only SQLite and PostgreSQL can be used. Use"],
        ),
    ],
    ids=["swapped", "half", "refused", "settings", "transcripts", "database"],
)
def test_each_thing_that_is_wrong_has_its_line(
    home: Path, slack: SlackServer, variables: dict[str, str], beginnings: list[str]
) -> None:
    code, fine, wrong = examine(home, **on(slack, **variables))

    assert code == 1
    assert len(wrong) == len(beginnings)
    for line, beginning in zip(wrong, beginnings, strict=True):
        assert line.startswith(beginning)
    for token in (BOT_TOKEN, APP_TOKEN, "other", "hidden"):
        assert token not in "".join([*fine, *wrong])


def test_missing_scopes_are_named(home: Path, slack: SlackServer) -> None:
    slack.scopes = ("chat:write",)
    code, _, wrong = examine(home, **on(slack))

    assert code == 1
    (line,) = wrong
    assert line.startswith("SLACK_BOT_TOKEN: it lacks app_mentions:read, commands. ")
    assert "airquote slack manifest" in line


@pytest.mark.parametrize(
    ("scopes", "app", "wrong"),
    [
        (NEEDED, OTHER_APP, 0),
        ((*NEEDED, "users:read"), OTHER_APP, 1),
        ((*NEEDED, "users:read"), APP_TOKEN, 0),
    ],
    ids=["unknown", "another", "same"],
)
def test_tokens_of_two_apps_are_told_apart(
    home: Path, slack: SlackServer, scopes: tuple[str, ...], app: str, wrong: int
) -> None:
    slack.scopes = scopes
    code, _, told = examine(home, **on(slack, SLACK_APP_TOKEN=app))

    assert (code, len(told)) == (wrong, wrong)
    for line in told:
        assert line.startswith("SLACK_APP_TOKEN: it is of another app (A0OTHER) than SLACK_BOT_")
        assert app not in line


def test_a_page_to_sign_in_is_told_from_slack(home: Path, slack: SlackServer) -> None:
    for method in ("auth.test", "apps.connections.open"):
        slack.fail(method, Fault(content_type="text/html"))
    code, _, wrong = examine(home, **on(slack))

    assert code == 1
    for line in wrong:
        assert "a web page or other text answers instead of Slack. The network may want you" in line


def test_the_channels_to_post_in_are_checked(home: Path, slack: SlackServer) -> None:
    add, address = slack.workspace.add_channel, f"sqlite:///{home / 'kept.db'}"
    open_to_all, foreign = add("quotes"), add("foreign", bot_is_member=False)
    outside = add("announcements", bot_is_member=False)
    asyncio.run(follow(address, [open_to_all, outside], foreign))
    code, fine, wrong = examine(home, **on(slack, DATABASE_URL=address))

    assert code == 1
    assert "Slack: it may post in 1 channel, for quotes or announcements." in fine
    assert wrong == [
        f"Channel {outside} (https://slack.com/app_redirect?team={TEAM}&channel={outside}): "
        "the app is not in the channel (not_in_channel). Type /invite @Airquote in the channel."
    ]
    assert (slack.workspace.messages, slack.workspace.scheduled) == ([], {})


def test_a_slack_that_is_away_is_said_to_be_away(home: Path, slack: SlackServer) -> None:
    slack.fail("auth.test", Fault(status=503))
    code, fine, wrong = examine(home, **on(slack))

    assert code == 1
    assert [line.split(" ")[0] for line in wrong] == [f"{slack.api_url}:"]
    assert fine[-2] == "Slack: the app-level token opens a socket."


def test_refused_files_and_missing_folders_are_told(home: Path) -> None:
    (home / "talks").mkdir()
    (home / "talks" / "tea.txt").write_text("0:00 green tea\n0:10 black tea\n", encoding="utf-8")
    (home / "talks" / "bad.vtt").write_text("WEBVTT\n\nno time\n", encoding="utf-8")
    code, fine, wrong = examine(home, AIRQUOTE_EPISODES="talks:gone")

    assert code == 1
    assert "Transcripts: 1 episode can be searched." in fine
    assert wrong == [
        "Transcripts: 1 file cannot be used. Run “airquote check” to see what is wrong with it.",
        "AIRQUOTE_EPISODES: there is no gone. Check the path.",
    ]


def test_a_damaged_database_is_told(home: Path) -> None:
    (home / "kept.db").write_bytes(b"no database" * 1000)
    code, _, wrong = examine(home, DATABASE_URL="sqlite:///kept.db")

    assert code == 1
    assert wrong[0].startswith("kept.db: it is damaged")


def test_the_tables_are_made(home: Path) -> None:
    examine(home, DATABASE_URL="sqlite:///kept.db")
    with sqlite3.connect(home / "kept.db") as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()

    assert "alembic_version" in tables


def test_an_env_file_that_is_no_text_is_told(home: Path) -> None:
    (home / ".env").write_bytes(b"AIRQUOTE_CACHE=\xff\n")

    assert examine(home) == (1, [], [".env: it is not UTF-8 text. Save it as UTF-8."])


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "Slack: this machine's clock agrees with Slack's."),
        (-60, "Slack: this machine's clock agrees with Slack's."),
        (61, "Clock: it is 61 seconds ahead of Slack's. Synchronize it with NTP."),
        (-3600, "Clock: it is 3,600 seconds behind Slack's. Synchronize it with NTP."),
    ],
)
def test_clocks_are_compared(seconds: int, told: str) -> None:
    assert str(compare_clocks(NOON_AS_HTTP, NOON + timedelta(seconds=seconds))) == told


@pytest.mark.parametrize("header", ["", "yesterday", NOON_AS_HTTP.replace("GMT", "-0000")])
def test_a_server_without_a_clock_is_no_reason_to_worry(header: str) -> None:
    assert "not compared" in str(compare_clocks(header, NOON))


def test_scopes_are_compared_with_the_manifest() -> None:
    assert "every scope" in str(compare_scopes("commands, chat:write,app_mentions:read, more"))
    assert "lacks app_mentions:read, chat:write, commands" in str(compare_scopes(""))


@pytest.mark.parametrize(
    ("variables", "beginning"),
    [
        ({"AIRQUOTE_EVAL": "broken.jsonl"}, "broken.jsonl:1: this is not a query."),
        (
            {"AIRQUOTE_SHARED_INDEX": "s3://b/f", "AWS_ACCESS_KEY_ID": "me"},
            "AWS_SECRET_ACCESS_KEY: it is not set, but AWS_ACCESS_KEY_ID is.",
        ),
    ],
)
def test_what_other_commands_would_refuse_is_found(
    home: Path, variables: dict[str, str], beginning: str
) -> None:
    (home / "broken.jsonl").write_text("no query\n")
    code, _, (line,) = examine(home, **variables)

    assert code == 1
    assert line.startswith(beginning)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"AIRQUOTE_ENGINE": "opensearch://host"}, "AIRQUOTE_ENGINE: it needs the client"),
        ({"AIRQUOTE_SHARED_INDEX": "s3://b/f"}, "AIRQUOTE_SHARED_INDEX: its library is not"),
        ({"AIRQUOTE_SEMANTIC_MODEL": "foo"}, "AIRQUOTE_SEMANTIC_MODEL: onnxruntime is not"),
    ],
)
def test_an_extra_that_a_setting_needs_is_found_missing(
    variables: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (library, shared_index, sentence_model):
        monkeypatch.setattr(module, "find_spec", lambda _: None)
    settings, _ = parse_settings(variables)
    (finding,) = check_search(settings)

    assert isinstance(finding, AirquoteError)
    assert str(finding).startswith(told)


def test_an_unknown_model_is_found_without_fetching_a_known_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sentence_model, "find_spec", lambda name: name)
    findings = []
    for name in ("foo", "all-MiniLM-L6-v2"):
        settings, _ = parse_settings({"AIRQUOTE_SEMANTIC_MODEL": name})
        findings += map(str, check_search(settings))

    assert findings == [
        "AIRQUOTE_SEMANTIC_MODEL: there is no folder foo, and the models known by name are: "
        "all-MiniLM-L6-v2. Set AIRQUOTE_SEMANTIC_MODEL to a model's folder or name, or to off.",
        "Semantic search: the model all-MiniLM-L6-v2 is known.",
    ]


def test_a_misspelt_setting_is_to_be_fixed(home: Path) -> None:
    code, _, wrong = examine(home, AIRQUOTE_EPSIODES="talks")

    assert code == 1
    assert wrong == ["AIRQUOTE_EPSIODES: there is no such setting. Did you mean AIRQUOTE_EPISODES?"]
