"""How replies look in Slack's messages."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.answers.dispatch import answer
from bot.answers.replies import Button, ButtonKind, Card, Instant, Moment, Reply, SpokenTurn
from bot.answers.requests import Request, Verb, read_request
from bot.library.library import Library
from bot.models import Origin, Snippet
from bot.players import is_link
from bot.search.mentions import Mentions
from handlers.slack.render.buttons import read_press
from handlers.slack.render.messages import count_characters, render_reply, render_shared
from handlers.slack.render.mrkdwn import decode_mrkdwn
from handlers.slack.render.posts import channel_post
from tests.fakes.slack.rules import message_problems, parts_of, shown_texts
from tests.hostile import LONG, NASTY, REPLIES, everywhere

SPOILING = re.compile(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
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
    ),
)
EPISODE = Card("tea", "All About Tea", "S02E03", ("Bo Lin",), "https://youtu.be/abcdefghijk")
ABOUT = "the passage at 12:54 of All About Tea"
NEXT = Button(ButtonKind.TURN, "Next", Request(Verb.SEARCH, "tea", page=1))
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
    "search quote",
    "",
)


def texts(payload: dict[str, Any]) -> list[str]:
    return list(shown_texts(payload["blocks"]))


def lines(payload: dict[str, Any]) -> list[str]:
    """Read the lines of all rich text."""
    kinds = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
    parts = [part for part in parts_of(payload["blocks"]) if part.get("type") in kinds]
    return ["".join(run.get("text", "") for run in part["elements"]) for part in parts]


def small(payload: dict[str, Any]) -> list[str]:
    """Read where passages are from: the plain text that is on no button."""
    blocks = [each for each in payload["blocks"] if each["type"] in ("context", "section")]
    return list(shown_texts(blocks))


def menus(payload: dict[str, Any]) -> list[list[str]]:
    """Name what the menus offer."""
    found = [part for part in parts_of(payload["blocks"]) if part.get("type") == "overflow"]
    return [[option["text"]["text"] for option in each["options"]] for each in found]


def buttons(payload: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in parts_of(payload["blocks"]) if part.get("type") == "button"]


def chart_of(*mentions: Mentions) -> list[str]:
    sent = render_reply(Reply("Counted", cards=(HIT,), mentions=mentions), charts=False)
    drawn = [p for p in parts_of(sent["blocks"]) if p.get("type") == "rich_text_preformatted"]
    return [line for part in drawn for line in part["elements"][0]["text"].split("\n")]


def counted(term: str, *by_season: tuple[int, int]) -> Mentions:
    total = sum(times for _, times in by_season)
    return Mentions(term, total, 1, by_season, (), None, None, 0)


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def run_of(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def element_of(kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "elements": list(elements)}


def button_of(action: str, label: str, **facts: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": plain(label), **facts}


def hit_button(action: str, label: str, **facts: str) -> dict[str, Any]:
    return button_of(action, label, accessibility_label=f"{label}: {ABOUT}", **facts)


def test_a_hit_looks_like_this() -> None:
    reply = Reply("What the podcast says about “tea”", ("I read “tee” as “tea”.",), (HIT,))

    sentence = element_of("rich_text_section", run_of("What the podcast says about “tea”"))
    speaker = element_of("rich_text_section", run_of("Bo Lin", bold=True))
    said = run_of("Green "), run_of("tea", bold=True), run_of(" is never boiled.")
    source = plain("All About Tea\nS02E03 · Leaves · Automatic captions, heard as “T”")
    picture = {"type": "image", "image_url": PICTURE, "alt_text": "All About Tea"}
    url = "https://youtu.be/abcdefghijk?t=772"
    hit, context = (f'[1,"{verb}","tea",0,"tea",774.0,800.0]' for verb in ("hit", "context"))
    assert render_reply(replace(reply, buttons=(NEXT,))) == {
        "text": (
            "What the podcast says about “tea”\n"
            "I read “tee” as “tea”.\n"
            "Bo Lin at 12:54, All About Tea: “Green tea is never boiled.”"
        ),
        "blocks": [
            element_of("rich_text", sentence),
            element_of("context", plain("I read “tee” as “tea”.")),
            element_of("rich_text", speaker, element_of("rich_text_quote", *said)),
            {"type": "section", "text": source, "accessory": picture},
            element_of(
                "actions",
                hit_button("watch.0", "▶ Watch at 12:54", url=url, style="primary"),
                hit_button("share.1", "Share", value=hit),
                hit_button("open.2", "Context", value=context),
            ),
            element_of(
                "actions", button_of("turn.0", "Next", value='[1,"search","tea",1,"",null,null]')
            ),
        ],
        "unfurl_links": False,
        "unfurl_media": False,
    }


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("public", [False, True])
def test_slack_accepts_every_answer_of_the_sample_podcast(
    library: Library, typed: str, public: bool
) -> None:
    sent = render_reply(answer(library, read_request(typed)), public)

    assert message_problems(sent) == []
    assert len(sent["blocks"]) > 0


@pytest.mark.parametrize("typed", [typed for typed in TYPED if typed != "help"])
def test_slack_accepts_what_every_button_of_an_answer_leads_to(
    library: Library, typed: str
) -> None:
    reply = answer(library, read_request(typed))
    buttons = [*reply.buttons, *(button for card in reply.cards for button in card.buttons)]
    followed = [answer(library, button.request) for button in buttons]

    assert [message_problems(render_reply(each)) for each in followed] == [[]] * len(buttons)


def test_a_talk_that_is_only_heard_is_linked_to_at_the_second_too() -> None:
    url = "https://cdn.example/12.mp3#t=772"
    watch, *_ = buttons(render_reply(Reply("Tea", cards=(replace(HIT, url=url),))))

    assert (watch["url"], watch["text"]["text"]) == (url, "▶ Listen at 12:54")


def test_long_addresses_of_chapters_leave_room_for_the_message() -> None:
    url = f"https://cdn.example/{'x' * 440}.mp3#t=58"
    chapters = (Moment("Leaves", "1:00", url),) * 58
    sent = render_reply(Reply("Tea", cards=(replace(EPISODE, chapters=chapters),)))

    assert len(json.dumps(sent)) < 12_000
    assert "more chapters" in json.dumps(sent)


@given(REPLIES)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_no_text_spoils_a_message_mentions_anybody_or_links_elsewhere(reply: Reply) -> None:
    for sent in (render_reply(reply), render_reply(reply, public=True)):
        assert message_problems(sent) == []
        assert_harmless(sent)


@pytest.mark.parametrize("text", [*NASTY, *LONG], ids=lambda text: repr(text[:12]))
def test_nothing_that_is_said_everywhere_spoils_a_message(text: str) -> None:
    reply = everywhere(text)
    alone = [render_reply(replace(reply, cards=(card,))) for card in reply.cards]

    for sent in (render_reply(reply), render_shared(reply, ""), *alone):
        assert message_problems(sent) == []
        assert_harmless(sent)


@given(REPLIES)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_no_text_spoils_what_is_shared(reply: Reply) -> None:
    sent = render_shared(reply, "U123")

    assert message_problems(sent, people=frozenset({"U123"})) == []
    assert_harmless(sent)


def assert_harmless(sent: dict[str, Any]) -> None:
    """Find no markup that is parsed, no link but ours, and nothing that cannot travel."""
    parts = list(parts_of(sent))
    written = [value for part in parts for value in part.values() if isinstance(value, str)]
    assert not SPOILING.search("".join(written))
    assert all(is_link(part["url"]) for part in parts if "url" in part)
    assert all(part.get("type") != "mrkdwn" for part in parts)
    assert "://" not in sent["text"]


@pytest.mark.parametrize("nasty", [each for each in NASTY if each.isprintable() and each.strip()])
def test_words_are_shown_as_they_were_said(nasty: str) -> None:
    said = nasty.strip()

    card = replace(HIT, snippet=Snippet(said), title=said, speaker=said)
    sent = render_reply(Reply("Found", cards=(card,)))

    assert [said in line for line in lines(sent)[1:3]] == [True, True]
    assert any(text.startswith(said) for text in small(sent))


def test_a_page_goes_on_counting_where_the_last_one_ended() -> None:
    sent = render_reply(Reply("Found", cards=(HIT, replace(HIT, speaker="Ann")), first=6))

    assert [line for line in lines(sent) if line[0].isdigit()] == [
        "6. Bo Lin",
        "7. Ann with Bo Lin",
    ]


def test_what_is_alone_on_a_later_page_is_numbered_too() -> None:
    assert "6. Bo Lin" in lines(render_reply(Reply("Found", cards=(HIT,), first=6)))


def test_a_line_stands_between_passages_and_above_what_can_be_done_next() -> None:
    sent = render_reply(Reply("Found", cards=(HIT, HIT), buttons=(NEXT,)))

    shown = [block["type"] for block in sent["blocks"]]
    hit = ["divider", "rich_text", "context", "actions"]
    assert shown == ["rich_text", *hit, *hit, "divider", "actions"]


def test_a_passage_without_a_video_has_its_time_and_no_link() -> None:
    sent = render_reply(Reply("Found", cards=(replace(HIT, url=""),)))

    assert "12:54 · S02E03 · Leaves" in small(sent)[0]
    assert [button["action_id"] for button in buttons(sent)] == ["share.0", "open.1"]


def test_more_than_fits_in_blocks_is_left_out_and_the_buttons_stay() -> None:
    sent = render_reply(Reply("Found", cards=(HIT,) * 30, buttons=(NEXT,)))

    assert message_problems(sent) == []
    assert texts(sent).count("Share") == 11
    assert "19 more did not fit. Please narrow your search." in texts(sent)
    assert buttons(sent)[-1]["action_id"] == "turn.0"


@pytest.mark.parametrize("actions", [(), (NEXT,)])
@pytest.mark.parametrize("notes", [(), ("A note.",)])
def test_there_is_room_for_the_line_that_says_what_is_left_out(
    notes: tuple[str, ...], actions: tuple[Button, ...]
) -> None:
    sent = render_reply(Reply("Found", notes, (HIT,) * 30, buttons=actions))
    shown = texts(sent).count("Share")

    assert message_problems(sent) == []
    assert f"{30 - shown} more did not fit. Please narrow your search." in texts(sent)
    # A passage takes four blocks.
    assert 50 - 4 < len(sent["blocks"]) <= 50


@pytest.mark.parametrize("notes", [(), ("tea " * 75,) * 16])
def test_more_than_fits_in_characters_is_left_out(notes: tuple[str, ...]) -> None:
    card = replace(HIT, snippet=Snippet("tea " * 175), title="Tea " * 30)

    sent = render_reply(Reply("Found", notes, (card,) * 12))

    shown = texts(sent).count("Share")
    assert message_problems(sent) == []
    assert 0 < shown < 12
    assert len(sent["text"]) + count_characters(sent["blocks"]) in range(9000, 10_001)
    assert f"{12 - shown} more did not fit. Please narrow your search." in texts(sent)


def test_a_long_snippet_is_cut_on_a_word_and_keeps_its_marks() -> None:
    said = "green tea " * 300
    snippet = Snippet(said, ((6, 9), (2996, 2999)))

    quote = render_reply(Reply("Found", cards=(replace(HIT, snippet=snippet),)))["blocks"][1][
        "elements"
    ]
    runs = quote[1]["elements"]
    assert [run["text"] for run in runs if "style" in run] == ["tea"]
    assert runs[-1]["text"].endswith(("green…", "tea…"))
    assert sum(len(run["text"]) for run in runs) <= 700


def of_episode(text: str) -> Reply:
    return Reply("Tea", cards=(replace(EPISODE, details=(text,)),))


def of_hit(**changes: Any) -> Reply:
    return Reply("Found", cards=(replace(HIT, **changes),))


@pytest.mark.parametrize(
    ("most", "reply"),
    [
        (500, Reply),
        (300, lambda text: Reply("Found", (text,))),
        (300, lambda text: Reply("Found", (text,), (HIT,))),
        (150, lambda text: of_hit(title=text, code="", chapter="", source=None)),
        (100, lambda text: of_hit(speaker=text)),
        (700, lambda text: of_hit(snippet=Snippet(text))),
        (400, lambda text: of_hit(details=(text,))),
        (400, of_episode),
        (1500, lambda text: of_hit(turns=(SpokenTurn("Ann", "1:00", Snippet(text)),))),
    ],
)
def test_each_text_is_cut_only_where_it_is_too_long(
    most: int, reply: Callable[[str], Reply]
) -> None:
    whole, longer = (texts(render_reply(reply("x" * length))) for length in (most, most + 1))

    assert any("x" * most in text for text in whole)
    assert not any("x" * most in text for text in longer)
    assert any("x…" in text for text in longer)


def test_sixteen_notes_and_ten_details_are_shown() -> None:
    many = tuple(f"No. {number}" for number in range(20))

    def last(reply: Reply) -> str:
        return re.findall(r"No\. \d+", " ".join(texts(render_reply(reply))))[-1]

    assert last(Reply("Found", many)) == "No. 15"
    assert last(Reply("Found", many, (HIT,))) == "No. 15"
    assert last(of_hit(details=many)) == "No. 9"
    assert last(Reply("Tea", cards=(replace(EPISODE, details=many),))) == "No. 9"


def test_what_is_read_aloud_goes_on_for_fifteen_hundred_characters() -> None:
    assert len(render_reply(Reply("Found", ("tea " * 50,) * 10))["text"]) in range(1480, 1501)


def test_equal_buttons_are_told_apart_by_screen_readers() -> None:
    later = replace(HIT, time="20:00", title="A Title That Goes On and On " * 5)
    pages = [_page(HIT), _page(later), _page(HIT, later)]

    labels = [part["accessibility_label"] for page in pages for part in buttons(render_reply(page))]
    assert len(set(labels)) == 6
    assert max(map(len, labels)) <= 75


def test_a_button_carries_its_whole_request() -> None:
    watch, *others = buttons(render_reply(_page(HIT)))

    assert read_press(watch) == ("watch", None)
    assert [read_press(each) for each in others] == [
        (button.kind.value, button.request) for button in HIT.buttons
    ]


def test_in_a_list_all_but_the_link_is_in_a_menu_that_carries_the_requests() -> None:
    like = Button(ButtonKind.ASK, "More Like This", replace(PASSAGE, verb=Verb.LIKE, text=""))
    hit = replace(HIT, buttons=(*HIT.buttons, like))
    sent = render_reply(_page(hit, hit))
    menu = next(part for part in parts_of(sent["blocks"]) if part.get("type") == "overflow")

    assert [each.get("style") for each in buttons(sent)] == ["primary", None]
    assert menus(sent) == [["Share", "Context", "More Like This"]] * 2
    assert [
        read_press({"action_id": menu["action_id"], "selected_option": option})
        for option in menu["options"]
    ] == [(each.kind.value, each.request) for each in hit.buttons]


@pytest.mark.parametrize("text", ["tea " * 60, "tea & milk"])
def test_what_a_menu_cannot_carry_stays_a_row_of_buttons(text: str) -> None:
    asked = replace(PASSAGE, text=text)
    share = Button(ButtonKind.SHARE, "Share", asked)
    context = Button(ButtonKind.OPEN, "Context", replace(asked, verb=Verb.CONTEXT))
    sent = render_reply(_page(*[replace(HIT, buttons=(share, context))] * 2))

    assert menus(sent) == []
    assert [each["text"]["text"] for each in buttons(sent)][1:3] == ["Share", "Context"]
    assert read_press(buttons(sent)[1]) == ("share", asked)


def test_verdicts_are_thumbs_in_a_message_and_carry_which_they_are() -> None:
    judged = replace(PASSAGE, verb=Verb.SEARCH)
    kinds = ButtonKind.JUDGE_USEFUL, ButtonKind.JUDGE_NOT_THIS
    verdicts = tuple(Button(kind, kind.value, judged) for kind in kinds)
    sent = render_reply(Reply("Found", cards=(HIT,), buttons=verdicts))
    *_, quiet = sent["blocks"]
    (thumbs,) = quiet["elements"]
    pressed = [thumbs["positive_button"], thumbs["negative_button"]]

    assert message_problems(sent) == []
    assert quiet["type"] == "context_actions"
    assert [read_press({**thumbs, **each}) for each in pressed] == [
        (kind.value, judged) for kind in kinds
    ]


def test_a_request_that_no_button_can_carry_has_none() -> None:
    endless = Button(ButtonKind.ASK, "More", Request(Verb.LIKE, episode="x" * 3000))

    sent = render_reply(Reply("Found", buttons=(endless, NEXT)))
    assert [button["text"]["text"] for button in buttons(sent)] == ["Next"]


def test_what_everybody_sees_is_not_turned_for_others() -> None:
    reply = Reply("Found", cards=(HIT,), buttons=(NEXT,))

    ids = [
        [button["action_id"] for button in buttons(render_reply(reply, to))] for to in (False, True)
    ]
    assert ids == [["watch.0", "share.1", "open.2", "turn.0"], ["watch.0", "open.1", "ask.0"]]


def test_more_than_25_buttons_take_two_rows() -> None:
    sent = render_reply(Reply("Found", buttons=(NEXT,) * 30))

    assert message_problems(sent) == []
    assert [len(block["elements"]) for block in sent["blocks"][1:]] == [25, 5]


def test_a_share_names_who_shared_and_who_said_it() -> None:
    sent = render_shared(Reply("", cards=(HIT,)), "U0ANN")

    assert message_problems(sent, people=frozenset({"U0ANN"})) == []
    assert sent["blocks"][0]["elements"][0]["elements"] == [
        {"type": "user", "user_id": "U0ANN"},
        {"type": "text", "text": " shared from the podcast:"},
    ]
    assert lines(sent)[1:] == ["Bo Lin", "Green tea is never boiled."]
    assert small(sent)[0].startswith("All About Tea\nS02E03 · Leaves")
    assert [each["text"]["text"] for each in buttons(sent)] == ["▶ Watch at 12:54", "Context"]
    assert sent["text"].startswith("Shared from the podcast: Bo Lin at 12:54, All About Tea")


def test_nobody_is_said_to_speak_where_captions_do_not_tell() -> None:
    for speaker in ("", "SPEAKER_01"):
        sent = render_shared(Reply("", cards=(replace(HIT, speaker=speaker),)), "U0ANN")

        assert lines(sent)[1] == "with Bo Lin"
        assert "with Bo Lin at 12:54" in sent["text"]


def test_a_share_by_nobody_known_mentions_nobody() -> None:
    sent = render_shared(Reply("", cards=(HIT,)), "<!channel>")

    assert lines(sent)[0] == "Shared from the podcast:"


def test_a_reply_without_cards_is_one_text_with_its_notes() -> None:
    sent = render_reply(
        Reply("Nothing.", ("Try other words.", "/podcast help: lists the commands"))
    )

    assert [block["type"] for block in sent["blocks"]] == ["rich_text"]
    assert lines(sent) == ["Nothing.", "/podcast help  lists the commands", "Try other words."]


def test_an_episode_has_its_facts_and_chapters_with_links() -> None:
    chapters = (Moment("Leaves", "1:00", "https://youtu.be/abcdefghijk?t=58"),) * 58
    card = replace(EPISODE, details=("4 May 2021",), chapters=chapters)

    sent = render_reply(Reply("An episode", cards=(card,)))
    assert lines(sent)[1:5] == [
        "All About Tea",
        "▶ Watch · S02E03 · Bo Lin",
        "4 May 2021",
        "Chapters",
    ]
    assert lines(sent)[5:] == ["1:00  Leaves"] * 58


def test_endless_chapters_are_cut_where_the_message_is_full() -> None:
    chapters = (Moment("Leaves " * 20, "1:00", "https://youtu.be/abcdefghijk?t=58"),) * 200
    card = replace(EPISODE, details=("word " * 90,) * 5, chapters=chapters)
    sent = render_reply(Reply("Tea", cards=(card,)))
    shown = [line for line in lines(sent) if line.startswith("1:00")]

    assert len(shown) > 20
    assert lines(sent)[-1] == f"… and {200 - len(shown)} more chapters"
    assert message_problems(sent) == []


@pytest.mark.parametrize(("details", "fitting"), [((), 60), (("x" * 400,) * 2, 52)])
def test_details_and_chapters_share_six_thousand_characters(
    details: tuple[str, ...], fitting: int
) -> None:
    chapters = (Moment("L" * 94, "1:00", "https://youtu.be/abcdefghijk?t=58"),) * 70
    sent = render_reply(Reply("Tea", cards=(replace(EPISODE, details=details, chapters=chapters),)))
    shown = [line for line in lines(sent) if line.startswith("1:00")]

    assert {len(line) for line in shown} == {100}
    assert len(shown) == fitting
    assert lines(sent)[-1] == f"… and {70 - fitting} more chapters"


def test_twenty_five_lines_of_chapters_share_a_block() -> None:
    chapters = (Moment("Leaves", "1:00", "https://youtu.be/abcdefghijk?t=58"),) * 58
    sent = render_reply(Reply("Tea", cards=(replace(EPISODE, chapters=chapters),)))

    # The first line says what follows.
    assert [len(block["elements"]) for block in sent["blocks"][2:]] == [25, 25, 9]


def test_nobody_reads_more_than_thirty_turns() -> None:
    turns = tuple(SpokenTurn("Ann", f"{number}:00", Snippet("So.")) for number in range(40))
    sent = render_reply(Reply("Around 1:02", cards=(replace(HIT, turns=turns),)))

    assert [line for line in lines(sent) if line.startswith("Ann")][-1] == "Ann  29:00"
    assert lines(sent).count("So.") == 30


def test_a_title_that_the_sentence_names_is_not_repeated() -> None:
    reply = Reply("The episode “All About Tea”", cards=(EPISODE,), names_card=True)

    assert lines(render_reply(reply)) == [
        "The episode “All About Tea”",
        "▶ Watch · S02E03 · Bo Lin",
    ]


def test_a_title_that_happens_to_be_in_the_sentence_is_shown() -> None:
    sent = render_reply(Reply("On “All About Tea leaves”", cards=(EPISODE,)))

    assert "All About Tea" in lines(sent)


def test_a_question_stands_above_its_reply_each_with_its_speaker() -> None:
    question = SpokenTurn("Ida", "", Snippet("Is tea boiled?", ((3, 6),)))
    sent = render_reply(Reply("Found", cards=(replace(HIT, question=question),)))

    assert lines(sent)[1:] == ["Bo Lin", "Ida: Is tea boiled?\nGreen tea is never boiled."]


def test_a_second_passage_of_an_episode_does_not_name_it_again() -> None:
    sent = render_reply(Reply("Found", cards=(HIT, replace(HIT, follows=True))))

    heard = "Automatic captions, heard as “T”"
    assert small(sent) == [
        f"All About Tea · S02E03 · Leaves · {heard}",
        f"In the same episode · Leaves · {heard}",
    ]


def test_a_card_says_what_it_is_among_others() -> None:
    sent = render_reply(Reply("Counted", cards=(replace(HIT, label="First: “tea”"), HIT)))

    assert [line for line in lines(sent) if line[0].isdigit()] == [
        "1. First: “tea” · Bo Lin",
        "2. Bo Lin",
    ]
    assert "1. First: “tea”, Bo Lin at 12:54, All About Tea" in sent["text"]


def test_what_was_shown_before_is_a_quotation_amid_the_rest() -> None:
    turns = (
        SpokenTurn("Ann", "1:00", Snippet("Before.")),
        SpokenTurn("Bo", "1:02", Snippet("It."), True),
    )
    sent = render_reply(Reply("Around 1:02", cards=(replace(HIT, turns=turns),)))
    quotes = [part for part in parts_of(sent["blocks"]) if part.get("type") == "rich_text_quote"]

    assert [part["elements"][0]["text"] for part in quotes] == ["It."]


def test_only_a_command_is_shown_as_one() -> None:
    sent = render_reply(
        Reply("Nothing.", ("/data/talk.md: refused: it is empty.", "/podcast help: x"))
    )
    code = [part["text"] for part in parts_of(sent["blocks"]) if "code" in part.get("style", {})]

    assert code == ["/podcast help"]
    assert "/data/talk.md: refused: it is empty." in lines(sent)


def test_a_stretch_is_told_speaker_by_speaker() -> None:
    turns = (
        SpokenTurn("Ann", "12:40", Snippet("What about green tea?", ((17, 20),))),
        SpokenTurn("", "12:54", Snippet("Never boiled.")),
    )

    sent = render_reply(Reply("Around 12:54", cards=(replace(HIT, turns=turns),)))
    assert lines(sent)[1:] == ["Ann  12:40", "What about green tea?", "12:54", "Never boiled."]


def test_a_chart_has_a_row_for_each_season_and_its_numbers() -> None:
    drawn = chart_of(counted("tea", (1, 4), (2, 0), (3, 8)))

    assert drawn == ["S01  ████████ 4", "S02  0", "S03  ████████████████ 8"]


def test_terms_stand_side_by_side_at_one_scale() -> None:
    drawn = chart_of(counted("tea", (1, 4), (2, 8)), counted("coffee", (1, 1), (2, 2)))

    assert drawn == [
        "     tea                 coffee",
        "S01  ████████ 4          ██ 1",
        "S02  ████████████████ 8  ████ 2",
    ]


def test_four_terms_of_many_seasons_stay_within_60_columns() -> None:
    terms = [counted(f"a long term, number {n}", (1, 12_345), (20, 1)) for n in range(4)]

    drawn = chart_of(*terms)
    assert max(map(len, drawn)) <= 60
    assert [line.count("█ 1") for line in drawn] == [0, 4, 4]


def test_without_several_seasons_terms_are_compared_as_a_whole() -> None:
    assert chart_of(counted("tea", (1, 4)), counted("coffee", (1, 2))) == [
        "tea     ████████████████ 4",
        "coffee  ████████ 2",
    ]


def test_a_chart_is_not_told_again_in_words(library: Library) -> None:
    reply = answer(library, read_request("mentions registry"))
    seasons = replace(reply.mentions[0], by_season=((1, 15), (2, 6)))
    told = replace(reply, mentions=(seasons,), notes=("registry: S1 15, S2 6", "Another note"))

    assert "Another note" in texts(render_reply(told))
    assert "registry: S1 15, S2 6" not in texts(render_reply(told))


def _page(*cards: Card) -> Reply:
    return Reply("Found", cards=cards)


def test_what_was_said_in_other_words_is_no_quotation() -> None:
    card = replace(HIT, snippet=Snippet("In short: tea is tea."), in_short=True)
    said, short = (
        channel_post(Reply("Quote of the week", cards=(each,)), "key") for each in (HIT, card)
    )

    assert "“Green tea is never boiled.”" in said["text"]
    assert short["text"].startswith("In short: tea is tea. – ")
    kinds = [[part.get("type") for part in parts_of(each["blocks"])] for each in (said, short)]
    assert ["rich_text_quote" in each for each in kinds] == [True, False]


def test_the_question_of_a_host_is_above_a_posted_quote() -> None:
    asked = SpokenTurn("Alexey", "", Snippet("What is tea?"))
    card = replace(HIT, speaker="Ann", question=asked)
    sent = channel_post(Reply("Quote of the week", cards=(card,)), "key")
    (quote,) = [part for part in parts_of(sent["blocks"]) if part.get("type") == "rich_text_quote"]

    assert message_problems(sent) == []
    assert sent["text"].startswith("Alexey: What is tea? – “Green tea is never boiled.” – Ann")
    assert "".join(each["text"] for each in quote["elements"]) == (
        "Alexey: What is tea?\n“Green tea is never boiled.”"
    )


def test_slack_shows_a_date_in_the_readers_own_time() -> None:
    due = Instant("Monday 23 November 2026, 09:00 (UTC)", datetime(2026, 11, 23, 9, tzinfo=UTC))
    stamp = int(due.at.timestamp())
    sent = render_reply(Reply(f"Next: {due.text}.", instants=(due,)))
    _, date, _ = sent["blocks"][0]["elements"][0]["elements"]

    assert message_problems(sent) == []
    assert date["type"] == "date"
    assert (date["timestamp"], date["fallback"]) == (stamp, due.text)
    assert sent["text"] == f"Next: <!date^{stamp}^{{date_long}} {{time}}|{due.text}>."
    assert decode_mrkdwn(sent["text"]) == f"Next: {due.text}."


def test_a_note_with_a_date_is_no_small_print(library: Library) -> None:
    due = Instant("tomorrow", datetime(2026, 11, 23, 9, tzinfo=UTC))
    found = answer(library, read_request("registry"))
    sent = render_reply(replace(found, notes=("It is posted tomorrow.",), instants=(due,)))

    assert sent["blocks"][0]["elements"][1]["elements"][1]["type"] == "date"
