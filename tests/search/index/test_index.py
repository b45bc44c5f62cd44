import numpy as np
import pytest

from bot.models import Chapter, Cue, Episode
from bot.search.index.build import build_index
from bot.search.index.index import Index, once_for_each
from tests.builders import bakery, episode, find, index_of, slugs


def stems_of(index: Index, *terms: str) -> list[int]:
    return [stem for term in terms if (stem := index.vocabulary.stem_id(term)) is not None]


@pytest.mark.parametrize(
    "episodes",
    [
        [],
        [Episode("silent", "Silent")],
        [Episode("silent", "Silent"), Episode("still", "Still")],
        [episode("dots", "...", "…", "?!")],
        [episode("empty", "")],
        [episode("untold", chapters=(Chapter("Registry", 0), Chapter("Empty", 5)))],
    ],
    ids=["nothing", "one without cues", "two without cues", "no words", "empty cue", "chapters"],
)
@pytest.mark.parametrize(
    "typed",
    ["registry", '"a registry"', "the", "-registry", "guest:ann", "season:1 the", "after:2020", ""],
)
def test_an_index_without_words_finds_nothing_and_says_so(
    episodes: list[Episode], typed: str
) -> None:
    results = find(build_index(episodes), typed)

    assert not [hit for hit in results.hits if hit.snippet.spans]
    assert not results.corrections


def test_one_word_can_be_found() -> None:
    results = find(build_index([episode("tiny", "Registry")]), "registry")

    assert slugs(results.hits) == ["tiny"]
    assert results.hits[0].snippet.text == "Registry"
    assert not results.more


@pytest.mark.parametrize("others", [1, 3])
def test_a_word_in_half_of_all_passages_is_found(others: int) -> None:
    holding = [episode(f"held-{n}", "We run a registry.") for n in range((others + 1) // 2)]
    without = bakery()[: (others + 1) // 2]

    assert find(build_index([*holding, *without]), "registry").hits


def test_identical_episodes_are_both_found() -> None:
    twins = [episode(slug, "We run a registry.") for slug in ("castor", "pollux")]

    assert slugs(find(index_of(*twins), "registry").hits) == ["castor", "pollux"]


def test_episodes_come_without_cues_and_keep_everything_else() -> None:
    original = episode("talk", "Hello.", guests=("Maria Vechtomova",), season=3, topics=("a", "b"))
    index = build_index([original])

    (kept,) = index.episodes
    assert kept.cues == ()
    assert (kept.slug, kept.guests, kept.season, kept.topics) == (
        "talk",
        original.guests,
        3,
        ("a", "b"),
    )
    assert index.cues(0) == original.cues


def test_a_run_of_words_is_found_everywhere_but_across_episodes() -> None:
    index = build_index(
        [
            episode("one", "A feature store.", "Another feature"),
            episode("two", "store of features"),
            episode("three", "Feature stores, feature stores."),
        ]
    )

    places = index.places_of_run(stems_of(index, "feature", "store"))
    assert [index.transcripts.cue_at(place) for place in places.tolist()] == [0, 3, 3]


def test_a_run_at_the_edges_of_the_corpus_is_no_error() -> None:
    index = build_index([episode("one", "store feature"), episode("two", "feature store")])

    assert len(index.places_of_run(stems_of(index, "feature", "store", "feature"))) == 0
    assert len(index.places_of_run(stems_of(index, "store", "feature"))) == 1


def test_a_phrase_takes_the_exact_words_a_run_takes_any_form() -> None:
    index = index_of(
        episode("one", "Feature stores here."), episode("two", "A feature store there.")
    )

    assert len(index.places_of_run(stems_of(index, "features", "stored"))) == 2
    assert slugs(find(index, '"feature stores"').hits) == ["one"]
    assert slugs(find(index, '"features store"').hits) == []


def test_the_cue_of_a_word_is_found_past_cues_without_words() -> None:
    index = build_index([episode("one", "Hello.", "...", "—", "Registry.")])
    (place,) = index.places_of(stems_of(index, "registry")[0]).tolist()

    assert index.transcripts.cue_at(place) == 3


def test_speakers_are_named_as_fully_as_guests_allow() -> None:
    index = build_index(
        [
            episode("one", "Hi.", speaker="Maria", guests=("Maria Vechtomova",)),
            episode("two", "Hi.", speaker="Maria", guests=("Maria Sukhareva",)),
            episode("three", Cue("Hi.")),
        ]
    )

    assert list(index.speakers.values()) == ["Maria Vechtomova", "Maria Sukhareva"]


def test_what_is_kept_for_an_index_is_computed_once_for_each() -> None:
    asked: list[Index] = []

    @once_for_each
    def count_episodes(index: Index) -> int:
        asked.append(index)
        return len(index.episodes)

    one, two = (
        build_index([episode(f"talk-{n}", "Said.") for n in range(size)]) for size in (1, 2)
    )

    assert [count_episodes(each) for each in (one, two, one, two)] == [1, 2, 1, 2]
    assert asked == [one, two]


def test_cues_are_numbered_by_who_speaks_them() -> None:
    said = [Cue("Said.", 0, 1, name) for name in ("Ann", "Bo", "Ann")]
    transcripts = build_index([episode("a", *said), episode("b", *said)]).transcripts
    ann = transcripts.speaker_names.index("Ann")
    bo = transcripts.speaker_names.index("Bo")

    assert transcripts.number_cues({(0, ann): 7, (1, bo): 4}).tolist() == [7, -1, 7, -1, 4, -1]
    assert transcripts.number_cues({}).tolist() == [-1] * 6


@pytest.mark.parametrize("step", [1, 2, 7, 40])
def test_passages_are_found_by_any_number_of_places(step: int) -> None:
    talk = " ".join(["One thing and another was said of a registry."] * 20)
    index = build_index([episode("a", *[talk] * 3), episode("b", talk)], words=30, step=10)
    places = np.arange(0, len(index.transcripts.terms), step, dtype=np.int32)
    bounds = zip(*(each.tolist() for each in index.passage_terms), strict=True)
    held = [n for n, (first, end) in enumerate(bounds) if -first % step + first < end]

    assert index.passages_at(places).tolist() == held
