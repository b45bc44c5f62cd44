"""Languages: which one a text is in, and its words that carry no subject.

The only home of stop_words, whose lists also tell languages apart: about half of what people say
are such words. That needs no model, which would take seconds and 130 MB to load.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, islice

from stop_words import AVAILABLE_LANGUAGES, get_stop_words

ENGLISH = "en"
"""The language of a corpus in which no episode tells its own."""

LANGUAGE_NAMES = {
    "ar": "arabic", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "da": "danish",
    "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "he": "hebrew",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sk": "slovak", "sr": "serbian", "sv": "swedish",
    "tr": "turkish", "uk": "ukrainian", "vi": "vietnamese",
}  # fmt: skip
"""The English name of each language known by its words, by its code (ISO 639-1)."""

# Those of the languages known by their script.
_OTHER_NAMES = {"ja": "japanese", "ko": "korean", "th": "thai", "zh": "chinese"}
_NAMES = {**LANGUAGE_NAMES, **_OTHER_NAMES}
_CODES = {name: code for code, name in _NAMES.items()}
# Other codes for these languages: those of three letters (ISO 639-2 and 639-3), old ones, and those
# of countries that are often taken for them.
_OTHER_CODES = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "cze": "cs", "cz": "cs", "dan": "da",
    "deu": "de", "ger": "de", "ell": "el", "gre": "el", "eng": "en", "spa": "es", "est": "et",
    "eus": "eu", "baq": "eu", "fas": "fa", "per": "fa", "fin": "fi", "fra": "fr", "fre": "fr",
    "heb": "he", "iw": "he", "hin": "hi", "hun": "hu", "hye": "hy", "arm": "hy", "ind": "id",
    "in": "id", "ita": "it", "jpn": "ja", "jp": "ja", "kor": "ko", "kr": "ko", "lit": "lt",
    "nld": "nl", "dut": "nl", "nor": "no", "nob": "no", "nb": "no", "nno": "no", "nn": "no",
    "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk",
    "srp": "sr", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk", "ua": "uk", "vie": "vi",
    "zho": "zh", "chi": "zh", "cmn": "zh", "yue": "zh", "cn": "zh",
}  # fmt: skip

# Where no spaces separate words, the script tells the language. Japanese is written in Han
# characters too, so a few kana are enough. Compiling these patterns takes 3 ms, so it has to wait.
_SCRIPTS = {
    "ja": r"[\u3041-\u30ff]",
    "ko": r"[\uac00-\ud7a3]",
    "zh": r"[\u3400-\u9fff]",
    "th": r"[\u0e00-\u0e7f]",
}
# Two of these characters are about as much as a word.
_UNSPACED = r"[\u3041-\u30ff\u3400-\u9fff]"
_MIN_SHARE = 0.1
# So many words are enough to tell.
_MOST_WORDS = 3000
# Of running text, at least this share are stop words of its language, and so many to be sure.
_MIN_STOP_WORDS = 0.2
_FEWEST = 8
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# The same in small letters of ASCII, where it takes less time.
_ASCII_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# "de", "pt-BR" or "zh-Hans-CN" (BCP 47)
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*", re.ASCII)


def language_code(tag: str) -> str:
    """Return the code of a language (ISO 639-1) by its tag or English name; "" if it is none.

    A code of two or three letters is taken for one even if the language is not known here.
    """
    named = tag.strip().lower()
    if code := _CODES.get(named):
        return code
    match = _TAG.fullmatch(named)
    return _OTHER_CODES.get(match[1], match[1]) if match else ""


def is_known_language(code: str) -> bool:
    """Return whether texts in a language can be told from others."""
    return code in _NAMES


def language_name(code: str) -> str:
    """Return the name of a language to show, or its code if that is all there is."""
    return _NAMES.get(code, "").capitalize() or f"“{code}”"


def count_words(text: str) -> int:
    """Count the words of a text; in Chinese and Japanese, two characters count as one."""
    words = len(text.split())
    return words if text.isascii() else words + len(re.findall(_UNSPACED, text)) // 2


def detect_language(texts: Iterable[str]) -> str:
    """Detect the language of some texts by words or script; return its code, "" if unknown."""
    words = list(islice(chain.from_iterable(map(_words_of, texts)), _MOST_WORDS))
    letters = "".join(words)
    scripts = {} if letters.isascii() else _SCRIPTS
    for code, script in scripts.items():
        if len(re.findall(script, letters)) > _MIN_SHARE * len(letters):
            return code
    said = dict.fromkeys(LANGUAGE_NAMES, 0)
    for word, count in Counter(words).items():
        for code in _languages_by_word().get(word, ()):
            said[code] += count
    best = max(said, key=lambda code: said[code])
    return best if said[best] >= max(_FEWEST, _MIN_STOP_WORDS * len(words)) else ""


def _words_of(text: str) -> list[str]:
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text.lower())


@cache
def _languages_by_word() -> Mapping[str, Sequence[str]]:
    """Map the common words of all languages to the codes of those that have them."""
    codes: dict[str, list[str]] = {}
    for code in LANGUAGE_NAMES:
        for word in common_words(code):
            codes.setdefault(word, []).append(code)
    return codes


@cache
def common_words(language: str) -> frozenset[str]:
    """List the words of a language that carry no subject, as written; none if it has no list."""
    name = LANGUAGE_NAMES.get(language, "")
    return frozenset(get_stop_words(name)) if name in AVAILABLE_LANGUAGES else frozenset()
