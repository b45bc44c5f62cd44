"""Typeset text of any script for an image: characters, quotation marks and line breaks."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]

# Emoji with their modifiers and joiners, and the replacement character.
_EMOJI = re.compile(
    "(?<!\\s)\\s*+(?:[\U0001f000-\U0001faff\ufffd][\u200d\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f]*)+"
)
# Several scripts need joiners; other invisible characters may reverse a line.
_JOINERS = "\u200c\u200d"
_NO_BREAK = "\u00a0"

# Chinese and Japanese have no spaces: a line may break anywhere except before a closing
# character or after an opening one.
_WIDE = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff10-\uff9f\U00020000-\U0003ffff"
)
_OPENS = "「『（【〈《〔"
_CLOSES = "」』）】〉》〕、。，．：；？！・…‥ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ’”\u3099\u309a"
_PIECE = re.compile(f"[{_OPENS}]*(?:[{_WIDE}]|[^ —{_WIDE}{_OPENS}]+|—)?[{_CLOSES}—]* *")

# By the script of most letters.
_MARKS = {
    "CYRILLIC": ("«", "»"),
    "GREEK": ("«", "»"),
    "ARMENIAN": ("«", "»"),
    "ARABIC": ("«", "»"),
    "HEBREW": ("”", "”"),
    "HIRAGANA": ("「", "」"),
    "KATAKANA": ("「", "」"),
}

_KANA = {"HIRAGANA", "KATAKANA"}

# Scripts whose letters join, reorder or stack, or that run right to left.
_SHAPED = re.compile("[\u0590-\u109f\u1780-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Column:
    """The space for lines; `width` is in the unit of `measure`."""

    measure: Measure
    width: int
    most_lines: int


def tidy(text: str) -> str:
    """Join a text into one line, drop emoji and invisibles, and curl its apostrophes."""
    text = unicodedata.normalize("NFC", _without_emoji(text)).replace("\u202f", _NO_BREAK)
    text = re.sub("([\u0300-\u036f]{2})[\u0300-\u036f]+", r"\1", text)
    text = re.sub(f"[^\\S{_NO_BREAK}]+", " ", text)
    kept = (sign for sign in text if sign in _JOINERS or unicodedata.category(sign)[0] != "C")
    text = re.sub(r'(?<!\w)"([^"]+)"(?!\w)', r"‘\1’", "".join(kept).strip())
    return re.sub(r"(?<=\w)'", "’", text)


def without_symbols(text: str) -> str:
    """Drop pictorial symbols; keep letters, numbers and mathematical signs."""
    symbols = (unicodedata.category(sign) == "So" for sign in text)
    marked = ("\ufffd" if so else sign for so, sign in zip(symbols, text, strict=True))
    return tidy("".join(marked))


def visible(text: str) -> set[str]:
    """Return the characters that a font must cover."""
    return {sign for sign in text if not sign.isspace() and sign not in _JOINERS}


def runs_leftwards(text: str) -> bool:
    """Tell whether the first letter belongs to a right-to-left script."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def needs_shaping(text: str) -> bool:
    """Tell whether a text needs a shaping engine to be drawn correctly."""
    return bool(_SHAPED.search(text))


def quotation_marks(text: str) -> tuple[str, str]:
    """Choose the quotation marks for a text's script."""
    scripts = [unicodedata.name(sign, "").split(" ")[0] for sign in text if sign.isalpha()]
    most = max(scripts, key=scripts.count, default="")
    # Japanese may have more kanji than kana; Chinese has no kana.
    if most == "CJK" and not _KANA.isdisjoint(scripts):
        most = "HIRAGANA"
    return _MARKS.get(most, ("“", "”"))


def pieces_of(text: str) -> list[str]:
    """Split a text where lines may break; the pieces join back into the text."""
    return [piece for piece in _PIECE.findall(text) if piece]


def set_lines(text: str, column: Column, closing: str = "") -> list[str] | None:
    """Break a text into as few, evenly long lines as possible, ending in `closing`.

    Return None if they do not fit the column.
    """
    pieces = _closed(_pieces(text, column), closing)
    return _balanced(pieces, column) if _fits(pieces, column) else None


def set_shortened(text: str, column: Column, closing: str = "") -> list[str]:
    """Break as much of a text into lines as fits a column, with "…" for the rest."""
    pieces = _pieces(text, column)
    kept = bisect_left(
        range(1, len(pieces)),
        True,
        key=lambda each: not _fits(_closed(_cut(pieces, each), closing), column),
    )
    return _balanced(_closed(_cut(pieces, max(kept, 1)), closing), column)


def _pieces(text: str, column: Column) -> list[str]:
    """Split where lines may break, and pieces wider than a line into characters."""
    split: list[str] = []
    for piece in pieces_of(text):
        fits = column.measure(piece.rstrip()) <= column.width
        split += [piece] if fits else _clusters(piece)
    return split


def _clusters(piece: str) -> Iterator[str]:
    """Split into characters, each with its accents."""
    cluster = ""
    for sign in piece:
        if cluster and sign != " " and unicodedata.category(sign)[0] != "M":
            yield cluster
            cluster = ""
        cluster += sign
    yield cluster


def _closed(pieces: Sequence[str], mark: str) -> list[str]:
    return [*pieces[:-1], pieces[-1] + mark] if pieces else []


def _cut(pieces: Sequence[str], kept: int) -> list[str]:
    return [*pieces[: kept - 1], pieces[kept - 1].rstrip(" ,;:–—-.、。，") + "…"]


def _fits(pieces: Sequence[str], column: Column) -> bool:
    return len(_break(pieces, column.measure, column.width)) <= column.most_lines


def _balanced(pieces: Sequence[str], column: Column) -> list[str]:
    fewest = len(_break(pieces, column.measure, column.width))
    narrowest = bisect_left(
        range(column.width),
        True,
        key=lambda width: len(_break(pieces, column.measure, width)) <= fewest,
    )
    return _break(pieces, column.measure, narrowest)


def _break(pieces: Sequence[str], measure: Measure, width: float) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for piece in pieces:
        if line and used + measure(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + piece, used + measure(piece)
    return [*lines, line.rstrip()] if line else lines


def _without_emoji(text: str) -> str:
    def gap(found: re.Match[str]) -> str:
        return " " if text[found.end() : found.end() + 1].isalnum() else ""

    return _EMOJI.sub(gap, text)
