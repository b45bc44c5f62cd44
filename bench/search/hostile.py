"""Requests that may be expensive: a list of what people could think of, and random ones."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha512
from itertools import cycle, product
from random import Random
from string import ascii_lowercase

import numpy as np

from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.answers.suggestions import suggest_episodes, suggest_guests
from bot.library.library import Library
from bot.search.index.index import Index
from bot.search.query import MAX_CHARACTERS
from bot.search.strong_matches import find_strong_matches

# A message, unlike a query, has any length; this is the longest in Discord, and common in Slack.
_MESSAGE = 4_000
_LONGEST_FOLLOWED = 100
_SUGGESTIONS = 25
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghijklmnprst")

Ask = Callable[[Library, str], object]


@dataclass(frozen=True, slots=True)
class Hostile:
    """A request that may be expensive: what it tries, how it is asked (see `WAYS`), its text."""

    name: str
    way: str
    text: str
    is_random: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Words to make requests of: `common` ones, most frequent first, `telling` and `rare` ones.

    `pairs` are the telling words that are said together most, `names` those of guests, and `terms`
    those of the lexicon.
    """

    common: tuple[str, ...]
    telling: tuple[str, ...]
    rare: tuple[str, ...]
    pairs: tuple[str, ...]
    names: tuple[str, ...]
    terms: tuple[str, ...]


def words_of(index: Index) -> Words:
    """Choose the words of an index that cost most."""
    order = (-index.term_counts).argsort(kind="stable").tolist()
    known, is_content = index.vocabulary.terms, index.vocabulary.is_content
    said = [term for term in order if known[term]]
    names = dict.fromkeys(guest.name for each in index.episodes for guest in each.guests)
    entries = index.lexicon.entries
    return Words(
        common=tuple(known[term] for term in said[:200]),
        telling=tuple([known[term] for term in said if is_content[term]][:300]),
        rare=tuple(known[term] for term in said[-300:]),
        pairs=tuple(_common_pairs(index)),
        names=tuple(names) or ("",),
        terms=tuple(text for each in entries for text in (*each.written, *each.heard)) or ("",),
    )


def _common_pairs(index: Index) -> Iterator[str]:
    terms, known = index.transcripts.terms, index.vocabulary.terms
    pairs = np.column_stack((terms[:-1], terms[1:]))
    telling = index.vocabulary.is_content[pairs].all(axis=1)
    said, times = np.unique(pairs[telling], axis=0, return_counts=True)
    for first, second in said[np.argsort(-times, kind="stable")[:10]].tolist():
        yield f"{known[first]} {known[second]}"


def _ask(verb: Verb) -> Ask:
    return lambda library, text: answer(library, Request(verb, text))


def _ask_beside(verb: Verb) -> Ask:
    """Ask about the passage with the most words, which a text was searched for in."""

    def ask(library: Library, text: str) -> object:
        index = library.index
        begins, ends = index.passage_terms
        longest = int((ends - begins).argmax())
        episode = index.episodes[int(index.passage_episodes[longest])].slug
        start = float(index.transcripts.begins[index.passages.firsts[longest]])
        end = float(index.transcripts.finishes[index.passages.lasts[longest] - 1])
        return answer(library, Request(verb, text, episode=episode, start=start, end=end))

    return ask


WAYS: Mapping[str, Ask] = {
    "search": _ask(Verb.SEARCH),
    "mentions": _ask(Verb.MENTIONS),
    "find": _ask(Verb.FIND),
    "quote": _ask(Verb.QUOTE),
    "episode": _ask(Verb.EPISODE),
    "episodes": _ask(Verb.EPISODES),
    "context": _ask_beside(Verb.CONTEXT),
    "hit": _ask_beside(Verb.HIT),
    "like": _ask_beside(Verb.LIKE),
    "follow": lambda library, text: find_strong_matches(library.index, text[:_LONGEST_FOLLOWED]),
    "suggest guests": lambda library, text: suggest_guests(library, text, _SUGGESTIONS),
    "suggest titles": lambda library, text: suggest_episodes(library, text, _SUGGESTIONS),
}
"""How a text reaches the search, by name."""


