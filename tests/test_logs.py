"""Logs have one line for each record, for people or programs, and no secrets."""

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bot.logs import configure_logs, make_pseudonymizer, make_redactor, reference_of
from tests.process import ROOT

SECRET = 'p/ss "wörd" 1'  # noqa: S105, what needs escaping wherever it is written
BOT_TOKEN = "-".join(("xoxb", "123456789012", "abcDEF456"))
APP_TOKEN = "-".join(("xapp", "1", "A012345", "123", "abc"))
DISCORD_TOKEN = ".".join(("MTE4NTk3Mjk5ODM4ODE1NDQ0", "Gx1abc", "abcdefghijklmnopqrstuvwxyz0123"))
GIT_TOKEN = "_".join(("ghp", "abcdefghijklmnopqrstuvwxyz0123456789"))
HOOK = "https://hooks.slack.com/commands/T012345/678/abcXYZ"

UNCAUGHT = """
import sys, threading
from bot.logs import configure_logs
configure_logs("INFO", ["nobody-reads-this"])
def fail():
    raise ValueError("nobody-reads-this")
if sys.argv[1:]:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
else:
    fail()
"""


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_is_left_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, ("bot", "handlers", "alembic"))]
    handlers, levels = root.handlers[:], [each.level for each in loggers]
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)
    logging.captureWarnings(False)
    sys.excepthook, threading.excepthook = hooks


def fail(text: str) -> None:
    try:
        int(text)
    except ValueError as error:
        raise RuntimeError(f"because of {text}") from error


def logged(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_programs_get_a_json_object_a_line() -> None:
    stream = io.StringIO()
    configure_logs("INFO", stream=stream)
    logging.getLogger("bot.somewhere").info("found %d\nhits", 2, extra={"index": "abc"})
    (record,) = logged(stream)

    assert record.pop("timestamp").endswith("Z")
    assert record == {
        "event": "found 2\nhits",
        "index": "abc",
        "level": "info",
        "logger": "bot.somewhere",
    }


def test_people_get_a_line_and_a_plain_traceback() -> None:
    stream = Terminal()
    configure_logs("INFO", stream=stream)
    try:
        fail("broken")
    except RuntimeError:
        logging.getLogger("bot.somewhere").exception("oh", extra={"index": "abc"})
    first, second, *_, last = stream.getvalue().splitlines()

    assert "oh" in first
    assert "index=abc" in first
    assert second == "Traceback (most recent call last):"
    assert last == "RuntimeError: because of broken"


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "ERROR"])
def test_libraries_are_never_logged_below_info(level: str) -> None:
    stream = io.StringIO()
    configure_logs(level, stream=stream)
    for name in ("slack_sdk.web", "slack_bolt.x", "discord.gateway", "aiosqlite", "bot.x"):
        for number in (logging.DEBUG, logging.INFO, logging.ERROR):
            logging.getLogger(name).log(number, "%s", number)
    seen = {(each["logger"].startswith("bot"), each["level"]) for each in logged(stream)}

    ours = {"DEBUG": {"debug", "info", "error"}, "INFO": {"info", "error"}, "ERROR": {"error"}}
    assert {kind for of_ours, kind in seen if of_ours} == ours[level]
    assert {kind for of_ours, kind in seen if not of_ours} == ours[level] - {"debug"}


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
@pytest.mark.parametrize("name", ["bot.x", "slack_sdk.web.async_client"])
@pytest.mark.parametrize("secret", [SECRET, BOT_TOKEN, APP_TOKEN, DISCORD_TOKEN, GIT_TOKEN, HOOK])
def test_a_secret_shows_nowhere_in_a_record(
    kind: type[io.StringIO], name: str, secret: str
) -> None:
    stream = kind()
    configure_logs("INFO", [SECRET], stream)
    log = logging.getLogger(name)
    log.info(f"in the message {secret}")  # noqa: G004, as libraries do
    log.info("in %s, and in %r", secret, {"arguments": secret})
    log.info("in what is extra", extra={"plain": secret, "deep": [{"key": (secret,)}]})
    try:
        fail(secret)
    except RuntimeError:
        log.exception("in a traceback")
    written = stream.getvalue()
    told = secret.rpartition("/")[2] if secret == HOOK else secret

    assert written.count("[redacted]") >= 7
    for form in (told, json.dumps(told)[1:-1], repr(told)[1:-1]):
        assert form not in written


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"token={BOT_TOKEN}, and on", "token=[redacted], and on"),
        (f"Bearer {APP_TOKEN}", "Bearer [redacted]"),
        (f"Bot {DISCORD_TOKEN}", "Bot [redacted]"),
        ("postgresql://me:pa@ss/word@host/name", "postgresql://me:[redacted]@host/name"),
        ("redis://:word@host", "redis://:[redacted]@host"),
        ("host=h password=word dbname=d", "host=h password=[redacted] dbname=d"),
        (f"POST {HOOK} 404", "POST https://hooks.slack.com/[redacted] 404"),
        (
            r'{"u":"https:\/\/hooks.slack.com\/actions\/T1\/2\/x","v":1}',
            r'{"u":"https:\/\/hooks.slack.com\/[redacted]","v":1}',
        ),
        (
            "u=https%3A%2F%2Fhooks.slack.com%2Fapp%2FT1 x",
            "u=https%3A%2F%2Fhooks.slack.com%2F[redacted] x",
        ),
        ("http://127.0.0.1:8080/actions/T012/34/x?", "http://127.0.0.1:8080/actions/[redacted]"),
        (
            "wss://slack.com/link/?ticket=abc&app_id=A1",
            "wss://slack.com/link/?ticket=[redacted]&app_id=A1",
        ),
        (
            "https://discord.com/api/v10/webhooks/123/abc-def/messages/@original 404",
            "https://discord.com/api/v10/webhooks/[redacted] 404",
        ),
        ("/interactions/123/aW50ZXJ/callback", "/interactions/[redacted]"),
        (
            "https://user:pa/ss@example.org/talks.git#_podcast",
            "https://user:[redacted]@example.org/talks.git#_podcast",
        ),
        ("https://user:12345x/ss@example.org/t", "https://user:[redacted]@example.org/t"),
        ("clone https://s3cr3t@example.org/t.git", "clone https://[redacted]@example.org/t.git"),
        (r'"https:\/\/s3cr3t@example.org"', r'"https:\/\/[redacted]@example.org"'),
        ("https%3A%2F%2Fs3cr3t@example.org", "https%3A%2F%2F[redacted]@example.org"),
        (f"https://github.com/?t={GIT_TOKEN}", "https://github.com/?t=[redacted]"),
        ("Authorization: Basic dXNlcjpwdw==", "Authorization: Basic [redacted]"),
        ("{'Authorization': 'Bot aW50ZXJ'}", "{'Authorization': 'Bot [redacted]'}"),
        (
            "http.extraHeader=AUTHORIZATION: bearer abc",
            "http.extraHeader=AUTHORIZATION: bearer [redacted]",
        ),
        ("PGPASSWORD=word psql", "PGPASSWORD=[redacted] psql"),
        ("DB_PASSWORD=word", "DB_PASSWORD=[redacted]"),
        ("connect(host='h', password='word')", "connect(host='h', password='[redacted]')"),
        ("{'host': 'h', 'password': 'word'}", "{'host': 'h', 'password': '[redacted]'}"),
        (
            "postgresql://host/name?password=word&a=b",
            "postgresql://host/name?password=[redacted]&a=b",
        ),
    ],
)
def test_only_secrets_are_hidden(text: str, shown: str) -> None:
    assert make_redactor()(text) == shown


