"""The Discord app: in time, in its place, for the right person, and when something goes wrong."""

import json
import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.answers.several import AnswerRequest
from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from bot.models import Verdict
from handlers.discord.render.messages import PAGE
from tests.apps.discord import (
    App,
    Json,
    Slow,
    answering,
    broken,
    comes_true,
    is_private,
    labels,
    links,
    text_of,
)
from tests.builders import episode, index_of
from tests.fakes.discord.message_rules import parts_of
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.wire import Fault
from tests.fakes.serving import PATIENCE_SECONDS

FIRST = "create_interaction_response"
REPLIED, THINKS, KEEPS_WAITING, CHANGED = 4, 5, 6, 7
UNKNOWN, ANSWERED = 10062, 40060
# An interaction, a webhook and a message that are gone, and a token that is too old.
TOO_LATE = ((404, UNKNOWN), (404, 10015), (404, 10008), (401, 50027))
LONG = "how do people decide which experiments deserve a model registry at all"
OUTDATED = "That button is from an earlier version. Please search again."


def search(server: DiscordServer, query: str = "registry", **options: object) -> Json:
    return server.slash("podcast search", {"query": query, **options}).wait_for_response()


def asked_with(asked: list[Request]) -> AnswerRequest:
    """Make what notes the requests it is asked."""

    def note(_: Library, request: Request) -> Reply:
        asked.append(request)
        return Reply("Noted.")

    return note


def forge(server: DiscordServer, message: Json, label: str, custom_id: str) -> None:
    """Let a button have another id than the app has given it."""
    with server.changed:
        kept = server.world.messages[int(message["id"])].json
        mine = next(each for each in _parts(kept["components"]) if each.get("label") == label)
        mine["custom_id"] = custom_id


def _parts(components: list[Json]) -> Iterator[Json]:
    for each in components:
        yield each
        nested = [*each.get("components", []), *filter(None, [each.get("accessory")])]
        yield from _parts(nested)


