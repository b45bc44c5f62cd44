"""How much of a claim a sentence makes, from a few features that can be told in plain words.

What makes lines memorable is known: unusual words in common syntax, and generality ("You had me at
hello: how phrasing affects memorability", ACL 2012). What to look for besides was learnt from
reading a podcast's sentences: claims that contradict, compare or exclude are quoted, advice
without a reason and definitions are not.
"""

import re

from bot.flaws import flaws_of, has_unknown, lean_of
from bot.search.analysis import STOP_WORDS, terms_of
from bot.standalone import any_of, matching, without_frame
from bot.usage import Usage

# What a claim may do, with its worth. The worthiest counts in full, the next ones less.
_FORMS = (
    (
        3.0,
        "the more of this, the more of that",
        matching(
            r"\bthe (?:better|fewer|less|more|\w{3,}er) .*"
            r" the (?:better|fewer|less|more|\w{3,}er)\b"
        ),
    ),
    (
        3.0,
        "one thing does not make another",
        matching(
            r"\bjust because\b.*(?:n't|\bnot)\b"
            r"|\b(?:doesn't|does not|don't) (?:always |necessarily )?(?:guarantee|make you|mean)\b"
        ),
    ),
    (
        2.8,
        "not this, but that",
        matching(
            r"\bnot [^.,;–]{3,50}, (?:but (?!i\b|if|it|that|there|they|we|when|you)"
            r"|(?:it's|they're|you're)\b)"
            r"|\bnot (?:just|necessarily|only) [^.]*, (?:but|it's)\b|\bnot so much\b"
            r"|[a-z], not (?!just|only|really|so|that|too|very|\w+ing)[a-z]"
            r"|\b(?:aren't|don't|doesn't|isn't|not)\b[^.]*[.,] (?:it is|it's|they are|they're|you) "
            r"(?:a|about|all|an|how|just|not|the|what)\b"
        ),
    ),
    (
        2.8,
        "denies what many believe",
        matching(
            r"\A(?!if|it|once|there|they|we|when|you)[^,.]{4,70} (?:(?:(?:are|is)(?: \w+ly)? not"
            r"|aren't|isn't) (?:about|an?|as|enough|from|how|in|only|the|to|what|where|why|your)"
            r"|(?:do not|does not|doesn't|don't) (?:care|come|equal|exist|guarantee|happen"
            r"|make|mean|replace|solve|start))\b"
            r"|\byou (?:can't|cannot|don't)(?: just| simply"
            r"|\b[^.]* (?:just|only|simply) (?:because|by))\b"
        ),
    ),
    (
        2.4,
        "no matter what",
        matching(r"\bno matter (?:how|what|which) \w|\beven the (?:best|most)\b"),
    ),
    (
        2.4,
        "sets one thing above another",
        matching(
            r"\b(?:instead of|rather than)\b"
            r"|\b(?:better|less|more|worse|\w{4,}er)(?: \w+){1,6} than\b"
            r"|\b(?:better|easier|harder|worse) than\b"
        ),
    ),
    (
        2.4,
        "not without",
        matching(
            r"\A(?:until|without)\b"
            r"|(?:\b(?:cannot|never|no one|nobody|not|nothing)|n't)\b[^.]*"
            r"\b(?:unless|until|without)\b"
        ),
    ),
    (
        1.6,
        "what follows if not",
        matching(
            r"\A(?:if|until|when|without)\b[^,]*(?:n't|\b(?:cannot|never|no|no one|nobody|not"
            r"|nothing|without))\b[^,]*,"
            r"|\A(?:if|when)\b[^,]*, [^.]*(?:n't|\b(?:cannot|never|no|nobody|not|nothing))\b"
        ),
    ),
    (
        2.0,
        "names the best, the worst or the only one",
        matching(
            r"\A(?:one of the|the|your) (?:\w+ )?(?:best|easiest|hardest|key|most|only|real|worst"
            r"|\w{3,}est)\b[^.]*\b(?:are|comes?|is|isn't)\b"
        ),
    ),
    (
        1.2,
        "holds for all or for nobody",
        matching(r"\A(?:(?:all|every|most|no) \w+|everybody|everyone|nobody|nothing)\b"),
    ),
    (
        1.4,
        "says what never to do",
        matching(
            r"\A(?:always|avoid|be|do not|don't|never|stop)\b"
            r"|\byou (?:have|must|need|should)(?: \w+)? (?:always|never|only)\b"
            r"|\byou (?:can't|cannot|should always|should not|shouldn't)\b"
        ),
    ),
    (
        0.5,
        "says that there is none",
        matching(r"\bthere(?:'s| are| is) (?:always|never|no|nothing)\b|\bno such thing\b"),
    ),
    (
        1.6,
        "says what matters",
        matching(
            r"\bwhat (?:counts|makes|matters|people|you)\b[^.]* is\b|\b(?:are|is) what\b"
            r"|\ball about\b|\bthe (?:art|hard part|key|secret|trick) (?:in|of|to)\b"
        ),
    ),
    (
        0.6,
        "says what something is",
        matching(
            r"\A(?:an? |bad |good |great |most |your )?[\w-]+(?: [\w-]+){0,3}"
            r" (?:are|aren't|is|isn't)(?: always| like| never| not| only)*"
            r" (?:about|always|an?|easy|hard|like|never|not|only|the|your)\b"
        ),
    ),
    (0.8, "says what is hard or easy", matching(r"\Ait(?:'s| is| takes)\b")),
    (
        1.0,
        "speaks of the most or the best",
        matching(r"\b(?:the|your) (?:best|biggest|hardest|most \w+|only|worst)\b"),
    ),
    (0.8, "a condition and what follows", matching(r"\A(?:as soon as|if|once|when)\b[^.]*,")),
)
_SHARES = (1.0, 0.4, 0.2)
_LEAST_CLAIM = 1.0
_OPPOSITES_WORTH = 1.2
_OPPOSITES = [
    tuple(any_of(words) for words in pair.split(" / "))
    for pair in (
        "easy easier simple simpler / hard harder difficult complex complicated",
        "more / less fewer",
        "big bigger biggest large / little small smaller smallest tiny",
        "begin start starting / end finish stop",
        "fast faster quick quickly / slow slower slowly",
        "cheap cheaper free / cost costs expensive pay",
        "after / before",
        "succeed success successful / fail failed fails failure",
        "problem problems / solution solutions solve",
        "best better good / bad worse worst",
        "answer answers / question questions",
        "academia academic paper research theoretical theory / industry practical practice real",
        "learn learning student / teach teacher teaching",
        "junior / senior",
        "all always everybody everyone everything / never no_one nobody none nothing",
        "long / short",
        "many / few one",
        "done enough working / perfect",
        "technical / business human people soft",
        "ai algorithm algorithms machine model models tool tools / human humans people person",
        "new / old",
        "lose losing / gain gains win winning",
        "build building create use using / break maintain maintaining",
        "inside internal / external outside",
        "strength strengths strong / weak weakness weaknesses",
        "idea ideas / data execution reality",
        "first / last",
        "give giving / get take taking",
        "fake false lie / true truth",
    )
]
_STRONG = any_of(
    """
    afraid alone battle beautiful beauty bias biased blame bored boring brain break bridge broken
    burn_out burnout chaos cheat comfort_zone confidence confident courage crazy creative creativity
    cries cry curiosity curious danger dangerous die disaster discipline doctor doubt dream dumb ego
    elegant enemy engine escape ethical ethics evil excuse expensive eyes? fail failed failing fails
    failure fair fear fight forget freedom friends? fuel fun game garbage glue gold guarantee gut
    habit hands? happy harm hate heart hell hero honest humans? humble hurt hype ignore imagination
    impossible impostor journey kill king lies? lonely lose lost love loves luck lucky magic magical
    marathon meaningless mess messy mistakes? money muscle myth nightmare nobody oil overrated pain
    painful passion patience patient perfect perfection power powerful problems? proud regret
    reputation respect responsibility responsible reward rewarding risk risky scared scary secret
    sexy shame silver_bullet simplicity skin smart solve stress struggle stuck stupid suffer survive
    treasure trust truth ugly unfair useless war wast(?:e|ed|es|ing) win worth worthless wrong
    """
)
_BECAUSE = any_of("because otherwise")
_BUT = re.compile(r", but\b|\bBut\b")
_TAKEN_UP = matching(
    r"(?:(?:a|absolutely|and|definitely|exactly|haha|i|indeed|it is|it's|oh|okay|really|right|so"
    r"|that is|that's|this is|true|very|wow|yeah|yes)[,.! ]+)*(?:agree|amazing|awesome|beautiful"
    r"|cool|exactly|fair|fantastic|fun|funny|good|great|important|insight\w*|interesting"
    r"|like (?:how|it|that|this)|love|makes sense|nice|perfect|powerful|smart|true|well said"
    r"|wonderful|wow)\b"
)


