"""Slack's rich text, in which nothing is parsed, so that text of any origin is safe.

Every function returns a list, empty if there is nothing to show, because Slack rejects empty
texts. Lines consist of runs, blocks of lines.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.answers.replies import Instant, split_instants, split_snippet
from bot.models import Snippet
from bot.players import is_link
from bot.text import clean, truncate

Payload = dict[str, Any]
Parts = list[Payload]

_PERSON = re.compile(r"[UW][A-Z0-9]+", re.ASCII)
_GROUP = re.compile(r"S[A-Z0-9]+", re.ASCII)
_CHANNEL = re.compile(r"[CG][A-Z0-9]+", re.ASCII)
# The pretty ones would say “today”, which does not fit behind “on”.
DATE_FORMAT = "{date_long} {time}"
"""How Slack shows a point in time: a long date and 9:00, in the reader's zone and language."""


def words(text: str, *, bold: bool = False) -> Parts:
    """Make a run of a text, including its spaces."""
    cleaned = clean(text)
    return [_styled(cleaned, bold=bold)] if cleaned.strip() else []


def dated_words(text: str, instants: Iterable[Instant], *, bold: bool = False) -> Parts:
    """Make a run of a text, and dates that Slack shows in the reader's own time."""
    parts = split_instants(text, instants)
    runs = ([_date(at, bold=bold)] if at else words(part, bold=bold) for part, at in parts)
    return [run for each in runs for run in each]


def code_element(text: str) -> Parts:
    """Format something to type as code."""
    return [{**run, "style": {"code": True}} for run in words(text)]


def link(url: str, text: str) -> Parts:
    """Link to an address that is safe to link to; otherwise, only write the text."""
    if not is_link(url):
        return words(text)
    return [{"type": "link", "url": url, "text": run["text"]} for run in words(text)]


def person(user: str) -> Parts:
    """Mention a member by their id."""
    return [{"type": "user", "user_id": user}] if _PERSON.fullmatch(user) else []


def group_element(group: str) -> Parts:
    """Mention a user group by its id, which notifies its members."""
    return [{"type": "usergroup", "usergroup_id": group}] if _GROUP.fullmatch(group) else []


def channel_element(name: str) -> Parts:
    """Mention a channel by its id."""
    return [{"type": "channel", "channel_id": name}] if _CHANNEL.fullmatch(name) else []


def excerpt_elements(snippet: Snippet, most: int) -> Parts:
    """Write a snippet of at most `most` characters, its matches bold."""
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
    """Make a line of runs."""
    return _part("rich_text_section", *runs)


def quote_block(*runs: Parts) -> Parts:
    """Make a quotation of runs."""
    return _part("rich_text_quote", *runs)


def preformatted_block(lines: Sequence[str]) -> Parts:
    """Make a monospaced block of lines."""
    return _part("rich_text_preformatted", words("\n".join(lines)))


def bullets(lines: Sequence[Parts]) -> Parts:
    """Make a bulleted list of lines."""
    items = [item for runs in lines for item in section(runs)]
    return [{"type": "rich_text_list", "style": "bullet", "elements": items}] if items else []


def rich_text(*lines: Parts) -> Parts:
    """Make a block of lines."""
    return _part("rich_text", *lines)


def _styled(text: str, *, bold: bool) -> Payload:
    element = {"type": "text", "text": text}
    return {**element, "style": {"bold": True}} if bold else element


def _date(instant: Instant, *, bold: bool) -> Payload:
    element = {
        "type": "date",
        "timestamp": int(instant.at.timestamp()),
        "format": DATE_FORMAT,
        "fallback": instant.text,
    }
    return {**element, "style": {"bold": True}} if bold else element


def _part(kind: str, *inside: Parts) -> Parts:
    elements = [element for each in inside for element in each]
    return [{"type": kind, "elements": elements}] if elements else []
