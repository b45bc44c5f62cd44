"""What a person reads in Block Kit: texts, what is bold, links and buttons."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from tests.fakes.chat import Link

_ANGLED = re.compile(r"<([^|<>]*)(?:\|([^<>]*))?>")
_INLINE_PARTS = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pressable:
    """A button: the id of its block, its label, and what a payload says of it."""

    block: str
    label: str
    element: Json


@dataclass(slots=True)
class Page:
    """What blocks show; `names` are those of people by their ids."""

    names: Mapping[str, str]
    lines: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    rows: list[list[Pressable]] = field(default_factory=list)

    def read(self, block: Json) -> None:
        """Read one block."""
        kind = block["type"]
        if kind == "rich_text":
            self._read_rich(block["elements"])
        elif kind in ("actions", "context_actions"):
            self._add_row(block, block["elements"])
        elif kind == "context":
            self._add_line(" ".join(self._plain(each) for each in block["elements"]))
        elif kind == "input":
            self._add_line(self._plain(block["label"]))
        elif kind == "image":
            self._add_line(block["alt_text"])
        elif kind == "data_visualization":
            self._read_chart(block["chart"])
        elif kind in ("section", "header"):
            texts = [block.get("text"), *block.get("fields", ())]
            self._add_line("\n".join(self._plain(each) for each in texts if each))
            if accessory := block.get("accessory"):
                self._add_row(block, [accessory])
        else:
            assert kind == "divider", f"nobody taught the tests to read a {kind}"

    def _read_chart(self, chart: Json) -> None:
        """Read the values of each category: "S01: tea 4, coffee 1"."""
        for number, category in enumerate(chart["axis_config"]["categories"]):
            values = (f"{each['name']} {each['data'][number]['value']}" for each in chart["series"])
            self._add_line(f"{category}: {', '.join(values)}")

    def _read_rich(self, parts: list[Json]) -> None:
        for part in parts:
            if part["type"] == "rich_text_list":
                self._read_rich(part["elements"])
            else:
                assert part["type"] in _INLINE_PARTS, part
                self._add_line("".join(map(self._inline, part["elements"])))

    def _inline(self, element: Json) -> str:
        kind = element["type"]
        if kind == "user":
            return f"@{self.names[element['user_id']]}"
        if kind == "channel":
            return f"#{element['channel_id']}"
        text = str(element.get("text") or element.get("url") or element.get("fallback", ""))
        if kind == "link":
            self.links.append(Link(text, element["url"]))
        if element.get("style", {}).get("bold"):
            self.bold.append(text)
        return text

    def _plain(self, text: Json) -> str:
        if text["type"] != "mrkdwn":
            return str(text.get("text") or text.get("alt_text", ""))
        return unescape(_ANGLED.sub(self._angled, text["text"]))

    def _angled(self, found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith("@"):
            return f"@{self.names[target[1:]]}"
        self.links.append(Link(unescape(label or target), target))
        return label or target

    def _add_line(self, line: str) -> None:
        if line:
            self.lines.append(line)

    def _add_row(self, block: Json, elements: list[Json]) -> None:
        found = [each for element in elements for each in _pressables(block["block_id"], element)]
        row = [each for each in found if not each.element.get("url")]
        self.links += [
            Link(each.label, each.element["url"]) for each in found if each.element.get("url")
        ]
        if row:
            self.rows.append(row)


def read_page(blocks: list[Json], names: Mapping[str, str]) -> Page:
    """Read blocks from top to bottom."""
    page = Page(names)
    for block in blocks:
        page.read(block)
    return page


def _pressables(block: str, element: Json) -> Iterator[Pressable]:
    """Find what can be pressed: a button, each entry of a menu, both thumbs."""
    kind = element["type"]
    if kind == "button":
        yield Pressable(block, element["text"]["text"], element)
    elif kind == "overflow":
        base = {"type": kind, "action_id": element["action_id"]}
        for option in element["options"]:
            yield Pressable(block, option["text"]["text"], base | {"selected_option": option})
    elif kind == "feedback_buttons":
        base = {"type": kind, "action_id": element["action_id"]}
        for thumb in (element["positive_button"], element["negative_button"]):
            yield Pressable(block, thumb["text"]["text"], base | thumb)
