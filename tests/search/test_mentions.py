"""Every time something is said, counted by hand and by the code."""

import gc
import tracemalloc
import weakref
from collections import Counter
from cProfile import Profile
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from bot.models import Cue
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.mentions import Mentions, count_mentions, describe_seasons, mentions_in, sparkline
from bot.search.snippets import Match
from tests.builders import episode
from tests.mlops_podcast import LEXICON, heard, podcast


@pytest.fixture(scope="module")
def index() -> Index:
    return build_index(podcast(), LEXICON)


def test_every_way_to_say_it_counts_and_what_is_misheard_is_told_apart(index: Index) -> None:
    counted = count_mentions(index, "mlops")

    assert (counted.total, counted.episodes, counted.misheard) == (7, 2, 2)
    assert counted.by_season == ((1, 3), (2, 0), (3, 4), (4, 0))
    assert count_mentions(index, "ML Ops").total == 7
    assert count_mentions(index, "MLOps").by_season == counted.by_season


def test_only_guests_are_named_as_those_who_say_it(index: Index) -> None:
    """Maria is a guest of the first episode alone, and captions do not say who speaks."""
    guests = count_mentions(index, "mlops").guests

    assert guests == (("Maria Vechtomova", 2), ("Raphael Hoogvliets", 1))


def test_a_word_is_counted_in_all_its_forms_and_within_a_row(index: Index) -> None:
    assert count_mentions(index, "model").total == 1
    assert count_mentions(index, "teams").total == 2
    assert count_mentions(index, "and").total == 2


def test_a_phrase_around_a_term_is_counted_as_a_whole() -> None:
    talk = episode(
        "talk",
        "ML Ops engineers, MLOps engineer, MLOps.",
        "Two engineers of MLOps.",
        heard("an envelopes engineer with envelopes"),
    )
    counted = count_mentions(build_index([talk], LEXICON), "mlops engineer")

    assert (counted.total, counted.misheard) == (3, 1)
    assert count_mentions(build_index([talk], LEXICON), "an mlops engineer").total == 1
    assert count_mentions(build_index([talk], LEXICON), "engineer of mlops").total == 1


def test_a_term_that_captions_only_mishear_is_counted() -> None:
    counted = count_mentions(
        build_index([episode("talk", heard("my envelopes"))], LEXICON), "mlops"
    )

    assert (counted.total, counted.misheard) == (1, 1)
    assert counted.first is not None
    assert counted.first.variant is not None
    assert counted.first.variant.text == "envelopes"


def test_a_variant_that_is_never_said_counts_as_its_term() -> None:
    index = build_index([episode("talk", "Kubernetes and Kubernetes.")], LEXICON)

    assert count_mentions(index, "k8s").total == 2


@pytest.mark.parametrize(
    ("term", "counted_as"),
    [
        ("k8s", "Kubernetes"),
        ("slow k8s team", "slow Kubernetes team"),
        ("LLMs", ""),
        ("mlops", ""),
        ("team", ""),
        ("", ""),
    ],
)
def test_a_term_in_the_words_of_the_lexicon_is_told(
    index: Index, term: str, counted_as: str
) -> None:
    assert count_mentions(index, term).counted_as == counted_as


@pytest.mark.parametrize("term", ["zyxwvut", "kubernetes", "models team", ""])
def test_what_is_never_said_has_no_first_and_latest(index: Index, term: str) -> None:
    counted = count_mentions(index, term)

    assert (counted.total, counted.episodes, counted.guests, counted.misheard) == (0, 0, (), 0)
    assert (counted.first, counted.latest) == (None, None)
    assert counted.by_season == ((1, 0), (2, 0), (3, 0), (4, 0))


def test_an_empty_podcast_mentions_nothing() -> None:
    counted = count_mentions(build_index([], LEXICON), "mlops")

    assert (counted.total, counted.by_season, counted.first) == (0, (), None)


def ends(*facts: dict[str, Any]) -> tuple[str, str]:
    """Say which of some episodes, named a, b, c …, mention bread first and last."""
    talks = [
        episode("abcdef"[number], "Bread, my bread.", **each) for number, each in enumerate(facts)
    ]
    index = build_index(talks)
    counted = count_mentions(index, "bread")

    def named(match: Match | None) -> str:
        assert match is not None
        cue = index.transcripts.cue_at(match.place)
        return index.episodes[int(index.transcripts.episodes[cue])].slug

    return named(counted.first), named(counted.latest)


def day(number: int) -> date:
    return date(2024, 1, number)


def test_first_and_latest_are_by_date_where_all_are_dated() -> None:
    dated = [{"published": day(5), "season": 1}, {"published": day(9)}, {"published": day(2)}]

    assert ends(*dated) == ("c", "b")


def test_first_and_latest_are_by_season_and_number_where_dates_are_missing() -> None:
    numbered = [
        {"season": 2, "number": 1},
        {"season": 1, "number": 12, "published": day(5)},
        {"season": 1, "number": 2},
        {"season": 2, "number": 11},
    ]

    assert ends(*numbered) == ("c", "d")


@pytest.mark.parametrize("key", ["season", "published"])
def test_an_episode_of_unknown_time_is_neither_first_nor_latest(key: str) -> None:
    values = {"season": (2, 3), "published": (day(2), day(3))}[key]

    assert ends({}, {key: values[0]}, {key: values[1]}, {}) == ("b", "c")


