"""Languages on Slack: each member's own in private, one for what everybody sees."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.answers.suggestions import seasons
from bot.library.library import Library
from bot.posting.places import Recipient, RecipientKind, person_at
from bot.translations import languages, speaking
from handlers.slack.clients import Clients
from handlers.slack.locales import KNOWN_SECONDS, UNKNOWN_SECONDS, Locales
from handlers.slack.poster import SlackPoster
from handlers.slack.render.views import search_form, share_form, waiting_dialog
from tests.apps.slack import Desk, Stage, labels, text_of, words
from tests.fakes.slack.calls import Fault
from tests.fakes.slack.member import on_slack
from tests.fakes.slack.rules import view_problems
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.things import BOT_USER, TEAM
from tests.fakes.slack.tokens import BOT_TOKEN, NEEDED, OPTIONAL

T = TypeVar("T")

GERMAN = "de-DE"


@pytest.fixture(autouse=True)
def may_see_people(slack: SlackServer) -> None:
    slack.scopes = (*NEEDED, *OPTIONAL)


def join(slack: SlackServer, locale: str = GERMAN) -> Recipient:
    """Let somebody come who reads a language."""
    return person_at("slack", slack.workspace.add_person("Ida", locale), TEAM)


def ask(slack: SlackServer, story: Callable[[Locales], Awaitable[T]], **facts: object) -> T:
    """Let a story with what knows the languages happen."""

    async def run() -> T:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
        return await story(Locales(Clients(client), **facts))  # type: ignore[arg-type]

    return asyncio.run(run())


@pytest.mark.parametrize(("locale", "language"), [(GERMAN, "de"), ("en-GB", "en"), ("fr-FR", "")])
def test_a_member_reads_the_language_of_their_slack(
    slack: SlackServer, locale: str, language: str
) -> None:
    ida = join(slack, locale)

    assert ask(slack, lambda locales: locales.language_of(ida)) == language


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [(None, KNOWN_SECONDS), (Fault(error="fatal_error"), UNKNOWN_SECONDS)],
)
def test_slack_is_asked_once_in_a_while(
    slack: SlackServer, fault: Fault | None, seconds: float
) -> None:
    ida, now = join(slack), [1000.0]
    if fault:
        slack.fail("users.info", fault)

    async def story(locales: Locales) -> list[int]:
        asked = []
        for moment in (0.0, seconds - 1, seconds + 1):
            now[0] = 1000.0 + moment
            await asyncio.gather(*(locales.language_of(ida) for _ in range(3)))
            asked.append(len(slack.called("users.info")))
        return asked

    assert ask(slack, story, now=lambda: now[0]) == [1, 1, 2]


@pytest.mark.parametrize(
    "fault", [Fault(status=503), Fault(drop=True), Fault(content_type="text/plain")]
)
def test_where_slack_does_not_say_nothing_is_known(slack: SlackServer, fault: Fault) -> None:
    ida = join(slack)
    # aiohttp asks once more where nothing can have happened.
    slack.fail("users.info", fault, times=2)

    assert ask(slack, lambda locales: locales.language_of(ida)) == ""


def test_where_one_language_is_for_all_slack_is_not_asked(slack: SlackServer) -> None:
    ida = join(slack, "en-US")

    assert ask(slack, lambda locales: locales.language_of(ida), fixed="de") == "de"
    assert slack.called("users.info") == []


@pytest.mark.parametrize(("kind", "language"), [("PERSON", "de"), ("CHANNEL", "")])
def test_letters_are_in_the_language_of_who_gets_them(
    slack: SlackServer, kind: str, language: str
) -> None:
    ida = slack.workspace.add_person("Ida", GERMAN)
    recipient = Recipient("slack", TEAM, RecipientKind[kind], ida)

    async def story(locales: Locales) -> str:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url)
        return await SlackPoster(Clients(client), (), locales).language_of(recipient)

    assert ask(slack, story) == language


def test_who_hangs_is_not_waited_for(slack: SlackServer) -> None:
    class Hanging(AsyncWebClient):
        async def users_info(self, **_: object) -> AsyncSlackResponse:  # type: ignore[override]
            await asyncio.Event().wait()
            raise AssertionError

    async def run() -> str:
        async with asyncio.timeout(20):
            clients = Clients(Hanging(BOT_TOKEN, base_url=slack.api_url))
            return await Locales(clients).language_of(person_at("slack", "U1", TEAM))

    assert asyncio.run(run()) == ""


@pytest.mark.parametrize("language", languages())
def test_forms_and_their_titles_fit_in_every_language(language: str, library: Library) -> None:
    with speaking(language):
        forms = (waiting_dialog(), share_form(), search_form(seasons(library)))
    for view in forms:
        assert view_problems(view) == []
        named = [view["title"], view["close"], view.get("submit"), *labels_of(view)]
        assert not [each for each in named if each and each["text"].endswith("…")]


def labels_of(view: dict[str, Any]) -> list[dict[str, str]]:
    """List the labels of a form's fields."""
    return [block["label"] for block in view["blocks"] if block["type"] == "input"]


