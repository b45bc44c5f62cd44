"""The lexicon at query time: other ways of saying a query's words, and what captions hear."""

import pytest

from bot.models import Cue, Origin
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.variants import HEARD_WEIGHT, SAME_WEIGHT, find_exact_run, find_run, find_variants
from bot.search.variants import replace_unsaid_variants as known_form_of
from tests.builders import bakery, episode, find, marked, slugs

LEXICON = Lexicon(
    (
        LexiconEntry("Kubernetes", same=("k8s", "container orchestration")),
        LexiconEntry(
            "MLOps",
            same=("ML Ops",),
            heard=("envelopes", "analogs", "mail box"),
            blocked=("push the envelopes", "envelopes of paper", "back of envelopes"),
        ),
        LexiconEntry("recommender", same=("recommenders", "recsys")),
    )
)


def index_of(**talks: str | Cue) -> Index:
    """Index talks of one line each among those of the bakery, with the lexicon above."""
    episodes = [episode(slug, line) for slug, line in talks.items()]
    return build_index([*episodes, *bakery()], LEXICON, words=100, step=33)


def captions(text: str) -> Cue:
    return Cue(text, 0.0, 10.0, "", Origin.CAPTIONS)


def found(typed: str, **talks: str | Cue) -> list[str]:
    return slugs(find(index_of(**talks), typed).hits)


def test_a_variant_of_the_same_meaning_comes_after_the_word_itself() -> None:
    talks = {"other": "Our k8s is slow today.", "itself": "Our Kubernetes is slow today."}

    assert found("kubernetes", **talks) == ["itself", "other"]
    assert found("k8s", **talks) == ["other", "itself"]
    assert found("kubernetes cluster", **talks) == ["itself", "other"]


def test_a_misheard_word_comes_after_the_word_itself() -> None:
    talks = {"heard": captions("we like envelopes here"), "said": captions("we like mlops here")}

    assert found("mlops", **talks) == ["said", "heard"]


def test_a_variant_of_several_words_must_stand_in_a_row() -> None:
    assert found("kubernetes", talk="It is container orchestrations, no more.") == ["talk"]
    assert found("kubernetes", talk="The container of an orchestration.") == []


def test_what_means_the_same_is_found_in_all_its_forms_in_any_text() -> None:
    assert found("container orchestration", talk="Two Kubernetes clusters.") == ["talk"]
    assert found("ml ops", talk=captions("all of mlops")) == ["talk"]


def test_only_captions_mishear() -> None:
    talks = {"edited": "We bought envelopes.", "heard": captions("the envelopes of our team")}

    assert found("mlops", **talks) == ["heard"]
    assert set(found("envelopes", **talks)) == {"edited", "heard"}


def test_what_is_heard_does_not_find_what_is_meant() -> None:
    assert found("envelopes", talk="This is all about MLOps.") == []


@pytest.mark.parametrize(
    "text",
    [
        "we push the envelopes again",
        "on the back of envelopes",
        "they sell envelopes of paper",
        "Push the ENVELOPES",
    ],
)
def test_a_blocked_phrase_means_what_it_says(text: str) -> None:
    assert found("mlops", talk=captions(text)) == []


def test_a_blocked_phrase_blocks_no_other_place() -> None:
    text = "we push the envelopes and our envelopes push back"
    (hit,) = find(index_of(talk=captions(text)), "mlops").hits

    assert [hit.snippet.text[first:] for first, _ in hit.snippet.spans] == ["envelopes push back"]


@pytest.mark.parametrize(
    "text", ["an analogy of sorts", "one analog of it", "the envelope", "mail"]
)
def test_another_form_of_a_misheard_word_does_not_count(text: str) -> None:
    assert found("mlops", talk=captions(text)) == []


@pytest.mark.parametrize(
    ("text", "typed", "heard_as", "marks"),
    [
        ("so envelopes is a practice", "mlops", "envelopes", ["envelopes"]),
        ("so a mail box team", "ml ops", "mail box", ["mail box"]),
        (
            "so the practice of envelopes",
            "practice of mlops",
            "envelopes",
            ["practice", "envelopes"],
        ),
        ("so mlops and envelopes", "mlops", "", ["mlops", "envelopes"]),
        ("so ml ops and envelopes", "mlops", "", ["ml ops", "envelopes"]),
        ("so ml ops it is", "mlops", "", ["ml ops"]),
        ("so envelopes it is", "envelopes", "", ["envelopes"]),
    ],
)
def test_a_hit_marks_the_variant_and_says_what_is_misheard(
    text: str, typed: str, heard_as: str, marks: list[str]
) -> None:
    (hit,) = find(index_of(talk=captions(text)), typed).hits

    assert (hit.heard_as, marked(hit)) == (heard_as, marks)


