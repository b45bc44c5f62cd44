"""How replies look in Slack's dialogs and in App Home, and how its form is read."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.answers.buttons import help_buttons
from bot.answers.dispatch import answer
from bot.answers.replies import Button, ButtonKind, Instant, Reply
from bot.answers.requests import Request, Verb, read_request
from bot.answers.suggestions import Suggestion, seasons
from bot.library.library import Library, open_library
from bot.weekly.home import Home, Switch, gather_latest
from bot.weekly.moderation import MODERATING
from handlers.slack.render.buttons import Surface, read_press
from handlers.slack.render.home import home_view, render_home
from handlers.slack.render.messages import render_reply
from handlers.slack.render.views import (
    read_form,
    render_dialog,
    search_form,
    share_form,
    waiting_dialog,
)
from tests.fakes.slack.rules import parts_of, shown_texts, view_problems
from tests.hostile import LONG, NASTY, REPLIES, everywhere

SEASONS = (Suggestion("Season 2", "2"), Suggestion("Season 1", "1"))
# What only those decide who all see it.
FOR_ALL = {ButtonKind.REPORT, ButtonKind.VOTE}
EVERY_BUTTON = tuple(Button(kind, kind.value, Request(Verb.SEARCH, "tea")) for kind in ButtonKind)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Library:
    episodes = Path(__file__).parents[3] / "data" / "episodes"
    return open_library([episodes], tmp_path_factory.mktemp("cache"))


def kinds(view: dict[str, Any]) -> list[str]:
    buttons = (part for part in parts_of(view["blocks"]) if part.get("type") == "button")
    return [button["action_id"].partition(".")[0] for button in buttons]


def filled_in(**values: str) -> dict[str, Any]:
    """Fill in the form as Slack sends it; a select says "null" where nothing is chosen."""
    fields: dict[str, Any] = {"words": {"words": {"type": "plain_text_input", "value": None}}}
    for name in ("guest", "episode", "season"):
        fields[name] = {name: {"type": "external_select", "selected_option": None}}
    for name, value in values.items():
        field = fields[name][name]
        field.update({"value": value} if name == "words" else {"selected_option": {"value": value}})
    return {"state": {"values": fields}}


def test_slack_accepts_the_dialog_of_more_context(sample: Library) -> None:
    found = answer(sample, read_request("model registry"))
    more = next(each for each in found.cards[0].buttons if each.kind is ButtonKind.OPEN)

    view = render_dialog(answer(sample, more.request))
    assert view_problems(view) == []
    assert view["title"]["text"] == "In Context"


@pytest.mark.parametrize("typed", ["model registry", "help", "zzzz", "episodes"])
def test_slack_accepts_answers_in_dialogs(sample: Library, typed: str) -> None:
    view = render_dialog(answer(sample, read_request(typed)))

    assert view_problems(view) == []
    assert view["title"]["text"] == "From the Podcast"


def test_app_home_begins_with_the_search_and_ends_with_versions(sample: Library) -> None:
    due = Instant("Monday 23 November 2026, 09:00 (UTC)", datetime(2026, 11, 23, 9, tzinfo=UTC))
    switches = (Switch("C1", "a quote on Mondays", True), Switch("C2", "every new episode", False))
    latest = gather_latest([sample])
    home = Home("Ask", help_buttons(sample), latest, ("tea",), due, switches, ("1.0", "index a"))
    view = home_view(home)
    search, *rest = [part for part in parts_of(view["blocks"]) if part.get("type") == "button"]
    code = view["blocks"][-1]["elements"][0]["elements"]

    assert view_problems(view, frozenset({"C1", "C2"})) == []
    assert (search["text"]["text"], search["style"]) == ("Search the Podcast", "primary")
    assert [each["style"] for each in rest if "style" in each] == []
    pictures = [each for each in view["blocks"] if "accessory" in each]
    assert len(pictures) == 5
    assert "10 June 2025 · Søren Kjeldahl · S01E06" in pictures[0]["text"]["text"]
    assert code == [{"type": "text", "text": "1.0 · index a", "style": {"code": True}}]
    assert read_press(rest[-1])[1] == Request(Verb.WEEKLY, "status C1")
    assert len(view["blocks"]) <= 100


def test_app_home_tells_members_nothing_of_switches_and_versions(sample: Library) -> None:
    home = Home("Ask", help_buttons(sample), gather_latest([sample]))
    texts = "\n".join(shown_texts(home_view(home)))

    assert "This workspace" not in texts
    assert "/podcast follow feature store" in texts
    assert sample.id not in texts


@pytest.mark.parametrize("text", [*NASTY, *LONG], ids=lambda text: repr(text[:12]))
def test_nothing_that_an_episode_is_called_spoils_app_home(text: str) -> None:
    (card,) = everywhere(text).cards[:1]
    home = Home(text, (), (card,) * 5, (text,) * 20, None, (Switch(text, text, True),), (text,))

    assert view_problems(home_view(home)) == []


def test_app_home_without_episodes_announces_none() -> None:
    assert len(render_home(Reply("There are no episodes yet."))["blocks"]) == 1


@given(REPLIES)
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_no_text_spoils_a_view(reply: Reply) -> None:
    assert view_problems(render_dialog(reply)) == []
    assert view_problems(render_home(reply)) == []


@pytest.mark.parametrize("text", [*NASTY, *LONG], ids=lambda text: repr(text[:12]))
def test_nothing_that_is_said_everywhere_spoils_a_view(text: str) -> None:
    assert view_problems(render_dialog(everywhere(text))) == []
    assert view_problems(render_home(everywhere(text))) == []


def test_a_hundred_cards_are_too_many_for_a_view(sample: Library) -> None:
    found = answer(sample, read_request("model registry"))

    view = render_dialog(replace(found, cards=found.cards * 20))
    assert view_problems(view) == []
    assert 90 < len(view["blocks"]) <= 100


def test_a_dialog_of_a_conversation_offers_all_that_a_message_does() -> None:
    view = render_dialog(Reply("Found", buttons=EVERY_BUTTON), Surface.CHANNEL_DIALOG)

    assert kinds(view) == [kind.value for kind in ButtonKind if kind not in FOR_ALL]


def test_in_a_dialog_of_no_conversation_nothing_is_decided() -> None:
    everything_else = [
        kind.value for kind in ButtonKind if kind not in (ButtonKind.EDIT, *MODERATING)
    ]

    assert kinds(render_dialog(Reply("Found", buttons=EVERY_BUTTON))) == everything_else


def test_only_what_everybody_sees_can_be_reported_and_is_not_decided_on_there() -> None:
    seen = kinds(render_reply(Reply("Found", buttons=EVERY_BUTTON), public=True))

    assert set(seen) & {ButtonKind.EDIT, *MODERATING} == FOR_ALL


def test_app_home_offers_nothing_that_needs_a_conversation() -> None:
    home = kinds(render_home(Reply("Hello", buttons=EVERY_BUTTON)))

    assert home == ["ask", "ask", "open", "form"]


def test_slack_accepts_the_form_that_asks_where_to_share() -> None:
    assert view_problems(share_form()) == []


def test_slack_accepts_the_dialog_that_waits() -> None:
    view = waiting_dialog()

    assert view_problems(view) == []
    assert view["type"] == "modal"


@pytest.mark.parametrize("choices", [(), SEASONS, SEASONS * 80])
def test_slack_accepts_the_form(choices: tuple[Suggestion, ...]) -> None:
    view = search_form(choices)

    names = ["words", "guest", "episode", "season"]
    assert view_problems(view) == []
    assert view["callback_id"] == "search"
    assert all(block["optional"] for block in view["blocks"])
    assert [block["block_id"] for block in view["blocks"]] == names[: 4 if choices else 3]
    assert [block["element"]["action_id"] for block in view["blocks"]] == names[
        : 4 if choices else 3
    ]


def test_the_form_offers_the_seasons_of_the_podcast(sample: Library) -> None:
    options = search_form(seasons(sample))["blocks"][3]["element"]["options"]

    assert [(each["text"]["text"], each["value"]) for each in options] == [("Season 1", "1")]


@pytest.mark.parametrize(
    ("values", "query"),
    [
        ({}, ""),
        ({"words": " green tea "}, "green tea"),
        ({"words": "tea", "guest": "Bo Lin"}, 'tea guest:"Bo Lin"'),
        (
            {"guest": "Bo Lin", "episode": "s02e03", "season": "2"},
            'guest:"Bo Lin" episode:"s02e03" season:"2"',
        ),
    ],
)
def test_the_form_is_read_as_a_query(values: dict[str, str], query: str) -> None:
    assert read_form(filled_in(**values)) == query


@pytest.mark.parametrize("view", [{}, {"state": {}}, {"state": {"values": {"words": {}}}}])
def test_a_form_of_another_version_is_read_as_far_as_it_goes(view: dict[str, Any]) -> None:
    assert read_form(view) == ""
