"""How often something is mentioned, as an answer with cards of the first and the latest."""

import pytest

from bot.answers.charts import draw_bars, notes_beside
from bot.library.library import Library
from bot.search.index.build import build_index
from tests.asking import mentions
from tests.builders import episode, index_of
from tests.mlops_podcast import LEXICON, heard, podcast


@pytest.fixture(scope="module")
def library() -> Library:
    return Library("made-up", build_index(podcast(), LEXICON), ())


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


def test_a_single_mention_is_said_to_be_once_with_one_card(library: Library) -> None:
    reply = mentions(library, "models")

    assert reply.text == "“models” is mentioned once"
    assert len(reply.cards) == 1


def test_the_card_of_a_misheard_mention_says_so() -> None:
    index = build_index([episode("talk", heard("my envelopes"))], LEXICON)
    (card,) = mentions(Library("made-up", index, ()), "mlops").cards

    assert card.heard_as == "envelopes"


def test_a_term_that_is_counted_as_another_says_so() -> None:
    index = build_index([episode("talk", "Kubernetes and Kubernetes.")], LEXICON)

    assert mentions(Library("made-up", index, ()), "k8s").notes == ("k8s: counted as Kubernetes",)


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


@pytest.mark.parametrize(
    "typed",
    [
        "llm, mlops",
        "llm and mlops",
        "llm or mlops",
        "llm und mlops",
        "llm & mlops",
        "llm versus mlops",
    ],
)
def test_several_terms_are_compared_however_they_are_listed(library: Library, typed: str) -> None:
    assert mentions(library, typed) == mentions(library, "llm vs mlops")


def test_what_is_said_as_a_whole_is_counted_as_a_whole() -> None:
    talk = episode("talk", "We do research and development.", "Research is fun.")
    reply = mentions(Library("made-up", index_of(talk), ()), "research and development")

    assert [each.term for each in reply.mentions] == ["research and development"]
    assert reply.notes[-1] == "To compare several, put “vs” between them: llm vs mlops."


def test_a_season_is_not_counted_as_words_but_explained(library: Library) -> None:
    reply = mentions(library, "mlops in season 2")

    assert reply.mentions == mentions(library, "mlops").mentions
    assert reply.notes[0] == (
        "I count in all episodes. To find passages in some of them, search for “mlops season:2”."
    )


def test_mentions_outside_the_seasons_are_counted_apart() -> None:
    talks = (
        episode("bonus", "A canoe. Another canoe."),
        episode("first", "A kayak.", season=1),
        episode("second", "A kayak and an oar.", season=2),
        episode("extra", "A kayak."),
    )
    library = Library("made-up", index_of(*talks), ())
    canoe, kayak = mentions(library, "canoe"), mentions(library, "kayak")

    assert (canoe.text, canoe.notes) == ("“canoe” is mentioned 2 times in 1 episode", ())
    assert draw_bars(canoe.mentions) == []
    assert len(draw_bars(mentions(library, "kayak vs canoe").mentions)) == 3
    assert kayak.notes == (
        "kayak, seasons 1 to 2: ██",
        "kayak: S1 1, S2 1",
        "kayak, without a season: 1",
    )
    assert notes_beside(kayak) == ["kayak, without a season: 1"]


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
