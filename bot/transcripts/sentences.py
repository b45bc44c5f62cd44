"""Split text into sentences, given as offsets, so that times can be interpolated by characters."""

import re
from itertools import pairwise

from bot.languages import ENGLISH
from bot.numbering import month_number

LONG_SENTENCE_WORDS = 60

# A sentence ends at its final punctuation with the quotes and brackets closed there; a remark such
# as "[laughs]" belongs to the sentence before it. No space follows in scripts without spaces; in
# French, one comes before "»".
_MARKS = ".!?…؟۔।։።။"
# A pattern that begins with a set of characters is found faster; looking behind then tells which of
# them it was.
_ENDING = re.compile(
    rf"""[{_MARKS}。！？｡](?:(?<=[{_MARKS}])(?<![{_MARKS}][{_MARKS}])[{_MARKS}]*+"""
    r"""(?:["'”’“‘»«)\]*]|[ \u00a0\u202f]»(?=\s|\Z))*+(?:\s+\[[^\[\]]{1,30}\])*(?=\s)"""
    r"""|(?<=[。！？｡])[。！？｡]*[」』”’）】"]*"""
    r"""|(?<=[!?])(?<![!?][!?])[!?]*+(?=[\u3040-\u30ff\u3400-\u9fff]))\s*"""
)
_OPENING = "\"'“‘„‚«»‹([{*¿¡-–—"
_LAST_WORD = re.compile(r"[^\s(\[\"“‘'/]+\Z")
# Abbreviations that never end a sentence; those that may ("etc.", "Inc.") are left out.
_ABBREVIATION = re.compile(
    r"(?:mr|mrs|ms|dr|prof|st|mt|gen|rev|dept|vs|approx|fig|cf|eg|ie"
    # Of other languages those that are no word in English, as "Hr." would be.
    r"|bspw|bzw|evtl|ggf|inkl|sog|vgl|zzgl|mlle|mme|núm|pág|sra|srta|uds|dott|blz|dhr|mevr)\.",
    re.IGNORECASE,
)
# What is a word of its own in English, or may end an English sentence, by language.
_ABBREVIATIONS_OF = {
    "de": "abs art bd hr fr frl hrsg jh mio mrd nr stk str tel usw",
    "es": "art av ej ing lic sr vol",
    "fr": "art av bd env ex me mgr m mm vol",
    "it": "art avv ecc es ing sig sigg vol",
    "nl": "dr drs ir jr mr nl nr resp",
    "pt": "art av ex eng sr vol",
    "ru": "им напр проф рис руб см ср стр тел тыс ул",
    "pl": "art im itd itp np nr prof ul",
    "sv": "bl ca dvs ex kl nr osv resp t",
    "da": "bl ca dvs eks fx kl nr osv",
    "no": "bl ca dvs eks kl nr osv",
}
_MORE_ABBREVIATIONS = {code: frozenset(words.split()) for code, words in _ABBREVIATIONS_OF.items()}
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.){2,}")  # e.g. U.S. Ph.D.
# A letter after a name, an initial or the first half of "z. B."; elsewhere it may end a sentence:
# "I prefer R. It is small."
_INITIAL = re.compile(r"(?:\A|[A-ZÀ-ÖØ-ÞА-ЯЁ][\w.]{0,20}\s|(?<!\w)[^\W\d_]\.\s)[^\W\d_]\.\Z")
# "am 3. Oktober", "der 2. Versuch"
_ORDINAL = re.compile(
    r"(?:\A|\s)(?:am|beim|das|dem|den|der|des|die|einem|im|ins|jede[mnrs]?|seit|vom|zum|zur)\s"
    r"\d{1,3}\.\Z",
    re.IGNORECASE,
)
_DAY_OF_MONTH = re.compile(r"(?<!\d)[0-3]?\d\.\Z")
_LONGEST_ABBREVIATION = 20
_CLAUSE = re.compile(r"[,;:–—](?=\s)\s+|(?<!\s)\s++(?=[–—-]\s)|[，、；：､]+")
# Where no spaces separate words, about this many characters make one.
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_WIDE_A_WORD = 2


def split_sentences(text: str, language: str = ENGLISH) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of each sentence of a text, without surrounding spaces.

    Together they cover every character but spaces. Text without punctuation is one sentence; a
    sentence of more than `LONG_SENTENCE_WORDS` words is split at a clause, if it has any. Which
    dots end one depends on the language, given by its code.
    """
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    if first >= last:
        return []
    cuts = [first]
    for ending in _ENDING.finditer(text, first, last):
        after = ending.end()
        if after < last and _is_end(text, cuts[-1], ending, language):
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


def _is_end(text: str, start: int, ending: re.Match[str], language: str) -> bool:
    after = ending.end()
    follows = text[after]
    asks = follows in "¿¡"
    if follows in _OPENING:
        follows = text[after : after + 4].lstrip(_OPENING + " ")[:1] or follows
    if follows.islower() and not asks:
        return False
    mark = ending.start()
    if text[mark] != "." or text[mark : mark + 2] == "..":
        return True
    before = text[max(start, mark - _LONGEST_ABBREVIATION) : mark + 1]
    if _is_ordinal(before, text[after : after + _LONGEST_ABBREVIATION], language):
        return False
    return not _is_abbreviation(before, follows, language)


def _is_ordinal(before: str, after: str, language: str) -> bool:
    """Tell whether a number with a dot is an ordinal, as that of a day is in many languages."""
    if language == ENGLISH or not before[-2:-1].isdigit():
        return False
    if language == "de" and _ORDINAL.search(before):
        return True
    return bool(_DAY_OF_MONTH.search(before) and month_number(after.split(maxsplit=1)[0]))


def _is_abbreviation(before: str, follows: str, language: str) -> bool:
    found = _LAST_WORD.search(before)
    if found is None:
        return False
    word = found[0]
    if word in ("No.", "no."):
        return follows.isdigit()
    if word[:-1].lower() in _MORE_ABBREVIATIONS.get(language, ()):
        return True
    if len(word) == 2 and word[0].isalpha():
        # "z. B." and "p. ej." begin with a small letter.
        spelled = word[0].islower() and language != ENGLISH
        return spelled or _INITIAL.search(before) is not None
    # The number of a list item begins a sentence.
    listed = len(word) <= 3 and word[:-1].isdigit() and found.start() == 0
    return listed or bool(_ABBREVIATION.fullmatch(word) or _ACRONYM.fullmatch(word))


def _split_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start < LONG_SENTENCE_WORDS * 2:
        return [(start, end)]
    wide = 0 if text.isascii() else len(_WIDE.findall(text, start, end))
    if text.count(" ", start, end) + wide // _WIDE_A_WORD < LONG_SENTENCE_WORDS:
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
