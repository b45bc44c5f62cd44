"""`airquote quotes`, tried as people use it: in a process of its own."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.posting.places import Channel
from bot.quotes.taste import MOST_SHIFT
from bot.store.database import open_database
from bot.store.decisions import SqlDecisionStore
from bot.weekly.models import Judgement, Quote
from tests.process import airquote

QUOTE = {
    "episode": str,
    "title": str,
    "start": float,
    "time": str,
    "url": str,
    "speaker": str,
    "chapter": str,
    "question": dict | None,
    "text": str,
    "score": float,
    "reasons": list,
    "id": str,
    "literal": bool,
    "check": str,
    "share": float | None,
    "spoken": str,
}
VIDEO = "ids: {youtube: SampleTea08}"
GUEST = "Tomáš Vlček"
PAGE = """---
title: Tea
guests: [Ann Lee]
transcript:
- {who: Ann, sec: 5, line: "Nobody sells tea without water, because people remember a bad cup."}
---
"""


@pytest.fixture
def address(home: Path) -> str:
    """The address of a database that is not there yet."""
    return f"sqlite:///{home / 'airquote.db'}"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A cache that all tests here share."""
    return str(tmp_path_factory.mktemp("cache"))


def found(home: Path, *words: str, **variables: str) -> list[dict[str, Any]]:
    """List quotes with --json, and see to it that nothing but one array is printed."""
    done = airquote(home, "quotes", "--json", *words, **variables)
    quotes: list[dict[str, Any]] = json.loads(done.stdout)

    assert done.stderr == ""
    assert done.returncode == (0 if quotes else 1)
    return quotes


def test_quotes_are_listed_with_their_place_and_reasons(home: Path) -> None:
    done = airquote(home, "quotes")
    first = done.stdout.splitlines()[:4]

    assert (done.returncode, done.stderr) == (0, "")
    assert first[0].startswith("  1. ")
    assert "Sample: " in first[1]
    assert first[2].startswith("     ▶ ")
    assert "https://youtu.be/sample0000" in first[2]
    assert float(first[3].split(":")[0]) > 0


def test_json_is_one_array_of_the_agreed_form_on_the_first_use_and_later(home: Path) -> None:
    first, later = (found(home) for _ in range(2))

    assert first == later
    assert len(first) > 5
    for quote in first:
        assert list(quote) == list(QUOTE)
        assert all(isinstance(quote[name], kind) for name, kind in QUOTE.items())
        video, second = quote["url"].removeprefix("https://youtu.be/").split("?t=")
        assert video.startswith("sample0000")
        assert int(second) == max(0, int(quote["start"]) - 2)


def test_the_question_of_a_host_is_above_the_answer(home: Path) -> None:
    asked = '- {who: Alexey, sec: 1, line: "Why does nobody sell dry tea?"}\n- {who: Ann'
    (home / "tea.md").write_text(PAGE.replace("- {who: Ann", asked), "utf-8")
    done = airquote(home, "quotes", AIRQUOTE_EPISODES=".")
    (quote,) = found(home, AIRQUOTE_EPISODES=".")
    first, second = done.stdout.splitlines()[:2]

    assert first == "  1. Alexey: Why does nobody sell dry tea?"
    assert second.startswith("     Nobody sells tea without water")
    assert quote["question"] == {"speaker": "Alexey", "text": "Why does nobody sell dry tea?"}
    assert quote["speaker"] == "Ann Lee"


@pytest.mark.parametrize(
    ("heard", "check"),
    [
        (
            "uh nobody sells tea without water because people remember a bad cup",
            "     said: captions have 100% of its words",
        ),
        (
            "nobody sells tea when there is no water around people remember a cup that was bad",
            "     rewritten: captions have 68% of its words\n"
            "     heard: nobody sells tea when there is no water around people remember a cup",
        ),
    ],
)
def test_whether_a_quote_was_said_is_told(home: Path, heard: str, check: str) -> None:
    (home / "tea.md").write_text(PAGE.replace("title: Tea", "title: Tea\n" + VIDEO), "utf-8")
    lines = "\n".join(f"0:{5 + place:02} {word}" for place, word in enumerate(heard.split()))
    (home / "Tea [SampleTea08].txt").write_text(f"Tea\n\n{lines}\n", "utf-8")
    done = airquote(home, "quotes", AIRQUOTE_EPISODES=".")

    assert check in done.stdout


def test_the_best_of_each_episode_come_first(home: Path, cache: str) -> None:
    quotes = found(home, "--limit", "500", AIRQUOTE_CACHE=cache)
    episodes = [quote["episode"] for quote in quotes]
    turn = episodes[: len(set(episodes))]
    scores = [quote["score"] for quote in quotes[: len(turn)]]
    best = {quote["episode"]: quote["score"] for quote in sorted(quotes, key=score)}

    assert len(set(turn)) == len(turn) < len(quotes)
    assert scores == sorted(scores, reverse=True)
    assert scores == [best[episode] for episode in turn]


def score(quote: dict[str, Any]) -> float:
    return float(quote["score"])


