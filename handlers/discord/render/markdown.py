"""Discord's markdown: read what members write, and escape what Airquote writes."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from bot.answers.replies import Instant, split_instants, split_snippet
from bot.models import Snippet
from bot.players import is_link
from bot.text import clean, one_line, truncate
from handlers.markup import decode_markup

# Characters with a meaning anywhere in a line, and at its start. Discord accepts a backslash before
# any punctuation. discord.utils.escape_markdown is not enough: it ignores links, mentions, times,
# emoji and numbered lists, and escapes where the backslash is shown.
_MARKUP = re.compile(r"[\\*_~|`<>\[\]@/]|:(?!\s)")
_LINE_START = re.compile(r"^(\s*\d*)([-+#.)])")
_CALLS = re.compile(r"@(?:everyone|here)\b")
# Mentions, times, emoji and commands are in angle brackets; only the name of a command is shown.
_ANGLED = re.compile(r"<(?:a?:\w+:|/([^:<>]+):|[@#]|t:|id:)[^<>]*>")
_BLANKS = re.compile(r"\s+")
# The number of characters that make a text bold.
_MARKS = 4


def decode_markdown(text: str) -> str:
    """Convert a message to plain text: links become their labels; emoji, mentions are left out."""
    return decode_markup(_ANGLED.sub(lambda found: found[1] or "", _CALLS.sub("", text)))


def escape_markdown(text: str) -> str:
    """Escape a text so that Discord shows it literally, even at the start of a line."""
    return _at_start(_inline(text))


def literal(text: str, most: int, instants: Iterable[Instant] = ()) -> str:
    """Escape a text on a single line, truncated to `most` characters.

    Discord shows its dates in the reader's own time.
    """
    instants = tuple(instants)
    return _cut(one_line(text), most, partial(_dated, instants) if instants else escape_markdown)


def joined(*facts: str) -> str:
    """Join the facts that there are to a line."""
    return " · ".join(filter(None, facts))


def bold(text: str) -> str:
    """Make an escaped text bold."""
    return f"**{text}**" if text else ""


def code(text: str) -> str:
    """Format something to type as code."""
    return f"`{one_line(text).replace('`', 'ˋ')}`"


def preformatted(lines: Sequence[str]) -> str:
    """Format lines in a monospaced block."""
    text = "\n".join(line.replace("`", "ˋ") for line in lines)
    return f"```\n{text}\n```" if text.strip() else ""


def block_quote(text: str) -> str:
    """Format an escaped line as a quotation."""
    return f"> {text}" if text else ""


def small_print(text: str) -> str:
    """Format an escaped line in small print."""
    return f"-# {text}" if text else ""


def masked(text: str, url: str) -> str:
    """Link a text to an address that `approved` has returned."""
    return f"[{text}]({url})"


def channel(number: str) -> str:
    """Mention a channel by its id."""
    return f"<#{number}>"


def role(number: str) -> str:
    """Mention a role by its id."""
    return f"<@&{number}>"


def member(number: str) -> str:
    """Mention a member by their id."""
    return f"<@{number}>"


def approved(url: str) -> str:
    """Return an address if it is safe to link to, else ""."""
    return url if is_link(url) else ""


def excerpt(snippet: Snippet, most: int) -> str:
    """Write a snippet on a single line of at most `most` characters, its matches bold."""
    # The start may need a backslash.
    written, room = "", most - 1
    for text, matched in _runs(snippet):
        left = room - len(written) - (_MARKS if matched else 0)
        whole = _inline(text)
        part = whole if len(whole) <= left else _cut(text, left, _inline)
        written += bold(part) if matched else part
        if part != whole:
            break
    return _at_start(written.strip())


def _dated(instants: Iterable[Instant], text: str) -> str:
    return _at_start(
        "".join(
            f"<t:{int(instant.at.timestamp())}:f>" if instant else _inline(part)
            for part, instant in split_instants(text, instants)
        )
    )


def _runs(snippet: Snippet) -> list[tuple[str, bool]]:
    """Split a snippet like `split_snippet`, and join adjacent parts of the same kind."""
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
    # A function, as Python 3.11 takes twice as long to fill a pattern in for each match.
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text)


def _at_start(text: str) -> str:
    return _LINE_START.sub(r"\1\\\2", text)


def _cut(text: str, most: int, write: Callable[[str], str]) -> str:
    """Truncate a text so that it has at most `most` characters once it is escaped."""
    limit = most
    while len(written := write(truncate(text, limit))) > max(most, 0):
        limit -= len(written) - most
    return written
