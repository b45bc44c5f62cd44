"""Take the pictures of the README: `python -m tests.pictures.discord` writes docs/discord-*.png.

Real answers from the sample podcast, rendered for Discord, laid out much as Discord does and
photographed as those of Slack are.
"""

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from typing import Any

from bot.answers.dispatch import answer
from bot.answers.public import for_everybody
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import read_request
from bot.library.library import Library
from handlers.discord.render.charts import ChartRenderer
from handlers.discord.render.custom_ids import EVERYBODY
from handlers.discord.render.home import render_help
from handlers.discord.render.messages import PAGE, render_reply, render_shared
from tests.fakes.discord.markdown import Line, Run, read_markdown
from tests.pictures.browser import take_pictures
from tests.pictures.slack import home_of, page

ANN = 123456789012345678
STYLE = """
body { --bg: #313338; --fg: #dcdcdf; --strong: #fff; --dim: #949ba4; --link: #00a8fc;
  --frame: #232428; --line: #4e5058; --grey: #4e5058; --box: #313338; --icon: #dcdcdf;
  background: var(--bg); color: var(--fg); padding: 16px;
  font: 15px/1.375 "gg sans", "Noto Sans", "Liberation Sans", sans-serif }
body.light { --bg: #fff; --fg: #313338; --strong: #060607; --dim: #5c5e66; --link: #006ce7;
  --frame: #f8f8f9; --line: #dcdde1; --grey: #e3e5e8; --box: #f2f3f5; --icon: #4e5058 }
body.phone { width: 390px; padding: 10px; font-size: 16px }
.chat a { color: var(--link); text-decoration: none }
.used, .only { color: var(--dim); font-size: 13px; margin-left: 56px }
.used { margin-bottom: 4px } .only { margin-top: 6px }
.used b { color: var(--link); font-weight: 500 }
.said { display: grid; grid-template-columns: 40px 1fr; column-gap: 16px }
.phone .said { column-gap: 12px }
.avatar { width: 40px; height: 40px; border-radius: 50%; background: #e4572e; color: #fff;
  font: 700 19px/40px "Liberation Sans"; text-align: center }
.who b { color: var(--strong); font-weight: 600 }
.who i { background: #5865f2; color: #fff; border-radius: 3px; padding: 1px 4px; margin: 0 4px;
  font: 600 10px/1.3 "Liberation Sans" }
.who span { color: var(--dim); font-size: 12px }
.frame { background: var(--frame); border: 1px solid var(--line); border-radius: 8px;
  padding: 14px; margin-top: 4px; display: flex; flex-direction: column; gap: 8px }
.section { display: grid; grid-template-columns: 1fr auto; column-gap: 14px; align-items: start }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 4px }
.section .thumb { align-self: center }
.button { background: var(--grey); color: var(--strong); border-radius: 8px; padding: 0 14px;
  display: block; font: 500 13.5px/32px "Liberation Sans"; white-space: nowrap }
.button.off { opacity: .5 } .button.blue { background: #5865f2; color: #fff }
.button svg { width: 13px; height: 13px; margin-left: 7px; vertical-align: -2px; fill: none;
  stroke: var(--icon); stroke-width: 1.6 }
.select { background: var(--bg); border: 1px solid var(--line); border-radius: 8px; width: 100%;
  color: var(--dim); padding: 8px 12px; display: flex; justify-content: space-between }
.thumb { width: 85px; height: 48px; border-radius: 6px; margin: 2px 0;
  background: linear-gradient(135deg, #e4572e, #4a154b) }
h3 { font-size: 16px; color: var(--strong); line-height: 1.375 }
small { color: var(--dim); font-size: 12.5px; display: block }
.chat blockquote { border-left: 4px solid var(--line); border-radius: 4px;
  padding: 0 8px 0 12px; margin: 2px 0 }
.chat b { color: var(--strong) }
.chat pre { background: var(--box); border: 0; border-radius: 4px; margin: 6px 0 0;
  padding: 8px; color: var(--fg); font: 13px/1.25 "Liberation Mono", monospace }
.chat code { background: var(--box); border: 0; color: var(--fg); font: 13px "Liberation Mono" }
.blank { height: 8px }
hr { border: 0; border-top: 1px solid var(--line); margin: 4px 0 }
.chat img { width: 100%; border-radius: 8px; display: block }
.embed { border-left: 4px solid #f00; background: var(--frame); border-radius: 4px; padding: 12px;
  max-width: 400px; margin-top: 8px }
.embed div { height: 190px; border-radius: 6px; background: linear-gradient(135deg, #e4572e,
  #4a154b) }
"""
OUT = '<svg viewBox="0 0 14 14"><path d="M6 3H2v9h9V8M8 2h4v4M12 2L6.5 7.5"/></svg>'
ANGLED = re.compile(r"<(?:(t):\d+:f|(/[^:>]+):\d+|(#)\d+)>")
TAGS = {"angled": "a", "bold": "b", "code": "code", "link": "a"}
LINES = {"heading": "h3", "small": "small", "quote": "blockquote", "item": "li", "box": "pre"}

