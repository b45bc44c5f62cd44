"""Score how quotable a sentence is: bonuses and penalties."""

import re

from bot.quotes.patterns import MERITS, OPPOSITES, OPPOSITES_WEIGHT, STRONG
from bot.quotes.rules import Rule, any_of, matching
from bot.quotes.standalone import without_frame
from bot.quotes.word_usage import WordUsage
from bot.search.index.analysis import STOP_WORDS, terms_of

_SHARES = (1.0, 0.4, 0.2)
# A form worth less than this is not a claim by itself; strong words make up for a little.
_LEAST_CLAIM, _STRONG_SHARE = 1.0, 0.2
_STRONG_WORTH = 1.1
_BECAUSE = any_of("because otherwise")
_NEGATIVE = matching(r"n't\b|\b(?:cannot|never|no|nobody|not|nothing|without)\b")
_BUT = re.compile(r", but\b|\bBut\b")
_TAKEN_UP = matching(
    r"(?:(?:a|absolutely|and|definitely|exactly|haha|i|indeed|it is|it's|oh|okay|really|right|so"
    r"|that is|that's|this is|true|very|wow|yeah|yes)[,.! ]++){0,20}"
    r"(?:agree|amazing|awesome|beautiful|cool|exactly|fair|fantastic|fun|funny|good|great|important"
    r"|insight\w*|interesting"
    r"|like (?:how|it|that|this)|love|makes sense|nice|perfect|powerful|smart|true|well said"
    r"|wonderful|wow)\b"
)
# "That's why", "For example": a speaker who picks up the whole statement has made a point.
_COME_BACK_TO = matching(r"(?:for (?:example|instance)|that|that's|this)\b")


def score_statement(
    text: str, usage: WordUsage, before: str = "", after: str = "", last: bool = False
) -> tuple[float, tuple[str, ...]] | None:
    """Score sentences as a quote, higher is better, and give the reasons.

    Return None if they make no claim, or assume something they do not explain. `before` and
    `after` are the surrounding sentences; `last` means the speaker stops there.
    """
    forms = sorted(_forms_of(text), reverse=True)
    if not forms or _has_unknown(text):
        return None
    strong = _strong_of(text)
    if forms[0][0] + _STRONG_SHARE * len(strong) < _LEAST_CLAIM:
        return None
    extras = _extras_of(text, usage, strong)
    score = sum(worth * share for (worth, _), share in zip(forms, _SHARES, strict=False))
    if after:
        extras.append(_echo_of(after, last))
    score += sum(worth for worth, _ in extras) - _penalties_of(text, usage)
    score += 0.3 * last - _lean_of(text, before, "" if last else after)
    return score, tuple(reason for _, reason in (*forms, *extras) if reason)


def _forms_of(text: str) -> list[tuple[float, str]]:
    body = without_frame(text)
    forms = [(rule.weight, rule.name) for rule in MERITS if rule.pattern.search(body)]
    for sides in OPPOSITES:
        found = [side.search(body) for side in sides]
        if all(found):
            said = " and ".join(f"“{each[0].lower()}”" for each in found if each)
            return [*forms, (OPPOSITES_WEIGHT, f"opposites: {said}")]
    return forms


def _strong_of(text: str) -> list[str]:
    return sorted({found[0].lower() for found in STRONG.finditer(without_frame(text))})[:2]


def _extras_of(text: str, usage: WordUsage, strong: list[str]) -> list[tuple[float, str]]:
    terms = terms_of(text)
    content = {term for term in terms if term not in STOP_WORDS}
    unusual = sorted(content & usage.unusual)
    articles = sum(term in ("a", "an") for term in terms)
    return [
        (0.2 * min(2, len(unusual)), _naming("unusual words", unusual)),
        (_STRONG_WORTH * len(strong), _naming("strong words", strong)),
        (0.8, "") if _BECAUSE.search(text) else (0.0, ""),
        (0.2, "contains a “but”") if _BUT.search(text) else (0.0, ""),
        (0.3 * min(2, len(_NEGATIVE.findall(text))), ""),
        (0.35 * (min(len(content), 7) - 4), ""),
        (0.2 * min(2, articles), ""),
        # Readers who have not heard the rest can tell what it is about.
        (0.0, "") if usage.topics.isdisjoint(content) else (0.5, ""),
    ]


