"""Web pages and Markdown as plain lines, with headings as "# Heading".

Names in `<cite>` and times in `<time>`, as the Podcasting 2.0 specification has it, begin a line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from bot.transcripts.formats.fields import clean_line, parse_clock, parse_youtube

_BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figure", "hr"}
    | {"li", "main", "ol", "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset(
    {"aside", "button", "footer", "form", "head", "nav", "noscript", "script", "select", "style"}
    | {"svg", "template", "textarea"}
)
# Blocks with these attributes, in seconds or as a clock, are said from then on.
_TIMES = ("data-start", "data-timestamp", "data-time", "data-start-time", "data-begin")
_SECONDS = re.compile(r"\d{1,5}(?:\.\d{1,9})?")
# A tag without its end, or longer than any, is text.
_NO_TAG = re.compile(r"<(?![^<>]{1,2000}>)|<(?=[!?])")
_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,300})\]"
    r"\(((?:[^()\s]|\([^()\s]{0,100}\)){0,500})(?:[ ]\"[^\"\n]{0,200}\")?\)"
)
_SHORTCODE = re.compile(r"\{\{[^{}\n]{0,300}\}\}|\{%[^{}\n]{0,300}%\}|\{:[^{}\n]{0,200}\}")
_BULLET = re.compile(r"\s{0,8}(?:>\s{0,4}){0,4}(?:[-*+] )?(?=\S)")
_ITEM = re.compile(r"\s{0,8}[-*+] (?=\S)")
# [episode]: /episodes/12, which a link elsewhere names
_REFERENCE = re.compile(r"\s*\[[^\[\]]{1,100}\]:.{0,500}")
# What stands for a table of contents
_CONTENTS = re.compile(r"^[-*+1][^\n]*\n\{:toc\}", re.MULTILINE)
_HEADING = re.compile(r"(#{1,6}) {1,4}(.{1,300})")
_OUTLINE = re.compile(r"\s{0,8}(?:#{1,6}|[-*+]|\d{1,2}\.) |\s{0,8}\|")
_EMPHASIS = re.compile(r"(?<![\w\\])[*_]{1,3}(?=\S)|(?<=[^\s\\])[*_]{1,3}(?!\w)")
_MARKS = re.compile(r"[*_`]")
# In words that may have asterisks of their own, only pairs are marks.
_EMPHASISED = re.compile(
    r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,300})(?<=\S)\1(?![\w*])"
    r"|(?<![\w_])(_{1,3})(?=[^\s_])([^_\n]{1,300})(?<=\S)\3(?![\w_])"
)
_CODE = re.compile(r"(`{1,2})([^`\n]{1,300})\1")
# https://spec.commonmark.org/0.31.2/#backslash-escapes
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_TRANSCRIPT = re.compile(
    r"\W{0,3}(?:(?:the|full|complete|episode|show|podcast|video|raw|edited|interview|audio) )*"
    r"(?:transcripts?|transcription|transkript|transcripción|transcrição|trascrizione)\W{0,3}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page: its title, the only video that it links to, and its lines.

    `timed_blocks` are how many of its blocks have a time as an attribute, which begins their line;
    `items` are those of its lines that are items of lists.
    """

    title: str
    youtube: str
    lines: tuple[str, ...]
    timed_blocks: int = 0
    items: tuple[str, ...] = ()


def text_of_page(markup: str) -> PageText:
    """Return the text of a page in HTML, in Markdown, or in both."""
    reader = _PageReader()
    reader.feed(_NO_TAG.sub("&lt;", _CONTENTS.sub("", _without_comments(markup))))
    reader.close()
    videos = {video for link in reader.links if (video := _video_in(link))}
    lines: list[str] = []
    items: list[str] = []
    for line in "".join(reader.parts).split("\n"):
        videos.update(video for link in _LINK.findall(line) if (video := _video_in(link[1])))
        lines.append(_plain(line))
        if _ITEM.match(line):
            items.append(lines[-1])
    video = videos.pop() if len(videos) == 1 else ""
    return PageText(reader.title, video, tuple(lines), reader.timed_blocks, tuple(items))


