"""Mentions by season as Slack's own chart, and in letters where it is refused."""

from dataclasses import replace
from typing import Any

import pytest

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.search.mentions import Mentions, describe_seasons
from handlers.slack.render.messages import render_reply
from handlers.slack.render.views import render_dialog
from tests.apps.slack import Desk, Stage, text_of
from tests.fakes.slack.calls import RESPONSE_URL, Fault
from tests.fakes.slack.rules import message_problems, shown_texts
from tests.fakes.slack.things import BOT_USER

CHART = "data_visualization"


def counted(term: str, *by_season: tuple[int, int]) -> Mentions:
    total = sum(times for _, times in by_season)
    return Mentions(term, total, 1, by_season, (), None, None, 0)


def reply_of(library: Library, *mentions: Mentions) -> Reply:
    """Answer with a card, as mentions have one."""
    found = answer(library, Request(Verb.SEARCH, "registry"))
    return Reply("Counted", cards=found.cards[:1], mentions=mentions)


def chart_of(reply: Reply) -> dict[str, Any]:
    sent = render_reply(reply)
    (block,) = (each for each in sent["blocks"] if each["type"] == CHART)

    assert message_problems(sent) == []
    return dict(block["chart"])


def test_one_term_is_drawn_in_bars(library: Library) -> None:
    assert chart_of(reply_of(library, counted("tea", (1, 4), (2, 0), (4, 8)))) == {
        "type": "bar",
        "series": [
            {
                "name": "tea",
                "data": [
                    {"label": "S01", "value": 4},
                    {"label": "S02", "value": 0},
                    {"label": "S04", "value": 8},
                ],
            }
        ],
        "axis_config": {"categories": ["S01", "S02", "S04"], "y_label": "Mentions"},
    }


def test_several_terms_are_lines_of_the_same_seasons(library: Library) -> None:
    drawn = chart_of(reply_of(library, counted("tea", (1, 4), (2, 8)), counted("coffee", (2, 3))))

    assert drawn["type"] == "line"
    assert [[each["value"] for each in one["data"]] for one in drawn["series"]] == [[4, 8], [0, 3]]


@pytest.mark.parametrize("seasons", [20, 21, 47, 100])
def test_more_seasons_than_fit_are_joined_and_none_is_lost(library: Library, seasons: int) -> None:
    mentions = counted("tea", *((season, season) for season in range(1, seasons + 1)))
    drawn = chart_of(reply_of(library, mentions))

    assert len(drawn["axis_config"]["categories"]) <= 20
    assert sum(each["value"] for each in drawn["series"][0]["data"]) == mentions.total
    assert ("–" in drawn["axis_config"]["categories"][0]) is (seasons > 20)


def test_long_terms_keep_names_of_their_own(library: Library) -> None:
    terms = ("retrieval augmented generation", "retrieval augmented generators", "<!channel> & *x*")
    drawn = chart_of(reply_of(library, *(counted(each, (1, 1), (2, 2)) for each in terms)))
    names = [each["name"] for each in drawn["series"]]

    assert len({*names}) == 3
    assert all(len(name) <= 20 for name in names)


@pytest.mark.parametrize("mentions", [[counted("tea", (1, 4))], [counted("tea", (1, 0), (2, 0))]])
def test_a_single_season_or_none_is_no_chart(library: Library, mentions: list[Mentions]) -> None:
    sent = render_reply(reply_of(library, *mentions))

    assert CHART not in [each["type"] for each in sent["blocks"]]


def test_the_seasons_are_in_the_text_for_who_does_not_see_the_chart(library: Library) -> None:
    mentions = counted("tea", (1, 4), (2, 8))
    notes = tuple(describe_seasons(mentions))
    sent = render_reply(replace(reply_of(library, mentions), notes=notes))

    assert "tea: S1 4, S2 8" in sent["text"]
    assert "tea: S1 4, S2 8" not in "".join(shown_texts(sent["blocks"]))


def test_a_dialog_has_letters(library: Library) -> None:
    view = render_dialog(reply_of(library, counted("tea", (1, 4), (2, 8))))

    assert CHART not in [each["type"] for each in view["blocks"]]


@pytest.mark.parametrize("ask", ["command", "mention"])
def test_where_slack_refuses_the_chart_there_are_letters(stage: Stage, ask: str) -> None:
    def count(library: Library, _: Request) -> Reply:
        return reply_of(library, counted("tea", (1, 4), (2, 8)))

    async def story(desk: Desk) -> None:
        typed = "mentions tea"
        if ask == "command":
            desk.slack.fail(RESPONSE_URL, Fault(status=400, error="invalid_blocks"), 2)
            await desk.send(desk.command(typed))
        else:
            desk.slack.fail("chat.postMessage", Fault(error="invalid_blocks"), 2)
            await desk.send(desk.mention(f"<@{BOT_USER}> {typed}"))
        (told,) = desk.messages
        assert "S02  ████████████████ 8" in text_of(told)
        # At first, it may have been the picture that was refused.
        sent = RESPONSE_URL if ask == "command" else "chat.postMessage"
        assert len(desk.slack.called(sent)) == 3

    stage.play(story, count)


def test_what_slack_takes_is_sent_once(stage: Stage) -> None:
    def count(library: Library, _: Request) -> Reply:
        return reply_of(library, counted("tea", (1, 4), (2, 8)))

    async def story(desk: Desk) -> None:
        await desk.send(desk.command("mentions tea"))
        (told,) = desk.messages
        assert CHART in [each["type"] for each in told.blocks]
        assert len(desk.slack.called(RESPONSE_URL)) == 1

    stage.play(story, count)
