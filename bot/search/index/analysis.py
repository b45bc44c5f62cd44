"""Text -> terms: the only place that knows what a word is.

A word is normalised (case, accents, width, curly apostrophes), so that "Raphaël" and "raphael" are
the same term; its stem folds "deployed" and "deployment" together. The only home of PyStemmer.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice

import Stemmer

# Letters and digits, with what belongs inside a word: "don't", "c++", "c#", and accents that are
# characters of their own.
_LETTERS = r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*"
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*(?:\+\+|#)?")
_LATIN_MARKS = re.compile(r"[\u0300-\u036f]")

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
    """Fold case, width, accents and apostrophes of one word."""
    folded = word.casefold().replace("’", "'")
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", decomposed))


def split_words(text: str) -> list[str]:
    """List the words of a text as they are written."""
    return _WORD.findall(text)


def locate_words(text: str, most: int | None = None) -> list[tuple[int, int]]:
    """List the characters that the first `most` words of a text span: (first, past the last)."""
    return [match.span() for match in islice(_WORD.finditer(text), most)]


def terms_of(text: str) -> list[str]:
    """List the terms of a text in their order, stop words included."""
    return [normalise(word) for word in split_words(text)]


@lru_cache(maxsize=4096)
def terms_of_name(name: str) -> tuple[str, ...]:
    """List the terms of a name or title, cached.

    A podcast has few of these; what people type is never cached.
    """
    return tuple(terms_of(name))


def stem_terms(terms: list[str]) -> list[str]:
    """Stem terms with the English Snowball stemmer (https://snowballstem.org).

    Plurals in "-us", for which it has no rule, come first.
    """
    # A stemmer keeps state and must not be shared between threads; making one is cheap.
    stemmer = Stemmer.Stemmer("english", 0)
    return list(stemmer.stemWords([_PLURALS.get(term, term) for term in terms]))


def content_terms(terms: list[str]) -> list[str]:
    """Keep the terms that are worth ranking: all but stop words."""
    return [term for term in terms if term not in STOP_WORDS]
