"""What people read in Discord's markdown, by the rules of its client: what is not plain, is found.

Where the client's rules are not known to the letter, these find more than it does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line: its styles, and where it leads if it is a link."""

    text: str
    styles: frozenset[str] = frozenset()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what kinds of lines it is, from the outside in, and its runs."""

    kinds: tuple[str, ...]
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The line as it is read."""
        return "".join(run.text for run in self.runs)


_LINES = (
    ("heading", r"#{1,3} +(.+)"),
    ("small", r"-# +(.+)"),
    ("quote", r"(?:>>>|>) (.*)"),
    ("item", r"\s*(?:[-*+]|\d+[.)]) +(.+)"),
)
_INSIDE = r"((?:\\.|[^\\])+?)"
_STYLES = (
    ("bold", rf"\*\*{_INSIDE}\*\*(?!\*)"),
    ("underline", rf"__{_INSIDE}__(?!_)"),
    ("italic", rf"\*{_INSIDE}\*(?!\*)"),
    ("italic", rf"_{_INSIDE}_(?!_)"),
    ("struck", rf"~~{_INSIDE}~~"),
    ("spoiler", rf"\|\|{_INSIDE}\|\|"),
)
_ATOMS = (
    ("angled", r"<(?:@[!&]?\d|#\d|a?:\w+:\d|t:-?\d|/[^>]*:\d|id:\w|https?://)[^>]*>"),
    ("link", r"(?:https?|steam)://[^\s<]+[^<.,:;\"'\]\s]"),
    ("invitation", r"discord(?:(?:app)?\.com/invite|\.gg(?:/invite)?)/[\w-]+"),
    ("call", r"@(?:everyone|here)"),
    ("emoji", r":[^\s:]+:"),
)
# In the address of a link, a backslash is taken out first.
_MASKED = re.compile(r"\[((?:\\.|[^\\\]])+)\]\(<?(https?\\?:\\?/\\?/[^\s)>]+)>?\)")
_CODE = re.compile(r"(`+)([^`]+)\1(?!`)")
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_BOX = re.compile(r"```\n(.*?)\n?```\n?", re.DOTALL)


def read_markdown(text: str) -> list[Line]:
    """Read a text line by line; a box is one line."""
    lines: list[Line] = []
    done = 0
    for box in _BOX.finditer(text):
        lines += map(_line, text[done : box.start()].splitlines())
        lines.append(Line(("box",), (Run(box[1]),)))
        done = box.end()
    return [*lines, *map(_line, text[done:].split("\n") if text[done:] else [])]


def _line(text: str) -> Line:
    kinds: list[str] = []
    rest = text
    while found := next((f for f in _matches(_LINES, rest) if f[1].end() == len(rest)), None):
        kinds.append(found[0])
        rest = found[1][1]
        if found[0] != "quote":
            break
    return Line(tuple(kinds), tuple(_joined(_runs(rest, frozenset()))))


def _matches(rules: tuple[tuple[str, str], ...], text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for name, pattern in rules:
        if found := re.match(pattern, text):
            yield name, found


def _runs(text: str, styles: frozenset[str]) -> Iterator[Run]:
    while text:
        if escaped := _ESCAPED.match(text):
            yield Run(escaped[1], styles)
            text = text[2:]
        elif masked := _MASKED.match(text):
            label = "".join(run.text for run in _runs(masked[1], styles))
            yield Run(label, styles | {"link"}, masked[2])
            text = text[masked.end() :]
        elif boxed := _CODE.match(text):
            yield Run(boxed[2], styles | {"code"})
            text = text[boxed.end() :]
        elif atom := next(_matches(_ATOMS, text), None):
            url = atom[1][0] if atom[0] == "link" else ""
            yield Run(atom[1][0], styles | {atom[0]}, url)
            text = text[atom[1].end() :]
        elif styled := next(_matches(_STYLES, text), None):
            yield from _runs(styled[1][1], styles | {styled[0]})
            text = text[styled[1].end() :]
        else:
            yield Run(text[0], styles)
            text = text[1:]


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Join neighbours that look the same."""
    joined: list[Run] = []
    for run in runs:
        if joined and not run.url and (joined[-1].styles, joined[-1].url) == (run.styles, ""):
            joined[-1] = Run(joined[-1].text + run.text, run.styles)
        else:
            joined.append(run)
    return joined
