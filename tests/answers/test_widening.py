"""Ways on for whoever found nothing: each leads to something."""

import pytest

from bot.answers.dispatch import answer
from bot.answers.replies import Button, ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.answers.widening import search_instead
from bot.library.library import Library
from bot.models import Chapter
from bot.search.budget import Budget
from bot.search.index.build import build_index
from bot.translations import speaking
from tests.builders import episode, index_of
from tests.search.test_semantic import semantic_of, talks


@pytest.fixture(scope="module")
def library() -> Library:
    kafka = episode(
        "kafka",
        "Kafka is a log.",
        "Spark reads the log of Kafka.",
        chapters=(Chapter("Why Kafka", 0.0), Chapter("Spark and Friends", 10.0)),
        guests=("Ann Lee",),
        season=1,
    )
    return Library("made-up", index_of(kafka, episode("two", "Nothing.", season=2)), ())


def ways(library: Library, typed: str, verb: Verb = Verb.SEARCH) -> tuple[Button, ...]:
    reply = answer(library, Request(verb, typed))
    assert reply.cards == ()
    return reply.buttons


def follow(library: Library, button: Button) -> Reply:
    assert button.kind is ButtonKind.ASK
    return answer(library, button.request)


@pytest.mark.parametrize(
    ("typed", "label", "wider"),
    [
        ("kafka season:2", "Without Filters", "kafka"),
        ("kafka in season 2", "Without Filters", "kafka"),
        ('"kafka reads"', "Without Quotes", "kafka reads"),
        ('"kafka reads" season:1', "Without Quotes", "kafka reads season:1"),
        ('"kafka reads" season:2', "Without Quotes and Filters", "kafka reads"),
        ('"spark reads" guest:"Bo Li"', "Without Filters", '"spark reads"'),
        ('log -"kafka is" -spark', "Without -words", "log"),
        ('log -kafka guest:"Ann Lee"', "Without -words", 'log guest:"Ann Lee"'),
    ],
)
def test_a_search_that_found_nothing_can_be_widened(
    library: Library, typed: str, label: str, wider: str
) -> None:
    first = ways(library, typed)[0]

    assert (first.label, first.request) == (label, Request(Verb.SEARCH, wider))
    assert follow(library, first).cards


@pytest.fixture(scope="module")
def sea() -> Library:
    talks = (
        episode("light", "The keeper climbs.", title="Lighthouse", season=1, language="en"),
        episode("choir", "We sing.", title="Choir Tuning for Beginners", language="en"),
        episode("more", "We sing again.", title="More lighthouses", season=2),
        episode("bikes", "Wir sind auf der Straße.", title="Räder & Speichen", language="de"),
    )
    return Library("made-up", index_of(*talks), ())


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("lighthouse", ["Lighthouse", "More lighthouses"]),
        ("anything about the Lighthouse?", ["Lighthouse", "More lighthouses"]),
        ('"lighthouse"', ["Lighthouse", "More lighthouses"]),
        ("lighthouse season:2", ["More lighthouses"]),
        ("tuned choirs", ["Choir Tuning for Beginners"]),
        ("Speiche", ["Räder & Speichen"]),
        ("lighthouse tuning", []),
        ("zyxwvut", []),
    ],
)
def test_episodes_with_the_words_in_their_titles_come_first(
    sea: Library, typed: str, titles: list[str]
) -> None:
    buttons = ways(sea, typed)[: len(titles)]
    shown = [follow(sea, each).cards[0].title for each in buttons if titles]
    notes = answer(sea, Request(Verb.SEARCH, typed)).notes
    named = f"In the title of an episode: {' · '.join(titles)}"

    assert [each.label for each in buttons] == shown == titles
    assert (named in notes) is bool(titles)
    assert all(each.request.verb is not Verb.EPISODE for each in ways(sea, typed)[len(titles) :])


def test_chapters_that_are_near_can_be_opened(library: Library) -> None:
    chapters = [each for each in ways(library, "kafka season:2") if each.label == "Why Kafka"]

    assert {card.episode for card in follow(library, chapters[0]).cards} == {"kafka"}


