"""`airquote doctor`: a line for each thing it looked into, and what to do about what is wrong."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.slack.checks import compare_clocks, compare_scopes
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, Fault, SlackServer, running_slack
from tests.process import airquote

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON_AS_HTTP = "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A Slack to be examined with."""
    with running_slack() as slack:
        yield slack


def examine(home: Path, **variables: str) -> tuple[int, list[str], list[str]]:
    """Run the doctor: its exit code, what is fine, and what is to be mended."""
    done = airquote(home, "doctor", **variables)
    lines = [line.partition(" ") for line in done.stdout.splitlines()]

    assert done.stderr == ""
    assert {mark for mark, _, _ in lines} <= {"ok", "mend"}
    fine, wrong = (
        [said.strip() for mark, _, said in lines if mark == wanted] for wanted in ("ok", "mend")
    )
    return done.returncode, fine, wrong


def on(slack: SlackServer, **variables: str) -> dict[str, str]:
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    return {"SLACK_API_URL": slack.api_url, **tokens, **variables}


def test_everything_is_fine(home: Path, slack: SlackServer) -> None:
    code, fine, wrong = examine(home, **on(slack))

    assert (code, wrong) == (0, [])
    assert fine == [
        "Settings: all of them can be used.",
        "Transcripts: 6 episodes can be searched.",
        "Database: it opens, and its tables are up to date.",
        "Slack: the bot token is “airquote” in “Sample”.",
        "Slack: the bot token has every scope it needs.",
        "Slack: this machine's clock agrees with Slack's.",
        "Slack: the app-level token opens a socket.",
    ]


def test_without_a_chat_searching_is_fine(home: Path) -> None:
    code, fine, wrong = examine(home)

    assert (code, wrong) == (0, [])
    assert "Slack: it is not set up. Searching here works without it." in fine


def test_slack_over_http_needs_no_socket(home: Path, slack: SlackServer) -> None:
    code, fine, _ = examine(home, **on(slack, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="s" * 32))

    assert code == 0
    assert fine[-1] == "Slack: requests are taken in over HTTP on port 3000."
    assert slack.called("apps.connections.open") == []


@pytest.mark.parametrize(
    ("variables", "beginnings"),
    [
        (
            {"SLACK_BOT_TOKEN": APP_TOKEN, "SLACK_APP_TOKEN": BOT_TOKEN},
            ["SLACK_BOT_TOKEN, SLACK_APP_TOKEN: they are swapped. Exchange them."],
        ),
        ({"SLACK_APP_TOKEN": ""}, ["SLACK_APP_TOKEN: it is missing. Copy"]),
        (
            {"SLACK_BOT_TOKEN": "xoxb-other", "SLACK_APP_TOKEN": "xapp-other"},
            [
                "SLACK_BOT_TOKEN: Slack does not know it (invalid_auth). Copy",
                "SLACK_APP_TOKEN: Slack does not know it (invalid_auth). Copy",
            ],
        ),
        (
            {"PORT": "no", "LOG_LEVEL": "loud"},
            ["PORT: it should be a valid integer", "LOG_LEVEL: it should be 'DEBUG'"],
        ),
        (
            {"AIRQUOTE_EPISODES": "gone"},
            ["AIRQUOTE_EPISODES: there is no gone. Check", "Transcripts: no episode is found."],
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
    assert "manifest.json" in line


def test_a_slack_that_is_away_is_said_to_be_away(home: Path, slack: SlackServer) -> None:
    slack.fail("auth.test", Fault(status=503))
    code, fine, wrong = examine(home, **on(slack))

    assert code == 1
    assert [line.split(" ")[0] for line in wrong] == [f"{slack.api_url}:"]
    assert fine[-1] == "Slack: the app-level token opens a socket."


def test_refused_files_and_missing_folders_are_told(home: Path) -> None:
    (home / "talks").mkdir()
    (home / "talks" / "tea.txt").write_text("0:00 green tea\n0:10 black tea\n", encoding="utf-8")
    (home / "talks" / "bad.vtt").write_text("WEBVTT\n\nno time\n", encoding="utf-8")
    code, fine, wrong = examine(home, AIRQUOTE_EPISODES="talks:gone")

    assert code == 1
    assert "Transcripts: 1 episode can be searched." in fine
    assert wrong == [
        "Transcripts: 1 file cannot be read. “airquote check” says what is wrong with it.",
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

    assert examine(home) == (1, [], [".env: is not UTF-8 text. Save it as UTF-8."])


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "Slack: this machine's clock agrees with Slack's."),
        (-60, "Slack: this machine's clock agrees with Slack's."),
        (61, "Clock: it is 61 seconds ahead of Slack's. Let the machine set it (NTP)."),
        (-3600, "Clock: it is 3,600 seconds behind Slack's. Let the machine set it (NTP)."),
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