@pytest.mark.parametrize(
    "quoted",
    ['say "password=sesame" now', '{"password": "sesame"}', '{"Authorization": "Bot sesame"}'],
)
def test_json_stays_valid_when_secrets_are_hidden(quoted: str) -> None:
    stream = io.StringIO()
    configure_logs("INFO", stream=stream)
    logging.getLogger("bot.x").info("%s", quoted, extra={"deep": [json.dumps([quoted])]})
    (record,) = logged(stream)

    assert record["event"] == quoted.replace("sesame", "[redacted]")
    assert "sesame" not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "https://youtu.be/sample00001?t=42",
        'File "/app/tests/test_actions.py", line 3',
        "GET http://127.0.0.1:8080/healthz",
        "sqlite:///home/me/airquote.db",
        "https://git.example.org:8443/talks.git#_podcast@main: it cannot be fetched",
        "ida@example.org asked",
        "https://example.org/@ida and https://example.org/a?by=ida@example.org",
        "git@example.org:talks.git cannot be fetched",
        "the password is wrong, and authorization is refused",
        "a branch ghp_is-short",
        "actions/checkout and services/TEA are words",
    ],
)
def test_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert make_redactor(["tea", ""])(text) == text


def test_a_record_that_cannot_be_written_leaks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure_logs("INFO", stream=stream)
    logging.getLogger("slack_sdk").info("%d of %d", "word-of-a-message")
    (record,) = logged(stream)

    assert record["logger"] == "slack_sdk"
    assert record["event"] == "A record cannot be written."
    assert "word-of-a-message" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("place", [(), ("in a thread",)])
def test_an_unexpected_error_is_logged_without_secrets(place: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNCAUGHT, *place],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    (line,) = done.stderr.splitlines()

    assert json.loads(line)["level"] == "critical"
    assert "ValueError: [redacted]" in json.loads(line)["exception"]
    assert "nobody-reads-this" not in line


def fail_with_reference() -> tuple[str, ValueError]:
    try:
        int("broken")
    except ValueError as error:
        return reference_of(error), error
    raise AssertionError


def test_an_error_keeps_its_reference_and_its_traceback_ends_with_it() -> None:
    stream = io.StringIO()
    configure_logs("INFO", stream=stream)
    reference, error = fail_with_reference()
    other, _ = fail_with_reference()
    logging.getLogger("bot.x").error("oh", exc_info=error)
    (record,) = logged(stream)

    assert reference_of(error) == reference != other
    assert record["exception"].splitlines()[-1] == f"Reference: {reference}"


def test_a_pseudonym_stands_for_one_person_and_one_process() -> None:
    one, another = make_pseudonymizer(), make_pseudonymizer()

    assert one("slack", "T1", "ann") == one("slack", "T1", "ann") != one("slack", "T1", "bob")
    assert one("a", "bc") != one("ab", "c")
    assert one("slack", "T1", "ann") != another("slack", "T1", "ann")
    assert one("\ud800")
