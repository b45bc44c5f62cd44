"""Text -> terms: the only place that knows what a word is.

A word is normalised (case, accents, ligatures, width, curly apostrophes), so that "Raphaël" and
"raphael" are the same term; its stem folds "deployed" and "deployment" together. French and Italian
articles are apart from their words, as in "l'émission". Chinese and Japanese have no spaces: each
two neighbouring characters of a script are a word. The only home of PyStemmer.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice

import Stemmer

from bot.languages import ENGLISH, LANGUAGE_NAMES, common_words

# Letters and digits, with what belongs inside a word: "don't", "c++", "c#", and accents that are
# characters of their own.
_LETTERS = r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*"
# Articles and the like, which French and Italian join to a word that begins with a vowel.
_ELIDED = (
    *("c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"),
    *("all", "bell", "dall", "dell", "gl", "nell", "quell", "quest", "sull", "un"),
)
_VOWELS = "aeiouhàâäéèêëîïôöùûüœæ"
# Looked back for only at an apostrophe, and by length, they cost next to nothing.
_NO_ARTICLE = "".join(
    rf"(?<!\b(?i:{'|'.join(each for each in _ELIDED if len(each) == length)})['’])"
    for length in sorted({len(each) for each in _ELIDED})
)
_INNER = f"['’](?:(?!(?i:[{_VOWELS}]))|{_NO_ARTICLE})"
_WORD = re.compile(rf"{_LETTERS}(?:{_INNER}{_LETTERS})*(?:\+\+|#)?")
# The same in a text of ASCII, where it takes less time.
_ASCII_WORD = re.compile(rf"[A-Za-z0-9]+(?:{_INNER}[A-Za-z0-9]+)*(?:\+\+|#)?")
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HIRAGANA, _KATAKANA = "\u3041-\u3096", "\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f"
_UNSPACED = re.compile(f"[{_HAN}]+|[{_HIRAGANA}]+|[{_KATAKANA}]+")
# What a mark changes is another letter in Cyrillic, but for "ё", which is often written "е".
_MARKS = re.compile("(?<![\u0400-\u04ff])[\u0300-\u036f]|(?<=\u0435)\u0308")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})

# Words that carry no subject: grammar, and what people wrap around a question to a podcast
# ("who talked about …"). They are not ranked, but phrases and word pairs still see them.
_GRAMMAR = """
a about an and any anybody anyone are aren't as ask asked asking at be because been being both but
by can can't cannot cause could couldn't did didn't discuss discussed discussing do does doesn't
doing don't episode for from guest had hadn't has hasn't have haven't having he hear heard her him
his how i i'd i'll i'm i've if in into is isn't it it's its itself ll me mention mentioned
mentions my myself of off on or our ours out own podcast re s said say saying says she should
shouldn't show so some such t talk talked talking talks tell tells than that that's the their them
then there there's these they this those through to told too until up us ve versus very vs was
wasn't we were weren't what what's when where which while who who's whom whose why will with won't
would wouldn't you your
"""
STOP_WORDS = frozenset(_GRAMMAR.split())

_PLURALS = {"gpus": "gpu", "cpus": "cpu", "tpus": "tpu", "menus": "menu"}

# Compatibility forms would write these as letters: "Airflow™" is no "airflowtm".
_SIGNS = str.maketrans(dict.fromkeys("™®©℠", " "))


def clean_text(typed: str) -> str:
    """Drop what cannot be searched for: control, direction and zero-width characters."""
    if typed.isascii() and typed.isprintable():
        return " ".join(typed.split())
    kept = (
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFKC", typed.translate(_SIGNS))
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
    )
    return " ".join("".join(kept).split())


def normalise(word: str) -> str:
    """Fold case, width, accents, ligatures and apostrophes of one word."""
    folded = word.casefold().replace("’", "'")
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded.translate(_LIGATURES))
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed))


def split_words(text: str) -> list[str]:
    """List the words of a text as they are written."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    if not _UNSPACED.search(text):
        return _WORD.findall(text)
    return [text[first:last] for first, last in _spans(text)]


def locate_words(text: str, most: int | None = None) -> list[tuple[int, int]]:
    """List the characters that the first `most` words of a text span: (first, past the last).

    Words of scripts without spaces overlap.
    """
    if text.isascii() or not _UNSPACED.search(text):
        word = _ASCII_WORD if text.isascii() else _WORD
        return [match.span() for match in islice(word.finditer(text), most)]
    return list(islice(_spans(text), most))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Locate the words of a text that has scripts without spaces."""
    at = 0
    for run in _UNSPACED.finditer(text):
        yield from (match.span() for match in _WORD.finditer(text, at, run.start()))
        at = run.end()
        lone = at - run.start() == 1
        yield from [run.span()] if lone else ((n, n + 2) for n in range(run.start(), at - 1))
    yield from (match.span() for match in _WORD.finditer(text, at))


def terms_of(text: str) -> list[str]:
    """List the terms of a text in their order, stop words included."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return [normalise(word) for word in split_words(text)]


@lru_cache(maxsize=4096)
def terms_of_name(name: str) -> tuple[str, ...]:
    """List the terms of a name or title, cached.

    A podcast has few of these; what people type is never cached.
    """
    return tuple(terms_of(name))


def stem_terms(terms: list[str], language: str = ENGLISH) -> list[str]:
    """Stem terms with the Snowball stemmer of a language (https://snowballstem.org), if it has one.

    English plurals in "-us", for which it has no rule, come first.
    """
    name = _stemmer_of(language)
    if name is None:
        return terms
    if language == ENGLISH:
        terms = [_PLURALS.get(term, term) for term in terms]
    # A stemmer keeps state and must not be shared between threads; making one is cheap.
    return list(Stemmer.Stemmer(name, 0).stemWords(terms))


@cache
def _stemmer_of(language: str) -> str | None:
    """Return the name of a language's stemmer; None if it has none."""
    name = LANGUAGE_NAMES.get(language)
    return name if name in Stemmer.algorithms() else None


@cache
def stop_words(language: str) -> frozenset[str]:
    """List the terms of a language that are not worth ranking."""
    if language == ENGLISH:
        return STOP_WORDS
    listed = map(terms_of, common_words(language))
    return frozenset((*_ELIDED, *(terms[0] for terms in listed if len(terms) == 1)))


def content_terms(terms: list[str]) -> list[str]:
    """Keep the terms that are worth ranking: all but stop words."""
    return [term for term in terms if term not in STOP_WORDS]