def read_german(desk: Desk) -> None:
    desk.slack.workspace.locales[desk.user] = GERMAN


def test_a_member_is_answered_in_their_language(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        read_german(desk)
        await desk.send(desk.home())
        home = desk.slack.workspace.homes[desk.user]
        assert "Neueste Folgen" in text_of(home)
        await desk.send(desk.press("Podcast durchsuchen", home))
        assert desk.dialogs[-1].view["submit"]["text"] == "Suchen"
        told = await desk.submit(words=words(""))
        assert "wähle einen Gast" in json.loads(told.body)["errors"]["words"]
        await desk.submit(words=words("model registry"))
        assert desk.dialogs[-1].view["title"]["text"] == "Aus dem Podcast"

    stage.play(story)


def test_a_refusal_is_explained_in_the_language_of_the_member(stage: Stage) -> None:
    async def story(desk: Desk) -> str:
        read_german(desk)
        await desk.send(desk.command("weekly on"))
        return text_of(desk.messages[-1])

    assert "Das können nur Admins dieses Workspace" in stage.play(story)


def test_what_everybody_sees_is_in_one_language(stage: Stage) -> None:
    async def story(desk: Desk) -> list[str]:
        read_german(desk)
        await desk.send(desk.mention(f"<@{BOT_USER}> model registry"))
        await desk.send(desk.command("model registry"))
        share = next(each for each in labels(desk.messages[-1]) if each in ("Share", "Teilen"))
        await desk.send(desk.press(share))
        return [each.text for each in desk.messages if not each.only_for]

    answered, shared = stage.play(story)

    assert answered.startswith("What the podcast says")
    assert shared.startswith("Shared from the podcast")


def test_a_fixed_language_is_for_what_everybody_sees_too(stage: Stage) -> None:
    async def story(desk: Desk) -> str:
        await desk.send(desk.command("registry"))
        await desk.send(desk.press("Share"))
        return desk.messages[-1].text

    with speaking("de"):
        assert stage.play(story).startswith("Aus dem Podcast geteilt")


# Through the real process.


def test_the_process_answers_each_in_their_language(home: Path) -> None:
    with on_slack(home) as platform:
        platform.slack.scopes = (*NEEDED, *OPTIONAL)
        ida = platform.join()
        platform.slack.workspace.locales[ida.user] = GERMAN
        assert "Podcast durchsuchen" in ida.open_home().buttons
        assert "Search the Podcast" in ida.neighbour().open_home().buttons
        assert "Das können nur Admins" in ida.say("weekly on").text


def test_the_process_speaks_the_language_of_its_settings(home: Path) -> None:
    with on_slack(home, AIRQUOTE_REPLY_LANGUAGE="de") as platform:
        platform.slack.scopes = (*NEEDED, *OPTIONAL)
        assert "Podcast durchsuchen" in platform.join().open_home().buttons
        languages_asked = [
            each for each in platform.slack.called("users.info") if "include_locale" in each.body
        ]
        assert languages_asked == []
