"""Replies in a terminal: nothing cut off, nothing taken for markup, nothing where nobody looks."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from bot.answers.replies import Card, Reply, SpokenTurn
from bot.library.evaluation import MEAN, Figures, Landing
from bot.models import Origin, Snippet
from bot.translations import speaking
from handlers.cli.evaluation import print_figures
from handlers.cli.progress import progress_bars
from handlers.cli.render import print_reply

URL = "https://youtu.be/abcdefghijk?t=11222333"
CARD = Card(
    "talk",
    "A talk about tea that has a title longer than many",
    "S01E02",
    ("Ann Lee", "Bo Ek"),
    URL,
    chapter="On leaves and water",
    speaker="Ann",
    start=70.0,
    time="1:10",
    snippet=Snippet("Water first, then the leaves: that is how they do it here.", ((22, 28),)),
)


def shown(reply: Reply, width: int = 80, colour: bool = False, page: int = 1) -> str:
    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    print_reply(console, reply, page)
    return out.getvalue()


def test_a_reply_is_its_sentence_its_notes_and_its_cards() -> None:
    text = shown(Reply("On “leaves”", ("A note.",), (CARD, CARD), more=True))

    assert text == (
        "On “leaves”\n"
        "A note.\n"
        "\n"
        " 1. A talk about tea that has a title longer than many\n"
        "    S01E02 · Ann Lee and Bo Ek · On leaves and water\n"
        "    Ann: Water first, then the leaves: that is how they do it here.\n"
        f"    ▶ 1:10 {URL}\n"
        "\n"
        " 2. A talk about tea that has a title longer than many\n"
        "    S01E02 · Ann Lee and Bo Ek · On leaves and water\n"
        "    Ann: Water first, then the leaves: that is how they do it here.\n"
        f"    ▶ 1:10 {URL}\n"
        "\n"
        "There is more: add --page 2 or a higher --limit.\n"
    )


def test_a_reply_is_shown_in_the_language_of_its_answer() -> None:
    heard = replace(CARD, source=Origin.CAPTIONS, heard_as="lifs")
    with speaking("de"):
        text = shown(Reply("Zu „leaves“", cards=(heard,), more=True), width=200)

    assert "automatische Untertitel, verstanden als „lifs“" in text
    assert "mit --page 2" in text


@pytest.mark.parametrize("width", [12, 20, 40, 80, 200])
def test_no_link_is_cut_and_no_line_is_longer_than_the_terminal(width: int) -> None:
    reply = Reply("What is said about “leaves”", ("Some note to wrap.",), (CARD,), more=True)
    lines = shown(reply, width).splitlines()

    assert sum(URL in line for line in lines) == 1
    assert all(len(line) <= width for line in lines if URL not in line)
    assert not any(line != line.rstrip() for line in lines)
    assert "Water first, then the leaves: that is how" in " ".join(" ".join(lines).split())


def test_wrapped_lines_stand_under_the_first() -> None:
    lines = shown(Reply("Tea", cards=(CARD,)), 40).splitlines()

    assert lines[2:4] == [" 1. A talk about tea that has a title", "    longer than many"]
    assert all(line.startswith("    ") for line in lines[3:])


@pytest.mark.parametrize(
    "text", ["[bold]tea[/bold]", "[/] and [/tea]", ":smile: [link=x]", "a\\[b]"]
)
def test_what_looks_like_markup_is_shown_as_it_is(text: str) -> None:
    card = Card("talk", text, text, (text,), "", text, text, snippet=Snippet(text, ((0, 3),)))
    shown_text = shown(Reply(text, (text,), (card,)), 200)

    assert shown_text.splitlines() == [
        text,
        text,
        "",
        f" 1. {text}",
        f"    {text} · {text} · {text}",
        f"    {text}: {text}",
    ]


def test_a_further_page_goes_on_counting_and_names_the_next() -> None:
    text = shown(Reply("Tea", cards=(CARD, CARD), more=True, first=6), page=2)

    assert "\n 6. A talk" in text
    assert "\n 7. A talk" in text
    assert "add --page 3 or" in text


def test_matched_words_are_marked_in_a_terminal_and_plain_elsewhere() -> None:
    reply = Reply("Tea", cards=(CARD,))
    (line,) = [line for line in shown(reply, colour=True).splitlines() if "Water" in line]

    assert "the \x1b[1;33mleaves\x1b[0m:" in line
    assert "\x1b" not in shown(reply)


def test_a_card_shows_only_what_is_known() -> None:
    bare = Card("talk", "A talk", "", (), "")
    untimed = Card("talk", "A talk", "", (), "https://youtu.be/abcdefghijk")
    unlinked = Card("talk", "A talk", "", (), "", time="1:10", source=Origin.CAPTIONS)

    assert shown(Reply("Tea", cards=(bare,))) == "Tea\n\n 1. A talk\n"
    assert shown(Reply("Tea", cards=(untimed,))).endswith("\n    ▶ https://youtu.be/abcdefghijk\n")
    assert shown(Reply("Tea", cards=(unlinked,))).endswith("\n    ▶ 1:10  automatic captions\n")


def figures_shown(rows: tuple[Figures, ...], landing: Landing | None = None) -> str:
    out = StringIO()
    print_figures(Console(file=out, width=100, color_system=None), rows, landing)
    return out.getvalue()


def test_figures_are_a_table_with_the_mean_set_apart() -> None:
    rows = tuple(Figures(style, 2, 0.5, 0.25, 1.0) for style in ("typo", "[/]", MEAN))
    lines = figures_shown(rows).splitlines()

    assert [line.split("│")[1].strip() for line in lines if "0.500" in line] == [
        "typo",
        "[/]",
        MEAN,
    ]
    assert [line.startswith("├") for line in lines].index(True) == 5
    assert "├" not in figures_shown(rows[:2])
    assert figures_shown(()) == ""


@pytest.mark.parametrize(
    ("landing", "text"),
    [
        (
            Landing(8, 3, 1.26, 4.0),
            "5 of 8 phrases found in the right episode. Links land 1.3 s from the words at the "
            "median, 4.0 s at\nthe 90th percentile.\n",
        ),
        (Landing(1, 1, float("nan"), float("nan")), "0 of 1 phrase found in the right episode.\n"),
    ],
)
def test_landing_is_a_sentence(landing: Landing, text: str) -> None:
    assert figures_shown((), landing) == text


@pytest.mark.parametrize("looking", [True, False])
def test_progress_is_shown_only_where_somebody_looks_and_leaves_nothing(looking: bool) -> None:
    out = StringIO()
    console = Console(file=out, width=60, force_terminal=looking, force_interactive=looking)
    with progress_bars(console) as report:
        report("Reading [files]", 1, 2)
        report("Reading [files]", 2, 2)
        report("Timing", 1, 1)
    text = out.getvalue()

    assert ("Reading [files]" in text) == ("Timing" in text) == looking
    assert text.endswith("\x1b[2K") == bool(text) == looking


def test_a_bar_without_progress_writes_nothing() -> None:
    out = StringIO()
    with progress_bars(Console(file=out, force_terminal=True, force_interactive=True)):
        pass

    assert out.getvalue() == ""


def test_a_question_stands_above_its_reply_and_an_episode_is_named_once() -> None:
    first = Card(
        "talk",
        "A talk",
        "S01E01",
        ("Tom",),
        "",
        speaker="Tom",
        snippet=Snippet("Because."),
        question=SpokenTurn("Ida", "", Snippet("But why?")),
    )
    second = replace(first, follows=True, question=None)

    assert shown(Reply("Found", cards=(first, second))).split("\n")[1:] == [
        "",
        " 1. A talk",
        "    S01E01 · Tom",
        "    Ida: But why?",
        "    Tom: Because.",
        "",
        " 2. In the same episode",
        "    Tom: Because.",
        "",
    ]


def test_a_card_says_what_it_is_among_others() -> None:
    card = Card("talk", "A talk", "", (), "", label="First: “tea”")

    assert shown(Reply("Tea", cards=(card,))).splitlines()[2] == " 1. First: “tea” · A talk"