def rate_claim(
    text: str, usage: Usage, before: str = "", after: str = "", last: bool = False
) -> tuple[float, tuple[str, ...]] | None:
    """Rate some sentences as a quote, higher is better, and say what speaks for them.

    None for what makes no claim, or presents as known what it does not explain. `before` and
    `after` are the sentences around them; with `last`, the speaker stops there.
    """
    forms = sorted(_forms_of(text), reverse=True)
    if not forms or forms[0][0] < _LEAST_CLAIM or has_unknown(text):
        return None
    extras = list(_extras_of(text, usage, after if last else ""))
    score = sum(worth * share for (worth, _), share in zip(forms, _SHARES, strict=False))
    score += sum(worth for worth, _ in extras) - flaws_of(text, usage)
    score += 0.3 * last - lean_of(text, before, "" if last else after)
    return score, tuple(reason for _, reason in (*forms, *extras) if reason)


def _forms_of(text: str) -> list[tuple[float, str]]:
    body = without_frame(text)
    forms = [(worth, reason) for worth, reason, pattern in _FORMS if pattern.search(body)]
    for sides in _OPPOSITES:
        found = [side.search(body) for side in sides]
        if all(found):
            said = " and ".join(f"“{each[0].lower()}”" for each in found if each)
            return [*forms, (_OPPOSITES_WORTH, f"sets opposites: {said}")]
    return forms


def _extras_of(text: str, usage: Usage, reaction: str) -> list[tuple[float, str]]:
    terms = terms_of(text)
    content = {term for term in terms if term not in STOP_WORDS}
    unusual = sorted(content & usage.unusual)
    strong = sorted({found[0].lower() for found in _STRONG.finditer(without_frame(text))})
    articles = sum(term in ("a", "an") for term in terms)
    return [
        (0.45 * min(2, len(unusual)), _naming("unusual words", unusual)),
        (0.6 * min(2, len(strong)), _naming("strong words", strong)),
        (0.8, "gives the reason") if _BECAUSE.search(text) else (0.0, ""),
        (0.6, "sets a “but” against it") if _BUT.search(text) else (0.0, ""),
        (0.35 * (min(len(content), 7) - 4), ""),
        (0.35 * min(2, len(content & usage.topics)), ""),
        (0.2 * min(2, articles), ""),
        (0.6, "the host takes it up") if _TAKEN_UP.match(reaction) else (0.0, ""),
    ]


def _naming(what: str, words: list[str]) -> str:
    return f"{what}: " + ", ".join(f"“{word}”" for word in words[:3]) if words else ""
