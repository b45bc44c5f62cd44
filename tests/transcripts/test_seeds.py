"""The real transcripts: a newcomer's searches, and the report of `check`."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest

from bot.answers.check import check_corpus
from bot.answers.replies import Card
from bot.library.build import read_corpus
from bot.library.library import Library, open_library
from bot.models import Origin, Problem
from bot.transcripts.files import find_files
from tests.asking import mentions, search
from tests.process import airquote

pytestmark = pytest.mark.corpus

# The episodes by the number of their seed; 001 is the captions of 000.
EPISODES = {0: "S20E04", 2: "S17E05", 3: "S19E04", 4: "S15E07"}
VIDEOS = {0: "DX9c__a4jzg", 2: "Nl4aibeFwiI", 3: "rMq63r3zi4c", 4: "q3DTR3Od1MA"}


@pytest.fixture(scope="module")
def seeds(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library([shared / "seeds"], tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def captions(shared: Path) -> list[tuple[int, str]]:
    """The lines of 001: (second, text)."""
    (path,) = (shared / "seeds").glob("001_*")
    lines = re.findall(r"(?m)^(\d+(?::\d\d)+) (.+)$", path.read_text(encoding="utf-8"))
    return [(_seconds(clock), text) for clock, text in lines]


def _seconds(clock: str) -> int:
    seconds = 0
    for unit in clock.split(":"):
        seconds = 60 * seconds + int(unit)
    return seconds


def test_a_newcomer_finds_the_shoestring_budget_where_it_is_said(
    shared: Path, captions: list[tuple[int, str]], tmp_path: Path
) -> None:
    done = airquote(
        tmp_path, "search", "--json", "shoestring budget", AIRQUOTE_EPISODES=str(shared / "seeds")
    )
    hit = json.loads(done.stdout)["hits"][0]
    words = [(second, word.lower()) for second, text in captions for word in text.split()]
    heard = [
        second
        for (second, word), (_, following) in pairwise(words)
        if word in ("sho", "shoe") and following == "string"
    ]

    assert len(heard) == 5
    assert min(abs(hit["start"] - second) for second in heard) <= 5
    assert hit["url"] == f"https://youtu.be/{VIDEOS[0]}?t={int(hit['start']) - 2}"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("shoestring budget", 0),
        ("shoestring", 2),
        ("team", 3),
        ("databricks", 4),
        ("guest:nemanja startups", 0),
        ("guest:nemanja finance", 2),
        ("guest:raphael mlops", 3),
        ("guest:maria mlops", 4),
    ],
)
def test_every_seed_answers_with_links(seeds: Library, typed: str, number: int) -> None:
    cards = [card for card in search(seeds, typed, limit=10).cards if card.code == EPISODES[number]]

    assert cards
    for card in cards:
        assert re.fullmatch(rf"https://youtu\.be/{VIDEOS[number]}\?t=\d+", card.url)
        assert card.time


def test_the_edited_words_of_000_have_the_seconds_of_001(
    seeds: Library, captions: list[tuple[int, str]]
) -> None:
    errors = [
        abs(card.start - second)
        for second, card in _said_once(seeds, captions)
        if card.source is Origin.EDITED and card.start is not None
    ]

    assert len(errors) > 50
    assert median(errors) <= 1.5
    assert quantiles(errors, n=10)[8] <= 5


def _said_once(library: Library, lines: list[tuple[int, str]]) -> Iterator[tuple[int, Card]]:
    """Search for the first three words of each line, if they occur nowhere else."""
    starts = [(second, " ".join(text.lower().split()[:3])) for second, text in lines]
    everything = " ".join(text.lower() for _, text in lines)
    for second, words in starts:
        if everything.count(words) == 1 and words.count(" ") == 2:
            reply = search(library, f'"{words}" episode:{EPISODES[0]}')
            if len(reply.cards) == 1:
                yield second, reply.cards[0]


def test_what_only_the_captions_have_is_shown_as_captions(seeds: Library) -> None:
    sources = {card.source for card in search(seeds, "mlops", limit=50).cards}

    assert sources == {Origin.EDITED, Origin.CAPTIONS}


def test_mlops_finds_the_definition_that_004_has_only_misheard(seeds: Library) -> None:
    """Its captions have the definition at 11:14 to 11:40."""
    cards = [
        card
        for card in search(seeds, "mlops", limit=10).cards
        if card.code == EPISODES[4] and card.start is not None and 674 <= card.start <= 700
    ]

    assert len(cards) == 1
    assert cards[0].heard_as in ("envelopes", "mailbox")
    assert cards[0].source is Origin.CAPTIONS
    assert cards[0].snippet is not None
    marked = {cards[0].snippet.text[first:last] for first, last in cards[0].snippet.spans}
    assert marked == {"envelopes", "mailbox"}


def test_the_mentions_of_mlops_in_004_are_mostly_misheard(seeds: Library) -> None:
    (counted,) = mentions(seeds, "mlops").mentions
    misheard = counted.misheard

    assert dict(counted.by_season)[15] > 20
    assert 20 < misheard < counted.total
    assert {name for name, _ in counted.guests} <= {
        guest.name for episode in seeds.index.episodes for guest in episode.guests
    }


def test_check_has_nothing_to_say_about_the_seeds(shared: Path) -> None:
    reply = check_corpus(read_corpus(find_files([shared / "seeds"])))

    assert reply.text == (
        "4 episodes: 2 from captions, 1 from edited text and 1 from edited text with captions. "
        "No file refused."
    )
    assert reply.notes == ()


@pytest.fixture(scope="module")
def problems(shared: Path) -> dict[str, Any]:
    corpus = read_corpus(find_files([shared / "corpus"]))
    return {"text": check_corpus(corpus).text, "problems": corpus.problems}


def test_check_of_the_corpus_is_exact(problems: dict[str, Any]) -> None:
    """Of 203 pages, one is a template, two have no transcript and one has another one's words.

    Of 78 captions, 68 belong to pages and two repeat the words of a third.
    """
    assert problems["text"] == (
        "207 episodes: 8 from captions, 131 from edited text and 68 from edited text with "
        "captions. 2 files refused."
    )


def test_check_of_the_corpus_names_what_is_wrong(problems: dict[str, Any]) -> None:
    found: tuple[Problem, ...] = problems["problems"]
    refused = {problem.path for problem in found if problem.refused}
    kinds = Counter(map(kind_of, found))

    assert refused == {"captions/2ZOnA19sDpM.txt", "captions/GHbeXIKnkLQ.txt"}
    assert kinds["it has no transcript."] == 2
    assert kinds["# in a speaker's field: read as speech."] == 10
    assert kinds["# among the lines: read as who says what follows."] == 11
    assert kinds["it has # twice, once without time and speaker: read once."] == 6
    assert kinds["its times jump back, from # to # s."] == 16
    assert kinds["its times are about # s too late: those of # are used."] == 4
    assert kinds["about # words after # are not in #."] == 2
    assert len(found) == 56


def kind_of(problem: Problem) -> str:
    """Return what a problem is about, without its numbers and files."""
    reason = re.sub(r"captions/\S+\.txt", "#", problem.reason)
    return re.sub(r"\d+(?::\d\d)*(?: (?:paragraph|name|line)s?)?", "#", reason)


def test_check_reports_the_pages_whose_times_contradict_their_captions(
    problems: dict[str, Any],
) -> None:
    late = {
        problem.path.removeprefix("episodes/")[:20]: int(found[1])
        for problem in problems["problems"]
        if (found := re.match(r"its times are about (\d+) s too late", problem.reason))
    }

    assert late == {
        "human-centered-ai-au": 486,
        "from-biology-to-mach": 308,
        "kaggle-grandmaster-t": 212,
        "building-explainable": 181,
    }
