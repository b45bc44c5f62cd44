"""Every time something is said, counted by hand and by the code."""

import gc
import tracemalloc
import weakref
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.library.library import Library
from bot.models import Cue, Episode, Origin
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.mentions import Mentions, count_mentions, describe_seasons, sparkline
from bot.search.snippets import Match
from tests.asking import mentions
from tests.builders import episode

LEXICON = Lexicon(
    (
        LexiconEntry("MLOps", ("ML Ops",), ("envelopes",), ("push the envelopes",)),
        LexiconEntry("LLM", ("large language model",)),
        LexiconEntry("Kubernetes", ("k8s",)),
    )
)


def heard(text: str) -> Cue:
    return Cue(text, 50.0, 60.0, "", Origin.CAPTIONS)


def said(text: str, speaker: str) -> Cue:
    return Cue(text, 60.0, 70.0, speaker)


def podcast() -> list[Episode]:
    """Make four seasons; "MLOps" is said 3 + 0 + 2 + 0 times, and misheard twice in the third."""
    return [
        episode(
            "one",
            said("MLOps and ML Ops.", "Maria"),
            said("What is MLOps?", "Ann"),
            guests=("Maria Vechtomova",),
            season=1,
            number=1,
            youtube="abcdefghij1",
        ),
        episode("two", "Only models here.", season=2, number=1),
        episode(
            "three",
            said("MLOps!", "Raphael"),
            heard("they push the envelopes with envelopes and envelopes"),
            said("MLOps team, LLM team.", "Maria"),
            guests=("Raphael Hoogvliets",),
            season=3,
            number=1,
            youtube="abcdefghij3",
        ),
        episode("four", "Nothing of it.", season=4, number=1),
    ]


@pytest.fixture(scope="module")
def index() -> Index:
    return build_index(podcast(), LEXICON)


@pytest.fixture(scope="module")
def library(index: Index) -> Library:
    return Library("made-up", index, ())


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
    assert mentions(Library("made-up", index, ()), "k8s").notes == ("k8s: counted as Kubernetes",)


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


@pytest.mark.parametrize(("term", "bytes_each"), [("tea", 200), ("scone", 20_000)])
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


def test_the_reply_says_how_often_by_whom_and_where(library: Library) -> None:
    reply = mentions(library, "mlops")

    assert reply.text == "“mlops” is mentioned 7 times in 2 episodes"
    assert reply.notes == (
        "mlops, seasons 1 to 4: ▆ █ ",
        "mlops: S1 3, S3 4",
        "mlops, most often by: Maria Vechtomova (2) and Raphael Hoogvliets (1)",
        "mlops: 2 of them misheard in captions",
    )
    assert [card.url for card in reply.cards] == [
        "https://youtu.be/abcdefghij1?t=58",
        "https://youtu.be/abcdefghij3?t=58",
    ]
    assert [each.total for each in reply.mentions] == [7]


def test_a_single_mention_is_one_time_with_one_card(library: Library) -> None:
    reply = mentions(library, "models")

    assert reply.text == "“models” is mentioned 1 time in 1 episode"
    assert len(reply.cards) == 1


def test_the_card_of_a_misheard_mention_says_so() -> None:
    index = build_index([episode("talk", heard("my envelopes"))], LEXICON)
    (card,) = mentions(Library("made-up", index, ()), "mlops").cards

    assert card.heard_as == "envelopes"


@pytest.mark.parametrize(
    "typed", ["llm vs mlops", "llm vs. mlops", "LLM VS MLOps", " llm  vs mlops "]
)
def test_terms_are_compared(library: Library, typed: str) -> None:
    reply = mentions(library, typed)

    assert [each.term.lower() for each in reply.mentions] == ["llm", "mlops"]
    assert [each.total for each in reply.mentions] == [1, 7]
    assert reply.text.count(" · ") == 1


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("mlops vs", ["mlops"]),
        ("vs mlops", ["mlops"]),
        ("mlops vs mlops", ["mlops"]),
        ("mlops vs ?", ["mlops"]),
        ('“ML Ops” vs "llm"', ["ML Ops", "llm"]),
        ("vscode vs evs", ["vscode", "evs"]),
        ("a vs b vs c vs d vs e", ["a", "b", "c", "d"]),
    ],
)
def test_what_is_between_the_words_vs_is_a_term(
    library: Library, typed: str, terms: list[str]
) -> None:
    assert [each.term for each in mentions(library, typed).mentions] == terms


def test_terms_that_are_left_out_are_not_left_unsaid(library: Library) -> None:
    assert "I compare 4 at most" in mentions(library, "a vs b vs c vs d vs e").notes[-1]
    assert not any(
        "I compare 4 at most" in note for note in mentions(library, "a vs b vs c vs d").notes
    )


def test_what_is_never_mentioned_is_a_reply(library: Library) -> None:
    reply = mentions(library, "zyxwvut")

    assert (reply.text, reply.cards) == ("“zyxwvut” is never mentioned", ())
    assert reply.notes == ("Try different words.",)


def test_what_is_never_mentioned_may_be_a_slip(library: Library) -> None:
    assert mentions(library, "kubernetse mlopss").notes == ("Did you mean “kubernetse mlops”?",)
    assert mentions(library, "mlopss vs mlops").notes == mentions(library, "mlops").notes


def test_several_terms_without_vs_are_told_of_it(library: Library) -> None:
    told = "To compare several, put “vs” between them: llm vs mlops."

    assert mentions(library, "llm, mlops").notes == (told,)
    assert told not in mentions(library, "llm vs mlops").notes


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("mlops", ["First: “mlops”", "Latest: “mlops”"]),
        ("models vs mlops", ["Only: “models”", "First: “mlops”", "Latest: “mlops”"]),
    ],
)
def test_a_card_says_which_mention_it_is(library: Library, typed: str, labels: list[str]) -> None:
    assert [card.label for card in mentions(library, typed).cards] == labels


@pytest.mark.parametrize("typed", ["", "  ", "?!", "vs", "vs vs", "🚀", "\x00"])
def test_nothing_to_count_asks_for_something(library: Library, typed: str) -> None:
    reply = mentions(library, typed)

    assert reply.text.startswith("Type what to count")
    assert reply.mentions == ()


def test_a_podcast_without_episodes_says_where_to_look() -> None:
    reply = mentions(Library("empty", build_index([]), ()), "mlops")

    assert reply.text == "There are no episodes yet."


def test_seasons_are_told_where_there_are_several() -> None:
    both = Mentions("tea", 3, 2, ((1, 1), (2, 2)), (), None, None, 0)

    assert describe_seasons(both) == [
        f"tea, seasons 1 to 2: {sparkline([1, 2])}",
        "tea: S1 1, S2 2",
    ]
    assert describe_seasons(replace(both, by_season=((1, 3),))) == []
    assert describe_seasons(replace(both, total=0)) == []
