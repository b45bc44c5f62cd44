from collections.abc import Sequence

import pytest

from bot.models import Cue, Episode, Guest, Heard
from bot.quotes.models import Wording
from bot.quotes.wording import find_wording, usual_shares, wording_of
from bot.search.index.build import build_index
from bot.search.index.index import Index

SAID, REWRITTEN = Heard(0.95), Heard(0.5, "rye is uh slow")


def episode(slug: str, season: int | None, heard: Sequence[Heard | None]) -> Episode:
    """An episode with a sentence for each of these."""
    cues = [
        Cue(f"Loaf number {place} is rye.", 5.0 * place, 5.0 * place + 4, "Ann", heard=each)
        for place, each in enumerate(heard)
    ]
    return Episode(slug, slug, season=season, guests=(Guest("ann", "Ann"),), cues=tuple(cues))


def index_of(*episodes: Episode) -> Index:
    return build_index(episodes)


@pytest.mark.parametrize(
    ("heard", "wording"),
    [
        ([SAID, Heard(1.0)], Wording(0.95)),
        ([SAID, REWRITTEN], Wording(0.5, "Loaf number 0 is rye. rye is uh slow")),
        ([SAID, None], Wording()),
        ([None], Wording()),
    ],
)
def test_a_quote_is_as_literal_as_its_least_literal_sentence(
    heard: Sequence[Heard | None], wording: Wording
) -> None:
    index = index_of(episode("bread", 1, heard))

    assert wording_of(index, range(len(heard)), None) == wording


@pytest.mark.parametrize(
    ("wording", "literal", "verdict"),
    [
        (Wording(0.9), True, "said: captions have 90% of its words"),
        (Wording(0.89, "rye"), False, "rewritten: captions have 89% of its words"),
        (Wording(), True, "not checked: there are no captions"),
        (Wording(usual=0.93), True, "episodes like it are word for word"),
        (Wording(usual=0.6), False, "episodes like it are rewritten"),
        (Wording(0.97, usual=0.6), True, "said: "),
    ],
)
def test_captions_decide_or_else_what_is_usual(
    wording: Wording, literal: bool, verdict: str
) -> None:
    assert wording.is_literal is literal
    assert verdict in wording.verdict


def test_an_episode_without_captions_is_taken_for_one_of_the_nearest_season() -> None:
    literal, rewritten, unknown = [Heard(0.95)] * 40, [Heard(0.5, "rye")] * 40, [None] * 4
    index = index_of(
        episode("early", 1, unknown),
        episode("literal", 3, literal),
        episode("between", 4, unknown),
        episode("rewritten", 5, rewritten),
        episode("beside", 5, unknown),
        episode("late", 9, unknown),
        episode("loose", None, unknown),
    )
    usual = dict(zip([each.slug for each in index.episodes], usual_shares(index), strict=True))

    assert usual == pytest.approx(
        {
            "early": 0.95,
            "literal": 0.95,
            "between": 0.95,
            "rewritten": 0.5,
            "beside": 0.5,
            "late": 0.5,
            "loose": 0.725,
        }
    )


def test_a_few_sentences_tell_nothing_of_others() -> None:
    index = index_of(episode("one", 1, [SAID] * 5), episode("other", 1, [None]))

    assert usual_shares(index) == (None, None)


def test_words_are_found_with_their_wording_wherever_they_are() -> None:
    index = index_of(
        episode("other", 1, [SAID, SAID]), episode("bread", 1, [SAID, REWRITTEN, None])
    )

    assert find_wording(index, "bread", "loaf number 0 is rye") == Wording(0.95)
    assert find_wording(index, "bread", "Loaf number 1 is rye.") == Wording(0.5, "rye is uh slow")
    assert find_wording(index, "bread", "Loaf number 2 is rye.") == Wording()
    assert find_wording(index, "bread", "Loaf number 7 is rye.") is None
    assert find_wording(index, "cake", "Loaf number 0 is rye.") is None
