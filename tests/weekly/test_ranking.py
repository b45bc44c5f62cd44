"""Which quote comes next, simulated over years of weeks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Episode
from bot.quotes.extraction import extract_quotes
from bot.quotes.models import ScoredQuote, Wording
from bot.search.index.index import Index
from bot.weekly.models import Posted
from bot.weekly.ranking import GUEST_DAYS, rank_quotes, shortlist

MONDAY = date(2026, 1, 5)
WEEK = timedelta(days=7)


def scored_quote(name: str, episode: str = "", guest: str = "", score: float = 3.0) -> ScoredQuote:
    return ScoredQuote(name, episode or name, 0.0, guest or name, f"{name}.", "", score, ("short",))


def episode(slug: str, season: int = 1, topics: tuple[str, ...] = ()) -> Episode:
    return Episode(slug, slug.title(), season=season, topics=topics)


def posted(quotes: Sequence[ScoredQuote], first: date = MONDAY) -> list[Posted]:
    """Post quotes week after week."""
    return [
        Posted(each.id, each.speaker, each.episode, first + week * WEEK)
        for week, each in enumerate(quotes)
    ]


def simulate(
    quotes: Sequence[ScoredQuote], episodes: Sequence[Episode], weeks: int
) -> list[tuple[ScoredQuote, date]]:
    """Post the first of the ranked quotes every week."""
    history: list[Posted] = []
    chosen = []
    for week in range(weeks):
        day = MONDAY + week * WEEK
        best = rank_quotes(quotes, episodes, history, day)[0]
        history.append(Posted(best.id, best.speaker, best.episode, day))
        chosen.append((best, day))
    return chosen


def shortest_pause(chosen: Sequence[tuple[ScoredQuote, date]]) -> int:
    """Measure the days between two quotes of the same guest, at least."""
    days: dict[str, list[date]] = {}
    for each, day in chosen:
        days.setdefault(each.speaker, []).append(day)
    return min(
        ((late - early).days for each in days.values() for early, late in pairwise(each)),
        default=GUEST_DAYS,
    )


PODCASTS = st.lists(
    st.tuples(
        st.integers(1, 3),  # quotes of the guest
        st.integers(1, 6),  # season
        st.frozensets(st.sampled_from(["data", "career", "tools", "teams"]), max_size=2),
        st.floats(0.0, 6.0),
    ),
    min_size=24,
    max_size=40,
)


@settings(max_examples=20)
@given(PODCASTS)
def test_over_three_years_neither_quotes_nor_guests_come_too_early(
    podcast: list[tuple[int, int, frozenset[str], float]],
) -> None:
    episodes = [
        episode(f"e{n}", season, tuple(topics)) for n, (_, season, topics, _) in enumerate(podcast)
    ]
    quotes = [
        scored_quote(f"s{n}-{k}", f"e{n}", f"guest {n}", score - k)
        for n, (count, _, _, score) in enumerate(podcast)
        for k in range(count)
    ]
    chosen = simulate(quotes, episodes, weeks=156)
    ids = [each.id for each, _ in chosen]
    size = len(quotes)

    for start in range(0, len(ids), size):
        assert len(set(ids[start : start + size])) == len(ids[start : start + size])
    assert shortest_pause(chosen) >= GUEST_DAYS


def test_the_same_history_gives_the_same_order() -> None:
    quotes = [scored_quote(f"s{n}", score=n % 3) for n in range(9)]
    history = posted(quotes[:2])
    ranked = rank_quotes(quotes, [], history, date(2026, 2, 2))

    assert rank_quotes(quotes[::-1], [], history[::-1], date(2026, 2, 2)) == ranked


def test_the_best_comes_first() -> None:
    ranked = rank_quotes([scored_quote("good"), scored_quote("better", score=4.0)], [], [], MONDAY)

    assert [each.id for each in ranked] == ["better", "good"]


@pytest.mark.parametrize(("days", "heard"), [(GUEST_DAYS - 1, False), (GUEST_DAYS, True)])
def test_a_guest_rests_for_eight_weeks(days: int, heard: bool) -> None:
    again = scored_quote("again", guest="Ann", score=6.0)
    history = [Posted("gone", "Ann", "gone", MONDAY - timedelta(days=days))]
    ranked = rank_quotes([again, scored_quote("other")], [], history, MONDAY)

    assert (again in ranked) is heard


def test_where_only_resting_guests_are_left_the_one_heard_longest_ago_comes() -> None:
    ann, bob = scored_quote("a", guest="Ann"), scored_quote("b", guest="Bob")
    history = [
        Posted("x", "Ann", "x", MONDAY - WEEK),
        Posted("y", "Bob", "y", MONDAY - 2 * WEEK),
    ]

    assert rank_quotes([ann, bob], [], history, MONDAY) == (bob,)


def test_a_recent_episode_is_preferred() -> None:
    episodes = [episode("old", 1), episode("middle", 2), episode("new", 3)]
    ranked = rank_quotes([scored_quote("old"), scored_quote("new")], episodes, [], MONDAY)

    assert [each.id for each in ranked] == ["new", "old"]


def test_dates_count_more_than_the_order_of_the_library() -> None:
    episodes = [
        Episode("late", "Late", published=date(2025, 1, 1)),
        Episode("early", "Early", published=date(2020, 1, 1)),
    ]
    ranked = rank_quotes([scored_quote("early"), scored_quote("late")], episodes, [], MONDAY)

    assert [each.id for each in ranked] == ["late", "early"]


def test_another_season_is_preferred() -> None:
    episodes = [episode("other", 1), episode("same", 2), episode("last", 2)]
    history = [Posted("last", "last", "last", MONDAY - WEEK)] * 2
    ranked = rank_quotes([scored_quote("same"), scored_quote("other")], episodes, history, MONDAY)

    assert [each.id for each in ranked] == ["other", "same"]


def test_another_topic_is_preferred() -> None:
    episodes = [
        episode("other", 1, ("career",)),
        episode("same", 2, ("data",)),
        *(episode(f"last{n}", n + 3, ("Data",)) for n in range(4)),
    ]
    history = [Posted(f"x{n}", f"x{n}", f"last{n}", MONDAY - WEEK) for n in range(4)]
    ranked = rank_quotes([scored_quote("same"), scored_quote("other")], episodes, history, MONDAY)

    assert [each.id for each in ranked] == ["other", "same"]


def test_what_was_posted_of_an_older_library_still_lets_its_guest_rest() -> None:
    history = [Posted("no longer there", "Ann", "gone", MONDAY - WEEK)]
    ranked = rank_quotes([scored_quote("a", guest="Ann"), scored_quote("b")], [], history, MONDAY)

    assert [each.id for each in ranked] == ["b"]


def test_a_shortlist_has_every_guest_once() -> None:
    ranked = [
        scored_quote("a", guest="Ann"),
        scored_quote("b", guest="Ann"),
        scored_quote("c", guest="Bob"),
    ]

    assert [each.id for each in shortlist(ranked)] == ["a", "c"]
    assert [each.id for each in shortlist(ranked, 1)] == ["a"]


def test_without_quotes_there_is_nothing_to_post() -> None:
    history = posted([scored_quote("a")])

    assert rank_quotes([], [], history, MONDAY) == ()
    assert rank_quotes([scored_quote("a")], [], history, MONDAY + 9 * WEEK) == (scored_quote("a"),)


@pytest.mark.corpus
def test_three_years_of_the_real_podcast_spread_its_seasons(real_index: Index) -> None:
    quotes = extract_quotes(real_index)
    chosen = simulate(quotes, real_index.episodes, weeks=156)
    seasons = {each.slug: each.season for each in real_index.episodes}
    order = [seasons[each.episode] for each, _ in chosen]
    repeats = sum(first == second for first, second in pairwise(order))

    assert len({each.id for each, _ in chosen}) == 156
    assert shortest_pause(chosen) >= GUEST_DAYS
    assert len(set(order)) >= 20
    assert repeats <= 8


@pytest.mark.parametrize(("others", "counts"), [(7, True), (8, False)])
def test_the_season_of_the_eight_latest_is_avoided(others: int, counts: bool) -> None:
    other, same = (
        scored_quote("other", "first", score=3.0),
        scored_quote("same", "second", score=4.2),
    )
    episodes = (
        episode("second", season=2),
        *(episode(f"other-{number}", season=10 + number) for number in range(others)),
        episode("before", season=2),
        episode("first", season=1),
    )
    # The newest episode adds 1 to its quote, so that it is just behind the other one.
    history = posted(
        [scored_quote("before"), *(scored_quote(f"other-{number}") for number in range(others))]
    )
    best = rank_quotes((other, same), episodes, history, MONDAY + 20 * WEEK)[0]

    assert best == (other if counts else same)


def test_new_is_no_bonus_for_what_was_rewritten() -> None:
    episodes = [episode("old"), episode("new", season=2)]
    old, new = scored_quote("old", score=3.2), scored_quote("new", score=3.5)
    rewritten = replace(new, wording=Wording(0.6, "new it is"))

    assert rank_quotes([old, new], episodes, [], MONDAY)[0] == new
    assert rank_quotes([old, rewritten], episodes, [], MONDAY)[0] == old
