"""Labels of speakers in the words of a transcript: "Ann:", "Ann (host):", "[SPEAKER_00]:".

A label may also be a mistake: an advertisement that is transcribed as "Acme Cloud: try it today"
twice must not become a speaker. So labels count only where they run through the whole file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from bot.models import Cue, Origin
from bot.text import is_numbered_speaker

_WORD = r"[^\W\d_](?:[^\W_]|[.'’_-]){0,30}"
NAME = rf"{_WORD}(?:,? (?:{_WORD}|[0-9]{{1,3}}(?![0-9]|[:;][0-9])|&)){{0,4}}"
"""What may be a name, as a part of a pattern."""
# Ann: | Ann (host): | [Ann]: | **Ann:** | [SPEAKER_00]: and words, or nothing more on the line; but
# "(Exit music: jazz)", whose bracket closes after the colon, is a remark.
_LABEL = re.compile(
    rf"[*_]{{0,3}}(?P<open>[\[(])?(?P<name>{NAME})(?(open)[\])])[*_]{{0,3}} ?"
    r"(?:[(\[](?P<role>[^()\[\]:]{1,30})[)\]])?[*_]{0,3} ?"
    r"(?::[*_]{0,3}(?:\s+(?P<words>\S.*)|\s*)|：\s*(?P<wide>.*))",
    re.DOTALL,
)
_BARE = re.compile(NAME)
_NUMBERED = re.compile(r"[\[(<]([^\W\d_][\w -]{1,30})[\])>]\s*(.*)", re.DOTALL)
_SMALL_WORDS = frozenset(
    {"al", "and", "da", "de", "del", "den", "der", "di", "dos", "du", "la", "le", "of", "ter"}
    | {"van", "von", "y", "&"}
)
_TITLES = re.compile(
    r"(?i:jr|sr|dr|ii|iii|esq)\.?|(?:[^\W\d_]{1,3}\.){1,3}[^\W\d_]{0,3}\.?|[A-Z]{2,4}|PhD"
)
_HOSTS = re.compile(r"(?:co-?)?host|moderator(?:in)?|interviewer|presenter|anchor", re.IGNORECASE)
_PAUSES = re.compile(
    r"(?:ad |begin |commercial |end |exit |intro |music |outro |theme ){0,3}"
    r"(?:break|music|jingle|intro|outro|advert|ad|sponsor)s?",
    re.IGNORECASE,
)
# What begins a line in notes on an episode, and never speaks.
_NOBODY = re.compile(
    r"apple podcasts?|credits?|description|discord|duration|e-?mail|facebook|github|homepage|"
    r"instagram|links?|linkedin|mastodon|matrix|patreon|published|recorded|reddit|references?|"
    r"resources?|rss|show ?notes?|slack|slides?|sources?|sponsors?|spotify|summary|tags?|telegram|"
    r"timestamps?|title|topics?|transcript|twitter|website|youtube",
    re.IGNORECASE,
)
# "Slides: https://example.org" is a reference that nobody says.
_ADDRESS = re.compile(r"<?https?://\S+")
_GUESTS = re.compile(r"guest|interviewee|gast|invité|invitado", re.IGNORECASE)
# Nearly every line has a label, or they begin the file and never stop for long.
_DENSE = 0.75
_LATEST_BEGINNING, _BEGINNING_SHARE = 3, 0.05
_LONGEST_GAP, _GAP_SHARE = 12, 0.25
_LINES_A_LABEL = 60
_CHANGES = 0.5
_MOST_BARE_NAMES = 20
# Who speaks once is named in full, unless the file is short.
_FEW = 12
# A file names its speakers if at least this share of its words has a name.
_NAMED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Label:
    """A label that begins a line: the name, what it says of their role, and the words after it.

    `bold` says whether Markdown shows it in bold.
    """

    name: str
    role: str
    words: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """The names that are labels in a file, and the roles of some of them.

    `full` are the full names of those whom other labels call by their first names.
    """

    names: frozenset[str] = frozenset()
    roles: tuple[tuple[str, str], ...] = ()
    full: tuple[tuple[str, str], ...] = ()

    def guests(self) -> tuple[str, ...]:
        """Return who is called a guest; if only hosts are marked, everybody else with a name."""
        marked = tuple(name for name, role in self.roles if _GUESTS.search(role))
        if marked or not (hosts := self.hosts()):
            return marked
        others = self.names.difference(hosts, dict(self.full))
        return tuple(sorted(name for name in others if not is_numbered_speaker(name)))

    def hosts(self) -> tuple[str, ...]:
        """Return who is called a host."""
        return tuple(name for name, role in self.roles if _HOSTS.search(role))


def is_role(name: str) -> bool:
    """Tell whether a label is a role such as "Host" instead of a name."""
    return bool(_HOSTS.fullmatch(name) or _GUESTS.fullmatch(name))


def split_label(line: str) -> Label | None:
    """Split a line at the label that it may begin with; None if it cannot be one."""
    line = line.strip()
    match = _LABEL.fullmatch(line)
    if match and may_be_name(match["name"]):
        words = match["words"] or match["wide"] or ""
        bold = line.startswith("**")
        return Label(plain_name(match["name"]), match["role"] or "", words, bold)
    match = _NUMBERED.fullmatch(line)
    if match and is_numbered_speaker(match[1]):
        return Label(match[1], "", match[2])
    return None


def may_be_name(text: str) -> bool:
    """Tell whether a text is written like a name, or like the number of a voice."""
    if is_numbered_speaker(text):
        return True
    words = text.replace(",", "").split()
    return all(word[0].isupper() or _caseless(word) or word in _SMALL_WORDS for word in words)


def plain_name(name: str) -> str:
    """Return a name with the first name first: "Doe, Ann" is Ann Doe."""
    last, comma, first = name.partition(", ")
    return name if not comma or _TITLES.fullmatch(first) or "," in first else f"{first} {last}"


def is_bare_name(line: str) -> bool:
    """Tell whether a line is nothing but what may be a name."""
    return bool(_BARE.fullmatch(line)) and may_be_name(line)


def bare_names(units: Sequence[Sequence[str]]) -> frozenset[str]:
    """Find names that have the first line of nearly every unit of lines to themselves.

    Some must come again: of lines that all differ, none is a name.
    """
    firsts = [unit[0].strip() for unit in units if len(unit) > 1 and is_bare_name(unit[0].strip())]
    names = frozenset(firsts)
    most = len(firsts) >= _DENSE * sum(map(bool, units))
    return names if most and len(names) < min(len(firsts), _MOST_BARE_NAMES) else frozenset()


def find_labels(units: Iterable[Sequence[str]]) -> Labels:
    """Find the labels of a file in its cues or paragraphs, each given as its lines."""
    return choose_labels(
        [[label for line in unit if (label := split_label(line))] for unit in units if unit]
    )


def choose_labels(seen: Sequence[Sequence[Label]]) -> Labels:
    """Choose from what may be labels in the cues or paragraphs of a file."""
    seen = [[label for label in labels if _may_speak(label)] for labels in seen]
    counts = Counter(label.name for labels in seen for label in labels)
    labelled = sum(map(bool, seen))
    dense = labelled >= _DENSE * len(seen) and (len(counts) > 1 or labelled > 1)
    few = len(seen) <= _FEW
    names = frozenset(
        name for name, times in counts.items() if times > 1 or (dense and (few or " " in name))
    )
    if not names or not (dense or _cover(seen, names)):
        return Labels()
    full = _full_names(seen, names)
    names |= _in_bold(seen).union(full.values())
    roles = {each.name: each.role for labels in seen for each in labels if each.role}
    roles = {full.get(name, name): roles[name] for name in roles if name in names}
    return Labels(names, tuple(roles.items()), tuple(full.items()))


def take_label(line: str, labels: Labels, speaker: str = "") -> tuple[str, str]:
    """Return who says a line after a speaker, and its words.

    What may be a label but is none ends what a speaker says: the words could be anybody's.
    """
    label = split_label(line)
    if label is None:
        return speaker, line
    if label.name in labels.names:
        return label.name, label.words
    if _PAUSES.fullmatch(label.name):
        return "", label.words if re.search(r"[^\W\d_]", label.words) else ""
    return "", line


def origin_of_cues(cues: Sequence[Cue]) -> Origin:
    """Tell edited words from captions: speakers are named, and not by a few labels only."""
    total = sum(len(cue.text) for cue in cues)
    named = sum(
        len(cue.text) for cue in cues if cue.speaker and not is_numbered_speaker(cue.speaker)
    )
    return Origin.EDITED if total and named >= _NAMED_SHARE * total else Origin.CAPTIONS


def _cover(seen: Sequence[Sequence[Label]], names: frozenset[str]) -> bool:
    """Tell whether labels begin with the file, change often, and stop nowhere for long."""
    found = [
        (place, label.name)
        for place, labels in enumerate(seen)
        for label in labels
        if label.name in names
    ]
    if len(names) < 2 or found[0][0] > max(_LATEST_BEGINNING - 1, _BEGINNING_SHARE * len(seen)):
        return False
    places = [place for place, _ in found]
    gaps = [after - before for before, after in pairwise([*places, len(seen)])]
    changes = sum(one[1] != other[1] for one, other in pairwise(found))
    return (
        max(gaps) <= max(_LONGEST_GAP, _GAP_SHARE * len(seen))
        and len(seen) <= _LINES_A_LABEL * len(found)
        and changes >= _CHANGES * (len(found) - 1)
    )


def _in_bold(seen: Sequence[Sequence[Label]]) -> frozenset[str]:
    """Return the full names in bold of a file that has nearly all its labels in bold."""
    written = [*chain.from_iterable(seen)]
    bold = [label.name for label in written if label.bold]
    if len(bold) < _DENSE * len(written):
        return frozenset()
    return frozenset(name for name in bold if " " in name)


def _full_names(seen: Sequence[Sequence[Label]], names: frozenset[str]) -> dict[str, str]:
    """Return the full names of those whom most labels call by their first names alone."""
    found: dict[str, set[str]] = {}
    for label in chain.from_iterable(seen):
        first, blank, rest = label.name.partition(" ")
        if blank and first in names and not re.search(r"\d", rest):
            found.setdefault(first, set()).add(label.name)
    return {first: full.pop() for first, full in found.items() if len(full) == 1}


def _may_speak(label: Label) -> bool:
    nobody = _PAUSES.fullmatch(label.name) or _NOBODY.fullmatch(label.name)
    return not (nobody or _ADDRESS.fullmatch(label.words))


def _caseless(word: str) -> bool:
    return word.isdigit() or word.lower() == word.upper()
