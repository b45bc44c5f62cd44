"""Whether a "that" points at what was said before; English has the same word for a clause."""

import re

from bot.search.analysis import terms_of
from bot.usage import Usage

_DEMONSTRATIVE = re.compile(r"\bthat ([\w-]+)[.,!]", re.IGNORECASE)
_NO_CLAUSE = "and as because but if in on or so than too well when with"
_BEFORE_THAT = """
accept admit all anything are argue assume believe ensure everything exist expect fact find
guarantee hope important is know knows learn likely mean means not nothing one ones people
possible prove proves realize recognize remember say says see sees show shows so someone
something sure tell tells think those understand
"""
_NO_CLAUSE_WORDS = frozenset(_NO_CLAUSE.split())
_WORDS_BEFORE_THAT = frozenset(_BEFORE_THAT.split())


def points_with_that(text: str, usage: Usage) -> bool:
    """Say whether a "that" of a sentence points at something, rather than opening a clause."""
    for found in _DEMONSTRATIVE.finditer(text):
        if found[1].lower() in usage.nouns:
            return True
    terms = ["", *terms_of(text), ""]
    for place, term in enumerate(terms):
        if term != "that":
            continue
        before, after = terms[place - 1], terms[place + 1]
        if not after or after in _NO_CLAUSE_WORDS:
            return True
        if before and before not in _WORDS_BEFORE_THAT and not _opens_clause(before, after, usage):
            return True
    return False


def _opens_clause(before: str, after: str, usage: Usage) -> bool:
    """Say whether "that" between two words may open a clause that describes the first one."""
    one_thing = after in usage.nouns and not after.endswith("s")
    return before in usage.nouns and not one_thing
