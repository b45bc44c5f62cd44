"""Discord's way of writing text: what members meant by it, and how to say ours literally."""

import re
from collections.abc import Callable, Sequence

from bot.answers.replies import split_snippet
from bot.models import Snippet
from bot.text import clean, one_line, truncate

_OUR_LINK = re.compile(r"https://youtu\.be/[\w-]+(\?t=\d+)?", re.ASCII)
# What Discord reads as anything but itself somewhere in a line, and at the beginning of one. It
# takes a backslash before any punctuation; discord.utils.escape_markdown leaves alone what becomes
# a link, a mention, a time, an emoji or a numbered list, and shows a backslash before a blank.
_MARKUP = re.compile(r"[\\*_~|`<>\[\]@/]|:(?!\s)")
_LINE_START = re.compile(r"^(\s*\d*)([-+#.)])")
_CALLS = re.compile(r"@(?:everyone|here)\b")
# Mentions, times, emoji and commands are in angle brackets; only the last two have a name.
_ANGLED = re.compile(r"<(?:a?:(\w+):|/([^:<>]+):|[@#]|t:|id:)[^<>]*>")
_BLANKS = re.compile(r"\s+")
_MASKED = re.compile(r"\[([^\[\]]+)\]\(<?[a-z]+://[^\s()]+>?\)")
# How many characters make a text bold.
_MARKS = 4


def decode(text: str) -> str:
    """Read what a member meant by a message: links are their labels, mentions are left out."""
    named = _ANGLED.sub(lambda found: found[1] or found[2] or "", _CALLS.sub("", text))
    return _MASKED.sub(r"\1", named)


def escape(text: str) -> str:
    """Write a text so that Discord shows it as it is, at the beginning of a line too."""
    return _at_start(_inline(text))


def literal(text: str, most: int) -> str:
    """Write a text in one line that Discord shows as it is, in at most `most` characters."""
    return _cut(one_line(text), most, escape)


def bold(text: str) -> str:
    """Make an escaped text bold."""
    return f"**{text}**" if text else ""


def code(text: str) -> str:
    """Write something to type."""
    return f"`{one_line(text).replace('`', 'ˋ')}`"


def preformatted(lines: Sequence[str]) -> str:
    """Put lines in a box in which all characters are equally wide."""
    text = "\n".join(line.replace("`", "ˋ") for line in lines)
    return f"```\n{text}\n```" if text.strip() else ""


def quote(text: str) -> str:
    """Put an escaped line in a quotation."""
    return f"> {text}" if text else ""


def small(text: str) -> str:
    """Write an escaped line in small print."""
    return f"-# {text}" if text else ""


def masked(text: str, url: str) -> str:
    """Link words of our own to an address that `video` has given."""
    return f"[{text}]({url})"


def channel(number: str) -> str:
    """Name a channel by its id, so that it can be opened."""
    return f"<#{number}>"


def video(url: str) -> str:
    """Give the address of a video of the podcast; of any other, "": it is not linked to."""
    return url if _OUR_LINK.fullmatch(url) else ""


def excerpt(snippet: Snippet, most: int) -> str:
    """Write a snippet in one line of at most `most` characters, its matched words bold."""
    # The beginning may need a backslash.
    written, room = "", most - 1
    for text, matched in _runs(snippet):
        part = _cut(text, room - len(written) - (_MARKS if matched else 0), _inline)
        written += bold(part) if matched else part
        if part != _inline(text):
            break
    return _at_start(written.strip())


def _runs(snippet: Snippet) -> list[tuple[str, bool]]:
    """Split a snippet as `split_snippet` does; those of a kind that touch are one run."""
    runs: list[tuple[str, bool]] = []
    for text, marked in split_snippet(snippet):
        run = _BLANKS.sub(" ", clean(text))
        matched = marked and not run.isspace()
        if runs and runs[-1][1] == matched:
            runs[-1] = runs[-1][0] + run, matched
        elif run:
            runs.append((run, matched))
    return runs


def _inline(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


def _at_start(text: str) -> str:
    return _LINE_START.sub(r"\1\\\2", text)


def _cut(text: str, most: int, write: Callable[[str], str]) -> str:
    """Cut a text so that it has at most `most` characters when it is escaped."""
    limit = most
    while len(written := write(truncate(text, limit))) > max(most, 0):
        limit -= len(written) - most
    return written
