"""Take the pictures of the README: `python -m tests.pictures.slack` writes docs/slack-*.png.

Real answers from the sample podcast, rendered for Slack, laid out much as Slack does and
photographed with a headless Chromium. Needs Chromium and Pillow, which comes with matplotlib.
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from bot.answers.dispatch import answer
from bot.answers.replies import ButtonKind
from bot.answers.requests import read_request
from bot.library.library import Library
from handlers.slack.render.messages import render_reply
from handlers.slack.render.views import render_dialog
from tests.pictures.browser import take_pictures

STYLE = """
* { box-sizing: border-box; margin: 0 }
body { background: #fff; color: #1d1c1d; font: 15px/1.466 Lato, "Liberation Sans", sans-serif;
  padding: 16px 20px }
a { color: #1264a3; text-decoration: none }
.typed { border: 1px solid #868686; border-radius: 8px; padding: 9px 12px; margin-bottom: 14px }
.post { display: grid; grid-template-columns: 36px 1fr; column-gap: 8px }
.face { width: 36px; height: 36px; border-radius: 8px; background: #4a154b; color: #fff;
  font: 700 17px/36px "Liberation Sans"; text-align: center }
.only { grid-column: 2; color: #616061; font-size: 13px }
.name b { font-weight: 900 }
.name i { font: 10px/1.3 "Liberation Sans"; background: #ececec; color: #616061; padding: 1px 3px;
  border-radius: 2px; margin: 0 4px }
.name span { color: #616061; font-size: 12px }
.block { margin: 4px 0 8px }
.block > div + div { margin-top: 1px }
blockquote { border-left: 4px solid #ddd; border-radius: 4px; padding: 0 0 0 12px; margin: 4px 0;
  white-space: pre-wrap }
pre { border: 1px solid #ddd; border-radius: 4px; background: #f8f8f8; padding: 8px; margin: 4px 0;
  font: 12px/1.5 "Liberation Mono", monospace; white-space: pre-wrap }
code { border: 1px solid #ddd; border-radius: 3px; background: #f8f8f8; color: #c01343;
  font: 12px "Liberation Mono"; padding: 2px 3px 1px }
hr { border: 0; border-top: 1px solid #ddd }
ul { padding-left: 24px }
.chart { border: 1px solid #ddd; border-radius: 8px; padding: 12px 16px; font-size: 13px }
.columns { display: flex; gap: 10px; margin-top: 12px; text-align: center; font-size: 12px }
.columns > div { flex: 1 }
.columns span { display: flex; align-items: end; justify-content: center; gap: 2px; height: 122px;
  border-bottom: 1px solid #bbb; margin-bottom: 4px }
.columns i { width: 12px; border-radius: 2px 2px 0 0 }
.small { color: #616061; font-size: 12px; white-space: pre-line }
.buttons { display: flex; flex-wrap: wrap; gap: 8px }
.buttons button { background: #fff; border: 1px solid #bbb; border-radius: 8px; color: #1d1c1d;
  font: 700 13px "Liberation Sans"; height: 28px; padding: 0 10px }
.modal { border: 1px solid #ddd; border-radius: 8px }
.modal > * { padding: 14px 22px }
.modal h1 { font-size: 20px; border-bottom: 1px solid #ddd }
.modal footer { border-top: 1px solid #ddd; text-align: right }
label { font-weight: 700; display: block }
.field { border: 1px solid #868686; border-radius: 4px; color: #616061; padding: 7px 12px }
"""


COLOURS = ("#1264a3", "#e8912d", "#2bac76", "#cd2553")


def page(body: str) -> str:
    """Put a body into a page in Slack's colours."""
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body>{body}"


def post(typed: str, sent: dict[str, Any]) -> str:
    """Lay out a message below what was typed for it."""
    return (
        f'<div class="typed">{escape(typed)}</div><div class="post">'
        '<span class="only">Only visible to you</span><div class="face">A</div>'
        '<div><div class="name"><b>Airquote</b><i>APP</i><span>12:54</span></div>'
        f"{blocks(sent['blocks'])}</div></div>"
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
        text = escape(element.get("text", "@" + element.get("user_id", "")))
        text = re.sub("  +", lambda blanks: "&nbsp;" * len(blanks[0]), text)
        for style, tag in (("bold", "b"), ("code", "code")):
            if element.get("style", {}).get(style):
                text = f"<{tag}>{text}</{tag}>"
        written += f'<a href="#">{text}</a>' if element["type"] in ("link", "user") else text
    return written


def small(block: dict[str, Any]) -> str:
    """Lay out small print."""
    inside = "".join(f"<span>{escape(each['text'])}</span>" for each in block["elements"])
    return f'<div class="small">{inside}</div>'


def buttons(block: dict[str, Any]) -> str:
    """Lay out a row of buttons."""
    inside = "".join(f"<button>{escape(e['text']['text'])}</button>" for e in block["elements"])
    return f'<div class="buttons">{inside}</div>'


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


if __name__ == "__main__":
    take_pictures(pictures)
