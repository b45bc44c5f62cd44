"""The people of a podcast: the ids of their pages and their full names."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from bot.models import Problem
from bot.reporting import ignore
from bot.strict_yaml import load_yaml, text_of
from bot.transcripts.files import OnFile, SourceFile, attempt, read_text
from bot.transcripts.formats.fields import clean_line

# A regex is fast: of hundreds of pages only one line each is needed. YAML reads the other cases.
_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)
_SIMPLE = re.compile(r"\"([^\"\\]+)\"|'([^']+)'|(\w[^\"'#:\\{}\[\]]*)")
_SEPARATED = re.compile(r"[-_.\s]+")


def read_people(
    files: Sequence[SourceFile], on_file: OnFile = ignore
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Map ids to full names: a page's stem is the id, the title in its front matter the name.

    Templates and pages without a title are skipped; of two pages with one id, the first counts.
    """
    names: dict[str, str] = {}
    problems: list[Problem] = []
    for file in files:
        on_file(file)
        name = attempt(file.path, partial(_name_in, file))
        if isinstance(name, Problem):
            problems.append(name)
        elif name:
            names.setdefault(file.location.stem, name)
    return names, tuple(problems)


def _name_in(file: SourceFile) -> str:
    page = read_text(file)
    match = _TITLE.search(page)
    if not match or "{{" in match[1]:
        return ""
    simple = _SIMPLE.fullmatch(match[1].strip())
    if simple:
        return clean_line(simple[1] or simple[2] or simple[3])
    line = 1 + page.count("\n", 0, match.start())
    return clean_line(text_of(load_yaml(match[0], file.path, line), "title"))


def guest_name(guest: str, people: Mapping[str, str], speakers: Iterable[str] = ()) -> str:
    """Return the full name of a guest given by id or name.

    Without a page, an id is split at separators, or after the first name of a known speaker
    ("nemanjaradojkovic" after "Nemanja"), and capitalised.
    """
    if guest in people:
        return people[guest]
    if guest != guest.lower() or " " in guest:
        return guest
    words = [word for word in _SEPARATED.split(guest.strip("0123456789")) if word]
    if len(words) == 1:
        words = _split_after_first_name(words[0], speakers)
    return " ".join(word[:1].upper() + word[1:] for word in words) or guest


def complete_name(name: str, known: Iterable[str]) -> str:
    """Complete a first name if only one known name begins with it; return others as they are."""
    first = name.casefold()
    full = {each for each in known if " " in each and each.split()[0].casefold() == first}
    return full.pop() if len(full) == 1 else name


def names_in(texts: Iterable[str], people: Iterable[str]) -> list[str]:
    """List the people who are named in full in some texts, such as a title."""
    said = " ".join(texts).casefold()
    return [name for name in people if " " in name and name.casefold() in said]


def _split_after_first_name(joined: str, speakers: Iterable[str]) -> list[str]:
    for speaker in sorted(set(speakers), key=lambda name: (-len(name), name)):
        spoken = _plain(speaker)
        if spoken and spoken == joined:
            return [speaker]
        if len(spoken) > 1 and joined.startswith(spoken):
            return [speaker, joined[len(spoken) :]]
    return [joined]


def _plain(name: str) -> str:
    """Return a name's letters as in an id: lower case, without accents and spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalpha() and letter.isascii())