def is_outline(line: str) -> bool:
    """Tell whether a line is a heading, an item of a list, or a row of a table, as in notes."""
    return bool(_OUTLINE.match(line))


def heading_in(line: str) -> str:
    """Return the text of a line that is a heading, else ""."""
    heading = _HEADING.fullmatch(line)
    return heading[2].strip("# ") if heading else ""


def unescape(text: str) -> str:
    """Remove the backslashes by which Markdown tells text from its marks, as in "\\[laughs\\]"."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def without_marks(words: str) -> str:
    """Remove emphasis and marks of code from words of Markdown, and the addresses of its links."""
    if "](" in words:
        words = _LINK.sub(r"\1", words)
    return _CODE.sub(r"\2", _EMPHASISED.sub(r"\2\4", words)) if _MARKS.search(words) else words


def transcript_section(lines: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Return the lines below a heading "Transcript", else all; and whether there is one."""
    for place, line in enumerate(lines):
        heading = _HEADING.fullmatch(line)
        if heading and _TRANSCRIPT.fullmatch(heading[2]):
            return tuple(_until_level(lines[place + 1 :], len(heading[1]))), True
        if _TRANSCRIPT.fullmatch(line):  # in bold, or as a summary to unfold
            return tuple(_until_level(lines[place + 1 :], 1)), True
    return lines, False


def _until_level(lines: tuple[str, ...], level: int) -> Iterator[str]:
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading and len(heading[1]) <= level:
            return
        yield line


def _without_comments(markup: str) -> str:
    kept: list[str] = []
    begin = 0
    while (start := markup.find("<!--", begin)) >= 0:
        kept.append(markup[begin:start])
        end = markup.find("-->", start)
        begin = len(markup) if end < 0 else end + len("-->")
    return "".join([*kept, markup[begin:]])


def _plain(line: str) -> str:
    """Return a line of Markdown without its marks, except those of a heading."""
    line = _LINK.sub(r"\1", _SHORTCODE.sub("", line))
    if _REFERENCE.fullmatch(line):
        return ""
    line = line[found.end() :] if (found := _BULLET.match(line)) else line
    return clean_line(unescape(_CODE.sub(r"\2", _EMPHASIS.sub("", line))))


def _video_in(link: str) -> str:
    return parse_youtube(link) if "/" in link and "youtu" in link else ""


class _PageReader(HTMLParser):
    """Gathers the text of a page, with a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.links: list[str] = []
        self.parts: list[str] = []
        self.timed_blocks = 0
        self._silent = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the start of an element."""
        facts = {key: value or "" for key, value in attrs}
        self.links += [facts[key] for key in ("href", "src", "content") if facts.get(key)]
        self._in_title = tag == "title"
        if tag in _SILENT:
            self._silent += 1
        elif tag in _HEADINGS:
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag in _BLOCKS or tag == "cite":
            self.parts.append("\n- " if tag == "li" else "\n")
            self._take_time(facts)
        elif tag == "time":
            self.parts.append(" (")

    def _take_time(self, facts: Mapping[str, str]) -> None:
        written = next((facts[key].strip() for key in _TIMES if facts.get(key)), "")
        seconds = float(written) if _SECONDS.fullmatch(written) else parse_clock(written)
        if seconds is not None:
            self.timed_blocks += 1
            minutes, rest = divmod(seconds, 60)
            self.parts.append(f"\n[{int(minutes)}:{rest:06.3f}] ")

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        self._in_title = False
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _HEADINGS or tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "time":
            self.parts.append(")\n")

    def handle_data(self, data: str) -> None:
        """Take some text."""
        if self._in_title:
            self.title = clean_line(self.title + data)
        elif not self._silent:
            self.parts.append(data)