@pytest.mark.parametrize("typed", ["zyxwvut", "zyxwvut season:2", '"zyxwvut qqq"'])
def test_there_is_always_something_to_press_that_finds_something(
    library: Library, typed: str
) -> None:
    *searches, change = ways(library, typed)

    assert searches
    assert all(follow(library, each).cards for each in searches)
    assert (change.kind, change.label) == (ButtonKind.FORM, "Change Search")
    assert change.request == Request(Verb.SEARCH, typed)


def test_what_is_not_quoted_or_mentioned_is_searched_for_if_that_finds_something(
    library: Library,
) -> None:
    (quote,) = ways(library, "kafka", Verb.QUOTE)

    assert quote.label == "Search Instead"
    assert follow(library, quote).cards
    assert ways(library, "zyxwvut", Verb.MENTIONS) == ()


def test_the_words_of_a_form_are_counted_without_its_filters(library: Library) -> None:
    words = "kafka " * 45
    filters = f'guest:"{"Ann " * 10}" episode:"Why Kafka Is a Log After All, Part One of Many"'

    fits = answer(library, Request(Verb.SEARCH, f"{words}{filters}"))
    long = answer(library, Request(Verb.SEARCH, f"{words * 2}{filters}"))
    endless = answer(library, Request(Verb.SEARCH, f"{words}{'season:1 ' * 60}"))

    assert not fits.text.startswith("That is")
    assert long.text.startswith("That is")
    assert endless.text.startswith("That is")


def test_whoever_asks_for_too_much_gets_no_more_searches() -> None:
    many = [episode(f"talk-{number}", "Tea and jam.") for number in range(200)]
    filters = " ".join(f"episode:talk-{number}" for number in range(15))
    (change,) = ways(Library("made-up", build_index(many), ()), f'"jam tea" {filters}')

    assert change.label == "Change Search"


def test_looking_for_a_way_on_is_paid_for_by_who_asked(library: Library) -> None:
    enough, none = Budget.of(library.index), Budget(0)

    assert search_instead(library, "spark kafka", enough)
    assert search_instead(library, "spark kafka", none) == ()
    assert none.unfinished


@pytest.fixture(scope="module")
def with_model() -> Library:
    index = index_of(*talks())
    return Library("made-up", index, (), semantic=semantic_of(index))


@pytest.mark.parametrize("typed", ['"driving a vehicle"', "jalopmobile", '"a physician" season:2'])
def test_where_a_model_is_in_use_passages_near_in_meaning_are_offered(
    with_model: Library, typed: str
) -> None:
    (button,) = [each for each in ways(with_model, typed) if each.label == "By Meaning"]
    reply = follow(with_model, button)

    assert button.request == Request(Verb.MEANING, typed)
    assert reply.text.startswith("Passages near in meaning to ")
    assert {button.kind for button in reply.cards[0].buttons} >= {ButtonKind.SHARE, ButtonKind.OPEN}


@pytest.mark.parametrize("typed", ['"a physician" season:1', '"a salary" season:2'])
def test_meaning_is_not_offered_where_nothing_is_near(with_model: Library, typed: str) -> None:
    assert "By Meaning" not in {each.label for each in ways(with_model, typed)}


def test_without_a_model_meaning_is_not_offered_and_its_button_searches(library: Library) -> None:
    assert "By Meaning" not in {each.label for each in ways(library, '"kafka reads"')}
    asked = answer(library, Request(Verb.MEANING, "kafka"))
    assert asked == answer(library, Request(Verb.SEARCH, "kafka"))


def test_the_ways_on_are_offered_in_the_language_of_the_reader(with_model: Library) -> None:
    with speaking("de"):
        reply = answer(with_model, Request(Verb.SEARCH, '"driving a vehicle" -doctor'))

    assert reply.text == 'Ich habe nichts zu "driving a vehicle" -doctor gefunden.'
    assert [each.label for each in reply.buttons] == ["Sinngemäß suchen", "Suche ändern"]