Json = dict[str, Any]


def post(command: str, reply: Reply) -> str:
    """Lay out the answer to a command or a button, which only who asked sees."""
    chart = asyncio.run(ChartRenderer().draw(reply.mentions))
    sent = render_reply(reply, ANN, chart)
    pictures = f"data:image/png;base64,{b64encode(chart).decode()}" if chart else ""
    inside = parts(sent.view.to_components()).replace("attachment://mentions.png", pictures)
    return (
        f'<div class="used"><b>Ann</b> used <b>{escape(command)}</b></div>{message(inside)}'
        '<div class="only">Only you can see this · <a>Dismiss message</a></div>'
    )


def message(inside: str) -> str:
    """Lay out a message of the bot."""
    return (
        '<div class="said"><div class="avatar">A</div><div>'
        '<div class="who"><b>Airquote</b><i>APP</i><span>12:54</span></div>'
        f"{inside}</div></div>"
    )


def in_chat(inside: str) -> str:
    """Put messages into a page in Discord's colours."""
    return page(f'<style>{STYLE}</style><div class="chat">{inside}</div>')


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
    inside = escape(ANGLED.sub(_angled, read.text) if "angled" in read.styles else read.text)
    for style in sorted(read.styles):
        inside = f"<{TAGS[style]}>{inside}</{TAGS[style]}>"
    return inside


def _angled(found: re.Match[str]) -> str:
    """Show a date, a command or a channel as Discord does."""
    return "30 November 2026 10:00" if found[1] else found[2] or "#general"


def button(part: Json) -> str:
    """Lay out a button; one that leads out of Discord says so."""
    colour = " blue" * (part["style"] == 1) + " off" * bool(part.get("disabled"))
    label = escape(part["label"]) + (OUT if "url" in part else "")
    return f'<span class="button{colour}">{label}</span>'


def select(part: Json) -> str:
    """Lay out a menu, closed."""
    return f'<div class="select"><span>{escape(part["placeholder"])}</span><span>⌄</span></div>'


def section(part: Json) -> str:
    """Lay out a text with a button beside it."""
    inside = parts(part["components"]) + parts([part["accessory"]])
    return f'<div class="section">{inside}</div>'


def boxed(name: str) -> Callable[[Json], str]:
    """Lay out what holds other components."""
    return lambda part: f'<div class="{name}">{parts(part["components"])}</div>'


def frame(part: Json) -> str:
    """Lay out a container; one with an accent has it at its left edge."""
    colour = part.get("accent_color")
    edge = f' style="border-left: 4px solid #{colour:06x}"' if colour else ""
    return f'<div class="frame"{edge}>{parts(part["components"])}</div>'


def gallery(part: Json) -> str:
    """Lay out pictures."""
    return "".join(f'<img src="{each["media"]["url"]}">' for each in part["items"])


COMPONENTS: dict[int, Callable[[Json], str]] = {
    1: boxed("row"),
    2: button,
    3: select,
    9: section,
    10: text,
    11: lambda _: '<div class="thumb"></div>',
    12: gallery,
    14: lambda _: "<hr>",
    17: frame,
}


def pictures(library: Library) -> Iterator[tuple[str, str]]:
    """Lay out what members see: the name of each picture and its page."""
    found = answer(library, replace(read_request("model registry"), size=PAGE))
    yield "discord-search", in_chat(post("/podcast search", found))
    counted = answer(library, read_request("mentions registry vs alert"))
    yield "discord-mentions", in_chat(post("/podcast mentions", counted))
    more = next(each for each in found.cards[0].buttons if each.kind is ButtonKind.OPEN)
    yield "discord-context", in_chat(post("/podcast search", answer(library, more.request)))
    written, view = render_shared(found, "Sam")
    embed = '<div class="embed"><div></div></div>'
    inside = text({"content": written}) + embed + parts(view.to_components())
    yield "discord-shared", in_chat(message(inside))
    sent = render_reply(for_everybody(found), EVERYBODY)
    yield "discord-public", in_chat(message(parts(sent.view.to_components())))
    shown = render_help(home_of(library, "1", "2"), ANN, "1").view.to_components()
    yield "discord-help", in_chat(message(parts(shown)))


if __name__ == "__main__":
    take_pictures(pictures, "dark", "light")
