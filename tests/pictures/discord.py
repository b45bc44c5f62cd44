"""Take the pictures of the README: `python -m tests.pictures.discord` writes docs/discord-*.png.

Real answers from the sample podcast, rendered for Discord, laid out much as Discord does and
photographed as those of Slack are.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from typing import Any

from bot.answers.dispatch import answer
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import read_request
from bot.library.library import Library
from handlers.discord.render.charts import ChartRenderer
from handlers.discord.render.messages import PAGE, render_reply
from tests.fakes.discord.markdown import Line, Run, read_markdown
from tests.pictures.browser import take_pictures
from tests.pictures.slack import page

ANN = 123456789012345678
STYLE = """
body { background: #fff; padding: 16px 16px 0 }
.chat { background: #313338; color: #dcdcdf; border-radius: 10px; padding: 16px;
  font: 15px/1.375 "gg sans", "Noto Sans", "Liberation Sans", sans-serif }
.chat a { color: #00a8fc; text-decoration: none }
.used, .only { color: #949ba4; font-size: 13px; margin-left: 56px }
.used { margin-bottom: 4px } .only { margin-top: 6px }
.used b { color: #00a8fc; font-weight: 500 }
.said { display: grid; grid-template-columns: 40px 1fr; column-gap: 16px }
.avatar { width: 40px; height: 40px; border-radius: 50%; background: #e4572e; color: #fff;
  font: 700 19px/40px "Liberation Sans"; text-align: center }
.who b { color: #fff; font-weight: 600 }
.who i { background: #5865f2; color: #fff; border-radius: 3px; padding: 1px 4px; margin: 0 4px;
  font: 600 10px/1.3 "Liberation Sans" }
.who span { color: #949ba4; font-size: 12px }
.frame { background: #232428; border: 1px solid #4e5058; border-radius: 8px; padding: 14px;
  margin-top: 4px; display: flex; flex-direction: column; gap: 8px }
.section { display: grid; grid-template-columns: 1fr auto; column-gap: 14px; align-items: start }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 4px }
.button { background: #4e5058; color: #fff; border-radius: 8px; padding: 0 14px; display: block;
  font: 500 13.5px/32px "Liberation Sans"; white-space: nowrap }
.button svg { width: 13px; height: 13px; margin-left: 7px; vertical-align: -2px; fill: none;
  stroke: #dcdcdf; stroke-width: 1.6 }
h3 { font-size: 16px; color: #fff; line-height: 1.375 }
small { color: #949ba4; font-size: 12.5px; display: block }
.chat blockquote { border-left: 4px solid #4e5058; border-radius: 4px; padding: 0 8px 0 12px;
  margin: 2px 0 }
.chat b { color: #fff }
.chat pre { background: #313338; border: 0; border-radius: 4px; margin: 6px 0 0;
  padding: 8px; color: #dcdcdf; font: 13px/1.25 "Liberation Mono", monospace }
.chat code { background: #313338; border: 0; color: #dcdcdf; font: 13px "Liberation Mono" }
.blank { height: 8px }
hr { border: 0; border-top: 1px solid #4e5058; margin: 4px 0 }
img { width: 100%; border-radius: 8px; display: block }
"""
OUT = '<svg viewBox="0 0 14 14"><path d="M6 3H2v9h9V8M8 2h4v4M12 2L6.5 7.5"/></svg>'
TAGS = {"bold": "b", "code": "code", "link": "a"}
LINES = {"heading": "h3", "small": "small", "quote": "blockquote", "item": "li", "box": "pre"}

Json = dict[str, Any]


def post(command: str, reply: Reply) -> str:
    """Lay out the answer to a command or a button, which only who asked sees."""
    chart = asyncio.run(ChartRenderer().draw(reply.mentions))
    sent = render_reply(reply, ANN, chart)
    pictures = f"data:image/png;base64,{b64encode(chart).decode()}" if chart else ""
    inside = parts(sent.view.to_components()).replace("attachment://mentions.png", pictures)
    return (
        f'<style>{STYLE}</style><div class="chat">'
        f'<div class="used"><b>Ann</b> used <b>{escape(command)}</b></div>'
        '<div class="said"><div class="avatar">A</div><div>'
        '<div class="who"><b>Airquote</b><i>APP</i><span>12:54</span></div>'
        f"{inside}</div></div>"
        '<div class="only">Only you can see this · <a>Dismiss message</a></div></div>'
    )


def parts(components: list[Json]) -> str:
    """Lay out components below each other."""
    return "".join(COMPONENTS[each["type"]](each) for each in components)


def text(part: Json) -> str:
    """Lay out a text."""
    return f"<div>{''.join(map(line, read_markdown(part['content'])))}</div>"


def line(read: Line) -> str:
    """Lay out a line of a text."""
    inside = "".join(map(run, read.runs))
    for kind in reversed(read.kinds):
        inside = f"<{LINES[kind]}>{inside}</{LINES[kind]}>"
    return (
        inside if read.kinds else f"<div>{inside}</div>" if inside else '<div class="blank"></div>'
    )


def run(read: Run) -> str:
    """Lay out a piece of a line."""
    inside = escape(read.text)
    for style in sorted(read.styles):
        inside = f"<{TAGS[style]}>{inside}</{TAGS[style]}>"
    return inside


def button(part: Json) -> str:
    """Lay out a button; one that leads out of Discord says so."""
    return f'<span class="button">{escape(part["label"])}{OUT if "url" in part else ""}</span>'


def section(part: Json) -> str:
    """Lay out a text with a button beside it."""
    inside = parts(part["components"]) + parts([part["accessory"]])
    return f'<div class="section">{inside}</div>'


def boxed(name: str) -> Callable[[Json], str]:
    """Lay out what holds other components."""
    return lambda part: f'<div class="{name}">{parts(part["components"])}</div>'


def gallery(part: Json) -> str:
    """Lay out pictures."""
    return "".join(f'<img src="{each["media"]["url"]}">' for each in part["items"])


COMPONENTS: dict[int, Callable[[Json], str]] = {
    1: boxed("row"),
    2: button,
    9: section,
    10: text,
    12: gallery,
    14: lambda _: "<hr>",
    17: boxed("frame"),
}


def pictures(library: Library) -> Iterator[tuple[str, str]]:
    """Lay out what members see: the name of each picture and its page."""
    found = answer(library, replace(read_request("model registry"), size=PAGE))
    yield "discord-search", page(post("/podcast search", found))
    counted = answer(library, read_request("mentions registry vs alert"))
    yield "discord-mentions", page(post("/podcast mentions", counted))
    more = next(each for each in found.cards[0].buttons if each.kind is ButtonKind.OPEN)
    yield "discord-context", page(post("/podcast search", answer(library, more.request)))


if __name__ == "__main__":
    take_pictures(pictures)
