"""Feedback: what is stored, and how the search is measured against it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.claims import Claim, make_claim
from bot.environment import load_settings
from bot.errors import ConfigError
from bot.library.evaluation import FeedbackFigures, measure_feedback
from bot.library.library import Library, open_library
from bot.models import Feedback, Verdict, ZeroHit
from bot.service.feedback import record_feedback, record_zero_hit, retract_feedback
from bot.store.feedback import Store, open_store
from tests.process import airquote

NOW = datetime.now(UTC)
USEFUL = Feedback(NOW, Verdict.USEFUL, "tea", 0.0, "abc", "slack", "green kettle")
NOT_THIS = replace(USEFUL, verdict=Verdict.NOT_THIS)
NOTHING = ZeroHit(NOW, "abc", "slack", "zzzzzz")

SPOKEN = {
    "tea": "green tea in a cold kettle",
    "wine": "red wine from an old cellar",
    "milk": "warm milk at the kitchen table",
    "juice": "fresh juice before the morning walk",
}


def claim_of(person: str) -> Callable[[Verdict], Claim]:
    def of_verdict(verdict: Verdict) -> Claim:
        hour = timedelta(hours=1)
        return make_claim("verdict", verdict, lasts=hour, platform="slack", person=person)

    return of_verdict


def with_store(path: Path, use: Callable[[Store], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with open_store(f"sqlite:///{path}", 30) as store:
            return await use(store)

    return asyncio.run(run())


def noted(path: Path, *rows: Feedback | ZeroHit) -> tuple[Any, ...]:
    """Record rows and read what the store holds then."""

    async def use(store: Store) -> tuple[Any, ...]:
        for number, row in enumerate(rows):
            if isinstance(row, Feedback):
                await record_feedback(store, row, claim_of(str(number)))
            else:
                await record_zero_hit(store, row)
        return (*await store.feedback(), *await store.zero_hits())

    return with_store(path, use)


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    folder = tmp_path / "talks"
    folder.mkdir()
    for name, words in SPOKEN.items():
        lines = "".join(f"{at}:00 {words} number {at}\n" for at in range(10))
        (folder / f"{name}.txt").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture
def library(talks: Path, tmp_path: Path) -> Library:
    return open_library([talks], tmp_path / "cache")


def test_a_verdict_is_noted_and_thanked_for(tmp_path: Path) -> None:
    reply = with_store(
        tmp_path / "a.db", lambda store: record_feedback(store, USEFUL, claim_of("ann"))
    )

    assert reply.text == "Thank you, that is noted for the first passage."
    assert noted(tmp_path / "a.db") == (USEFUL,)


@pytest.mark.parametrize("query", ["green kettle", None])
def test_a_verdict_can_be_changed_and_taken_back_by_who_gave_it(
    tmp_path: Path, query: str | None
) -> None:
    useful, not_this = (replace(each, query=query) for each in (USEFUL, NOT_THIS))
    ann, bob = claim_of("ann"), claim_of("bob")

    async def use(store: Store) -> list[str]:
        for person in (ann, bob):
            await record_feedback(store, useful, person)
        told = [
            await record_feedback(store, not_this, ann),
            await retract_feedback(store, useful, ann),
            await retract_feedback(store, not_this, ann),
            await retract_feedback(store, not_this, ann),
        ]
        assert await store.feedback() == (useful,)
        await record_feedback(store, useful, ann)
        return [each.text.split(".")[0] for each in told]

    assert with_store(tmp_path / "a.db", use) == [
        "Thank you, I have changed your rating of the first passage",
        "I can no longer take that back",
        "I have taken your rating back",
        "I can no longer take that back",
    ]
    assert noted(tmp_path / "a.db") == (useful, useful)


def test_a_verdict_counts_without_its_query(tmp_path: Path) -> None:
    assert noted(tmp_path / "a.db", replace(USEFUL, query=None)) == (replace(USEFUL, query=None),)


def test_signs_that_no_database_takes_are_dropped(tmp_path: Path) -> None:
    hostile = "green\x00  kettle\ud800\u202e"

    assert noted(
        tmp_path / "a.db", replace(USEFUL, query=hostile), replace(NOTHING, query=hostile)
    ) == (USEFUL, replace(NOTHING, query="green kettle"))


@pytest.mark.parametrize("query", [None, "", "  \x00 ", "-tea", "season:1", "tea " * 100])
def test_only_searches_for_words_can_have_found_nothing(tmp_path: Path, query: str | None) -> None:
    assert noted(tmp_path / "a.db", NOTHING, replace(NOTHING, query=query)) == (NOTHING,)


def test_a_store_that_fails_is_logged_and_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.db"

    def overwrite() -> None:
        for file in tmp_path.glob("a.db*"):
            file.write_bytes(b"overwritten" * 1000)

    async def use(store: Store) -> str:
        overwrite()
        await record_zero_hit(store, NOTHING)
        return (await record_feedback(store, USEFUL, claim_of("ann"))).text

    with caplog.at_level(logging.ERROR):
        said = with_store(path, use)

    assert said == "I cannot note that right now. Please try again later."
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "A query without hits was not stored",
        "Feedback was lost",
    ]
    assert "green kettle" not in caplog.text


def test_kept_feedback_is_measured_as_reckoned_by_hand(library: Library) -> None:
    feedback = [
        USEFUL,
        replace(USEFUL, at=datetime(2026, 1, 1, tzinfo=UTC), platform="discord"),
        replace(USEFUL, episode="wine"),
        replace(USEFUL, start=3000.0),
        NOT_THIS,
        replace(NOT_THIS, query="old cellar"),
        replace(USEFUL, query=None),
        replace(USEFUL, start=None),
    ]
    zero_hits = [NOTHING, NOTHING, replace(NOTHING, query="milk"), replace(NOTHING, query=None)]

    assert measure_feedback(library, feedback, zero_hits) == FeedbackFigures(
        useful=3,
        found=1,
        first=1,
        mrr=pytest.approx(1 / 3),
        rejected=2,
        still_first=1,
        empty=2,
        answered=1,
        unasked=3,
    )


def test_the_command_tells_what_became_of_judged_answers(talks: Path, tmp_path: Path) -> None:
    noted(tmp_path / "a.db", USEFUL, NOT_THIS, NOTHING, replace(USEFUL, query=None))
    variables = {
        "AIRQUOTE_EPISODES": str(talks),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}",
        "AIRQUOTE_KEEP_QUERIES_DAYS": "30",
        "COLUMNS": "200",
    }
    done = airquote(tmp_path, "eval", "--from-feedback", **variables)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Judged useful: 1 answer, 1 of them still in the top ten and 1 first (MRR@10 1.000).",
        "Judged wrong: 1 answer, 1 of them still first.",
        "Found nothing: 1 question, 0 of them answered now.",
        "Stored without the query’s text: 1 row.",
    ]


def test_the_command_says_when_there_is_nothing_to_ask_again(talks: Path, tmp_path: Path) -> None:
    done = airquote(tmp_path, "eval", "--from-feedback", AIRQUOTE_EPISODES=str(talks))

    assert (done.returncode, done.stderr) == (1, "")
    assert "AIRQUOTE_KEEP_QUERIES_DAYS" in done.stdout
    assert list(tmp_path.glob("**/airquote/airquote.db"))


@pytest.mark.parametrize("words", [(), ("--run", "out"), ("--from-feedback", "--run", "out")])
def test_the_command_needs_a_file_or_feedback(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = airquote(tmp_path, "eval", *words)

    assert done.returncode == 2
    assert "give a file of queries" in done.stderr


def test_the_command_stops_at_a_damaged_database(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no database" * 100)
    done = airquote(tmp_path, "eval", "--from-feedback", DATABASE_URL="sqlite:///a.db")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("a.db: it is damaged")


@pytest.mark.parametrize("days", ["-1", "many", "100000"])
def test_a_wrong_number_of_days_is_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("AIRQUOTE_KEEP_QUERIES_DAYS", days)

    with pytest.raises(ConfigError, match=r"^AIRQUOTE_KEEP_QUERIES_DAYS: "):
        load_settings()


def test_settings_do_not_show_the_password_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://ann:pa55word@host/name"
    monkeypatch.setenv("DATABASE_URL", address)
    settings = load_settings()

    assert "pa55word" not in f"{settings!r}{settings.database}"
    assert settings.database.get_secret_value() == address


def test_a_search_does_not_load_what_the_store_needs(tmp_path: Path) -> None:
    done = airquote(tmp_path, "search", "registry", PYTHONVERBOSE="1")

    assert done.returncode == 0
    assert "import 'bot.answers.passages'" in done.stderr
    assert "sqlalchemy" not in done.stderr
