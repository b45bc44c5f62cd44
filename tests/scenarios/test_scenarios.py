"""What members do and what they see, once for every platform the bot is on.

Each platform has one real `airquote run` with the sample podcast and a second, made-up season.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import SAMPLE_EPISODES
from bot.models import Feedback, Verdict
from bot.store.feedback import open_store
from tests.fakes.chat import Answer, Feature, Kind, Link, Member, Platform
from tests.fakes.discord.member import DISCORD, DISCORD_OVER_HTTP
from tests.fakes.slack.member import SLACK

PLATFORMS = {"slack": SLACK, "discord": DISCORD, "discord-http": DISCORD_OVER_HTTP}

# A person's limit is 10 questions a minute: each test has a person of its own.
OUTDATED = "That button is from an earlier version. Please search again."
PER_PAGE = 5
PER_LIST = 10
_SAMPLE = 6
_SECOND_SEASON = 6
_WATCH = re.compile(r"https://youtu\.be/[\w-]{11}\?t=(\d+)")


def write_second_season(folder: Path) -> None:
    """Write episodes that speak of a registry and a greenhouse, one more of each as they go."""
    folder.mkdir()
    catalog = []
    for number in range(1, _SECOND_SEASON + 1):
        name = f"greenhouse-{number}"
        catalog.append(
            f"{name}.vtt: {{title: 'Greenhouse {number}', season: 2, episode: {number}, "
            f"guests: [Gerda Tomato], youtube: greenhouse{number}, date: 2026-01-0{number}}}"
        )
        said = f"In greenhouse number {number} we keep a registry of every tomato and its sort."
        cue = f"00:00:20.000 --> 00:00:30.000\n<v Gerda Tomato>{said}</v>\n"
        (folder / f"{name}.vtt").write_text(f"WEBVTT\n\n{cue}", encoding="utf-8")
    (folder / "catalog.yaml").write_text("\n".join(catalog), encoding="utf-8")


@pytest.fixture(scope="module", params=PLATFORMS)
def platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """A platform with the bot on it."""
    home = tmp_path_factory.mktemp(request.param)
    write_second_season(home / "second")
    variables = {
        "AIRQUOTE_EPISODES": f"{SAMPLE_EPISODES}:{home / 'second'}",
        "AIRQUOTE_KEEP_QUERIES_DAYS": "1",
        "DATABASE_URL": database_of(home),
    }
    with PLATFORMS[request.param].run(home, **variables) as platform:
        yield platform


@pytest.fixture
def member(platform: Platform) -> Member:
    """A new person in a new channel."""
    return platform.join()


def needs(feature: Feature) -> pytest.MarkDecorator:
    """Let a scenario happen only on the platforms that have something."""
    names = [name for name, venue in PLATFORMS.items() if feature in venue.features]
    return pytest.mark.parametrize("platform", names, indirect=True, scope="module")


def database_of(home: Path) -> str:
    return f"sqlite:///{home / 'airquote.db'}"


def feedback_of(platform: Platform) -> tuple[Feedback, ...]:
    """Read what the bot has noted."""

    async def read() -> tuple[Feedback, ...]:
        async with open_store(database_of(platform.home), keep_queries_days=1) as store:
            return await store.feedback()

    return asyncio.run(read())


def seconds_of(link: Link) -> int:
    found = _WATCH.fullmatch(link.url)
    assert found, link
    return int(found[1])


def urls(answer: Answer) -> list[str]:
    return [link.url for link in answer.links]


def shown_first(answer: Answer) -> str:
    """Give the link of the first passage: it names a passage on any platform."""
    return answer.links[0].url


def test_a_search_shows_the_best_passages_to_who_asked(member: Member) -> None:
    answer = member.say("model registry")

    assert answer.private
    assert answer.kind is Kind.MESSAGE
    assert {"model", "registry"} <= {word.casefold() for word in " ".join(answer.bold).split()}
    assert "Tomáš" in answer.text
    assert "A Model Registry People Actually Use" in answer.text
    assert 1 < answer.buttons.count("Share") <= PER_PAGE
    for link in answer.links:
        assert seconds_of(link) >= 0
        assert re.fullmatch(r"▶ Watch at \d+:\d\d", link.label)
    assert member.neighbour().screen() == ()


def test_every_passage_and_every_page_has_its_buttons(member: Member) -> None:
    answer = member.say("registry")

    assert answer.rows[0] == ("Share", "Context", "More Like This", "Nominate")
    passages = len(answer.links)
    assert 4 <= passages <= PER_PAGE
    assert answer.rows[:passages] == (answer.rows[0],) * passages
    assert answer.buttons[-3:] == ("Next", "Useful", "Not This")


def test_pages_are_turned_forth_and_back_in_one_message(member: Member) -> None:
    first = member.say("registry")
    second = first.press("Next")
    back = second.press("Previous")

    assert second.links != first.links
    assert "Previous" in second.buttons
    assert "Previous" not in first.buttons
    assert (back.text, back.links) == (first.text, first.links)
    assert len(member.screen()) == 1


def test_a_passage_is_shared_once_in_the_name_of_who_shared_it(member: Member) -> None:
    answer = member.say("model registry")
    shared = answer.press("Share", card=1)
    again = answer.press("Share", card=1)
    neighbour = member.neighbour()

    assert not shared.private
    assert member.name in shared.text
    assert set(urls(shared)) == set(urls(answer)[1:2])
    assert shared.buttons == ("Context",)
    assert "Shared" in member.screen()[0].buttons
    assert again.private
    assert [seen.text for seen in neighbour.screen()] == [shared.text]


def test_what_everybody_sees_is_short_and_answers_whoever_presses_its_buttons(
    member: Member,
) -> None:
    member.ask_aloud("registry")
    neighbour = member.neighbour()
    (public,) = neighbour.screen()
    opened = {label: public.press(label) for label in ("Context", "More Like This")}

    assert len(public.links) == 3
    assert "Share" not in public.buttons
    assert all(answer.private for answer in opened.values())
    assert len(public.press("All Passages").links) > 3


def test_everybody_can_read_on_from_what_was_shared(member: Member) -> None:
    shared = member.say("model registry").press("Share")
    context = shared.press("Context")

    assert [link.label.split(" at ")[0] for link in shared.links][-1] == "▶ Watch"
    assert context.private
    assert "Tomáš Vlček" in context.text


def test_context_goes_on_in_its_place_and_back(member: Member) -> None:
    context = member.say("undo button").press("Context")
    later = context.press("Later")
    back = later.press("Earlier")

    assert later.text != context.text
    assert (back.text, back.links) == (context.text, context.links)
    context.press("Share")
    (shared,) = member.neighbour().screen()
    assert member.name in shared.text


def test_another_passage_can_be_shared_too(member: Member) -> None:
    answer = member.say("model registry")
    first, second = answer.press("Share"), answer.press("Share", card=1)

    assert not first.private
    assert not second.private
    assert first.links != second.links


def test_sharing_works_where_the_bot_is_no_member(member: Member) -> None:
    elsewhere = member.elsewhere()
    shared = elsewhere.say("model registry").press("Share")

    assert not shared.private
    assert member.name in shared.text
    assert len(elsewhere.neighbour().screen()) == 1


def test_more_context_shows_what_is_said_before_and_after(member: Member) -> None:
    answer = member.say("“cake for the adviser”")
    context = answer.press("Context")

    assert context.private
    assert "Sixty questions in a text file" in context.text
    assert "Why sixty?" in context.text
    assert "cake" in {word.casefold() for word in " ".join(context.bold).split()}
    assert seconds_of(answer.links[0]) - seconds_of(context.links[0]) == 10


def test_more_like_this_finds_other_passages(member: Member) -> None:
    answer = member.say("model registry")
    alike = answer.press("More Like This")

    assert alike.private
    assert alike.text.startswith("More like")
    assert shown_first(answer) not in {link.url for link in alike.links}
    assert len(member.screen()) == 2


@pytest.mark.parametrize(
    ("label", "verdict"), [("Useful", Verdict.USEFUL), ("Not This", Verdict.NOT_THIS)]
)
def test_a_verdict_is_kept_and_thanked_for(
    platform: Platform, member: Member, label: str, verdict: Verdict
) -> None:
    thanks = member.say(f"registry {label}").press(label)
    noted = [each for each in feedback_of(platform) if each.query == f"registry {label}"]

    assert thanks.private
    assert thanks.text.startswith("Thank you, that is noted")
    assert [each.verdict for each in noted] == [verdict]
    assert noted[0].episode
    assert noted[0].start is not None


def test_a_verdict_can_be_taken_back(platform: Platform, member: Member) -> None:
    query = "registry back"
    thanks = member.say(query).press("Useful")
    told = thanks.press("Take It Back")

    assert told.private
    assert told.text == "I have taken your rating back."
    assert query not in [each.query for each in feedback_of(platform)]


def test_a_quote_can_be_followed_by_another(member: Member) -> None:
    quote = member.say("quote")
    another = quote.press("Another")

    assert len(quote.links) == len(another.links) == 1
    assert quote.links != another.links
    assert "Share" in another.buttons


def test_a_quote_can_be_about_something_and_be_shared(member: Member) -> None:
    quote = member.say("quote registry")
    shared = quote.press("Share")

    assert "registry" in quote.text
    assert not shared.private
    assert set(urls(shared)) == set(urls(quote))


def test_an_episode_is_shown_with_guests_link_and_chapters(member: Member) -> None:
    answer = member.say("episode model registry")

    assert "A Model Registry People Actually Use" in answer.text
    assert "Tomáš Vlček" in answer.text
    assert "Start with a spreadsheet" in answer.text
    assert Link("▶ Watch", "https://youtu.be/sample00001") in answer.links
    assert Link("0:05", "https://youtu.be/sample00001?t=3") in answer.links


def test_of_several_episodes_one_can_be_chosen(member: Member) -> None:
    answer = member.say("episode greenhouse")
    chosen = answer.press("Show", card=1)

    assert answer.buttons.count("Show") == _SECOND_SEASON
    assert len([link for link in chosen.links if link.label == "▶ Watch"]) == 1


def test_all_episodes_are_listed_in_pages(member: Member) -> None:
    first = member.say("episodes")
    second = first.press("Next")

    assert first.text.startswith(f"{_SAMPLE + _SECOND_SEASON} episodes")
    assert len({"Chapters", "Details"} & {*first.buttons, *second.buttons}) == 2
    assert sum(map(first.buttons.count, ("Chapters", "Details"))) == PER_LIST
    rest = _SAMPLE + _SECOND_SEASON - PER_LIST
    assert sum(map(second.buttons.count, ("Chapters", "Details"))) == rest
    assert "Tomáš Vlček" in first.text + second.text
    assert "Chapters" in member.say("episodes vlcek").press("Chapters").text


def test_mentions_are_counted(member: Member) -> None:
    answer = member.say("mentions registry vs tomato")

    assert re.search(r"“registry” is mentioned \d+ times in \d+ episodes", answer.text)
    assert f"“tomato” is mentioned {_SECOND_SEASON} times" in answer.text
    assert "Share" in answer.buttons


@needs(Feature.CHARTS)
def test_mentions_are_drawn_as_a_chart(member: Member) -> None:
    answer = member.say("mentions registry vs tomato")

    assert re.search(r"S01: registry \d+, tomato 0\nS02: registry \d+, tomato 6", answer.text)


@needs(Feature.PICTURES)
def test_mentions_are_drawn_as_a_picture_that_is_described(member: Member) -> None:
    answer = member.say("mentions registry vs tomato")
    told = f"“tomato” is mentioned {_SECOND_SEASON} times"

    assert [picture[:8] for picture in answer.pictures] == [b"\x89PNG\r\n\x1a\n"]
    assert answer.text.count(told) == 2


@pytest.mark.parametrize("typed", ["", "  ", "help"])
def test_help_has_examples_that_can_be_pressed(member: Member, typed: str) -> None:
    answer = member.say(typed)
    examples = answer.buttons[:3]
    found = answer.press(examples[0])

    assert answer.private
    assert "/podcast quote" in answer.text
    assert len(set(examples)) == 3
    assert examples[0] in found.text
    assert found.links


def test_words_that_are_commands_can_be_searched_for(member: Member) -> None:
    answer = member.say("search help")

    assert "/podcast quote" not in answer.text
    assert "help" in answer.text


@pytest.mark.parametrize(
    ("typed", "expected", "unexpected"),
    [
        ('"final two"', "final two", "drift"),
        ("“final two”", "final two", "drift"),
        ("registry -tomato", "registry", "tomato"),
        ("registry guest:gerda", "tomato", "parcel"),
        ("registry season:2", "tomato", "parcel"),
        ("registry episode:s02e03", "greenhouse number 3", "parcel"),
    ],
)
def test_the_query_language_works(
    member: Member, typed: str, expected: str, unexpected: str
) -> None:
    answer = member.say(typed)

    assert answer.links
    assert expected in answer.text
    assert unexpected not in answer.text.partition("\n")[2]


def test_signs_that_a_platform_escapes_are_meant_as_typed(member: Member) -> None:
    answer = member.say("registry <tomato> & sort")

    assert "registry <tomato> & sort" in answer.text
    assert "&amp;" not in answer.text
    assert "&lt;" not in answer.text


def test_signs_that_a_platform_reads_as_markup_are_meant_as_typed(member: Member) -> None:
    typed = "registry *tomato* _sort_ ~~soil~~ [seed](earth) # leaf"
    answer = member.say(typed)

    assert typed in answer.text


def test_where_nothing_is_found_there_are_ways_on(member: Member) -> None:
    answer = member.say("zygote submarines")

    assert answer.private
    assert answer.links == ()
    assert "zygote submarines" in answer.text
    assert "Try" in answer.text or "Nearest" in answer.text


def test_a_message_is_looked_up_privately(member: Member) -> None:
    message = "We lost track of which model is serving. Does anybody use a model registry?"
    answer = member.use_shortcut_on(message)
    shared = answer.press("Share")

    assert answer.private
    assert "registry" in " ".join(answer.bold).casefold()
    assert not shared.private
    assert set(urls(shared)) == set(urls(answer)[:1])


@needs(Feature.THREADS)
def test_what_is_found_for_a_message_is_shared_below_it(member: Member) -> None:
    message = "Does anybody use a model registry?"
    shared = member.use_shortcut_on(message).press("Share")

    assert not shared.private
    assert shared.below == message


@needs(Feature.THREADS)
def test_a_page_behind_a_message_is_shared_below_it_too(member: Member) -> None:
    message = "Who has a registry? A registry of models, or of anything."
    shared = member.use_shortcut_on(message).press("Next").press("Share")

    assert not shared.private
    assert shared.below == message


def test_a_question_can_be_asked_so_that_everybody_sees_the_answer(member: Member) -> None:
    answer = member.ask_aloud("model registry")
    neighbour = member.neighbour()

    assert not answer.private
    assert answer.links
    assert [seen.text for seen in neighbour.screen()] == [answer.text]


def test_what_everybody_sees_stays_as_it_is_when_somebody_else_presses(member: Member) -> None:
    answer = member.ask_aloud("registry")
    (seen,) = member.neighbour().screen()
    told = seen.press("All Passages")
    everybody = [each for each in member.screen() if not each.private]

    assert told.private
    assert [each.links for each in everybody] == [answer.links]


@needs(Feature.MENTIONS)
def test_a_mention_is_answered_for_everybody_below_it(member: Member) -> None:
    answer = member.mention("what is a model registry?")
    neighbour = member.neighbour()

    assert not answer.private
    assert "what is a model registry?" in answer.below
    assert answer.links
    assert [seen.text for seen in neighbour.screen()] == [answer.text]


@needs(Feature.THREADS)
def test_a_mention_below_a_message_is_answered_there(member: Member) -> None:
    answer = member.mention("model registry", below="We have lost a model again.")

    assert answer.below == "We have lost a model again."
    assert answer.links


@needs(Feature.MENTIONS)
def test_who_asks_for_the_rest_of_a_public_answer_gets_it_alone(member: Member) -> None:
    answer = member.mention("registry")
    turned = answer.press("All Passages")
    everybody = [seen for seen in member.screen() if not seen.private]

    assert turned.private
    assert [seen.links for seen in everybody] == [answer.links]


def test_a_form_searches_with_filters_that_it_suggests(member: Member) -> None:
    form = member.open_form()
    guests = form.suggest("guest", "ger")
    episodes = form.suggest("episode", "greenhouse 3")
    found = form.submit(words="registry", guest=guests[0], episode=episodes[0], season="Season 2")

    assert guests == ("Gerda Tomato",)
    assert [episode for episode in episodes if "Greenhouse 3" in episode]
    assert found.private
    assert [link.url for link in found.links] == ["https://youtu.be/greenhouse3?t=22"]


def test_a_form_suggests_before_anything_is_typed(member: Member) -> None:
    form = member.open_form()

    assert form.suggest("guest", "")[0] == "Gerda Tomato"
    assert "Greenhouse 6" in form.suggest("episode", "")[0]


def test_guests_are_suggested_without_their_accents(member: Member) -> None:
    assert member.open_form().suggest("guest", "tomas v") == ("Tomáš Vlček",)


@needs(Feature.DIALOGS)
def test_an_empty_form_says_what_is_missing_and_stays(member: Member) -> None:
    form = member.open_form()
    answer = form.submit()

    assert answer.kind is Kind.DIALOG
    assert "Type a word or two" in answer.text
    assert form.submit(words="registry", season="Season 1").links


@needs(Feature.DIALOGS)
def test_a_form_without_words_lists_the_episodes_that_its_filters_leave(member: Member) -> None:
    answer = member.open_form().submit(season="Season 2")

    assert f"{_SECOND_SEASON} episodes" in answer.text


def test_what_a_form_finds_has_pages_and_context(member: Member) -> None:
    form = member.open_form()
    found = form.submit(words="registry")
    turned = found.press("Next")
    context = turned.press("Context")

    assert turned.links != found.links
    assert len(context.links) == 1
    assert {found.kind, turned.kind, context.kind} == {form.shows}


def test_answers_lead_on_and_on(member: Member) -> None:
    found = member.open_form().submit(words="registry")
    seen = [found := found.press("More Like This") for _ in range(5)]

    assert all(answer.links for answer in seen)


@needs(Feature.DIALOGS)
def test_help_leads_to_the_form(member: Member) -> None:
    form = member.say("help").press("Search With Filters")

    assert form.kind is Kind.DIALOG
    assert "Guest" in form.text


@needs(Feature.HOME)
def test_the_home_begins_with_search_and_shows_the_latest_episodes(member: Member) -> None:
    answer = member.open_home()
    form, first, *_ = answer.rows[0]
    example = answer.press(first)

    assert answer.kind is Kind.HOME
    assert form == "Search the Podcast"
    assert answer.text.index("Greenhouse 6") < answer.text.index("Greenhouse 5")
    assert answer.buttons.count("Details") == 5  # these have no chapters
    assert example.links


def test_a_button_of_an_earlier_version_says_so(member: Member) -> None:
    answer = member.say("registry")
    told = member.press_old(answer, "Next")

    assert told.private
    assert told.text == OUTDATED


def test_buttons_work_after_the_bot_has_been_started_anew(
    platform: Platform, member: Member
) -> None:
    answer = member.say("registry")
    platform.restart()
    second = answer.press("Next")
    shared = second.press("Share")

    assert second.links != answer.links
    assert set(urls(shared)) == set(urls(second)[:1])
    assert not shared.private


def test_who_asks_too_often_is_told_when_to_go_on(member: Member) -> None:
    answers = [member.say(f"registry {number}") for number in range(11)]

    assert all(answer.links for answer in answers[:10])
    assert "That is a lot at once" in answers[10].text
    assert member.neighbour().say("registry").links
