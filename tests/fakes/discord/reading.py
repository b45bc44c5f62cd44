"""What a person reads in a message of the local Discord: texts, what is bold, links and buttons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.chat import Link
from tests.fakes.discord.markdown import Run, read_markdown
from tests.fakes.discord.message_rules import (
    BUTTON,
    CONTAINER,
    GALLERY,
    ROW,
    SECTION,
    SELECT,
    TEXT,
    THUMBNAIL,
)

# The bot writes nothing else: any other style is that of words which nobody has escaped.
_STYLES = frozenset({"bold", "code", "link"})
# What the app itself mentions: a channel, a member or a command by a real id, or a time.
_MENTION = re.compile(r"<(?:[#@]|\/[\w -]+:)\d{17,20}>|<t:\d+:f>")
_SEPARATOR = 14
Json = dict[str, Any]


@dataclass(slots=True)
class Page:
    """What a message shows; `rows` are its buttons, `pictures` the names of its files."""

    lines: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    rows: list[list[Json]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    def read(self, part: Json, names: dict[str, str]) -> None:
        """Read one component; `names` are those of files by their addresses."""
        kind = part["type"]
        if kind in (CONTAINER, SECTION):
            for each in part["components"]:
                self.read(each, names)
            if (accessory := part.get("accessory")) and accessory["type"] != THUMBNAIL:
                self._add_row([accessory])
        elif kind == TEXT:
            self.write(part["content"])
        elif kind == ROW:
            self._add_row(part["components"])
        elif kind == GALLERY:
            for item in part["items"]:
                self.lines.append(item["description"])
                self.pictures.append(names[item["media"]["url"]])
        else:
            assert kind == _SEPARATOR, f"nobody taught the tests to read a component {kind}"

    def write(self, text: str) -> None:
        """Read markdown."""
        for line in read_markdown(text):
            self.lines += filter(None, line.text.split("\n"))
            for run in line.runs:
                self._see(run)

    def _see(self, run: Run) -> None:
        named = _MENTION.fullmatch(run.text)
        assert run.styles <= _STYLES or named, f"this is not escaped: {run}"
        if "bold" in run.styles:
            self.bold.append(run.text)
        if run.url:
            self.links.append(Link(run.text, run.url))

    def _add_row(self, buttons: list[Json]) -> None:
        if [each["type"] for each in buttons] == [SELECT]:
            self._add_menu(buttons[0])
            return
        assert all(each["type"] == BUTTON for each in buttons), buttons
        self.links += [Link(each["label"], each["url"]) for each in buttons if each.get("url")]
        if row := [each for each in buttons if not each.get("url")]:
            self.rows.append(row)

    def _add_menu(self, menu: Json) -> None:
        """Read a menu as a row of buttons for each passage that its options are about."""
        passages: dict[str, list[Json]] = {}
        for option in menu["options"]:
            number, _, label = option["label"].partition(". ")
            chosen = {"label": label, "custom_id": option["value"], "menu": menu["custom_id"]}
            passages.setdefault(number, []).append(chosen)
        self.rows += passages.values()


def read_page(message: Json) -> Page:
    """Read a message from top to bottom."""
    page = Page()
    names = dict(_files(message))
    page.write(message["content"])
    for part in message["components"]:
        page.read(part, names)
    return page


def _files(message: Json) -> Iterator[tuple[str, str]]:
    yield from ((each["url"], each["filename"]) for each in message["attachments"])