def _echo_of(after: str, last: bool) -> tuple[float, str]:
    if last:
        return (0.6, "the host responds to it") if _TAKEN_UP.match(after) else (0.0, "")
    return (0.7, "the speaker elaborates on it") if _COME_BACK_TO.match(after) else (0.0, "")


def _naming(what: str, words: list[str]) -> str:
    return f"{what}: " + ", ".join(f"“{word}”" for word in words[:3]) if words else ""


# Each match costs its weight.
FLAWS = (
    Rule(
        "vague words",
        0.4,
        any_of(
            """
            able absolutely actually another anything based_on case cases definitely depending
            depends different do get go good important interesting just kinds? like lot lots many
            other overall particular quite really same situations? some someone something then thing
            things use using various very want want_to way ways whole
            """
        ),
        ("Some bakers buy rye.", "Salt is important.", "It just depends on the oven."),
    ),
    Rule(
        "hedges",
        0.6,
        any_of(
            """
            can_be could generally in_general likely may maybe might mostly often perhaps
            potentially probably some something sometimes tends?_to typically usually would
            """
        ),
        ("Bread may fail.", "Bakers usually sleep late.", "Rye tends to stick."),
    ),
    Rule(
        "addresses only some people",
        0.4,
        matching(r"\A(?:if|once|when) you(?:'re| are| have (?:an?|some|your))\b"),
        ("If you are a baker, wait.", "When you're tired, rest.", "Once you have an oven, bake."),
        ("If you wait, bread rises.",),
    ),
    Rule(
        "a lead-in",
        1.0,
        matching(r"\A(?:if|when) (?:people|we|you) (?:look|talk|think) (?:about|at)\b"),
        (
            "If we look at ovens, they age.",
            "When people talk about bread, they eat.",
            "If you think about rye, it is old.",
        ),
    ),
    Rule(
        "an instruction",
        0.7,
        any_of(
            r"""
            you(?:'ll|_will|_can(?!_only|_not)|_could|_define|_find|_get|_go|_have_to|_may|_might)
            you_(?:need|pull|put|see|start|take|try|use|would) you're_\w+ing
            """
        ),
        ("First you can add salt.", "Then you're kneading dough.", "You need flour."),
        ("You can only wait.",),
    ),
    Rule(
        "a dash or a colon",
        1.2,
        re.compile(r"[–—:]"),
        ("Bread: a book.", "Bread – a book.", "Bread — a book."),
    ),
    Rule(
        "happening just now",
        1.1,
        matching(r"(?:'re|'s|\bare|\bis) \w+ing\b"),
        ("Bakers are kneading rye.", "It's rising.", "They're waiting outside."),
    ),
    Rule(
        "tied to its time",
        0.8,
        any_of("anymore currently immediately recently straightaway yet"),
        ("Rye is rare currently.", "Bakers recently sold it.", "Nobody bakes rye anymore."),
    ),
    Rule(
        "a number",
        1.5,
        re.compile(r"\A[^\d]*\d"),
        ("Add 3 spoons of salt.", "10 bakers wait.", "Rye takes 24 hours."),
        ("Add three spoons of salt.",),
    ),
    Rule(
        "tells you what you do",
        2.0,
        matching(
            r"\Ayou\b(?![^,]{0,300}(?:n't|\b(?:cannot|must|never|no|not|nothing|only|should))\b)"
        ),
        ("You bake bread on Sundays.", "You wait for rye.", "You sleep."),
        ("You cannot hurry rye.",),
    ),
    Rule(
        "an abbreviation",
        0.6,
        re.compile(r"\b(?!AI|API|CEO|CV|IT|LLMs?|ML|SQL)[A-Z]{2,}s?\b"),
        ("The BBC sells bread.", "Bakers read EBITDA.", "All PhDs bake, say the CTOs."),
        ("AI bakes no bread.",),
    ),
    Rule(
        "an afterthought",
        0.9,
        matching(r", (?:actually|definitely|especially|even|though|unfortunately|which)\b"),
        ("Bread is old, especially rye.", "Bakers sleep, though.", "Rye is sour, which is good."),
    ),
    Rule(
        "an adverb",
        0.15,
        matching(r"\b\w{3,}ly\b"),
        ("Bread rises slowly.", "Bakers rarely sleep.", "Quickly add salt."),
        ("Buy a fly.",),
    ),
    # Report and marketing language, which nobody repeats.
    Rule(
        "the language of reports",
        0.8,
        any_of(
            r"""
            aware be_able best_practices? certain challenges common crucial focus\w* key knowledge
            process understand_that vital
            """
        ),
        ("Bread is a key product.", "Bakers face common challenges.", "Focus on the process."),
    ),
    # Generalizations state the obvious.
    Rule(
        "a generalization",
        0.5,
        any_of(r"\A(?:all|every\w*)"),
        ("All bakers rise early.", "Every loaf counts.", "Everybody eats bread."),
        ("Not all bakers rise early.",),
    ),
    # Duties and promises are commonplace; a list is more than one claim.
    Rule(
        "a duty",
        0.4,
        matching(r"\byou (?:have|must|need|should)\b(?! (?:\w+ )?(?:always|never|not|only))"),
        ("Here you must wait.", "Then you should knead.", "You need salt."),
        ("You must never hurry.",),
    ),
    Rule(
        "a list or a promise",
        0.3,
        matching(r"\b(?:and|will|won't)\b|'ll\b"),
        ("Salt and flour.", "Bread will rise.", "It'll rise."),
    ),
    Rule(
        "a commonplace",
        0.8,
        matching(
            r"\A(?:a lot of|lots of)\b|\b(?:are|is) (?:crucial|essential|important|vital)\b"
            r"|\Ait(?:'s| is)(?: \w+)? (?:crucial|good|important|nice|useful|vital) to\b"
        ),
        ("It's important to wait.", "Flour is essential.", "Lots of bakers wait."),
    ),
    Rule(
        "no answer",
        0.9,
        matching(r"\b(?:depends on|right (?:and|or) wrong)\b"),
        ("It depends on the oven.", "There is no right or wrong.", "Nobody is right and wrong."),
    ),
    Rule(
        "a comparison with nothing",
        0.9,
        matching(r"\bas (?:good|many|much|well)\b(?!.{0,300} as )"),
        ("Knead it as much.", "Wait as good bakers do.", "Salt as well."),
        ("Rye is as good as wheat.",),
    ),
    Rule(
        "speaks of its own team",
        2.0,
        matching(r"\bwe(?:'ll|'re|'ve)?\b(?! (?:all|as|tend))"),
        ("Here we bake rye.", "Then we'll wait.", "We've sold it."),
        ("We all eat bread.",),
    ),
)
_COMPARATIVE = any_of(
    r"""
    better fewer less more worse
    (?:bigg|cheap|clos|deep|easi|fast|few|hard|high|larg|long|low|new|old|quick|short|simpl|slow)i?er
    (?:small|smart|strong)er
    """
)
_COMPARED = matching(r"\bthan\b|\bmore and more\b|\bthe (?:better|fewer|less|more|\w+er)\b")
_NAME = re.compile(r"(?<![.!] )\b[A-Z][a-z]\w+")
_THE = matching(r"\bthe ([\w-]+)(?: ([\w'-]+))?(?: ([\w'-]+))?")
# Words that can follow "the" without having been mentioned before.
_KNOWN = """
answer basics beginning best better business code company customer customers data day end fact
fewer future industry internet job key less market model moment more most only others past people
person product real right same team time truth user users way whole world worst wrong
"""
_EXPLAINING = """
at behind between for from in of on people that they to we when where which who with you
"""
_KNOWN_WORDS = frozenset(_KNOWN.split())
_EXPLAINING_WORDS = frozenset(_EXPLAINING.split())
# "Not the camera, but the light" is about cameras in general.
_CONTRASTED = matching(r"the [\w-]+, but\b|(?:(?<=, but )|(?<=instead of )|(?<=rather than ))the\b")
# Introducing a thing introduces its parts: "a video ... the sound".
_SET_UP = matching(r"\b(?:an?(?! (?:bit|few|lot)\b)|your) \w")
_EXAMPLE = any_of("e\\.g\\.? example for_instance imagine let's_say like, say_you such_as suppose")
_GOES_ON = matching(r"(?:and|because|but|or|otherwise|unless|which)\b")
_CORRECTS = matching(r"(?:instead|it|it's|rather|that|they|they're|you)\b")
# Two sentences joined by a comma.
_SPLICED = matching(
    r"(?!as|before|for|if|in|instead|just|often|once|sometimes|to|when|with)[^,.]{0,300}, "
    r"(?:it|it's|that's|they|they're|we|you|you're)\b"
)
# Fewer words say little, and a repeated word says less still.
_FEW_WORDS = 9
_YOU = matching(r"\byou\b|\byou'")
_STOP = re.compile(r"[.!] ")
_NEGATION = matching(r"n't|\b(?:never|not)\b")
_HALF = matching(r"(?:n't|not) (?:just|only)\b(?!.{0,300}\b(?:also|but|it's)\b)")