def hostile_requests(words: Words) -> Iterator[Hostile]:
    """Yield each hostile text, asked in every way."""
    texts = {**_of_words(words), **_of_operators(words), **_of_characters(), **_messages(words)}
    return (Hostile(name, way, text) for name, text in texts.items() for way in WAYS)


def random_requests(words: Words, seed: int, count: int) -> Iterator[Hostile]:
    """Yield requests made of one to three kinds of parts, repeated while there is room."""
    random = Random(seed)  # noqa: S311 - it must come the same again
    for number in range(count):
        kinds = random.sample(list(_PARTS), random.randint(1, 3))
        parts = (_PARTS[random.choice(kinds)](words, random) for _ in range(MAX_CHARACTERS))
        text = _fill(parts, random.choice((40, 150, MAX_CHARACTERS, MAX_CHARACTERS)))
        yield Hostile(f"random {number}: {', '.join(kinds)}", random.choice(list(WAYS)), text, True)


def _of_words(words: Words) -> Mapping[str, str]:
    common, telling = words.common, words.telling
    long = [word for word in telling if len(word) > 5]
    rows = (" ".join(common[first:][:15]) for first in range(4))
    return {
        "common words": _fill(common),
        "a common word, repeated": _fill(["the"] * 100),
        "common words compared": _fill(f"{word} vs" for word in common),
        "four common words compared": " vs ".join(common[:4]),
        "rows of common words compared": " vs ".join(rows),
        "telling words": _fill(telling),
        "short telling words": _fill(sorted(telling, key=len)),
        "a telling word, repeated": _fill(telling[:1] * 100),
        "telling words in grammar": _fill(f"the {word}" for word in telling),
        **{f"a common pair, {number}": pair for number, pair in enumerate(words.pairs, 1)},
        "two telling words": " ".join(telling[:2]),
        "rare words": _fill(words.rare),
        "gibberish": _fill(_gibberish(n, 7) for n in range(60)),
        "long gibberish": _fill(_gibberish(n, 14) for n in range(60)),
        "one long word": _gibberish(1, MAX_CHARACTERS),
        "words with a slip": _fill(word[:-2] + word[:-3:-1] for word in long),
        "words run together": _fill(a + b for a, b in zip(telling, telling[7:], strict=False)),
        "words pulled apart": _fill(f"{word[:3]} {word[3:]}" for word in long),
        "single letters": _fill(cycle(ascii_lowercase)),
        "names": _fill(words.names),
        "terms of the lexicon": _fill(words.terms),
        "a term of the lexicon, repeated": _fill(words.terms[:1] * 100),
        "terms of the lexicon compared": " vs ".join(words.terms[:4]),
    }


