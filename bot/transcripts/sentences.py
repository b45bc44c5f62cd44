"""Split text into sentences, given as offsets, so that times can be interpolated by characters."""

import re
from itertools import pairwise

LONG_SENTENCE_WORDS = 60

# A sentence ends at its final punctuation with the quotes and brackets closed there; a remark such
# as "[laughs]" belongs to the sentence before it. Scripts without spaces need none.
_ENDING = re.compile(
    r"""(?:(?<![.!?…؟۔।])[.!?…؟۔।]++["'”’»)\]*]*+(?:\s+\[[^\[\]]{1,30}\])*(?=\s)"""
    r"""|[。！？｡]+[」』”’）】"]*)\s*"""
)
_OPENING = "\"'“‘«([{*¿¡-–—"
_LAST_WORD = re.compile(r"[^\s(\[\"“‘'/]+\Z")
# Abbreviations that never end a sentence; those that may ("etc.", "Inc.") are left out.
_ABBREVIATION = re.compile(
    r"(?:mr|mrs|ms|dr|prof|st|mt|gen|rev|dept|vs|approx|fig|cf|eg|ie"
    # Of other languages those that are no word in English, as "Hr." would be.
    r"|bspw|bzw|evtl|ggf|inkl|sog|vgl|zzgl|mlle|mme|núm|pág|sra|srta|uds|dott|blz|dhr|mevr)\.",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.){2,}")  # e.g. U.S. Ph.D.
# A letter after a name or another initial; elsewhere it may end one: "I prefer R. It is small."
_INITIAL = re.compile(r"(?:\A|[A-Z][\w.]{0,20}\s)[A-Z]\.\Z")
_LONGEST_ABBREVIATION = 20
_CLAUSE = re.compile(r"[,;:–—](?=\s)\s+|(?<!\s)\s++(?=[–—-]\s)")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of each sentence of a text, without surrounding spaces.

    Together they cover every character but spaces. Text without punctuation is one sentence; a
    sentence of more than `LONG_SENTENCE_WORDS` words is split at a clause, if it has any.
    """
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    if first >= last:
        return []
    cuts = [first]
    for ending in _ENDING.finditer(text, first, last):
        after = ending.end()
        if after < last and _is_end(text, cuts[-1], ending):
            cuts.append(after)
    cuts.append(last)
    spans = [(start, _trim_end(text, start, stop)) for start, stop in pairwise(cuts)]
    if last - first < LONG_SENTENCE_WORDS * 2:
        return spans
    return [part for start, end in spans for part in _split_long(text, start, end)]


def _trim_end(text: str, start: int, stop: int) -> int:
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return stop


def _is_end(text: str, start: int, ending: re.Match[str]) -> bool:
    after = ending.end()
    follows = text[after]
    if follows in _OPENING:
        follows = text[after : after + 4].lstrip(_OPENING + " ")[:1] or follows
    if follows.islower():
        return False
    mark = ending.start()
    if text[mark] != "." or text[mark : mark + 2] == "..":
        return True
    before = text[max(start, mark - _LONGEST_ABBREVIATION) : mark + 1]
    return not _is_abbreviation(before, follows)


def _is_abbreviation(before: str, follows: str) -> bool:
    found = _LAST_WORD.search(before)
    if found is None:
        return False
    word = found[0]
    if word in ("No.", "no."):
        return follows.isdigit()
    if len(word) == 2 and word[0].isupper():
        return _INITIAL.search(before) is not None
    # The number of a list item begins a sentence.
    listed = len(word) <= 3 and word[:-1].isdigit() and found.start() == 0
    return listed or bool(_ABBREVIATION.fullmatch(word) or _ACRONYM.fullmatch(word))


def _split_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start < LONG_SENTENCE_WORDS * 2:
        return [(start, end)]
    if text.count(" ", start, end) < LONG_SENTENCE_WORDS:
        return [(start, end)]
    # A cut near either end would leave a fragment, so search only the middle half.
    quarter = (end - start) // 4
    middle = (start + end) // 2
    clauses = list(_CLAUSE.finditer(text, start + quarter, end - quarter))
    if not clauses:
        return [(start, end)]
    clause = min(clauses, key=lambda found: abs(found.end() - middle))
    left = _split_long(text, start, _trim_end(text, start, clause.end()))
    return left + _split_long(text, clause.end(), end)
