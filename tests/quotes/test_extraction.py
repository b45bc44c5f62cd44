"""Sentences that stand on their own: small ones made up, and the real ones that were read."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bot.models import Chapter, Cue, Heard, Origin, Question, Snippet
from bot.quotes import extraction
from bot.quotes.excerpts import FEWEST_IN_REPLY, MOST_WORDS, find_excerpts
from bot.quotes.extraction import content_id, extract_quotes, in_turns
from bot.quotes.lookup import explain_languages, find_cues, quotes_at_moments, trim_opening
from bot.quotes.models import MAX_SENTENCES, ScoredQuote
from bot.quotes.ranker import (
    OPINIONS,
    UNSEEN_READER,
    ReaderVerdict,
    load_ranker,
    read_opinions,
)
from bot.quotes.standalone import MIN_WORDS, stands_alone
from bot.quotes.word_usage import learn_word_usage
from bot.quotes.wording import find_wording
from bot.search.hits import show_sentence
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.more_like_this import sentences_between
from tests.builders import episode, index_of

CLAIM = "Nobody sells bread without salt, because people remember a bad loaf."
WORSE = "Most bakers start every day with a very good idea."


def found(*lines: str | Cue, **facts: Any) -> tuple[ScoredQuote, ...]:
    """Find what Ann Miller says that is worth posting, in one episode."""
    facts = {"guests": ("Ann Miller",), "slug": "craft"} | facts
    return extract_quotes(index_of(episode(facts.pop("slug"), *lines, **facts)))


def test_a_claim_of_a_guest_is_found_with_its_place() -> None:
    (quote,) = found(CLAIM, chapters=(Chapter("Selling", 0.0),))

    assert quote.text == CLAIM
    assert (quote.episode, quote.speaker) == ("craft", "Ann Miller")
    assert (quote.start, quote.chapter) == (0.0, "Selling")
    assert {"applies to everyone or no one", "gives a reason"} <= set(quote.reasons)


@pytest.mark.parametrize(
    "line",
    [
        "That's why nobody sells bread without salt in the villages.",
        "Nobody sells it without salt, because people remember a bad loaf.",
        "Nobody sells this bread without salt, because people remember a bad loaf.",
        "Nobody sells bread without salt, because people wanted a good loaf.",
        "Nobody, as she told everyone, sells bread without salt.",
        "Nobody sells bread without salt, you know, because people remember a bad loaf.",
        "Nobody sells bread without salt, because listeners remember a bad loaf.",
        "Nobody sells bread without salt (or yeast), because people remember a bad loaf.",
        "Nobody sells “bread” without salt, because people remember a bad loaf.",
        "Nobody sells bread without salt, because people remember a bad",
        "Nobody sells bread without salt, because people remember what they can.",
        "Nobody sells bread without salt, because people, people remember a bad loaf.",
        "Would anybody sell bread without salt if people remember a bad loaf?",
        "Instead of selling bread without any salt to the people.",
        "The only reason is never selling bread without salt to hungry people.",
        "Every loaf of bread without salt is when people remember a bad baker.",
        "Nobody sells bread without salt.",
        "A baker opens a small shop near a quiet park before breakfast.",
    ],
)
def test_what_leans_on_its_surroundings_or_claims_nothing_is_refused(line: str) -> None:
    assert found(line) == ()


@pytest.mark.parametrize("opener", ["And", "But", "So", "So,", "Yeah, and", "However,"])
def test_a_word_that_ties_a_quote_to_what_was_said_before_is_left_out(opener: str) -> None:
    said = f"{opener} {CLAIM[0].lower()}{CLAIM[1:]}"
    index = index_of(episode("craft", said, guests=("Ann Miller",)))
    (quote,) = extract_quotes(index)

    assert quote.text == CLAIM
    assert find_cues(index, quote) == range(1)
    assert find_wording(index, "craft", quote.text)


def test_a_speaker_may_appear_in_a_quote_but_nobody_else() -> None:
    own = "I never sell bread without salt, because people remember a bad loaf."

    assert [quote.text for quote in found(own)] == [own]
    assert found(own.replace("I never sell", "She never sells")) == ()


@pytest.mark.parametrize(
    "line",
    [
        "Nobody sells bread without salt, because bakers are idiots and bastards.",
        "The most important tool for your bakery is DoughBolt, because it is never slow.",
        "DoughBolt is the fastest oven for bakers who do not want to wait.",
    ],
)
def test_name_calling_and_advertisements_are_refused(line: str) -> None:
    assert found(line) == ()


ASKED, ANSWER = "What makes a good baker?", "It is not the oven, but never being in a hurry."


def test_a_guest_may_ask_and_answer() -> None:
    (quote,) = found(ASKED, ANSWER)

    assert (quote.text, quote.wording.question) == (f"{ASKED} {ANSWER}", None)


def test_the_question_of_a_host_stays_beside_the_answer_that_needs_it() -> None:
    host = Cue(ASKED, 0.0, 5.0, "Alex")
    (quote,) = found(host, Cue(ANSWER, 5.0, 9.0, "Ann"))

    assert (quote.text, quote.speaker) == (ANSWER, "Ann Miller")
    assert quote.wording.question == Question("Alex", Snippet(ASKED))
    assert found(replace(host, text="And that one?"), Cue(ANSWER, 5.0, 9.0, "Ann")) == ()
    assert found(replace(host, speaker=""), Cue(ANSWER, 5.0, 9.0, "Ann")) == ()


def test_an_answer_that_stands_alone_is_quoted_with_the_question_or_without() -> None:
    alone = Cue("A good baker does not need an oven, but time.", 5.0, 9.0, "Ann")
    (asked,) = found(Cue(ASKED, 0.0, 5.0, "Alex"), alone)
    (told,) = found(Cue("And that one?", 0.0, 5.0, "Alex"), alone)

    assert asked.wording.question and not told.wording.question
    assert asked.text == told.text == alone.text


def test_a_no_belongs_to_what_follows_from_it() -> None:
    lines = ("Does a good baker need an oven?", "No.", "A good baker needs never to be in a hurry.")
    speakers = ("Alex", "Ann", "Ann")
    cues = (Cue(lines[n], 5.0 * n, 5.0 * n + 5, speakers[n]) for n in range(3))
    index = index_of(episode("craft", *cues, guests=("Ann Miller",)))
    excerpts = find_excerpts(index, 0, learn_word_usage(index))

    assert [(each.question, each.text) for each in excerpts] == [
        (lines[0], " ".join(lines[1:])),
        ("", lines[2]),
    ]


@pytest.mark.parametrize(("heard", "shown"), [(Heard(0.95), True), (Heard(0.2, "And?"), False)])
def test_a_question_that_was_asked_in_other_words_is_not_shown(heard: Heard, shown: bool) -> None:
    """Then an answer that needs it is no quote."""
    host = Cue(ASKED, 0.0, 5.0, "Alex", heard=heard)
    alone = "A good baker does not need an oven, but time."
    (quote,) = found(host, Cue(alone, 5.0, 9.0, "Ann", heard=Heard(1.0)))

    assert quote.wording.is_literal
    assert (quote.wording.question is not None) == shown
    assert len(found(host, Cue(ANSWER, 5.0, 9.0, "Ann", heard=Heard(1.0)))) == shown


def test_two_guests_are_not_quoted_as_one() -> None:
    first, second = "A cheap oven is not a bargain.", "It makes bakers wait for nothing."
    both = {"guests": ("Ann Miller", "Bob Lee")}

    assert found(first, second)[0].text == f"{first} {second}"
    assert found(Cue(first, 0.0, 5.0, "Ann"), Cue(second, 5.0, 9.0, "Bob"), **both) == ()


def test_what_readers_said_of_a_quote_moves_it_and_is_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verdicts = {content_id(WORSE): [ReaderVerdict.POST, ReaderVerdict.POST, ReaderVerdict.EDIT]}
    ranker = replace(load_ranker(), verdicts=verdicts)
    monkeypatch.setattr(extraction, "load_ranker", lambda: ranker)
    first, second = found(CLAIM, WORSE)

    assert (first.text, second.text) == (WORSE, CLAIM)
    assert first.reasons[0] == "2 of 3 readers would post it"


def test_what_hosts_say_is_refused() -> None:
    assert found(Cue(CLAIM, 0.0, 5.0, "Alex"), Cue(WORSE, 5.0, 9.0, "Ann"))[0].text == WORSE


def test_captions_are_never_quoted() -> None:
    heard = Cue(CLAIM, 0.0, 5.0, "Ann", Origin.CAPTIONS)

    assert [quote.text for quote in found(heard, WORSE)] == [WORSE]


def test_only_english_episodes_have_quotes_and_it_is_said() -> None:
    assert found(CLAIM, language="en")
    assert found(CLAIM, language="de") == ()

    episodes = [episode("one", language="de"), episode("two", language="en"), episode("three")]
    assert explain_languages(episodes) == (
        "I know what makes a good quote in English only, and 1 of 3 episodes is in German."
    )
    assert explain_languages(episodes[1:]) == ""


def test_a_second_sentence_may_lean_on_the_first() -> None:
    (quote,) = found(
        "A cheap oven is not a bargain.", "But nobody believes it without a burnt loaf."
    )

    assert quote.text.endswith("burnt loaf.")
    assert quote.text.startswith("A cheap oven")


def test_no_sentence_is_in_two_quotes() -> None:
    quotes = found(CLAIM, "But a good loaf is never forgotten.", WORSE)
    sentences = [part for quote in quotes for part in quote.text.split(". ")]

    assert len(quotes) > 1
    assert max(Counter(sentences).values()) == 1


def test_the_better_claim_comes_first() -> None:
    quotes = found(WORSE, "Bread is sold.", CLAIM)

    assert [quote.text for quote in quotes] == [CLAIM, WORSE]


def test_what_two_episodes_say_word_for_word_is_one_quote() -> None:
    index = index_of(
        episode("first", CLAIM, guests=("Ann Miller",)),
        episode("second", CLAIM.replace("bread", "Bread"), guests=("Ann Miller",)),
    )

    assert len(extract_quotes(index)) == 1


def test_an_id_is_made_of_the_words_alone() -> None:
    assert content_id("Don’t hurry, Zoë!") == content_id("don't hurry – Zoe")
    assert content_id("Don't hurry.") != content_id("Do hurry.")


def test_the_best_of_all_episodes_come_first_then_the_second_ones() -> None:
    names = ["a1", "a2", "b1", "a3", "b2", "c1"]
    quotes = [ScoredQuote(n, n[0], 0.0, "", n, "", 1.0, ()) for n in names]

    assert [each.id for each in in_turns(quotes)] == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert in_turns([]) == ()


def test_the_cues_of_a_quote_are_found_again() -> None:
    lines = ("Welcome.", "A cheap oven is not a bargain.", "But nobody believes it at all.")
    index = index_of(episode("craft", *lines, guests=("Ann Miller",)))
    whole = ScoredQuote("", "craft", 10.0, "", " ".join(lines[1:]), "", 1.0, ())

    assert find_cues(index, whole) == range(1, 3)
    assert find_cues(index, replace(whole, text=lines[1])) == range(1, 2)
    assert find_cues(index, replace(whole, text="A cheap oven.")) is None
    assert find_cues(index, replace(whole, start=0.0)) is None
    assert find_cues(index, replace(whole, start=None)) is None
    assert find_cues(index, replace(whole, episode="gone")) is None


def test_an_episode_says_words_wherever_they_are_until_they_are_corrected() -> None:
    lines = ("Welcome.", "A cheap oven is not a bargain.", "But nobody believes it at all.")
    others = episode("other", "Nobody says this.")
    index = index_of(episode("craft", *lines, guests=("Ann Miller",)), others)

    assert find_wording(
        index, "craft", "a cheap oven is NOT a bargain; but nobody believes it at all"
    )
    assert not find_wording(index, "craft", "A cheap oven is a bargain.")
    assert not find_wording(index, "craft", "A cheap oven is not a bar")
    assert not find_wording(index, "other", lines[1])
    assert not find_wording(index, "gone", lines[1])


def test_a_quote_that_ends_all_episodes_is_found_again() -> None:
    index = build_index([episode("craft", CLAIM, guests=("Ann Miller",))])
    (quote,) = extract_quotes(index)

    assert find_cues(index, quote) == range(1)
    assert find_cues(index, replace(quote, text=f"{CLAIM} And more.")) is None


@pytest.mark.parametrize(
    ("speaker", "guest"),
    [
        ("Ann", "Ann Miller"),
        ("Theo", "Theofilos Papas"),
        ("Swyx", "Shawn Swyx Wang"),
        ("Michael", "Micheal Lane"),
        ("Misra", "Mısra Turp"),
    ],
)
def test_a_guest_may_be_called_by_a_short_form_or_another_spelling(
    speaker: str, guest: str
) -> None:
    said = Cue(CLAIM, 0.0, 5.0, speaker)
    host = Cue("Why is that?", 5.0, 9.0, "Alex")

    assert [quote.speaker for quote in found(said, host, guests=(guest,))] == [guest]


@pytest.mark.parametrize(
    ("speakers", "guests"),
    [
        (("Daniel", "Alex"), ("Reem Mahmoud",)),  # somebody else
        (("Alex", "Alex"), ("Alexander King",)),  # nobody else speaks
        (("Alex", "Alexander"), ("Alexander King",)),  # the guest does, by name
        (("Alex", "Alexa"), ("Alexander King",)),  # either of them
        (("Ann Lee", "Bob"), ("Ann Lee Jones", "Anna Leeds")),  # known already
    ],
)
def test_a_name_that_may_be_another_person_is_not_taken_for_a_silent_guest(
    speakers: tuple[str, str], guests: tuple[str, ...]
) -> None:
    first, second = speakers
    quotes = found(Cue(CLAIM, 0.0, 5.0, first), Cue("Yes.", 5.0, 9.0, second), guests=guests)

    assert {quote.speaker for quote in quotes} <= {guests[0]} - {"Alexander King"}


def test_a_single_sentence_may_stand_alone_without_a_claim() -> None:
    plain = "A baker opens a small shop near a quiet park before breakfast."
    usage = learn_word_usage(index_of(episode("craft", CLAIM, plain)))

    assert found(plain) == ()
    assert stands_alone(plain, usage)
    assert stands_alone("Don’t open a small shop near a quiet park before breakfast.", usage)
    assert not stands_alone(f"And {plain}", usage)
    assert not stands_alone("A baker opens a shop.", usage)
    assert not stands_alone("A baker opens it near a quiet park before breakfast.", usage)


def test_quotes_begin_in_the_passages_at_moments() -> None:
    lines = [CLAIM, *["We then went on to speak of the weather in the old town."] * 12]
    index = index_of(episode("craft", *lines, guests=("Ann Miller",)), words=40, step=40)
    quotes = extract_quotes(index)

    def at(slug: str, second: float) -> frozenset[str]:
        return quotes_at_moments(index, quotes, [(slug, second)])

    assert at("craft", 0.0) == at("craft", 15.0) == {quotes[0].id}
    assert at("craft", 110.0) == at("gone", 0.0) == frozenset()


def test_what_is_known_of_the_words_need_not_be_learnt_again() -> None:
    index = index_of(episode("craft", CLAIM, guests=("Ann Miller",)))
    usage = learn_word_usage(index)
    names = replace(usage, names=frozenset({"bread"}))

    assert extract_quotes(index, usage) == extract_quotes(index) != ()
    assert extract_quotes(index, names) == ()


@pytest.fixture(scope="module")
def real_quotes(real_index: Index) -> tuple[ScoredQuote, ...]:
    return extract_quotes(real_index)


@pytest.mark.corpus
def test_real_quotes_are_what_a_guest_said_in_so_many_words(
    real_quotes: tuple[ScoredQuote, ...], real_index: Index
) -> None:
    guests = {each.slug: [guest.name for guest in each.guests] for each in real_index.episodes}
    texts = {
        each.slug: " ".join(cue.text for cue in real_index.cues(number)).casefold()
        for number, each in enumerate(real_index.episodes)
    }

    assert len(real_quotes) > 300
    for quote in real_quotes:
        assert quote.speaker in guests[quote.episode]
        assert quote.text.casefold() in texts[quote.episode]
        fewest = FEWEST_IN_REPLY if quote.wording.question else MIN_WORDS
        assert fewest <= len(quote.text.split()) <= MOST_WORDS
        assert quote.reasons


@pytest.mark.corpus
def test_the_sentences_of_real_quotes_are_found_by_their_seconds(
    real_quotes: tuple[ScoredQuote, ...], real_index: Index
) -> None:
    for quote in real_quotes:
        assert find_wording(real_index, quote.episode, quote.text)
        cues = find_cues(real_index, quote)
        assert cues
        shown = show_sentence(real_index, cues[0], len(cues))
        assert quote.text in (shown.snippet.text, trim_opening(shown.snippet.text))
        start, end = round(shown.start or 0, 2), round(shown.end or 0, 2)
        found = sentences_between(real_index, quote.episode, start, end, MAX_SENTENCES)
        assert found == cues


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("Nobody sells good bread without any salt.", False),
        ("Nobody sells good bread without any sea salt.", True),
    ],
)
def test_a_quote_has_eight_words(text: str, enough: bool) -> None:
    assert len(found(text)) == enough


@pytest.mark.corpus
def test_a_reader_of_whom_nothing_was_learnt_would_post_the_best_quotes(
    real_quotes: tuple[ScoredQuote, ...],
) -> None:
    said = {
        each.id: each.verdict for each in read_opinions(OPINIONS) if each.reader == UNSEEN_READER
    }
    best = [said[each.id] for each in in_turns(real_quotes)[:60] if each.id in said]

    assert len(best) >= 55
    assert best.count(ReaderVerdict.POST) / len(best) >= 0.85
    assert best[:26].count(ReaderVerdict.POST) / 26 >= 0.9