def test_a_hit_starts_where_the_variant_is_heard() -> None:
    cue = Cue("never mind that, envelopes", 100.0, 126.0, "", Origin.CAPTIONS)
    (hit,) = find(index_of(talk=cue), "mlops").hits

    assert hit.start == pytest.approx(117.0)


def test_the_stored_text_stays_as_it_is() -> None:
    (hit,) = find(index_of(talk=captions("so envelopes is a practice")), "mlops").hits

    assert hit.snippet.text == "so envelopes is a practice"


def test_a_variant_the_corpus_never_says_becomes_the_known_term() -> None:
    index = index_of(talk="Our Kubernetes cluster is slow.")
    results = find(index, "slow k8s")

    assert known_form_of(index, ["slow", "k8s", "please"]) == ["slow", "kubernetes", "please"]
    assert (slugs(results.hits), results.corrections) == (["talk"], {})
    assert marked(results.hits[0]) == ["Kubernetes", "slow"]


def test_a_variant_that_is_said_stays_as_it_was_typed() -> None:
    index = index_of(talk="Our k8s is slow.")

    assert known_form_of(index, ["k8s"]) == ["k8s"]
    assert known_form_of(index, []) == []


def test_a_corrected_misspelling_finds_variants_too() -> None:
    results = find(
        index_of(
            said="Kubernetes here, Kubernetes there, always Kubernetes.", other="Our k8s is slow."
        ),
        "kuberntes",
    )

    assert results.corrections == {"kuberntes": ("kubernetes",)}
    assert slugs(results.hits) == ["said", "other"]


@pytest.mark.parametrize(
    ("typed", "near"),
    [("kubernetes", "kubernetis kubernetis kubernetis"), ("mlops", "melops melops melops")],
)
def test_a_word_of_the_lexicon_is_never_taken_as_misspelt(typed: str, near: str) -> None:
    assert find(index_of(talk=captions(near)), typed).corrections == {}


def test_a_term_that_captions_only_mishear_is_found_all_the_same() -> None:
    assert found("mlops", talk=captions("envelopes and more envelopes")) == ["talk"]


def test_variants_have_their_places_passages_and_weights() -> None:
    index = index_of(first="Say ML Ops, then ML Ops.", second=captions("a mail box of envelopes"))
    variants = {variant.text: variant for variant in find_variants(index, ["about", "mlops"])}

    assert {text: (v.length, v.weight, v.heard) for text, v in variants.items()} == {
        "ML Ops": (2, SAME_WEIGHT, False),
        "envelopes": (1, HEARD_WEIGHT, True),
        "mail box": (2, HEARD_WEIGHT, True),
    }
    assert 0 < SAME_WEIGHT < HEARD_WEIGHT < 1
    assert variants["ML Ops"].places.tolist() == [1, 4]
    assert variants["ML Ops"].passages.tolist() == [0]
    assert variants["envelopes"].passages.tolist() == [1]


def test_a_variant_that_is_but_another_form_of_the_word_adds_nothing() -> None:
    index = index_of(talk="One recommender, two recommenders.")

    assert find_variants(index, ["recommender"]) == find_variants(index, ["recommenders"]) == ()


def test_words_without_an_entry_have_no_variants() -> None:
    assert find_variants(index_of(talk="Our k8s."), ["our", "cluster"]) == ()
    assert find_variants(index_of(talk="Our k8s."), []) == ()


def test_a_run_is_found_by_stems_and_words_word_for_word() -> None:
    index = index_of(one="Model registries and a model registry.", two="A registry model.")

    assert find_run(index, ["model", "registry"]).tolist() == [0, 4]
    assert find_exact_run(index, ["model", "registry"]).tolist() == [4]
    for find_places in (find_run, find_exact_run):
        assert find_places(index, ["model", "zyxwvut"]).tolist() == []
        assert find_places(index, []).tolist() == []


def test_no_run_reaches_into_the_next_episode() -> None:
    assert found("kubernetes", one="This is a container", two="orchestration is hard") == []
    assert found("mlops", one=captions("my mail"), two=captions("box of things")) == []


def test_what_is_left_out_is_left_out_in_every_way_the_lexicon_knows() -> None:
    lexicon = Lexicon((LexiconEntry("MLOps", ("ML Ops",)),))
    talks = [episode("one", "The ML Ops team grew."), episode("two", "The sales team grew.")]
    index = build_index([*talks, *bakery()], lexicon)

    assert slugs(find(index, "team -mlops").hits) == ["two"]
