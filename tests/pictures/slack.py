"""Take the pictures of the README: `python -m tests.pictures.slack` writes docs/slack-*.png.

Real answers from the sample podcast, rendered for Slack, laid out much as Slack does and
photographed with a headless Chromium. Needs Chromium and Pillow, which comes with matplotlib.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any

from bot.answers.buttons import help_buttons
from bot.answers.dispatch import answer
from bot.answers.hints import how_to_ask
from bot.answers.public import for_everybody
from bot.answers.replies import ButtonKind, Instant
from bot.answers.requests import read_request
from bot.library.library import Library
from bot.weekly.home import Home, Switch, gather_latest
from handlers.slack.render.home import home_view
from handlers.slack.render.messages import render_reply, render_shared
from handlers.slack.render.views import render_dialog
from tests.pictures.browser import take_pictures

STYLE = """
* { box-sizing: border-box; margin: 0 }
body { --bg: #fff; --fg: #1d1c1d; --dim: #616061; --line: #ddd; --edge: #bbb; --link: #1264a3;
  --soft: #f8f8f8; --tag: #ececec; --code: #c01343;
  background: var(--bg); color: var(--fg); padding: 16px 20px;
  font: 15px/1.466 Lato, "Liberation Sans", sans-serif }
body.dark { --bg: #1a1d21; --fg: #d1d2d3; --dim: #ababad; --line: #35373b; --edge: #565856;
  --link: #1d9bd1; --soft: #222529; --tag: #35373b; --code: #e8912d }
body.phone { width: 390px; padding: 12px; font-size: 16px }
a { color: var(--link); text-decoration: none }
.typed { border: 1px solid var(--edge); border-radius: 8px; padding: 9px 12px; margin-bottom: 14px }
.post { display: grid; grid-template-columns: 36px 1fr; column-gap: 8px; margin-bottom: 14px }
.face { width: 36px; height: 36px; border-radius: 8px; background: #4a154b; color: #fff;
  font: 700 17px/36px "Liberation Sans"; text-align: center }
.face.member { background: #2b8a6e }
.only { grid-column: 2; color: var(--dim); font-size: 13px }
.name b { font-weight: 900 }
.name i { font: 10px/1.3 "Liberation Sans"; background: var(--tag); color: var(--dim);
  padding: 1px 3px; border-radius: 2px; margin: 0 4px }
.name span { color: var(--dim); font-size: 12px }
.block { margin: 4px 0 8px }
.block > div + div { margin-top: 1px }
blockquote { border-left: 4px solid var(--line); border-radius: 4px; padding: 0 0 0 12px;
  margin: 4px 0; white-space: pre-wrap }
pre { border: 1px solid var(--line); border-radius: 4px; background: var(--soft); padding: 8px;
  margin: 4px 0; font: 12px/1.5 "Liberation Mono", monospace; white-space: pre-wrap }
code { border: 1px solid var(--line); border-radius: 3px; background: var(--soft);
  color: var(--code); font: 12px "Liberation Mono"; padding: 2px 3px 1px }
hr { border: 0; border-top: 1px solid var(--line) }
ul { padding-left: 24px }
.chart { border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; font-size: 13px }
.columns { display: flex; gap: 10px; margin-top: 12px; text-align: center; font-size: 12px }
.columns > div { flex: 1 }
.columns span { display: flex; align-items: end; justify-content: center; gap: 2px; height: 122px;
  border-bottom: 1px solid var(--edge); margin-bottom: 4px }
.columns i { width: 12px; border-radius: 2px 2px 0 0 }
.small { color: var(--dim); font-size: 12px; white-space: pre-line; display: flex; gap: 6px;
  align-items: center }
.phone .small { font-size: 13px }
.small img, .small .image { width: 20px; height: 20px; border-radius: 3px; flex: none }
.image { background: linear-gradient(135deg, #e4572e, #4a154b) }
.aside > div { white-space: pre-line }
.aside { display: grid; grid-template-columns: 1fr 88px; column-gap: 12px }
.aside > .image { width: 88px; height: 88px; border-radius: 8px }
.aside > button { justify-self: end }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; align-items: center }
.buttons button, .aside > button { background: var(--bg); border: 1px solid var(--edge);
  border-radius: 8px; color: var(--fg); font: 700 13px "Liberation Sans"; height: 28px;
  padding: 0 10px }
.phone .buttons button { height: 36px; font-size: 15px }
.buttons button.primary { background: #007a5a; border-color: #007a5a; color: #fff }
.buttons.quiet button { border: 0; color: var(--dim); font-weight: 400; padding: 0 4px }
.modal { border: 1px solid var(--line); border-radius: 8px }
.modal > * { padding: 14px 22px }
.modal h1 { font-size: 20px; border-bottom: 1px solid var(--line) }
.modal footer { border-top: 1px solid var(--line); text-align: right }
label { font-weight: 700; display: block }
.field { border: 1px solid var(--edge); border-radius: 4px; color: var(--dim); padding: 7px 12px }
"""


PARTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "user": lambda element: f"@{element['user_id']}",
    "channel": lambda element: f"#{element['channel_id']}",
    "date": lambda _: "Monday at 9:00 AM",
}
COLOURS = ("#1264a3", "#e8912d", "#2bac76", "#cd2553")


def page(body: str) -> str:
    """Put a body into a page in Slack's colours."""
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body>{body}"


def post(typed: str, sent: dict[str, Any]) -> str:
    """Lay out a message below what was typed for it, which only who asked sees."""
    only = '<span class="only">Only visible to you</span>'
    return f'<div class="typed">{escape(typed)}</div>{message(blocks(sent["blocks"]), only)}'


def message(inside: str, above: str = "") -> str:
    """Lay out a message of the bot."""
    return (
        f'<div class="post">{above}<div class="face">A</div>'
        '<div><div class="name"><b>Airquote</b><i>APP</i><span>12:54</span></div>'
        f"{inside}</div></div>"
    )


def member(text: str) -> str:
    """Lay out a message of a member."""
    return (
        '<div class="post"><div class="face member">S</div><div><div class="name"><b>Sam</b> '
        f"<span>12:53</span></div>{text}</div></div>"
    )


def modal(view: dict[str, Any]) -> str:
    """Lay out a dialog."""
    buttons = "".join(
        f"<button>{escape(view[name]['text'])}</button> "
        for name in ("close", "submit")
        if name in view
    )
    return (
        f'<div class="modal"><h1>{escape(view["title"]["text"])}</h1>'
        f"<div>{blocks(view['blocks'])}</div>"
        f'<footer class="buttons" style="justify-content: end">{buttons}</footer></div>'
    )


def blocks(given: list[dict[str, Any]]) -> str:
    """Lay out blocks."""
    return "".join(f'<div class="block">{BLOCKS[block["type"]](block)}</div>' for block in given)


def rich_text(block: dict[str, Any]) -> str:
    """Lay out a block or a part of rich text."""
    tags = {
        "rich_text_section": "div",
        "rich_text_quote": "blockquote",
        "rich_text_preformatted": "pre",
        "rich_text_list": "ul",
    }
    parts = []
    for part in block["elements"]:
        tag = tags[part["type"]]
        if tag == "ul":
            inside = "".join(f"<li>{runs(item['elements'])}" for item in part["elements"])
        else:
            inside = runs(part["elements"])
        parts.append(f"<{tag}>{inside}</{tag}>")
    return "".join(parts)


def runs(elements: list[dict[str, Any]]) -> str:
    """Lay out the elements of a line."""
    written = ""
    for element in elements:
        text = escape(element.get("text") or PARTS[element["type"]](element))
        text = re.sub("  +", lambda blanks: "&nbsp;" * len(blanks[0]), text)
        for style, tag in (("bold", "b"), ("code", "code"), ("italic", "i")):
            if element.get("style", {}).get(style):
                text = f"<{tag}>{text}</{tag}>"
        written += (
            f'<a href="#">{text}</a>' if element["type"] in ("link", "user", "channel") else text
        )
    return written


def small(block: dict[str, Any]) -> str:
    """Lay out small print."""
    return f'<div class="small">{"".join(map(element, block["elements"]))}</div>'


def element(part: dict[str, Any]) -> str:
    """Lay out a text, a picture, or something to press."""
    if part["type"] == "image":
        return '<div class="image"></div>'
    if part["type"] == "overflow":
        return "<button>•••</button>"
    if part["type"] == "feedback_buttons":
        thumbs = zip("👍👎", (part["positive_button"], part["negative_button"]), strict=True)
        return "".join(f"<button>{sign} {escape(e['text']['text'])}</button>" for sign, e in thumbs)
    if part["type"] == "button":
        return f'<button class="{part.get("style", "")}">{escape(part["text"]["text"])}</button>'
    return f"<span>{escape(part['text'])}</span>"


def buttons(block: dict[str, Any]) -> str:
    """Lay out a row of buttons."""
    kind = "quiet " if block["type"] == "context_actions" else ""
    return f'<div class="{kind}buttons">{"".join(map(element, block["elements"]))}</div>'


def aside(block: dict[str, Any]) -> str:
    """Lay out a text with a picture or a button beside it."""
    beside = element(block["accessory"]) if "accessory" in block else ""
    return f'<div class="aside"><div>{element(block["text"])}</div>{beside}</div>'


def field(block: dict[str, Any]) -> str:
    """Lay out a field of a form."""
    inside = escape(block["element"]["placeholder"]["text"])
    return f'<label>{escape(block["label"]["text"])}</label><div class="field">{inside}</div>'


def chart(block: dict[str, Any]) -> str:
    """Lay out a chart: a column for each value, side by side where there are several terms."""
    drawn, columns = block["chart"], ""
    values = [point["value"] for one in drawn["series"] for point in one["data"]]
    for number, category in enumerate(drawn["axis_config"]["categories"]):
        bars = "".join(
            f'<i style="height: {one["data"][number]["value"] / max(1, *values) * 120:.0f}px; '
            f'background: {COLOURS[at]}"></i>'
            for at, one in enumerate(drawn["series"])
        )
        columns += f"<div><span>{bars}</span>{escape(category)}</div>"
    legend = "".join(
        f'<b style="color: {COLOURS[at]}">●</b> {escape(one["name"])} &nbsp; '
        for at, one in enumerate(drawn["series"])
    )
    title = f"<b>{escape(block['title'])}</b><br>{legend}"
    return f'<div class="chart">{title}<div class="columns">{columns}</div></div>'


BLOCKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "rich_text": rich_text,
    "context": small,
    "actions": buttons,
    "context_actions": buttons,
    "section": aside,
    "input": field,
    "data_visualization": chart,
    "divider": lambda _: "<hr>",
}


def pictures(library: Library) -> Iterator[tuple[str, str]]:
    """Lay out what members see: the name of each picture and its page."""
    for name, typed in (("search", "model registry"), ("mentions", "mentions registry vs alert")):
        sent = render_reply(answer(library, read_request(typed)))
        yield f"slack-{name}", page(post(f"/podcast {typed}", sent))
    found = answer(library, read_request("model registry"))
    more = next(each for each in found.cards[0].buttons if each.kind is ButtonKind.OPEN)
    yield "slack-context", page(modal(render_dialog(answer(library, more.request))))
    public = render_reply(for_everybody(found), public=True)["blocks"]
    question = "<a>@Airquote</a> what do they say about a model registry?"
    yield "slack-public", page(member(question) + message(blocks(public)))
    yield "slack-shared", page(message(blocks(render_shared(found, "U0SAM")["blocks"])))
    yield "slack-home", page(blocks(home_view(home_of(library, "CGENERAL", "CPODCAST"))["blocks"]))


def home_of(found_in: Library, *channels: str) -> Home:
    """Fill the start page of an admin who follows something."""
    latest = gather_latest([found_in])
    due = Instant("Monday", datetime(2026, 11, 30, 9, tzinfo=UTC))
    switches = (
        Switch(channels[0], "a quote on Mondays at 09:00 (Europe/Berlin)", is_weekly=True),
        Switch(channels[1], "every new episode", is_weekly=False),
    )
    return Home(
        *(how_to_ask(), help_buttons(found_in), latest, ("feature store", "dbt"), due, switches),
        versions=("Airquote 0.1.0 (0123456789)", f"index {found_in.id}"),
    )


if __name__ == "__main__":
    take_pictures(pictures, "light", "dark")
