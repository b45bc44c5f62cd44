"""How replies look in Discord's messages."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.answers.dispatch import answer
from bot.answers.replies import Button, ButtonKind, Card, Instant, Moment, Reply, SpokenTurn
from bot.answers.requests import Request, Verb, read_request
from bot.library.library import Library
from bot.models import Origin, Snippet
from bot.search.mentions import Mentions, describe_seasons
from handlers.discord.render.custom_ids import EVERYBODY, parse_custom_id
from handlers.discord.render.limits import COMPONENTS, CONTENT, DESCRIPTION, TEXT_CHARACTERS
from handlers.discord.render.markdown import approved
from handlers.discord.render.messages import PAGE, RenderedMessage, render_reply, render_shared
from handlers.discord.render.posts import poll_text, post_text
from tests.builders import episode, index_of
from tests.fakes.discord.markdown import Line, read_markdown
from tests.fakes.discord.message_rules import parts_of
from tests.fakes.discord.rules import problems
from tests.hostile import LONG, NASTY, REPLIES, TEXTS, everywhere

Json = dict[str, Any]
ANN = 123456789012345678
FRAME, ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, GALLERY = 17, 1, 2, 3, 9, 10, 11, 12
V2 = 1 << 15
PNG = b"\x89PNG"
PASSAGE = Request(Verb.HIT, "tea", episode="tea", start=774.0, end=800.0)
PICTURE = "https://i.ytimg.com/vi/abcdefghijk/mqdefault.jpg"
HIT = Card(
    episode="tea",
    title="All About Tea",
    code="S02E03",
    guests=("Bo Lin",),
    url="https://youtu.be/abcdefghijk?t=772",
    chapter="Leaves",
    speaker="Bo Lin",
    start=774.0,
    end=800.0,
    time="12:54",
    snippet=Snippet("Green tea is never boiled.", ((6, 9),)),
    source=Origin.CAPTIONS,
    heard_as="T",
    picture=PICTURE,
    buttons=(
        Button(ButtonKind.SHARE, "Share", PASSAGE),
        Button(ButtonKind.OPEN, "Context", replace(PASSAGE, verb=Verb.CONTEXT)),
        Button(ButtonKind.ASK, "More Like This", replace(PASSAGE, verb=Verb.LIKE, text="")),
    ),
)
EPISODE = Card("tea", "All About Tea", "S02E03", ("Bo Lin",), "https://youtu.be/abcdefghijk")
TURNED = Request(Verb.SEARCH, "tea", page=1)
BELOW = (
    Button(ButtonKind.TURN, "Previous", replace(TURNED, page=0)),
    Button(ButtonKind.TURN, "Next", TURNED),
    Button(ButtonKind.JUDGE_USEFUL, "Useful", replace(TURNED, episode="tea", start=1.0, end=2.0)),
    Button(
        ButtonKind.JUDGE_NOT_THIS, "Not This", replace(TURNED, episode="tea", start=1.0, end=2.0)
    ),
)
# How an id says “tea”, the slug of an episode: another hash would make old buttons useless.
TEA = '"SxiRVR1M"'
TYPED = (
    "model registry",
    "modle registry",
    "guest:tomas",
    "zzzz",
    "help",
    "quote",
    "episode registry",
    "episodes",
    "mentions registry vs alert",
    "mentions registry",
    "",
)


def parts(sent: RenderedMessage, kind: int | None = None) -> list[Json]:
    found = parts_of(sent.view.to_components())
    return [part for part in found if kind is None or part["type"] == kind]


def texts(sent: RenderedMessage) -> list[str]:
    return [part["content"] for part in parts(sent, TEXT)]


def lines(sent: RenderedMessage) -> list[Line]:
    return [line for text in texts(sent) for line in read_markdown(text)]


def rows(sent: RenderedMessage) -> list[list[str]]:
    found = [row["components"] for row in parts(sent, ROW)]
    return [[e["label"] for e in row] for row in found if row[0]["type"] == BUTTON]


def options(sent: RenderedMessage) -> list[str]:
    """Name what the menu offers."""
    return [option["label"] for menu in parts(sent, SELECT) for option in menu["options"]]


def refused(sent: RenderedMessage) -> list[str]:
    """Say what Discord would refuse, whether the message is new or takes the place of another."""
    files = [file.filename for file in sent.files]
    told = {"parse": []}
    body = {"components": sent.view.to_components(), "flags": V2, "allowed_mentions": told}
    return problems("create_message", body, files, None)


def counted(term: str, *by_season: tuple[int, int]) -> Mentions:
    return Mentions(term, sum(n for _, n in by_season), 1, by_season, (), None, None, 0)


def assert_harmless(written: list[Line]) -> None:
    """Find no markup but ours, and no link but to a video."""
    ours = {"bold", "code", "link"}
    for run in (run for line in written for run in line.runs):
        assert run.styles <= ours, run
        assert run.url == approved(run.url), run
        assert ("link" in run.styles) == bool(run.url), run


def test_a_hit_looks_like_this() -> None:
    reply = Reply("What the podcast says about “tea”", ("I read “tee” as “tea”.",), (HIT,))

    sent = render_reply(replace(reply, buttons=BELOW[1:2]), ANN)

    owner, rest = f"{ANN:x}", f"0,{TEA},774.0,800.0"
    (frame,) = sent.view.to_components()
    shown = frame.pop("components")
    assert sent.kept == {}
    assert frame == {"type": FRAME, "accent_color": 0xF4B942, "spoiler": False}
    assert shown == [
        _text("What the podcast says about “tea”\n-# I read “tee” as “tea”."),
        _text("**Bo Lin**\n> Green **tea** is never boiled."),
        {
            "type": SECTION,
            "components": [
                _text("-# All About Tea · S02E03 · Leaves · Automatic captions, heard as “T”")
            ],
            "accessory": {
                "type": THUMBNAIL,
                "spoiler": False,
                "media": {"url": PICTURE},
                "description": None,
            },
        },
        _row(
            _button("▶ Watch at 12:54", 5, url="https://youtu.be/abcdefghijk?t=772"),
            _button("Share", custom_id=f'aq1:share:{owner}:1,"hit","tea",{rest}'),
            _button("Context", custom_id=f'aq1:open:{owner}:1,"context","tea",{rest}'),
            _button("More Like This", custom_id=f'aq1:ask:{owner}:1,"like","",{rest}'),
        ),
        _row(_button("Next", custom_id=f'aq1:turn:{owner}:1,"search","tea",1,"",null,null')),
    ]


def _text(content: str) -> Json:
    return {"type": TEXT, "content": content}


def _row(*buttons: Json) -> Json:
    return {"type": ROW, "components": [*buttons]}


def _button(label: str, style: int = 2, **leads_to: str) -> Json:
    return {"type": BUTTON, "style": style, "label": label, "disabled": False, **leads_to}


@pytest.mark.parametrize("typed", TYPED)
def test_discord_accepts_every_answer_of_the_sample_podcast(library: Library, typed: str) -> None:
    reply = answer(library, replace(read_request(typed), size=PAGE))
    sent = render_reply(reply, ANN)

    assert refused(sent) == []
    assert len(texts(sent)) > len(reply.cards)
    assert "did not fit" not in "".join(texts(sent))
    assert_harmless(lines(sent))


@pytest.mark.parametrize("typed", TYPED)
def test_discord_accepts_what_every_button_of_an_answer_leads_to(
    library: Library, typed: str
) -> None:
    reply = answer(library, read_request(typed))
    buttons = [*reply.buttons, *(button for card in reply.cards for button in card.buttons)]
    followed = [render_reply(answer(library, button.request), ANN) for button in buttons]

    assert [refused(each) for each in followed] == [[]] * len(buttons)


@given(REPLIES, st.sampled_from([None, PNG]))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_no_text_spoils_a_message_mentions_anybody_or_links_elsewhere(
    reply: Reply, chart: bytes | None
) -> None:
    sent = render_reply(reply, ANN, chart)

    assert refused(sent) == []
    assert_harmless(lines(sent))
    assert all(
        parse_custom_id(part["custom_id"]) for part in parts(sent, BUTTON) if "custom_id" in part
    )


@pytest.mark.parametrize("text", [*NASTY, *LONG], ids=lambda text: repr(text[:12]))
def test_nothing_that_is_said_everywhere_spoils_a_message(text: str) -> None:
    reply = everywhere(text)
    alone = [replace(reply, cards=(card,)) for card in reply.cards]

    for each in (reply, *alone):
        sent = render_reply(each, ANN)
        assert refused(sent) == []
        assert_harmless(lines(sent))
        assert len(texts(sent)) > 1
        assert len(render_shared(each, text)[0]) <= CONTENT


@pytest.mark.parametrize(
    "write",
    [lambda reply, sharer: render_shared(reply, sharer)[0], lambda reply, _: post_text(reply)],
)
@given(reply=REPLIES, sharer=TEXTS)
@example(reply=Reply("", cards=(Card("", "", "", (), ""),)), sharer="")
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_no_text_spoils_what_everybody_sees(
    write: Callable[[Reply, str], str], reply: Reply, sharer: str
) -> None:
    content = write(reply, sharer)
    *written, last = content.split("\n")
    playable = bool(reply.cards and approved(reply.cards[0].url))

    assert 0 < len(content) <= CONTENT
    assert playable == (approved(last) != "")
    assert_harmless(read_markdown("\n".join(written if playable else [*written, last])))


@pytest.mark.parametrize("nasty", [each for each in NASTY if each.isprintable() and each.strip()])
def test_words_are_shown_as_they_were_said(nasty: str) -> None:
    said = nasty.strip()
    card = replace(HIT, snippet=Snippet(said), title=said, speaker=said)
    sent = render_reply(Reply("Found", cards=(card,)), ANN)

    assert [line.text for line in lines(sent)[1:3]] == [f"{said} with Bo Lin", said]
    assert lines(sent)[3].text.startswith(f"{said} · S02E03")


def test_a_full_page_has_a_link_for_each_hit_and_a_menu_for_the_rest() -> None:
    sent = render_reply(Reply("Found", ("A note.",) * 3, (HIT,) * 5, buttons=BELOW), ANN)

    assert refused(sent) == []
    assert rows(sent)[:-1] == [["▶ Watch at 12:54"]] * 5
    assert rows(sent)[-1] == ["Previous", "Next", "Useful", "Not This"]
    assert options(sent)[:4] == ["1. Share", "1. Context", "1. More Like This", "2. Share"]
    assert len(options(sent)) == 15
    assert parts(sent, THUMBNAIL) == []


def test_four_hits_have_room_for_their_pictures() -> None:
    sent = render_reply(Reply("Found", cards=(HIT,) * 4, buttons=BELOW), ANN)

    assert len(parts(sent)) == 37
    assert [each["media"]["url"] for each in parts(sent, THUMBNAIL)] == [PICTURE] * 4


def test_an_option_carries_what_a_button_would_and_says_which_passage_it_is_about() -> None:
    sent = render_reply(Reply("Found", cards=(HIT, HIT)), ANN)
    (menu,) = parts(sent, SELECT)
    carried = [parse_custom_id(option["value"]) for option in menu["options"]]

    assert [each.kind for each in carried if each] == [each.kind for each in HIT.buttons] * 2
    assert {option["description"] for option in menu["options"]} == {"Bo Lin at 12:54"}


def test_what_everybody_sees_offers_nobody_to_share_it_again() -> None:
    sent = render_reply(Reply("Found", cards=(HIT, HIT), buttons=BELOW[:2]), EVERYBODY)

    assert options(sent) == ["1. Context", "1. More Like This", "2. Context", "2. More Like This"]
    assert all(
        found and (found.owner, found.kind) == (EVERYBODY, ButtonKind.ASK)
        for found in (parse_custom_id(part["custom_id"]) for part in parts(sent, BUTTON)[2:])
    )


def test_the_text_has_the_whole_width() -> None:
    sent = render_reply(Reply("Found", cards=(HIT,) * 4), ANN)
    beside = [part["components"][0]["content"] for part in parts(sent, SECTION)]

    assert len(beside) == 4
    assert not any("Green" in text for text in beside)


def test_a_page_as_it_is_asked_for_has_each_picture_beside_its_title(library: Library) -> None:
    asked = replace(read_request("registry"), size=PAGE)

    sent = render_reply(answer(library, asked), ANN)
    assert len(parts(sent, THUMBNAIL)) == len(parts(sent, SECTION)) > 1


def test_a_full_page_of_long_hits_fits() -> None:
    snippet = Snippet("feature_store " * 21, tuple((14 * n, 14 * n + 13) for n in range(21)))
    long = replace(HIT, title="A Title of About Sixty Characters " * 2, snippet=snippet)

    sent = render_reply(Reply("Found", ("A note.",) * 3, (long,) * 5, buttons=BELOW), ANN)
    assert refused(sent) == []
    assert rows(sent).count(["▶ Watch at 12:54"]) == 5


@pytest.mark.parametrize("number", [11, 30])
def test_components_beyond_the_limit_are_left_out_and_the_buttons_below_stay(number: int) -> None:
    sent = render_reply(Reply("Found", cards=(HIT,) * number, buttons=BELOW), ANN)

    assert refused(sent) == []
    assert COMPONENTS - 6 <= len(parts(sent)) <= COMPONENTS
    assert lines(sent)[-1].kinds == ("small",)
    shown = rows(sent).count(["▶ Watch at 12:54"])
    assert lines(sent)[-1].text == f"{number - shown} more did not fit. Please narrow your search."
    assert shown >= 5
    assert rows(sent)[-1] == ["Previous", "Next", "Useful", "Not This"]


def test_characters_beyond_the_limit_are_left_out() -> None:
    details = ("tea " * 20,) * 10
    card = replace(HIT, snippet=Snippet("tea " * 175), details=details, buttons=())
    sent = render_reply(Reply("Found", cards=(card,) * 9), ANN)

    shown = rows(sent).count(["▶ Watch at 12:54"])
    assert refused(sent) == []
    assert sum(map(len, texts(sent))) > TEXT_CHARACTERS * 0.7
    assert lines(sent)[-1].text.startswith(f"{9 - shown} more did not fit.")


@given(st.integers(0, 700), st.integers(0, 3))
def test_the_sentence_on_what_is_left_out_has_room_too(length: int, notes: int) -> None:
    card = replace(HIT, snippet=Snippet("x" * length), buttons=())

    assert refused(render_reply(Reply("Found", ("A note.",) * notes, (card,) * 13), ANN)) == []


def test_long_notes_leave_room_for_a_passage() -> None:
    sent = render_reply(Reply("Found", ("note " * 60,) * 20, (HIT,)), ANN)

    assert refused(sent) == []
    assert texts(sent)[1].startswith("**Bo Lin**")


def test_a_long_label_is_cut() -> None:
    sent = render_reply(Reply("Found", buttons=(replace(BELOW[1], label="Next " * 30),)), ANN)

    assert refused(sent) == []
    assert rows(sent)[0][0].endswith("Next…")


def test_what_is_alone_on_a_later_page_is_numbered_too() -> None:
    sent = render_reply(Reply("Found", cards=(HIT,), first=6), ANN)

    assert lines(sent)[1].text == "6. Bo Lin"


def test_what_the_chart_shows_is_not_said_again() -> None:
    tea = counted("tea", (1, 2), (2, 5))
    reply = Reply("Counted", (*describe_seasons(tea), "Most by Bo."), (HIT,), mentions=(tea,))

    assert [line.text for line in lines(render_reply(reply, ANN, PNG))[:2]] == [
        "Counted",
        "Most by Bo.",
    ]


def test_a_long_stretch_is_cut_where_the_message_ends() -> None:
    turns = tuple(SpokenTurn(f"Speaker {n}", "1:00", Snippet("word " * 60)) for n in range(40))
    sent = render_reply(Reply("Around 12:54", cards=(replace(HIT, turns=turns),)), ANN)

    assert refused(sent) == []
    assert sum(map(len, texts(sent))) > TEXT_CHARACTERS * 0.9
    assert lines(sent)[-1].text == "…"


def test_a_stretch_names_its_speakers_and_marks_the_words() -> None:
    turns = (
        SpokenTurn("Ida", "1:00", Snippet("What is tea?", ((8, 11),))),
        SpokenTurn("", "1:02", Snippet("It is leaves.")),
    )
    sent = render_reply(Reply("Around 1:02", cards=(replace(HIT, turns=turns, buttons=()),)), ANN)

    assert rows(sent) == [["▶ Watch at 12:54"]]
    assert texts(sent)[1:] == [
        "-# All About Tea · S02E03 · Leaves · Automatic captions, heard as “T”",
        "**Ida** · 1\\:00\nWhat is **tea**?\n\n1\\:02\nIt is leaves.",
    ]


def test_what_was_shown_before_is_a_quotation_amid_the_rest() -> None:
    turns = (
        SpokenTurn("Ida", "1:00", Snippet("Before.")),
        SpokenTurn("Bo", "1:02", Snippet("It.", ((0, 2),)), True),
        SpokenTurn("Ida", "1:04", Snippet("After.")),
    )
    sent = render_reply(Reply("Around 1:02", cards=(replace(HIT, turns=turns),)), ANN)

    assert [line.text for line in lines(sent) if "quote" in line.kinds] == ["It."]


def test_a_question_stands_above_its_reply_each_with_its_speaker() -> None:
    question = SpokenTurn("Ida", "", Snippet("Is tea boiled?", ((3, 6),)))
    sent = render_reply(Reply("Found", cards=(replace(HIT, question=question),)), ANN)

    assert [line.text for line in lines(sent) if "boiled" in line.text] == [
        "Ida: Is tea boiled?",
        "Green tea is never boiled.",
    ]


def test_a_second_passage_of_an_episode_does_not_name_it_again() -> None:
    sent = render_reply(Reply("Found", cards=(HIT, replace(HIT, follows=True))), ANN)

    places = [line.text for line in lines(sent) if line.text.endswith("“T”")]
    assert places[0].startswith("All About Tea · S02E03 · Leaves")
    assert places[1].startswith("In the same episode · Leaves")


def test_a_card_says_what_it_is_among_others() -> None:
    sent = render_reply(Reply("Counted", cards=(replace(HIT, label="First: “*tea*”"), HIT)), ANN)

    leads = [line.text for line in lines(sent) if line.text[:1].isdigit()]
    assert leads == ["1. First: “*tea*” · Bo Lin", "2. Bo Lin"]


def test_a_title_that_happens_to_be_in_the_sentence_is_shown() -> None:
    sent = render_reply(Reply("On “All About Tea leaves”", cards=(HIT,)), ANN)

    assert lines(sent)[3].text.startswith("All About Tea · S02E03")


def test_only_a_command_is_shown_as_one() -> None:
    notes = ("/data/talk.md: refused: it is empty.", "/podcast help: lists the commands")
    shown = lines(render_reply(Reply("Nothing.", notes), ANN))

    assert [line.text for line in shown if line.kinds == ("item",)] == [
        "/podcast help lists the commands"
    ]
    assert notes[0] in [line.text for line in shown]


def test_many_chapters_go_without_links_so_that_all_are_there() -> None:
    chapters = tuple(
        Moment(
            f"Leaves and how they are dried, {n}", f"{n}:00", f"https://youtu.be/abcdefghijk?t={n}"
        )
        for n in range(60)
    )
    shown = lines(render_reply(Reply("Tea", cards=(replace(EPISODE, chapters=chapters),)), ANN))

    assert [line.text for line in shown[-60:]] == [f"{m.time} {m.title}" for m in chapters]
    assert not any(run.url for line in shown for run in line.runs)


def test_a_list_of_ten_episodes_has_a_button_beside_each() -> None:
    chapters = Button(ButtonKind.ASK, "Chapters", Request(Verb.EPISODE, episode="tea"))
    sent = render_reply(
        Reply(
            "14 episodes", cards=(replace(EPISODE, buttons=(chapters,)),) * 10, buttons=BELOW[:2]
        ),
        ANN,
    )

    assert refused(sent) == []
    assert [part["accessory"]["label"] for part in parts(sent, SECTION)] == ["Chapters"] * 10
    assert texts(sent)[10] == (
        "**10\\. All About Tea**\n-# S02E03 · Bo Lin · [▶ Watch](https://youtu.be/abcdefghijk)"
    )


def test_an_episode_has_its_facts_and_chapters_with_links() -> None:
    chapters = (Moment("Leaves", "1:00", "https://youtu.be/abcdefghijk?t=58"),) * 60
    card = replace(EPISODE, details=("4 May 2021",), chapters=chapters)
    sent = render_reply(Reply("The episode “All About Tea”", cards=(card,), names_card=True), ANN)

    shown = lines(sent)
    assert [line.text for line in shown[1:5]] == ["S02E03 · Bo Lin", "4 May 2021", "", "Chapters"]
    assert [line.text for line in shown[5:]] == ["1:00 Leaves"] * 60
    assert shown[5].runs[0].url == "https://youtu.be/abcdefghijk?t=58"


def test_an_endless_episode_is_cut_where_the_message_ends() -> None:
    chapters = (Moment("Leaves " * 20, "1:00", "https://youtu.be/abcdefghijk?t=58"),) * 40
    card = replace(EPISODE, details=("word " * 90,) * 5, chapters=chapters)
    sent = render_reply(Reply("Tea", cards=(card,)), ANN)
    shown = [line.text for line in lines(sent) if line.text.startswith("1:00")]

    assert refused(sent) == []
    assert sum(map(len, texts(sent))) > TEXT_CHARACTERS * 0.9
    assert shown
    assert lines(sent)[-1].text == f"… and {40 - len(shown)} more chapters"


def test_a_chapter_links_to_nothing_unsafe() -> None:
    chapters = (Moment("Leaves", "1:00", "https://evil.example/)[x]("), Moment("Milk", "", ""))
    shown = lines(render_reply(Reply("Tea", cards=(replace(EPISODE, chapters=chapters),)), ANN))

    assert [line.text for line in shown[-2:]] == ["1:00 Leaves", "Milk"]
    assert not any(run.url for line in shown for run in line.runs)


def test_a_page_goes_on_counting_where_the_last_one_ended() -> None:
    sent = render_reply(Reply("Found", cards=(HIT, replace(HIT, speaker="Ann")), first=6), ANN)

    leads = [line.text for line in lines(sent) if line.text[:1].isdigit()]
    assert leads == ["6. Bo Lin", "7. Ann with Bo Lin"]
    assert options(sent)[::3] == ["6. Share", "7. Share"]


def test_help_has_a_line_for_each_group_of_commands_and_no_form(library: Library) -> None:
    sent = render_reply(answer(library, Request(Verb.HELP)), ANN)

    commands = [line for line in lines(sent) if line.kinds == ("item",)]
    assert all(line.runs[0].styles == {"code"} for line in commands)
    assert [line.runs[0].text for line in commands][:2] == [
        "/podcast search query:model registry",
        "/podcast quote, episode, episodes, mentions",
    ]
    assert len(rows(sent)[0]) == 3


def test_a_sentence_alone_has_no_frame() -> None:
    sent = render_reply(Reply("Shared."), ANN)

    assert [part["type"] for part in parts(sent)] == [TEXT]
    assert texts(sent) == ["Shared."]


def test_a_passage_without_a_video_has_no_link() -> None:
    sent = render_reply(Reply("Found", cards=(replace(HIT, url="javascript:evil()"),)), ANN)

    assert rows(sent) == [["Share", "Context", "More Like This"]]
    assert [part for part in parts(sent, BUTTON) if "url" in part] == []


def test_a_request_that_no_button_can_carry_has_none() -> None:
    endless = Button(ButtonKind.ASK, "More", Request(Verb.LIKE, "x" * 3000))

    assert rows(render_reply(Reply("Found", buttons=(endless, BELOW[1])), ANN)) == [["Next"]]


def test_only_what_is_shown_is_kept() -> None:
    def long(number: int) -> Card:
        request = Request(Verb.HIT, f"{number} {'tea ' * 30}", episode="tea", start=1.0, end=2.0)
        return replace(HIT, buttons=(Button(ButtonKind.SHARE, "Share", request),) * 3)

    sent = render_reply(Reply("Found", cards=tuple(map(long, range(9)))), ANN)

    shown = rows(sent).count(["▶ Watch at 12:54"])
    assert len(sent.kept) == shown
    assert len(options(sent)) == min(3 * shown, 25)
    assert refused(sent) == []


def test_discord_py_remembers_no_message() -> None:
    async def rendered() -> RenderedMessage:
        return render_reply(Reply("Found", cards=(HIT,), buttons=BELOW), ANN)

    view = asyncio.run(rendered()).view

    assert view.timeout is None
    assert view.is_finished()
    assert view.is_dispatchable()


def test_a_chart_is_shown_with_its_words_for_who_cannot_see_it() -> None:
    reply = Reply("“tea” is mentioned 7 times", ("Most by: *Bo*",), (HIT,))
    sent = render_reply(replace(reply, mentions=(counted("tea", (1, 2), (2, 5)),)), ANN, PNG)

    (gallery,) = parts(sent, GALLERY)
    (file,) = sent.files
    assert refused(sent) == []
    assert gallery["items"][0]["media"]["url"] == f"attachment://{file.filename}"
    assert gallery["items"][0]["description"] == "“tea” is mentioned 7 times Most by: *Bo*"
    assert file.fp.read() == PNG
    assert "█" not in "".join(texts(sent))


def test_what_is_said_of_a_chart_has_its_limit() -> None:
    sent = render_reply(Reply("Counted", ("note " * 60,) * 20, (HIT,)), ANN, PNG)

    said = parts(sent, GALLERY)[0]["items"][0]["description"]
    assert len(said) <= DESCRIPTION
    assert said.startswith("Counted note")


def test_without_a_picture_mentions_are_bars() -> None:
    mentions = (counted("tea", (1, 2), (2, 5)), counted("*co`ffee*", (1, 0), (2, 1)))
    sent = render_reply(Reply("Counted", cards=(HIT,), mentions=mentions), ANN)

    (box,) = [line for line in lines(sent) if line.kinds == ("box",)]
    assert box.text.split("\n") == [
        "     tea                 *coˋffee*",
        "S01  ██████ 2            0",
        "S02  ████████████████ 5  ███ 1",
    ]


@pytest.mark.parametrize(
    ("channel", "said"),
    [("123", "Paused. <#123>"), ("", "Paused."), ("1> @everyone", "Paused."), ("٣", "Paused.")],
)
def test_a_sentence_names_the_channel_it_is_about(channel: str, said: str) -> None:
    (text,) = texts(render_reply(Reply("Paused.", channel=channel), ANN))

    assert text == said


def test_what_speaks_for_a_passage_stands_below_it() -> None:
    card = replace(HIT, details=("a claim", "*short*"))
    found = texts(render_reply(Reply("Choose.", cards=(card,)), ANN))

    assert "\n-# a claim · \\*short\\*" in "\n".join(found)


def test_a_share_names_who_shared_and_who_said_it_and_plays_the_video() -> None:
    text, view = render_shared(Reply("", cards=(HIT,)), "Ann *the* Great")
    ((watch, context),) = (row["components"] for row in view.to_components())
    carried = parse_custom_id(context["custom_id"])

    assert text == (
        "**Ann \\*the\\* Great** shared from the podcast:\n"
        "**Bo Lin**\n"
        "> Green **tea** is never boiled.\n"
        "-# All About Tea · S02E03 · Leaves · Automatic captions, heard as “T”\n"
        "https://youtu.be/abcdefghijk?t=772"
    )
    assert (watch["label"], watch["url"]) == ("▶ Watch at 12:54", HIT.url)
    assert carried
    assert (context["label"], carried.kind, carried.owner) == ("Context", ButtonKind.OPEN, 0)


def test_a_talk_that_is_only_heard_is_linked_to_at_the_second_too() -> None:
    card = replace(HIT, url="https://cdn.example/12.mp3#t=772")
    sent = render_reply(Reply("Tea", cards=(card,)), ANN)
    (button,) = [part for part in parts(sent, BUTTON) if "url" in part]

    assert (button["label"], button["url"]) == ("▶ Listen at 12:54", card.url)
    assert render_shared(Reply("", cards=(card,)), "Ann")[0].splitlines()[-1] == card.url


def test_a_share_by_nobody_known_mentions_nobody() -> None:
    text, _ = render_shared(Reply("", cards=(HIT,)), " ")

    assert text.startswith("Shared from the podcast:\n")


def test_what_is_gone_is_shared_as_the_sentence_that_says_so() -> None:
    text, view = render_shared(Reply("No “*tea*”."), "Ann")

    assert (text, view.to_components()) == ("No “\\*tea\\*”.", [])


def test_what_was_said_in_other_words_is_no_quotation() -> None:
    card = replace(HIT, snippet=Snippet("In short: tea is tea."), in_short=True)
    posted = post_text(Reply("Thought of the week", cards=(card,)))

    assert posted.startswith("In short: tea is tea.\n")
    assert "> " not in posted


def test_the_question_of_a_host_is_above_a_posted_quote_in_small_print() -> None:
    asked = SpokenTurn("Alexey", "", Snippet("What is tea?"))
    card = replace(HIT, snippet=Snippet("A *leaf*."), speaker="Ann", question=asked)
    posted = post_text(Reply("Quote of the week", cards=(card,))).splitlines()
    poll = poll_text(Reply("Vote", cards=(card, card)))

    assert posted[0] == "-# Alexey: What is tea?"
    assert posted[1] == "> “A \\*leaf\\*.”"
    assert posted[2].startswith("**Ann**")
    assert poll.count("-# Alexey: What is tea?\n> A ") == 2


@pytest.mark.parametrize("terms", ["registry vs model vs the", "registry vs model vs the vs and"])
def test_several_terms_are_compared_in_one_message(library: Library, terms: str) -> None:
    reply = answer(library, Request(Verb.MENTIONS, terms))
    long = Snippet("This is what was said about it. " * 20)
    cards = tuple(replace(card, snippet=long) for card in reply.cards)
    made = render_reply(replace(reply, cards=cards), 7)
    shown = [part for part in parts_of(made.view.to_components()) if part["type"] == 10]

    assert len(cards) == 2 * (terms.count("vs") + 1)
    assert not any("did not fit" in part["content"] for part in shown)
    assert sum("This is what" in part["content"] for part in shown) == len(cards)


def test_an_episode_without_number_and_guests_has_a_card() -> None:
    talk = episode(
        "talk", "Tea is hot.", "Coffee is hotter.", title="A talk", youtube="testvid0001"
    )
    talks = Library("talks", index_of(talk), ())
    shown = answer(talks, Request(Verb.EPISODE, "talk"))
    context = answer(talks, Request(Verb.CONTEXT, "tea", episode="talk", start=0.0, end=20.0))

    for reply in (shown, context):
        made = render_reply(reply, 7).view.to_components()
        parts = [*parts_of(made)]
        assert not any("Nothing to show" in part.get("content", "") for part in parts)
        (watch,) = (part["url"] for part in parts if part.get("url"))
        assert watch.startswith("https://youtu.be/testvid0001")


def test_discord_shows_a_date_in_the_readers_own_time() -> None:
    due = Instant("Monday 23 November 2026, 09:00 (UTC)", datetime(2026, 11, 23, 9, tzinfo=UTC))
    reply = Reply("1. It is _due_", (f"Next: {due.text} <t:1:f>",), instants=(due,))
    text = str(render_reply(reply, ANN).view.to_components())

    assert f"Next: <t:{int(due.at.timestamp())}:f> \\\\<t" in text
