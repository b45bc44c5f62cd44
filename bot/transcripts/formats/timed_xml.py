"""Timed text in XML: TTML, which Apple Podcasts and broadcasters use, and YouTube's srv1 to srv3.

Only the few elements that these share are looked at, so that undeclared prefixes and other small
faults of exporters do no harm. A document type declaration is refused: none of them has one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn
from xml.parsers import expat

from bot.errors import TranscriptError
from bot.transcripts.formats.fields import ParsedFile, clean_line, parse_clock
from bot.transcripts.formats.speakers import spoken_words
from bot.transcripts.formats.subtitles import Subtitle, cues_from_subtitles

_ROOT = re.compile(
    r"(?:<\?xml[^<>]{0,500}>)?\s{0,50}(?:<!--[^<>]{0,2000}-->)?\s{0,50}"
    r"<(?:\w{1,20}:)?(?:tt|timedtext|transcript)[\s>]"
)
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|m|s|ms|f|t)")
_RATE = re.compile(r"[1-9]\d{0,11}", re.ASCII)
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_CUES = frozenset({"p", "text"})
_FRAMES = 30.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence in an element; it may have times of its own."""

    start: float | None = None
    end: float | None = None
    text: str = ""


def looks_like_timed_xml(text: str) -> bool:
    """Tell whether a text is XML with the root of one of these formats."""
    return bool(_ROOT.match(text[:5000].lstrip()))


def read_timed_xml(path: str, text: str) -> ParsedFile:
    """Read TTML or YouTube's timed text. Raises TranscriptError."""
    document = _Document()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = document.begin
    parser.EndElementHandler = document.finish
    parser.CharacterDataHandler = document.say
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text.lstrip().encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        reason = f"the XML is broken: {expat.ErrorString(error.code)}."
        raise TranscriptError(path, reason, "Export it again.", error.lineno) from error
    except ValueError as error:
        reason = "its XML has a document type, which no transcript needs."
        raise TranscriptError(path, reason, "Remove the line with <!DOCTYPE.") from error
    return cues_from_subtitles(path, document.subtitles(), document.lost)


def _refuse_doctype(*_: object) -> NoReturn:
    raise ValueError


class _Document:
    """What has been read of a document: its cues, and the names of its speakers."""

    def __init__(self) -> None:
        self.lost = 0
        self._cues: list[tuple[str, float, float | None, tuple[_Piece, ...]]] = []
        self._names: dict[str, str] = {}
        self._ticks = 1.0
        self._agent = self._agent_id = self._name = ""
        self._within = ""
        self._times: tuple[float | None, float | None] = (None, None)
        self._pieces: list[_Piece] = []

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        name = _local(tag)
        facts = {_local(key): value for key, value in attributes.items()}
        if name == "tt":
            rate = _RATE.fullmatch(facts.get("tickRate", ""))
            self._ticks = float(rate[0]) if rate else 1.0
        elif name == "agent":
            self._agent_id, self._name = facts.get("id", ""), ""
        elif name == "name" and self._agent_id:
            self._within = name
        elif name in _CUES and not self._within:
            self._within, self._times = name, self._times_in(facts)
            self._pieces, self._agent = [_Piece()], facts.get("agent", "")
        elif name == "br":
            self.say("\n")
        elif name in ("span", "s") and self._within:
            self._begin_span(facts)

    def finish(self, tag: str) -> None:
        """Take the end of an element."""
        name = _local(tag)
        if name == "name" and self._within == name:
            self._names[self._agent_id], self._within = clean_line(self._name), ""
        elif name == "agent":
            self._agent_id = ""
        elif name in _CUES and self._within == name:
            self._within = ""
            self._keep()

    def say(self, text: str) -> None:
        """Take some text."""
        if self._within == "name":
            self._name += text
        elif self._within:
            self._pieces[-1] = replace(self._pieces[-1], text=self._pieces[-1].text + text)

    def subtitles(self) -> Sequence[Subtitle]:
        """Return all cues, with the names of their speakers as voices."""
        found = []
        for agent, start, end, pieces in self._cues:
            voice = self._names.get(agent) or agent
            tag = f"<v {voice}>" if voice and not re.search("[<>]", voice) else ""
            for place, piece in enumerate(pieces):
                begins = piece.start if piece.start is not None else start
                last = place == len(pieces) - 1
                ends = piece.end if piece.end is not None and not last else end or piece.end
                lines = tuple(f"{tag}{line}" for line in piece.text.split("\n") if line.strip())
                found.append(Subtitle(begins, begins if ends is None else ends, lines))
        return found

    def _begin_span(self, facts: Mapping[str, str]) -> None:
        start, end = self._times_in(facts) if "begin" in facts else (None, None)
        if facts.get("unit") == "sentence":
            self._pieces.append(_Piece(start, end))
            return
        piece = self._pieces[-1]
        if facts.get("unit") == "word" and piece.text:
            piece = replace(piece, text=f"{piece.text} ")
        first = piece.start if piece.start is not None or piece.text else start
        self._pieces[-1] = replace(piece, start=first, end=end if end is not None else piece.end)

    def _keep(self) -> None:
        pieces = tuple(piece for piece in self._pieces if spoken_words(piece.text))
        start, end = self._times
        if start is None:
            start = next((piece.start for piece in pieces if piece.start is not None), None)
        if pieces and start is not None:
            self._cues.append((self._agent, start, end, pieces))
        elif pieces:
            self.lost += 1

    def _times_in(self, facts: Mapping[str, str]) -> tuple[float | None, float | None]:
        if "t" in facts:  # srv2 and srv3: milliseconds
            start, lasting = self._milliseconds(facts, "t"), self._milliseconds(facts, "d")
        elif "start" in facts:  # srv1: seconds
            start, lasting = parse_clock(facts["start"]), parse_clock(facts.get("dur", ""))
        else:
            start, end = self._time(facts.get("begin", "")), self._time(facts.get("end", ""))
            lasting = self._time(facts.get("dur", ""))
            if end is not None:
                return start, end
        return start, None if start is None or lasting is None else start + lasting

    def _milliseconds(self, facts: Mapping[str, str], key: str) -> float | None:
        value = parse_clock(facts.get(key, ""))
        return None if value is None else value / 1000

    def _time(self, written: str) -> float | None:
        match = _OFFSET.fullmatch(written.strip())
        if not match:
            return parse_clock(written.strip())
        value, unit = float(match[1]), match[2]
        if unit in _UNITS:
            return value * _UNITS[unit]
        return value / (_FRAMES if unit == "f" else self._ticks)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