def _of_operators(words: Words) -> Mapping[str, str]:
    common, telling = words.common, words.telling
    pairs = list(product(common[:8], repeat=2))
    return {
        "common words left out": _fill(("data", *(f"-{word}" for word in common))),
        "common pairs left out": _fill(("data", *(f'-"{a} {b}"' for a, b in pairs))),
        "a common word left out, repeated": _fill(("data", *["-the"] * 100)),
        "terms of the lexicon left out": _fill(f'-"{term}"' for term in words.terms),
        "a long phrase": f'"{_fill(common)[:-2]}"',
        "short phrases": _fill(f'"{a} {b}"' for a, b in pairs),
        "phrases of a word": _fill(f'"{word}"' for word in common),
        "quotes": '"' * MAX_CHARACTERS,
        "quotes and blanks": '" ' * (MAX_CHARACTERS // 2),
        "minuses": "-" * MAX_CHARACTERS,
        "minuses and letters": "-a" * (MAX_CHARACTERS // 2),
        "colons": "a:" * (MAX_CHARACTERS // 2),
        "colons and words": _fill(f"{a}:{b}" for a, b in zip(telling, common, strict=False)),
        "speakers": _fill(f"speaker:{letter}" for letter in ascii_lowercase),
        "guests, and a word": _fill(("data", *(f"guest:{each}" for each in ascii_lowercase))),
        "unknown guests": _fill(f"guest:{_gibberish(n, 5)}" for n in range(60)),
        "unknown episodes": _fill(f"episode:{_gibberish(n, 5)}" for n in range(60)),
        "an episode with a long name": f'episode:"{_fill(telling)[:-12]}"',
        "seasons": _fill(f"season:{n}" for n in range(60)),
        "dates": _fill(f"after:20{n:02}" for n in range(60)),
    }


def _of_characters() -> Mapping[str, str]:
    return {
        "accents": "é" * MAX_CHARACTERS,
        "words of accents": "éàü " * (MAX_CHARACTERS // 4),
        "combining marks": "a" + "\u0301" * (MAX_CHARACTERS - 1),
        "letters with marks": "a\u0301\u0327" * (MAX_CHARACTERS // 3),
        "ligatures": "\ufdfa" * MAX_CHARACTERS,
        "ideographs": "漢字仮名" * (MAX_CHARACTERS // 4),
        "emoji": "\U0001f469\u200d\U0001f680" * (MAX_CHARACTERS // 3),
        "apostrophes": "a'" * (MAX_CHARACTERS // 2),
        "digits": "1" * MAX_CHARACTERS,
        "every sort of character": "".join(map(chr, range(33, 33 + MAX_CHARACTERS))),
    }


def _messages(words: Words) -> Mapping[str, str]:
    return {
        "a message of telling words": _fill(cycle(words.telling), _MESSAGE),
        "a message of gibberish": _fill((_gibberish(n, 7) for n in range(900)), _MESSAGE),
        "a message of brackets": "[" * _MESSAGE,
    }


def _slip(words: Words, random: Random) -> str:
    word = random.choice(words.telling)
    at = random.randrange(len(word))
    return word[:at] + random.choice("aeioutrs") + word[at + 1 :]


def _some(random: Random, shortest: int, longest: int) -> str:
    return _gibberish(random.randrange(10_000), random.randint(shortest, longest))


_PARTS: Mapping[str, Callable[[Words, Random], str]] = {
    "common": lambda words, random: random.choice(words.common[:40]),
    "telling": lambda words, random: random.choice(words.telling[:80]),
    "rare": lambda words, random: random.choice(words.rare),
    "gibberish": lambda _, random: _some(random, 4, 18),
    "slips": _slip,
    "lexicon": lambda words, random: random.choice(words.terms),
    "joined": lambda words, random: random.choice(words.telling) + random.choice(words.telling),
    "apart": lambda words, random: random.choice(words.telling)[: random.randint(2, 4)],
    "vs": lambda words, random: f"{random.choice(words.common[:20])} vs",
    "left out": lambda words, random: f"-{random.choice(words.common[:60])}",
    "pairs left out": lambda words, random: '-"{} {}"'.format(*random.sample(words.common[:20], 2)),
    "phrases": lambda words, random: '"{} {}"'.format(*random.sample(words.common[:20], 2)),
    "names": lambda words, random: random.choice(words.names),
    "guest": lambda _, random: f"guest:{_some(random, 1, 4)}",
    "speaker": lambda _, random: f"speaker:{_some(random, 1, 1)}",
    "episode": lambda _, random: f"episode:{_some(random, 1, 6)}",
    "unicode": lambda _, random: "".join(chr(random.randrange(0x80, 0x3000)) for _ in range(4)),
}


def _gibberish(number: int, length: int) -> str:
    """Return letters that make no word, the same for the same number."""
    digits = sha512(str(number).encode()).hexdigest() * (length // 128 + 1)
    return digits[:length].translate(_LETTERS)


def _fill(parts: Iterable[str], room: int = MAX_CHARACTERS) -> str:
    """Join parts while they fit."""
    text = ""
    for part in parts:
        longer = f"{text} {part}".lstrip()
        if len(longer) > room:
            break
        text = longer
    return text
