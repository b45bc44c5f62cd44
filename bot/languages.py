"""Languages: which one a text is in, and its words that carry no subject.

The only home of stop_words, whose lists also tell languages apart: about half of what people say
are such words. That needs no model, which would take seconds and 130 MB to load.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import islice

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

# Where no spaces separate words, the script tells the language. Japanese is written in Han
# characters too, so a few kana are enough.
_SCRIPTS = {
    "ja": re.compile(r"[\u3041-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7a3]"),
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}
_MIN_SHARE = 0.1
# So many words are enough to tell.
_MOST_WORDS = 3000
# Of running text, at least this share are stop words of its language, and so many to be sure.
_MIN_STOP_WORDS = 0.2
_FEWEST = 8
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def detect_language(texts: Iterable[str]) -> str:
    """Detect the language of some texts by words or script; return its code, "" if unknown."""
    words = list(islice((w for text in texts for w in _WORD.findall(text.lower())), _MOST_WORDS))
    letters = "".join(words)
    for code, script in _SCRIPTS.items():
        if len(script.findall(letters)) > _MIN_SHARE * len(letters):
            return code
    counts = Counter(words)
    said = {
        code: sum(counts[word] for word in counts.keys() & common_words(code))
        for code in LANGUAGE_NAMES
    }
    best = max(said, key=lambda code: said[code])
    return best if said[best] >= max(_FEWEST, _MIN_STOP_WORDS * len(words)) else ""


@cache
def common_words(language: str) -> frozenset[str]:
    """List the words of a language that carry no subject, as written; none if it has no list."""
    name = LANGUAGE_NAMES.get(language, "")
    return frozenset(get_stop_words(name)) if name in AVAILABLE_LANGUAGES else frozenset()
