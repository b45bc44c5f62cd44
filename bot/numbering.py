"""Seasons, episodes and days as they are written in many languages.

They occur in titles, file names, front matter and queries, whatever the language of the words.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

_SEASON = (
    "season|staffel|saison|temporada|stagione|seizoen|säsong|sæson|sesong|sezona?|kausi|évad|сезон|"
    "シーズン|시즌"
)
_EPISODE = (
    "episode|eps?|folge|épisode|episodio|episódio|puntata|aflevering|avsnitt|afsnit|odcinek|"
    "epizod[ae]?|epizód|jakso|bölüm|capítulo|эпизод|выпуск|серия|エピソード|에피소드"
)
# What makes a number an ordinal: "7. Folge" is one episode, but "10 episodes" are many.
_SURELY = "(?:[.ªº°]|st|nd|rd|th|e|er|re|ère|ème)"
_ORDINAL = f"{_SURELY}?"
_GAP = "[ .:#_-]{0,2}"
_BETWEEN = "[ ,.:;/|·–—_-]{0,4}"
_OF_CJK = "[集期回話话화회]"
# What a season and an episode are called together, an episode, and a season.
_BOTH = (
    rf"(?<!\w)(?:s|{_SEASON}){_GAP}(?P<s1>\d{{1,3}}){_BETWEEN}(?:e|{_EPISODE}){_GAP}"
    r"(?P<e1>\d{1,4})(?!\w)",
    rf"(?<!\w)(?P<s2>\d{{1,2}}){_ORDINAL} ?(?:{_SEASON}){_BETWEEN}"
    rf"(?:(?:{_EPISODE}){_GAP}(?P<e2>\d{{1,4}})|(?P<e3>\d{{1,4}}){_ORDINAL} ?(?:{_EPISODE}))(?!\w)",
    rf"第? ?(?P<s3>\d{{1,2}}) ?[季期] ?第? ?(?P<e4>\d{{1,4}}) ?{_OF_CJK}",
)
_NUMBER = (
    rf"(?<!\w)(?:{_EPISODE}){_GAP}(?P<e5>\d{{1,4}})(?!\w)",
    rf"(?<!\w)(?P<e6>\d{{1,4}}){_SURELY} ?(?:{_EPISODE})(?!\w)",
    rf"第 ?(?P<e7>\d{{1,4}}) ?{_OF_CJK}",
    r"(?<!\w)(?P<e8>\d{1,4})[화회](?!\w)",
)
_SEASON_ALONE = re.compile(
    rf"(?:s|{_SEASON}){_GAP}(\d{{1,3}})|(\d{{1,2}}){_ORDINAL} ?(?:{_SEASON})|第 ?(\d{{1,2}}) ?季",
    re.IGNORECASE,
)
_SEASON_LAST = (
    rf"(?<!\S)(?:(?:{_SEASON})\s+(\d{{1,3}})|(\d{{1,2}}){_SURELY}\s?(?:{_SEASON}))[\s?!.]*\Z"
)
_HASH = re.compile(r"(?<![\w#])(?:#|n[°º] ?)(\d{1,4})(?!\w)", re.IGNORECASE)
# What follows a number in a title, unless it counts something.
_AFTER = re.compile(r"\s{0,3}(?:[|:·–—)\].,-]|\Z)")
_CAPITAL = re.compile(r"\s{1,3}[\"“«(]?[^\Wa-z_]")

_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen janeiro januari stycznia января ledna",
    "february feb februar février fevrier févr febrero febbraio fevereiro fev februari lutego "
    "февраля února",
    "march mar märz mars marzo março maart mrt marca марта března",
    "april apr avril avr abril abr aprile kwietnia апреля dubna",
    "may mai mayo maggio mag maio mei maj maja мая května",
    "june jun juni juin junio giugno giu junho czerwca июня června",
    "july jul juli juillet juil julio luglio lug julho lipca июля července",
    "august aug août aout agosto ago augustus augusti sierpnia августа srpna",
    "september sep sept septembre septiembre settembre set setembro września сентября září",
    "october oct oktober okt octobre octubre ottobre ott outubro października октября října",
    "november nov novembre noviembre novembro listopada ноября listopadu",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro grudnia "
    "декабря prosince",
)
_MONTH = {name: month for month, names in enumerate(_MONTHS, start=1) for name in names.split()}
MONTHS = "|".join(sorted(_MONTH, key=len, reverse=True))
"""A pattern for the names and abbreviations of months in many languages."""
_DAY = (
    r"(?<!\w)(?P<y1>(?:19|20)\d\d)(?P<between>[-._/ ]?)(?P<m1>[01]\d)(?P=between)(?P<d1>[0-3]\d)"
    r"(?!\d)"
    r"|(?<!\d)(?P<d2>[0-3]?\d)\. ?(?P<m2>[01]?\d)\. ?(?P<y2>(?:19|20)\d\d)(?!\d)"
    rf"|(?<!\w)(?P<d3>[0-3]?\d)(?:\.|er|st|nd|rd|th|º)?[ -](?:de )?(?P<m3>{MONTHS})\.?,?[ -]"
    r"(?:del? )?(?P<y3>(?:19|20)\d\d)(?!\d)"
    rf"|(?<!\w)(?P<m4>{MONTHS})\.?[ -](?P<d4>[0-3]?\d)(?:st|nd|rd|th)?,?[ -](?P<y4>(?:19|20)\d\d)"
    r"(?!\d)"
    r"|(?<!\d)(?P<y5>(?:19|20)\d\d) ?[年년] ?(?P<m5>[01]?\d) ?[月월] ?(?P<d5>[0-3]?\d) ?[日일]"
)


@dataclass(frozen=True, slots=True)
class Numbering:
    """The season and number of an episode in a text, and where they begin and end there."""

    season: int | None
    number: int
    start: int
    end: int


@cache
def _code() -> re.Pattern[str]:
    # Compiled on first use, as are days: most queries and replies name neither.
    return re.compile("|".join((*_BOTH, *_NUMBER)), re.IGNORECASE)


@cache
def _day() -> re.Pattern[str]:
    return re.compile(_DAY, re.IGNORECASE)


def find_numbering(text: str) -> Numbering | None:
    """Find what a text calls an episode: "S03E07", "Staffel 3 Folge 7", "épisode 7", "第7集"."""
    match = _code().search(text)
    return _as_numbering(match) if match else None


def read_numbering(text: str) -> Numbering | None:
    """Read a text that is the number of an episode, as `find_numbering` finds it, and no more."""
    if not any(map(str.isdecimal, text)):
        return None  # as of most queries, for which the pattern need not be compiled
    match = _code().fullmatch(text.strip())
    return _as_numbering(match) if match else None


def read_season(text: str) -> int | None:
    """Read a text that names a season and nothing else, such as "S3" or "3. Staffel"."""
    match = _SEASON_ALONE.fullmatch(text.strip())
    return int(next(filter(None, match.groups()))) if match else None


def find_last_season(text: str) -> tuple[int, int] | None:
    """Find the season that a text ends with, "season 3" or "3. Staffel", and where that begins."""
    match = re.search(_SEASON_LAST, text, re.IGNORECASE)
    return (int(match[1] or match[2]), match.start()) if match else None


def names_episodes(text: str) -> bool:
    """Return whether a word in a text begins like a word for episodes, in any language."""
    return re.search(rf"(?<!\w)(?:{_EPISODE})", text, re.IGNORECASE) is not None


def numbering_of_title(title: str) -> Numbering | None:
    """Find the number of an episode in its title; numbers of other things are none."""
    found = find_numbering(title)
    if found and found.season is not None:
        return found
    if found and (_AFTER.match(title, found.end) or _begins(title, found)):
        return found
    match = _HASH.search(title)
    if match and _AFTER.match(title, match.end()):
        return Numbering(None, int(match[1]), match.start(), match.end())
    return None


def find_day(text: str) -> tuple[date, int, int] | None:
    """Find a day written out in a text, and where it begins and ends there."""
    for match in _day().finditer(text):
        year, month, day = (_group(match, name) for name in "ymd")
        try:
            named = int(month) if month.isdigit() else _MONTH[month.lower()]
            return date(int(year), named, int(day)), match.start(), match.end()
        except (KeyError, ValueError):
            continue
    return None


def month_number(word: str) -> int | None:
    """Read the name or the abbreviation of a month; None if it is neither."""
    return _MONTH.get(word.rstrip(".,").lower())


def _begins(title: str, found: Numbering) -> bool:
    return found.start == 0 and bool(_CAPITAL.match(title, found.end))


def _as_numbering(match: re.Match[str]) -> Numbering:
    season = _group(match, "s")
    number = int(_group(match, "e"))
    return Numbering(int(season) if season else None, number, match.start(), match.end())


def _group(match: re.Match[str], kind: str) -> str:
    """Return what the groups of a kind have found, by the first letter of their names."""
    named = match.groupdict().items()
    return next((text for name, text in named if text and name[0] == kind), "")