@pytest.fixture
def in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing takes so long that the app says it is thinking, however busy the machine is."""
    monkeypatch.setattr("handlers.discord.interaction.AT_ONCE_SECONDS", PATIENCE_SECONDS)


# In its place.


def test_a_search_answers_who_asked_alone(server: DiscordServer, app: App) -> None:
    found = search(server)

    assert is_private(found)
    assert "“registry”" in text_of(found)
    assert links(found)[0] == "https://youtu.be/sample00001?t=34"
    assert labels(found)[-3:] == ["Next", "Useful", "Not This"]
    assert server.seen(server.add_user("Grace")) == []


@pytest.mark.usefixtures("in_no_hurry")
def test_discord_is_not_asked_for_what_it_was_told(server: DiscordServer, app: App) -> None:
    search(server)

    assert [each.answer for each in server.called(FIRST)] == [None]


def test_who_wants_to_answers_everybody(server: DiscordServer, app: App) -> None:
    found = search(server, visible=True)

    assert server.seen(server.add_user("Grace")) == [found]


@pytest.mark.usefixtures("in_no_hurry")
def test_where_there_is_nothing_to_see_nobody_else_sees_it(server: DiscordServer, app: App) -> None:
    assert is_private(search(server, "zygote submarines", visible=True))


@pytest.mark.parametrize(
    ("command", "options", "request_"),
    [
        (
            "podcast search",
            {"query": "a b", "guest": "Ann", "episode": "s01e01", "season": 1},
            Request(Verb.SEARCH, 'a b guest:"Ann" episode:"s01e01" season:"1"'),
        ),
        (
            "podcast search",
            {"query": "a b", "episode": "5"},
            Request(Verb.SEARCH, 'a b episode:"s01e05"'),
        ),
        (
            "podcast search",
            {"query": 'say "so', "exact": True},
            Request(Verb.SEARCH, '"say so"'),
        ),
        ("podcast quote", {}, Request(Verb.QUOTE)),
        ("podcast quote", {"words": "tea"}, Request(Verb.QUOTE, "tea")),
        ("podcast episode", {"words": "tea"}, Request(Verb.EPISODE, "tea")),
        ("podcast episodes", {"words": "tea"}, Request(Verb.EPISODES, "tea")),
        ("podcast mentions", {"terms": "a vs b"}, Request(Verb.MENTIONS, "a vs b")),
        ("podcast quote", {"words": "`tea` :tea: <@1>"}, Request(Verb.QUOTE, "tea")),
        (
            "podcast mentions",
            {"terms": "<:a:1>b vs [c](https://d.e)"},
            Request(Verb.MENTIONS, "b vs c"),
        ),
        ("podcast help", {}, Request(Verb.HELP)),
    ],
)
def test_every_command_asks_for_what_was_typed(
    server: DiscordServer,
    library: Library,
    tmp_path: Path,
    command: str,
    options: Json,
    request_: Request,
) -> None:
    asked: list[Request] = []
    with answering(server, library, tmp_path, asked_with(asked)):
        told = server.slash(command, options).wait_for_response()

    # Whoever asks for a quote gets an order of their own.
    assert [replace(each, seed=0) for each in asked] == [request_]
    assert asked[0].size == PAGE
    assert text_of(told) == "Noted."


def test_a_message_is_looked_up_as_it_was_meant(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    asked: list[Request] = []
    said = server.say("<@1> what is a registry? [see](https://a.b) <:tea:2>")
    with answering(server, library, tmp_path, asked_with(asked)):
        told = server.context_menu("Find in podcast", said).wait_for_response()

    assert asked == [Request(Verb.FIND, "what is a registry? see")]
    assert is_private(told)


def test_a_message_that_is_mere_chat_is_looked_up_with_a_doubt(
    server: DiscordServer, app: App
) -> None:
    def look_up(message: str) -> str:
        said = server.say(message)
        return text_of(server.context_menu("Find in podcast", said).wait_for_response())

    assert "I doubt that the podcast" in look_up("Sorry, I have to leave early on Friday morning.")
    assert "I doubt that the podcast" not in look_up("Who keeps a registry in a spreadsheet?")


def test_it_works_in_a_chat_with_it_and_where_somebody_brings_it_along(
    server: DiscordServer, app: App
) -> None:
    grace = server.add_user("Grace", installed=True)
    foreign = server.add_channel("general", guild=server.add_guild("Elsewhere", foreign=True))
    for channel in (server.chat_with_bot(grace), server.add_channel("us", guild=None), foreign):
        options = {"query": "registry"}
        asked = server.slash("podcast search", options, user=grace, channel=channel)

        assert "“registry”" in text_of(asked.wait_for_response())


def test_a_page_takes_the_place_of_the_one_before(server: DiscordServer, app: App) -> None:
    first = search(server)
    second = server.click(first, "Next").wait_for_response()
    back = server.click(second, "Previous").wait_for_response()

    assert links(second) != links(first)
    assert len(links(second)) == len(links(first)) == PAGE
    assert (text_of(back), links(back)) == (text_of(first), links(first))
    assert server.seen() == [back]


@pytest.mark.parametrize("label", ["Context", "More Like This", "Useful", "Not This"])
def test_what_else_is_asked_is_answered_beside_it_to_one_person(
    server: DiscordServer, app: App, label: str
) -> None:
    found = search(server, visible=True)
    told = server.click(found, label).wait_for_response()

    assert told["id"] != found["id"]
    assert is_private(told)
    assert server.seen(server.add_user("Grace")) == [found]


def test_a_verdict_is_noted(server: DiscordServer, app: App) -> None:
    told = server.click(search(server), "Not This").wait_for_response()
    noted = app.do(app.store.feedback())

    assert text_of(told) == "Thank you, that is noted for the first passage."
    assert [(each.verdict, each.platform) for each in noted] == [(Verdict.NOT_THIS, "discord")]


def test_a_shared_passage_is_remembered(server: DiscordServer, app: App) -> None:
    server.click(search(server), "Share").wait_for_response()

    assert comes_true(lambda: app.do(app.weekly.decisions.praised()))
    assert len(app.do(app.weekly.decisions.praised())) == 1


def test_the_button_beside_a_text_works_too(server: DiscordServer, app: App) -> None:
    listed = server.slash("podcast episodes").wait_for_response()
    shown = server.click(listed, "Chapters").wait_for_response()

    assert sorted(labels(listed)) == ["Chapters"] * 2 + ["Details"] * 4
    assert "The episode" in text_of(shown)


def test_mentions_are_drawn(server: DiscordServer, library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    said = "WEBVTT\n\n00:20.000 --> 00:30.000\nA registry of tomatoes is kept by the season.\n"
    (folder / "tomato.vtt").write_text(said, encoding="utf-8")
    (folder / "catalog.yaml").write_text("tomato.vtt: {title: Tomato, season: 2}\n", "utf-8")
    both = open_library([SAMPLE_EPISODES, folder], tmp_path / "cache")
    with answering(server, both, tmp_path):
        told = server.slash("podcast mentions", {"terms": "registry"}).wait_for_response()
        chart = server.file(told, "mentions.png")

    assert chart.startswith(b"\x89PNG")
    assert "“registry” is mentioned" in text_of(told)


@pytest.mark.usefixtures("in_no_hurry")
def test_nothing_that_is_said_calls_anybody(server: DiscordServer, app: App) -> None:
    search(server, "@everyone registry", visible=True)
    found = search(server, "@everyone registry")
    server.click(found, "Share").wait_for_response()
    server.click(found, "Next").wait_for_response()
    calls = [*server.called(FIRST), *server.called("execute_webhook")]
    bodies = [call.body.get("data", call.body) for call in calls if call.body.get("type") != 6]

    assert [body["allowed_mentions"] for body in bodies] == [{"parse": []}] * 4


def test_no_message_is_remembered(server: DiscordServer, app: App) -> None:
    """Their buttons need nothing that is not in their ids, and Discord has many messages."""
    found = search(server)
    server.click(found, "Next").wait_for_response()
    server.click(found, "Context").wait_for_response()
    client = app.account.client
    assert client

    assert [*client.persistent_views, *client._connection._view_store._views] == []


# For the right person.


@pytest.mark.parametrize("label", ["Context", "More Like This", "All Passages", "Useful"])
def test_everybody_may_press_the_buttons_of_what_everybody_sees(
    server: DiscordServer, app: App, label: str
) -> None:
    found = search(server, visible=True)
    grace = server.add_user("Grace")
    told = server.click(found, label, user=grace).wait_for_response()

    assert is_private(told)
    assert told in server.seen(grace)
    assert told not in server.seen()
    assert server.message(int(found["id"])) == found
    assert "Share" not in labels(found)


def test_an_answer_to_everybody_has_three_passages_at_most(server: DiscordServer, app: App) -> None:
    whole, found = search(server), search(server, visible=True)
    alone = server.click(found, "All Passages").wait_for_response()

    assert links(found) == links(whole)[:3]
    assert links(alone) == links(whole)


def test_others_are_told_kindly_that_a_button_of_an_earlier_version_is_not_theirs(
    server: DiscordServer, app: App
) -> None:
    found = search(server, visible=True)
    forge(server, found, "All Passages", 'aq1:turn:7:1,"search","tea",1,"",null,null')
    found = server.message(int(found["id"]))
    grace = server.add_user("Grace")
    told = server.click(found, "All Passages", user=grace).wait_for_response()

    assert is_private(told)
    assert "for the person who asked" in text_of(told)
    assert "/podcast" in text_of(told)
    assert server.message(int(found["id"])) == found
    assert app.do(app.store.feedback()) == ()


@pytest.mark.parametrize(
    "custom_id",
    ["aq9:anything", "aq1:vote:{owner}:1,2", "aq1:turn:{owner}:", "aq1:turn:{owner}:=gone"],
)
def test_a_button_of_another_version_says_so(
    server: DiscordServer, app: App, custom_id: str
) -> None:
    found = search(server)
    forged = custom_id.format(owner=f"{server.user.id:x}")
    forge(server, found, "Next", forged)
    told = server.click(found, forged).wait_for_response()

    assert text_of(told) == OUTDATED
    assert is_private(told)
    assert told["id"] != found["id"]


def test_a_long_request_is_kept_for_its_buttons_through_a_restart(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    with answering(server, library, tmp_path):
        found = search(server, LONG)
    with answering(server, library, tmp_path):
        turned = server.click(found, "Next").wait_for_response()

    assert all(len(each.get("custom_id", "")) <= 100 for each in _parts(found["components"]))
    assert LONG not in json.dumps([each.get("custom_id") for each in _parts(found["components"])])
    assert turned["id"] == found["id"]
    assert links(turned) != links(found)


def test_an_answer_goes_out_even_where_nothing_can_be_kept(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(app.folder / "airquote.db")) as database:
        database.execute("DROP TABLE kept_requests")
    found = search(server, LONG)

    assert links(found)
    assert "Some buttons will not work" in caplog.text


# In time.


def test_a_search_of_four_seconds_is_answered(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    def answered(library: Library, request: Request) -> Reply:
        time.sleep(4)
        return answer(library, request)

    with answering(server, library, tmp_path, answered):
        asked = server.slash("podcast search", {"query": "registry"})
        first = asked.wait_for_acknowledgement()
        found = asked.wait_for_response()

    assert first == THINKS
    assert is_private(found)
    assert server.seen() == [found]


@pytest.mark.usefixtures("in_no_hurry")
def test_what_is_there_at_once_is_the_first_response(server: DiscordServer, app: App) -> None:
    asked = server.slash("podcast search", {"query": "registry"})

    assert asked.wait_for_acknowledgement() == REPLIED
    assert server.click(asked.wait_for_response(), "Next").wait_for_acknowledgement() == CHANGED


def test_a_slow_page_takes_its_place_in_the_end(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    slow = Slow(answer)

    def answered(library: Library, request: Request) -> Reply:
        return slow(library, request) if request.page else answer(library, request)

    with answering(server, library, tmp_path, answered):
        found = search(server)
        turned = server.click(found, "Next")
        first = turned.wait_for_acknowledgement()
        slow.let.set()
        second = turned.wait_for_response()

    assert first == KEEPS_WAITING
    assert second["id"] == found["id"]
    assert links(second) != links(found)


def test_a_page_that_is_gone_leaves_the_one_before(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    slow = Slow()

    def answered(library: Library, request: Request) -> Reply:
        return slow(library, request) if request.page else answer(library, request)

    with answering(server, library, tmp_path, answered):
        found = search(server)
        turned = server.click(found, "Next")
        turned.wait_for_acknowledgement()
        slow.let.set()
        told = turned.wait_for_followup()

    assert text_of(told) == "At last."
    assert is_private(told)
    assert server.message(int(found["id"])) == found


def test_nothing_is_seen_by_others_of_a_slow_answer_that_shows_nothing(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    slow = Slow()
    with answering(server, library, tmp_path, slow):
        asked = server.slash("podcast search", {"query": "registry", "visible": True})
        asked.wait_for_acknowledgement()
        slow.let.set()
        told = asked.wait_for_followup()

    assert is_private(told)
    assert server.seen() == [told]


@pytest.mark.parametrize("slow", [False, True])
def test_that_something_was_answered_before_is_just_as_good(
    server: DiscordServer,
    library: Library,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    slow: bool,
) -> None:
    late = Slow(answer)
    if not slow:
        late.let.set()
    caplog.set_level(logging.INFO)
    with answering(server, library, tmp_path, late):
        server.fail(FIRST, Fault(status=400, code=ANSWERED, done=True))
        asked = server.slash("podcast search", {"query": "registry"})
        asked.wait_for_acknowledgement()
        late.let.set()
        found = asked.wait_for_response()

    assert links(found)
    assert server.seen() == [found]
    assert "already has a response" in caplog.text
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


# When it goes wrong.


def failures(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    # On a busy machine, the database may take too long to claim what is asked, which is no failure.
    others = [each for each in caplog.records if each.name != "bot.service.claims"]
    return [each for each in others if each.levelno >= logging.WARNING]


@pytest.mark.parametrize("visible", [False, True])
def test_a_failure_is_told_to_one_person_with_the_number_that_the_log_has(
    server: DiscordServer,
    library: Library,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    visible: bool,
) -> None:
    with answering(server, library, tmp_path, broken):
        told = search(server, "secret plans", visible=visible)
    (record,) = failures(caplog)

    assert is_private(told)
    assert re.search("this reference: ([0-9a-f]{8})", text_of(told))
    assert record.getMessage().split()[-1] in text_of(told)
    assert record.exc_info
    assert "secret plans" not in caplog.text


@pytest.mark.parametrize("visible", [False, True])
def test_a_late_failure_is_told_to_one_person_too(
    server: DiscordServer, library: Library, tmp_path: Path, visible: bool
) -> None:
    slow = Slow(broken)
    with answering(server, library, tmp_path, slow):
        asked = server.slash("podcast search", {"query": "registry", "visible": visible})
        asked.wait_for_acknowledgement()
        slow.let.set()
        told = asked.wait_for_followup() if visible else asked.wait_for_response()

    assert "this reference" in text_of(told)
    assert server.seen() == [told]
    assert server.seen(server.add_user("Grace")) == []


@pytest.mark.parametrize("label", ["Next", "Share", "Context"])
def test_a_button_that_fails_says_so_and_leaves_the_message(
    server: DiscordServer, library: Library, tmp_path: Path, label: str
) -> None:
    with answering(server, library, tmp_path):
        found = search(server)
    with answering(server, library, tmp_path, broken):
        told = server.click(found, label).wait_for_response()

    left = server.message(int(found["id"]))
    assert "this reference" in text_of(told)
    assert is_private(told)
    assert (text_of(left), labels(left)) == (text_of(found), labels(found))


def test_a_message_command_that_fails_says_so(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    said = server.say("registries")
    with answering(server, library, tmp_path, broken):
        told = server.context_menu("Find in podcast", said).wait_for_response()

    assert "this reference" in text_of(told)


def test_what_comes_too_late_is_one_quiet_line(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.fail(FIRST, Fault(status=404, code=UNKNOWN))
    server.slash("podcast search", {"query": "registry"})
    server.wait_for(lambda: len(server.called(FIRST)) == 1, "the answer")
    search(server)

    assert failures(caplog) == []
    (line,) = [each for each in caplog.messages if "Nobody is waiting" in each]
    assert str(UNKNOWN) in line
    assert len(server.called(FIRST)) == 2


def test_a_command_that_is_not_known_any_more_is_explained(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    with server.changed:
        old = {**server.api.commands[0][0], "name": "cast"}
        server.api.commands[0].append(old)
    told = server.slash("cast help").wait_for_response()

    assert "airquote discord sync" in text_of(told)
    assert is_private(told)
    assert "airquote discord sync" in caplog.text


def test_what_discord_refuses_is_told(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail(FIRST, Fault(status=400, code=50035))

    assert "this reference" in text_of(search(server))
    assert len(failures(caplog)) == 1


@pytest.mark.parametrize(("status", "code"), TOO_LATE)
def test_an_answer_that_comes_too_late_is_one_quiet_line(
    server: DiscordServer, app: App, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    caplog.set_level(logging.INFO)
    server.fail(FIRST, Fault(status=status, code=code))
    server.slash("podcast search", {"query": "registry"})
    server.wait_for(lambda: server.called(FIRST), "the try")
    search(server)
    (record,) = [each for each in caplog.records if "Nobody is waiting" in each.getMessage()]

    assert record.levelno == logging.INFO
    assert record.exc_info is None
    assert not [each for each in caplog.records if each.levelno > logging.INFO]


# While somebody types.


@pytest.mark.parametrize(
    ("command", "typed", "offered"),
    [
        ("podcast search", {"query": "x", "guest": "tomas v"}, ["Tomáš Vlček"]),
        (
            "podcast search",
            {"query": "x", "episode": "registry"},
            ["S01E01 · Sample: A Model Registry People Actually Use"],
        ),
        ("podcast search", {"query": "x", "season": "1"}, ["Season 1"]),
        ("podcast search", {"query": "x", "season": "2"}, []),
        (
            "podcast episode",
            {"words": "registry"},
            ["S01E01 · Sample: A Model Registry People Actually Use"],
        ),
    ],
)
def test_what_is_typed_is_completed(
    server: DiscordServer, app: App, command: str, typed: Json, offered: list[str]
) -> None:
    choices = server.autocomplete(command, typed)

    assert [each["name"] for each in choices] == offered


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("podcast search", "season"),
        ("podcast search", "guest"),
        ("podcast search", "episode"),
        ("podcast episode", "words"),
    ],
)
def test_no_more_is_suggested_than_discord_shows(
    server: DiscordServer, many: Library, tmp_path: Path, command: str, option: str
) -> None:
    with answering(server, many, tmp_path):
        choices = server.autocomplete(command, {option: ""})

    assert len(choices) == 25
    assert len({each["name"] for each in choices}) == 25


@pytest.fixture(scope="module")
def many() -> Library:
    """A podcast of more seasons, guests and episodes than fit, with titles longer than fit."""
    talks = (
        episode(f"talk-{n}", "A registry.", season=n, title=f"{n} {'On ' * 40}", guests=(f"G{n}",))
        for n in range(1, 31)
    )
    return Library("many", index_of(*talks), ())


def test_a_title_is_shown_as_far_as_discord_lets_it(
    server: DiscordServer, many: Library, tmp_path: Path
) -> None:
    with answering(server, many, tmp_path):
        (choice, *_) = server.autocomplete("podcast episode", {"words": "30"})

    assert 95 < len(choice["name"]) <= 100


def test_what_was_typed_but_not_chosen_is_understood_too(server: DiscordServer, app: App) -> None:
    typed = search(server, guest="vlcek", episode="model registry")
    chosen = search(server, guest="Tomáš Vlček", episode="s01e01")

    assert links(typed)
    assert links(typed) == links(chosen)


def test_suggestions_never_fail(
    server: DiscordServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken_library = Library("broken", None, ())  # type: ignore[arg-type]
    with answering(server, broken_library, tmp_path):
        choices = server.autocomplete("podcast search", {"query": "x", "guest": "tom"})

    assert choices == []
    assert "Suggestions failed." in caplog.messages


@pytest.mark.parametrize(
    ("fault", "level"),
    [
        *((Fault(status=status, code=code, done=True), logging.INFO) for status, code in TOO_LATE),
        (Fault(status=400, code=ANSWERED, done=True), logging.INFO),
        (Fault(status=403, done=True), logging.WARNING),
        (Fault(done=True), logging.WARNING),
    ],
)
def test_suggestions_that_come_too_late_are_one_line_without_a_person(
    server: DiscordServer,
    app: App,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    level: int,
) -> None:
    caplog.set_level(logging.INFO)
    server.fail(FIRST, fault)
    server.autocomplete("podcast search", {"query": "x", "guest": "tom"})
    search(server)
    (record,) = [each for each in caplog.records if "Suggestions" in each.getMessage()]

    assert record.levelno == level
    assert record.exc_info is None
    assert str(server.user.id) not in caplog.text


def test_the_end_waits_for_what_is_asked_and_takes_nothing_more_in(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    slow = Slow()
    with answering(server, library, tmp_path, slow) as app:
        asked = server.slash("podcast search", {"query": "registry"})
        asked.wait_for_acknowledgement()
        app.end()
        server.wait_for(lambda: not server.gateway.connected(), "the end of the session")
        slow.let.set()
        told = asked.wait_for_response()

    assert text_of(told) == "At last."


def test_a_search_that_found_nothing_can_be_changed(app: App) -> None:
    message = search(app.server, "zyxwvut season:1")
    form = app.server.click(message, "Change Search")
    (field,) = [each for each in parts_of(form.wait_for_modal()["components"]) if "value" in each]
    changed = form.submit(**{field["custom_id"]: "registry season:1"}).wait_for_response()

    assert field["value"] == "zyxwvut season:1"
    assert "What the podcast says about “registry”" in text_of(changed)
    assert is_private(changed)
    assert "Change Search" not in labels(changed)