def test_there_are_as_many_quotes_as_asked_for(home: Path, cache: str) -> None:
    everything = found(home, AIRQUOTE_CACHE=cache)

    assert found(home, "--limit=2", AIRQUOTE_CACHE=cache) == everything[:2]
    assert airquote(home, "quotes", "--limit", "0").returncode == 2
    assert airquote(home, "quotes", "--limit", "501").returncode == 2


def test_without_any_quote_it_fails(home: Path) -> None:
    (home / "tea.txt").write_text("0:00 words of tea\n", encoding="utf-8")
    done = airquote(home, "quotes", AIRQUOTE_EPISODES="tea.txt")

    assert done.returncode == 1
    assert done.stdout.startswith("There is nothing to quote")
    assert found(home, AIRQUOTE_EPISODES="tea.txt") == []


def test_an_episode_without_a_video_has_a_time_and_no_link(home: Path) -> None:
    (home / "tea.md").write_text(PAGE, encoding="utf-8")
    (quote,) = found(home, AIRQUOTE_EPISODES=".")
    shown = airquote(home, "quotes", AIRQUOTE_EPISODES=".").stdout

    assert (quote["url"], quote["time"], quote["speaker"]) == ("", "0:05", "Ann Lee")
    assert "▶ 0:05\n" in shown


def test_a_guest_is_left_out_and_let_in_again(home: Path, cache: str, address: str) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = airquote(home, "quotes", *words, AIRQUOTE_CACHE=cache, DATABASE_URL=address)
        return done.returncode, done.stdout

    def speakers() -> set[str]:
        quotes = found(home, "--limit=500", AIRQUOTE_CACHE=cache, DATABASE_URL=address)
        return {quote["speaker"] for quote in quotes}

    everybody = speakers()

    assert run("excluded") == (0, "No guest is excluded.\n")
    assert run("exclude", "tomas")[1].startswith(f"{GUEST} is excluded from the weekly quote.")
    assert run("excluded") == (0, f"{GUEST}\n")
    assert speakers() == everybody - {GUEST}
    assert run("include", "Tomáš", "VLČEK") == (0, f"{GUEST} can be quoted again.\n")
    assert run("excluded") == (0, "No guest is excluded.\n")
    assert speakers() == everybody


def test_what_moderators_decided_changes_the_scores(home: Path, cache: str, address: str) -> None:
    def listed() -> dict[str, float]:
        quotes = found(home, "--limit=500", AIRQUOTE_CACHE=cache, DATABASE_URL=address)
        return {quote["id"]: quote["score"] for quote in quotes}

    before = listed()
    channel = Channel("slack", "T1", "C1")

    async def decide() -> None:
        async with open_database(address) as database:
            decisions = SqlDecisionStore(database)
            for place, each in enumerate(before):
                judgement = Judgement.NEVER if place % 3 else Judgement.APPROVE
                quote = Quote(each, "talk", 1.0, GUEST, "Tea is warm.", "")
                await decisions.judge(channel, quote, judgement, "U1", datetime.now(UTC))

    asyncio.run(decide())
    after = listed()

    assert after.keys() == before.keys()
    assert after != before
    assert all(abs(after[each] - score) <= MOST_SHIFT + 0.01 for each, score in before.items())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Tomash Vlcek", f"No guest is called “Tomash Vlcek”. Did you mean {GUEST}?\n"),
        ("qqq", "No guest is called “qqq”.\n"),
        ("", "No guest is called “”.\n"),
    ],
)
def test_who_is_no_guest_is_not_left_out(
    home: Path, cache: str, address: str, typed: str, said: str
) -> None:
    variables = {"AIRQUOTE_CACHE": cache, "DATABASE_URL": address}
    done = airquote(home, "quotes", "exclude", typed, **variables)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert not (home / "airquote.db").exists()


def test_a_name_that_several_guests_have_is_asked_for_again(home: Path, address: str) -> None:
    for name in ("one", "two"):
        page = f"---\ntitle: {name}\nguests: [Ann {name}]\ntranscript:\n- line: Words.\n---\n"
        (home / f"{name}.md").write_text(page, encoding="utf-8")
    done = airquote(home, "quotes", "exclude", "ann", AIRQUOTE_EPISODES=".", DATABASE_URL=address)

    assert done.returncode == 1
    assert done.stderr == "“ann” could be Ann one · Ann two. Type more of the name.\n"


def test_who_is_not_left_out_cannot_be_let_in(home: Path, address: str) -> None:
    done = airquote(home, "quotes", "include", GUEST, DATABASE_URL=address)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"No excluded guest is called “{GUEST}”.\n"


def test_quotes_make_no_database(home: Path, cache: str, address: str) -> None:
    assert found(home, AIRQUOTE_CACHE=cache, DATABASE_URL=address)
    assert not (home / "airquote.db").exists()


def test_help_says_what_there_is(home: Path) -> None:
    done = airquote(home, "quotes", "--help")

    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in ("exclude", "include", "excluded"))
