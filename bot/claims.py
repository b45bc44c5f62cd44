"""How much of a claim a sentence makes, from a few features that can be told in plain words.

What makes lines memorable is known: unusual words in common syntax, and generality ("You had me at
hello: how phrasing affects memorability", ACL 2012). What to look for besides was learnt from
reading a podcast's sentences: claims that contradict, compare or exclude are quoted, advice
without a reason and definitions are not.
"""

import re

from bot.flaws import flaws_of, has_unknown, lean_of
from bot.forms import FORMS, OPPOSITES, OPPOSITES_WORTH, STRONG
from bot.search.analysis import STOP_WORDS, terms_of
from bot.standalone import any_of, matching, without_frame
from bot.usage import Usage

_SHARES = (1.0, 0.4, 0.2)
# A form worth less than this is no claim by itself; strong words make up for a little.
_LEAST_CLAIM, _STRONG_SHARE = 1.0, 0.2
_STRONG_WORTH = 1.1
_BECAUSE = any_of("because otherwise")
_NEGATIVE = matching(r"n't\b|\b(?:cannot|never|no|nobody|not|nothing|without)\b")
_BUT = re.compile(r", but\b|\bBut\b")
_TAKEN_UP = matching(
    r"(?:(?:a|absolutely|and|definitely|exactly|haha|i|indeed|it is|it's|oh|okay|really|right|so"
    r"|that is|that's|this is|true|very|wow|yeah|yes)[,.! ]+)*(?:agree|amazing|awesome|beautiful"
    r"|cool|exactly|fair|fantastic|fun|funny|good|great|important|insight\w*|interesting"
    r"|like (?:how|it|that|this)|love|makes sense|nice|perfect|powerful|smart|true|well said"
    r"|wonderful|wow)\b"
)
# "That's why", "For example": what is gone on about as a whole was the point.
_COME_BACK_TO = matching(r"(?:for (?:example|instance)|that|that's|this)\b")


def rate_claim(
    text: str, usage: Usage, before: str = "", after: str = "", last: bool = False
) -> tuple[float, tuple[str, ...]] | None:
    """Rate some sentences as a quote, higher is better, and say what speaks for them.

    None for what makes no claim, or presents as known what it does not explain. `before` and
    `after` are the sentences around them; with `last`, the speaker stops there.
    """
    forms = sorted(_forms_of(text), reverse=True)
    if not forms or has_unknown(text):
        return None
    strong = _strong_of(text)
    if forms[0][0] + _STRONG_SHARE * len(strong) < _LEAST_CLAIM:
        return None
    extras = _extras_of(text, usage, strong)
    score = sum(worth * share for (worth, _), share in zip(forms, _SHARES, strict=False))
    if after:
        extras.append(_echo_of(after, last))
    score += sum(worth for worth, _ in extras) - flaws_of(text, usage)
    score += 0.3 * last - lean_of(text, before, "" if last else after)
    return score, tuple(reason for _, reason in (*forms, *extras) if reason)


def _forms_of(text: str) -> list[tuple[float, str]]:
    body = without_frame(text)
    forms = [(worth, reason) for worth, reason, pattern in FORMS if pattern.search(body)]
    for sides in OPPOSITES:
        found = [side.search(body) for side in sides]
        if all(found):
            said = " and ".join(f"“{each[0].lower()}”" for each in found if each)
            return [*forms, (OPPOSITES_WORTH, f"sets opposites: {said}")]
    return forms


def _strong_of(text: str) -> list[str]:
    return sorted({found[0].lower() for found in STRONG.finditer(without_frame(text))})[:2]


def _extras_of(text: str, usage: Usage, strong: list[str]) -> list[tuple[float, str]]:
    terms = terms_of(text)
    content = {term for term in terms if term not in STOP_WORDS}
    unusual = sorted(content & usage.unusual)
    articles = sum(term in ("a", "an") for term in terms)
    return [
        (0.2 * min(2, len(unusual)), _naming("unusual words", unusual)),
        (_STRONG_WORTH * len(strong), _naming("strong words", strong)),
        (0.8, "") if _BECAUSE.search(text) else (0.0, ""),
        (0.2, "sets a “but” against it") if _BUT.search(text) else (0.0, ""),
        (0.3 * min(2, len(_NEGATIVE.findall(text))), ""),
        (0.35 * (min(len(content), 7) - 4), ""),
        (0.2 * min(2, articles), ""),
        # Who has not heard the rest can tell what it is about.
        (0.0, "") if usage.topics.isdisjoint(content) else (0.5, ""),
    ]


def _echo_of(after: str, last: bool) -> tuple[float, str]:
    if last:
        return (0.6, "the host takes it up") if _TAKEN_UP.match(after) else (0.0, "")
    return (0.7, "the speaker comes back to it") if _COME_BACK_TO.match(after) else (0.0, "")


def _naming(what: str, words: list[str]) -> str:
    return f"{what}: " + ", ".join(f"“{word}”" for word in words[:3]) if words else ""
