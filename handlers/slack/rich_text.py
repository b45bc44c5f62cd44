"""Slack's rich text: nothing in it is parsed, so that words of any origin stay words.

Every function gives a list, which is empty where there is nothing to show: Slack refuses empty
texts. A line is made of runs, a block of lines.
"""

import re
from collections.abc import Sequence
from typing import Any

from bot.answers.replies import split_snippet
from bot.models import Snippet
from bot.text import clean, truncate

Json = dict[str, Any]
Parts = list[Json]

_OUR_LINK = re.compile(r"https://youtu\.be/[\w-]+(\?t=\d+)?", re.ASCII)
_PERSON = re.compile(r"[UW][A-Z0-9]+", re.ASCII)
_CHANNEL = re.compile(r"[CG][A-Z0-9]+", re.ASCII)


def words(text: str, *, bold: bool = False) -> Parts:
    """Write a text as it is, with its blanks."""
    cleaned = clean(text)
    return [_styled(cleaned, bold=bold)] if cleaned.strip() else []


def code(text: str) -> Parts:
    """Write something to type."""
    return [{**run, "style": {"code": True}} for run in words(text)]


def link(url: str, text: str) -> Parts:
    """Link to a video of the podcast; any other address is not linked to."""
    if not _OUR_LINK.fullmatch(url):
        return words(text)
    return [{"type": "link", "url": url, "text": run["text"]} for run in words(text)]


def person(user: str) -> Parts:
    """Name a member by their id."""
    return [{"type": "user", "user_id": user}] if _PERSON.fullmatch(user) else []


def channel(name: str) -> Parts:
    """Name a channel by its id, as a link to it."""
    return [{"type": "channel", "channel_id": name}] if _CHANNEL.fullmatch(name) else []


def excerpt(snippet: Snippet, most: int) -> Parts:
    """Write a snippet of at most `most` characters, its matched words bold."""
    runs: Parts = []
    for text, matched in split_snippet(snippet):
        cleaned = clean(text)
        cut = truncate(cleaned, most)
        runs += [_styled(cut, bold=matched)] if cut else []
        if cut != cleaned:
            break
        most -= len(cut)
    return runs if any(run["text"].strip() for run in runs) else []


def section(*runs: Parts) -> Parts:
    """Put runs in a line."""
    return _part("rich_text_section", *runs)


def quote(*runs: Parts) -> Parts:
    """Put runs in a quotation."""
    return _part("rich_text_quote", *runs)


def preformatted(lines: Sequence[str]) -> Parts:
    """Put lines in a box in which all characters are equally wide."""
    return _part("rich_text_preformatted", words("\n".join(lines)))


def bullets(lines: Sequence[Parts]) -> Parts:
    """Put each of several lines behind a bullet."""
    items = [item for runs in lines for item in section(runs)]
    return [{"type": "rich_text_list", "style": "bullet", "elements": items}] if items else []


def rich_text(*lines: Parts) -> Parts:
    """Put lines in a block."""
    return _part("rich_text", *lines)


def _styled(text: str, *, bold: bool) -> Json:
    element = {"type": "text", "text": text}
    return {**element, "style": {"bold": True}} if bold else element


def _part(kind: str, *inside: Parts) -> Parts:
    elements = [element for each in inside for element in each]
    return [{"type": kind, "elements": elements}] if elements else []