def _penalties_of(text: str, usage: WordUsage) -> float:
    """Add up the penalties of a quote."""
    terms = terms_of(text)
    jargon = len(usage.jargon.intersection(terms))
    compared = 0 if _COMPARED.search(text) else len(_COMPARATIVE.findall(text))
    names = sum(found.start() > 0 for found in _NAME.finditer(text))
    return (
        sum(rule.weight * len(rule.pattern.findall(text)) for rule in FLAWS)
        + 0.9 * compared
        + 1.0 * names
        + 0.3 * min(1, jargon)
        + 0.8 * max(0, jargon - 1)
        + 0.9 * max(0, text.count(",") - 1)
        + 0.3 * terms.count("or")
        + 0.1 * max(0, len(terms) - 20)
        + 0.4 * (len(terms) < _FEW_WORDS)
        + 0.4 * _repeats(terms)
        + 0.4 * max(0, len(_YOU.findall(text)) - 2)
        + 0.5 * len(_STOP.findall(text))
        + 0.8 * (without_frame(text) != text)
        + 1.0 * bool(_SPLICED.match(text) and not _NEGATION.search(text))
    )


def _repeats(terms: list[str]) -> bool:
    content = [term for term in terms if term not in STOP_WORDS]
    return len(set(content)) < len(content)


def _has_unknown(text: str) -> bool:
    """Tell whether "the" introduces something that the text does not explain."""
    return any(
        found[1].lower() not in _KNOWN_WORDS
        and not found[1].lower().endswith("est")
        and (found[2] or "").lower() not in _EXPLAINING_WORDS
        and (found[3] or "").lower() not in _EXPLAINING_WORDS
        and not _CONTRASTED.match(text, found.start())
        and not _SET_UP.search(text[: found.start()])
        and found[1].lower() not in terms_of(text[: found.start()])
        for found in _THE.finditer(text)
    )


def _lean_of(text: str, before: str, after: str) -> float:
    """Rate how much a quote depends on the sentences before and after it."""
    corrected = _NEGATION.search(text) and _CORRECTS.match(after)
    return (
        1.0 * bool(_EXAMPLE.search(before))
        + 1.0 * bool(_HALF.search(text))
        + 1.2 * bool(_GOES_ON.match(after))
        + 0.6 * bool(corrected)
    )
