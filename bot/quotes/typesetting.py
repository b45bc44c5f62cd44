"""Typeset text of any script for an image: characters, quotation marks and line breaks."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]

# What is an emoji by itself, what only is before a selector, and what may follow both.
_COLOURED = (
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001faff\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe"
    "\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4"
    "\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55](?!\ufe0e)"
)
_SELECTED = "[\u00a9\u00ae\u2000-\u3299]\ufe0f"
_BEHIND = "[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_ONE = f"(?:{_SELECTED}|{_COLOURED}){_BEHIND}"
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE})*|[\U0001f1e6-\U0001f1ff]"
)
_ODD = re.compile("(?<!\\s)\\s*+(?:\ufffd[\u200d\ufe0e\ufe0f]*)+")
# Several scripts need joiners; other invisible characters may reverse a line.
_JOINERS = "\u200c\u200d"
_KEPT = frozenset(f"{_JOINERS}\ufe0e\ufe0f") | frozenset(map(chr, range(0xE0020, 0xE0080)))
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
    """Join a text into one line, drop invisibles, and curl its apostrophes.

    No line begins with a dash.
    """
    text = unicodedata.normalize("NFC", _dropped(_ODD, text)).replace("\u202f", _NO_BREAK)
    text = re.sub("([\u0300-\u036f]{2})[\u0300-\u036f]+", r"\1", text)
    text = re.sub(f"[^\\S{_NO_BREAK}]+", " ", text)
    text = re.sub(r"(?<=\S) (?=[–-] )", _NO_BREAK, text)
    kept = (sign for sign in text if sign in _KEPT or unicodedata.category(sign)[0] != "C")
    text = re.sub(r'(?<!\w)"([^"]+)"(?!\w)', r"‘\1’", "".join(kept).strip())
    return re.sub(r"(?<=\w)'", "’", text)


def split_emoji(text: str) -> list[tuple[str, bool]]:
    """Split a text into parts, in order: (text, whether it is one emoji)."""
    parts, past = list[tuple[str, bool]](), 0
    for found in _EMOJI.finditer(text):
        parts += [(text[past : found.start()], False), (found[0], True)]
        past = found.end()
    return [part for part in (*parts, (text[past:], False)) if part[0]]


def without_emoji(text: str) -> str:
    """Drop emoji and the spaces before them."""
    marked = ("\ufffd" if emoji else part for part, emoji in split_emoji(text))
    return tidy("".join(marked))


def without_symbols(text: str) -> str:
    """Drop pictorial symbols; keep letters, numbers and mathematical signs."""
    symbols = (unicodedata.category(sign) == "So" for sign in text)
    marked = ("\ufffd" if so else sign for so, sign in zip(symbols, text, strict=True))
    return tidy("".join(marked))


def visible(text: str) -> set[str]:
    """Return the characters that a font must cover."""
    return {sign for sign in text if not sign.isspace() and sign not in _KEPT}


def runs_leftwards(text: str) -> bool:
    """Tell whether the first letter belongs to a right-to-left script."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def han_language(text: str) -> str | None:
    """Tell for which language a font should draw Chinese letters, None if it does not matter.

    Japanese and Korean have letters of their own. Which of the Chinese ones a text has tells where
    it was written.
    """
    scripts = {unicodedata.name(sign, "").split(" ")[0] for sign in text}
    if scripts & _KANA or "HANGUL" in scripts:
        return "ja" if scripts & _KANA else "ko"
    han = "".join(sign for sign in text if unicodedata.name(sign, "").startswith("CJK UNI"))
    if not han:
        return None
    return "zh-Hant" if _encodes(han, "big5") and not _encodes(han, "gb2312") else "zh-Hans"


def _encodes(text: str, encoding: str) -> bool:
    try:
        return bool(text.encode(encoding))
    except UnicodeEncodeError:
        return False


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
    """Split into characters, each with its accents, and emoji."""
    cluster = ""
    for part, emoji in split_emoji(piece):
        for sign in [part] if emoji else part:
            if cluster and sign != " " and unicodedata.category(sign[0])[0] != "M":
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


def _dropped(pattern: re.Pattern[str], text: str) -> str:
    """Drop what a pattern finds; what stood around it stays apart."""

    def gap(found: re.Match[str]) -> str:
        return " " if text[found.end() : found.end() + 1].isalnum() else ""

    return pattern.sub(gap, text)