def test_where_no_time_is_known_the_order_of_the_episodes_has_to_do() -> None:
    assert ends({}, {}, {}) == ("a", "c")


def test_first_and_latest_in_one_episode_are_its_first_and_last_words(index: Index) -> None:
    counted = count_mentions(index, "team")

    assert counted.first is not None
    assert counted.latest is not None
    assert counted.first.place < counted.latest.place


WORDS = ("tea", "teas", "scone", "mlops", "ML Ops", "engineer", "k8s", "envelopes")


def plain_counts(index: Index, term: str) -> tuple[object, ...]:
    """Count a term as one would by hand: place by place."""
    episodes, times = index.episodes, Counter[int]()
    seasons = Counter({each.season: 0 for each in episodes if each.season is not None})
    guests: Counter[str] = Counter()
    moments: dict[int, list[int]] = {}
    for passage in range(len(index.passages.firsts)):
        for match in mentions_in(index, term, passage):
            moments.setdefault(match.place, []).append(match.length)
    for place in sorted(moments):
        cue = index.transcripts.cue_at(place)
        episode = int(index.transcripts.episodes[cue])
        times[episode] += 1
        if episodes[episode].season is not None:
            seasons[episodes[episode].season] += 1
        speaker = index.speakers.get((episode, int(index.transcripts.speakers[cue])), "")
        guests.update({speaker} & {guest.name for guest in episodes[episode].guests})
    ranked = tuple(sorted(guests.items(), key=lambda item: (-item[1], item[0])))
    return len(moments), len(times), tuple(sorted(seasons.items())), ranked


@pytest.mark.parametrize("seed", range(20))
def test_counts_are_those_of_a_count_place_by_place(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - it must come the same again
    names = ("Ann Lee", "Bo Li", "Cy")
    talks = [
        episode(
            f"talk-{number}",
            *(
                Cue(" ".join(random.choices(WORDS, k=4)), float(n), n + 1.0, random.choice(names))
                for n in range(random.randrange(8))
            ),
            heard("my envelopes and tea"),
            season=random.choice((None, 1, 2, 7)),
            number=random.choice((None, number)),
            guests=random.sample(names, random.randrange(3)),
        )
        for number in range(random.randint(1, 6))
    ]
    index = build_index(talks, LEXICON)

    for term in ("tea", "mlops", "k8s", "mlops engineer", "tea tea", "scone"):
        counted = count_mentions(index, term)
        found = (counted.total, counted.episodes, counted.by_season, counted.guests)
        assert found == plain_counts(index, term)


def test_counting_makes_as_many_calls_however_often_a_word_is_said() -> None:
    """What is made for each place or episode would show as calls for each."""

    def calls(talks: int, times: int) -> int:
        said = " ".join(["tea"] * times)
        index = build_index(
            [episode(f"talk-{n}", said, said, season=n % 3, guests=["Ann"]) for n in range(talks)]
        )
        count_mentions(index, "pot")  # computes what every count needs
        profile = Profile()
        profile.runcall(count_mentions, index, "tea")
        return sum(each.callcount for each in profile.getstats())

    assert calls(2, 4) == calls(40, 12)


def chatter(word: str, times: int) -> Index:
    """Index an episode that says a word often and "scone" once."""
    return build_index([episode("talk", " ".join([word] * times), "A scone.")])


def test_a_common_word_is_counted_in_each_index_by_itself() -> None:
    many, more = chatter("tea", 2_000), chatter("tea", 3_000)

    for _ in range(2):
        assert [count_mentions(each, "Tea").total for each in (many, more)] == [2_000, 3_000]
    assert count_mentions(many, "TEA").term == "TEA"


def test_a_common_word_is_counted_once() -> None:
    index = chatter("tea", 2_000)

    assert count_mentions(index, "tea").first is count_mentions(index, "TEA").first
    assert count_mentions(index, "scone").first is not count_mentions(index, "scone").first


def test_an_index_that_was_counted_in_can_go() -> None:
    index = chatter("tea", 2_000)
    count_mentions(index, "tea")
    counted = weakref.ref(index)
    del index
    gc.collect()

    assert counted() is None


@pytest.mark.parametrize(("term", "bytes_each"), [("tea", 40), ("scone", 20_000)])
def test_counting_takes_memory_for_what_it_counts(term: str, bytes_each: int) -> None:
    index = chatter("tea", 100_000)
    count_mentions(index, "pot")  # computes what every count needs
    tracemalloc.start()
    counted = count_mentions(index, term)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < counted.total * bytes_each


@pytest.mark.parametrize(
    ("counts", "bars"),
    [
        ([], ""),
        ([0, 0], "  "),
        ([0, 1, 4, 7], " ▂▅█"),
        ([1, 1000], "▁█"),
        ([3, 3, 3], "███"),
        ([1], "█"),
    ],
)
def test_a_sparkline_has_a_bar_for_each_count(counts: list[int], bars: str) -> None:
    assert sparkline(counts) == bars


def test_seasons_are_told_where_there_are_several() -> None:
    both = Mentions("tea", 3, 2, ((1, 1), (2, 2)), (), None, None, 0)

    assert describe_seasons(both) == [
        f"tea, seasons 1 to 2: {sparkline([1, 2])}",
        "tea: S1 1, S2 2",
    ]
    assert describe_seasons(replace(both, by_season=((1, 3),))) == []
    assert describe_seasons(replace(both, by_season=((1, 0), (2, 0)))) == []
