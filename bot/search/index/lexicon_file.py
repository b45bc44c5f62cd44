"""The lexicon as people write it: a YAML file."""

from collections.abc import Iterator, Sequence

from bot.errors import TranscriptError
from bot.files import DATA
from bot.search.index.analysis import clean_text, terms_of
from bot.search.index.lexicon import Lexicon, LexiconEntry, stems_of
from bot.strict_yaml import YamlValue, items_of, load_yaml

BUILT_IN = DATA / "lexicon.yaml"
"""The entries that ship with Airquote."""

_KEYS = ("same", "heard", "not")


def read_lexicon(text: str, path: str) -> Lexicon:
    """Read a lexicon: a mapping from terms to lists of variants under `same`, `heard` and `not`.

    Raises TranscriptError, which names the entry, for another key or value, for a term or variant
    that two entries share, and for a phrase under `not` that blocks nothing.
    """
    loaded = load_yaml(text, path) or {}
    if not isinstance(loaded, dict):
        raise TranscriptError(path, "it is not a mapping of terms.", "Begin lines with terms.")
    entries = tuple(_read_entry(term, facts, path) for term, facts in loaded.items())
    _refuse_shared(entries, path)
    return Lexicon(entries)


def read_built_in() -> Lexicon:
    """Read the lexicon that ships with Airquote; empty where it was left out."""
    if not BUILT_IN.is_file():
        return Lexicon()
    return read_lexicon(BUILT_IN.read_text(encoding="utf-8"), BUILT_IN.name)


def _read_entry(term: str, facts: YamlValue, path: str) -> LexiconEntry:
    term = clean_text(term)
    subject = f'the entry "{term}"'
    if not terms_of(term):
        raise TranscriptError(path, f"{subject} is not a word.", "Write a word or a phrase.")
    if not isinstance(facts, dict):
        raise TranscriptError(path, f"{subject} has no lists.", f"Use {', '.join(_KEYS)}.")
    unknown = sorted(set(facts) - set(_KEYS))
    if unknown:
        reason = f'{subject} has an unknown key "{unknown[0]}".'
        raise TranscriptError(path, reason, f"Use {', '.join(_KEYS)}.")
    same, heard, blocked = (tuple(_texts(facts, key, subject, path)) for key in _KEYS)
    entry = LexiconEntry(term, same, heard, blocked)
    _refuse_idle(entry, subject, path)
    return entry


def _texts(facts: dict[str, YamlValue], key: str, subject: str, path: str) -> Iterator[str]:
    for item in items_of(facts, key):
        text = clean_text(item) if isinstance(item, str) else ""
        if not terms_of(text):
            reason = f'{subject} has something under "{key}" that is not a word.'
            raise TranscriptError(path, reason, "Write a list of words or phrases.")
        yield text


def _refuse_idle(entry: LexiconEntry, subject: str, path: str) -> None:
    heard = [terms_of(text) for text in entry.heard]
    for phrase in entry.blocked:
        if not any(_holds(terms_of(phrase), each) for each in heard):
            reason = f'{subject} has "{phrase}" under "not", but nothing under "heard" is in it.'
            raise TranscriptError(path, reason, "Write the phrase with the variant it blocks.")


def _holds(phrase: list[str], part: list[str]) -> bool:
    """Say whether a phrase is longer than a part of it, and holds it in a row."""
    starts = range(len(phrase) - len(part) + 1)
    return len(phrase) > len(part) and any(phrase[n : n + len(part)] == part for n in starts)


def _refuse_shared(entries: Sequence[LexiconEntry], path: str) -> None:
    owners: dict[tuple[str, ...], LexiconEntry] = {}
    for entry in entries:
        for text in entry.written:
            owner = owners.setdefault(stems_of(text), entry)
            if owner is not entry:
                reason = f'"{text}" belongs to the entries "{owner.term}" and "{entry.term}".'
                raise TranscriptError(path, reason, "Keep it in one of them.")
