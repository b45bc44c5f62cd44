"""Patterns that mark a claim, pairs of opposites, and strong words."""

from bot.quotes.standalone import any_of, matching

# The bounds keep hostile text from taking seconds; no quote is as long.
# Worth, reason and pattern. The worthiest match counts in full, the next ones less.
PATTERNS = (
    (
        1.8,
        "the more of this, the more of that",
        matching(
            r"\bthe (?:better|fewer|less|more|\w{3,}er) .{0,300}"
            r" the (?:better|fewer|less|more|\w{3,}er)\b"
        ),
    ),
    (
        3.0,
        "one thing does not make another",
        matching(
            r"\bjust because\b.{0,300}\b(?:does|do|is|are)(?:n't| not)\b"
            r"|\b(?:doesn't|does not|don't) (?:always |necessarily )?(?:guarantee|make you|mean)\b"
        ),
    ),
    (
        2.4,
        "not this, but that",
        matching(
            r"\bnot [^.,;–]{3,50}, (?:but (?!i\b|if|it|that|there|they|we|when|you)"
            r"|(?:it's|they're|you're)\b)"
            r"|\bnot (?:just|necessarily|only) [^.]{0,300}, (?:but|it's)\b|\bnot so much\b"
            r"|[a-z], not (?!just|only|really|so|that|too|very|\w+ing)[a-z]"
            r"|\b(?:aren't|don't|doesn't|isn't|not)\b[^.]{0,300}[.,] "
            r"(?:it is|it's|they are|they're|you) "
            r"(?:a|about|all|an|how|just|not|the|what)\b"
        ),
    ),
    (
        3.0,
        "denies what many believe",
        matching(
            r"\A(?!if|it|once|there|they|we|when|you)[^,.]{4,70} (?:(?:(?:are|is)(?: \w+ly)? not"
            r"|aren't|isn't) (?:about|an?|as|enough|from|how|in|only|the|to|what|where|why|your)"
            r"|(?:do not|does not|doesn't|don't) (?:care|come|equal|exist|guarantee|happen"
            r"|make|mean|replace|solve|start))\b"
            r"|\byou (?:can't|cannot|don't)(?: just| simply"
            r"|\b[^.]{0,300} (?:just|only|simply) (?:because|by))\b"
        ),
    ),
    (
        2.4,
        "no matter what",
        matching(r"\bno matter (?:how|what|which) \w|\beven the (?:best|most)\b"),
    ),
    (
        2.0,
        "sets one thing above another",
        matching(
            r"\b(?:instead of|rather than)\b"
            r"|\b(?:better|less|more|worse|\w{4,}er)(?: \w+){1,6} than\b"
            r"|\b(?:better|easier|harder|worse) than\b"
        ),
    ),
    (
        1.8,
        "not without",
        matching(
            r"\A(?:until|without)\b"
            r"|(?:\b(?:cannot|never|no one|nobody|not|nothing)|n't)\b[^.]{0,300}"
            r"\b(?:unless|until|without)\b"
        ),
    ),
    (
        2.6,
        "without the one not the other",
        matching(
            r"\A(?:if|until|when|without)\b[^,]{0,300}(?:n't|\b(?:cannot|never|no|no one|nobody|not"
            r"|nothing|without))\b[^,]{0,300}, "
            r"[^.]{0,300}(?:n't|\b(?:cannot|never|no|nobody|not|nothing))\b"
        ),
    ),
    (
        1.6,
        "what follows if not",
        matching(
            r"\A(?:if|until|when|without)\b[^,]{0,300}(?:n't|\b(?:cannot|never|no|no one|nobody|not"
            r"|nothing|without))\b[^,]{0,300},"
            r"|\A(?:if|when)\b[^,]{0,300}, "
            r"[^.]{0,300}(?:n't|\b(?:cannot|never|no|nobody|not|nothing))\b"
        ),
    ),
    (
        1.4,
        "names the best, the worst or the only one",
        matching(
            r"\A(?:one of the|the|your) (?:\w+ )?(?:best|easiest|hardest|key|most|only|real|worst"
            r"|\w{3,}est)\b[^.]{0,300}\b(?:are|comes?|is|isn't)\b"
        ),
    ),
    (
        1.0,
        "holds for all or for nobody",
        matching(r"\A(?:(?:all|every|most|no) \w+|everybody|everyone|nobody|nothing)\b"),
    ),
    (
        1.6,
        "says what never to do",
        matching(
            r"\A(?:always|avoid|be|do not|don't|never|stop)\b"
            r"|\byou (?:have|must|need|should)(?: \w+)? (?:never|only)\b"
            r"|\byou (?:can (?:always|never)|can't|cannot)\b|\b(?:should not|shouldn't)\b"
        ),
    ),
    (
        1.0,
        "says that there is none",
        matching(r"\bthere(?:'s| are| is) (?:always|never|no|nothing)\b|\bno such thing\b"),
    ),
    (
        1.4,
        "says what matters",
        matching(
            r"\bwhat (?:counts|makes|matters|people|you)\b[^.]{0,300} is\b|\b(?:are|is) what\b"
            r"|\ball about\b|\bthe (?:art|hard part|key|secret|trick) (?:in|of|to)\b"
        ),
    ),
    (
        0.8,
        "says what something is",
        matching(
            r"\A(?:an? |bad |good |great |most |your )?[\w-]+(?: [\w-]+){0,3}"
            r" (?:are|aren't|is|isn't)(?: always| like| never| not| only)*"
            r" (?:about|always|an?|easy|hard|like|never|not|only|the|your)\b"
        ),
    ),
    (
        2.0,
        "hard to get back or to begin",
        matching(
            r"\A(?:if|once|when|without)\b.{0,300}\bit(?:'s| becomes| gets| is)(?: \w+)?"
            r" (?:difficult|hard|harder|impossible|too late|useless)\b"
            r"|\bit(?:'s| is)(?: \w+)? easy to"
            r" (?:fall|forget|get lost|ignore|lose|trick|under\w+)\b"
        ),
    ),
    (
        1.9,
        "holds whatever else may be",
        matching(r"\Awhether\b.{0,300} or\b.{0,300}\bstill\b|\beven (?:if|though|when)\b"),
    ),
    (1.8, "too much of one for another", matching(r"(?<!not )\btoo \w+ (?:\w+ ){0,2}to \w+")),
    (
        1.0,
        "sets two sides against each other",
        matching(r"\A[^,.]{15,300}, (?:but|yet) (?!i\b|it\b|that|there|we\b)"),
    ),
    (
        1.2,
        "compares it with something else",
        matching(r"\b(?:are|is) (?:a bit |a lot |just )?like (?:an?|\w+ing)\b|\bturns? into\b"),
    ),
    (1.0, "gives the reason", matching(r"\w, because\b|\w because (?!of)")),
    (0.8, "says what is hard or easy", matching(r"\Ait(?:'s| is| takes)\b")),
    (
        0.5,
        "speaks of the most or the best",
        matching(r"\b(?:the|your) (?:best|biggest|hardest|most \w+|only|worst)\b"),
    ),
    (0.7, "a condition and what follows", matching(r"\A(?:as soon as|if|once|when)\b[^.]{0,300},")),
)
OPPOSITES_WORTH = 1.4
OPPOSITES = [
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
        "lose losing / gain gains  winning",
        "build building create use using / break maintain maintaining",
        "inside internal / external outside",
        "strength strengths strong / weak weakness weaknesses",
        "idea ideas / data execution reality",
        "first / last",
        "give giving / get take taking",
        "fake false lie / true truth",
    )
]
STRONG = any_of(
    r"""
    accident addict\w* afraid alone anger angry anxiety apolog\w* arrogan\w* asham\w* attack
    bargain battle beautiful beauty beg bet betray bias biased blame blind blood bluff bored
    boring brave break breath bridge broken bullet burden burn burn_out burnout burns bury cage
    chaos cheat child childhood children clever clown confidence confident courage coward crash
    crazy creative creativity cries crime cruel crutch cry cure curiosity curious curse danger
    dangerous dare dead death debt desert desperate destroy devil die dirty disappoint\w*
    disaster discipline doctor doubt dreams? drown drunk dumb ego elegant embarrass\w* empty
    enem(?:y|ies) envy escape ethical ethics evil excited excuses? expensive eyes?
    fail(?:ed|ing|s|ure|ures)? fair faith fake fall_in_love famous fantasy fascinating fear
    fight fire fired flatter fool foolish fools forget forgive fragile freedom friends?
    frustrat\w* fuel fun funniest funny gamble game garbage genius ghost giant gift glue god
    gold greed greedy guarantee guilt guilty gut habit happy harm hate heart hell hero hide
    hides honest hope hopeless hostage humble hunger hungry hurt hype ignore illusion
    imagination impossible impostor innocent invisible jail jealous joke jokes journey joy
    jungle kid kids kill kills knife laugh lazy legend liar lies? lonely lose loses lost loud
    love loves loyal luck lucky lying mad magic magical marathon meaningless memes? mess messy
    miracle mirror miserable mistakes? money monster muscle myth naked nightmare nobody noise
    obsess\w* overrated pain painful painkiller panic parents? passion patience perfect
    perfection poison poor power pray prejudice pretend\w* pride prison promise promises proud
    punish\w* puzzle rare rebel regrets? religion religious reputation rescue respect
    responsibility responsible revenge reward rewarding rich ridiculous risk risky rob rubbish
    sacrifice sad scared scary scream secret sexy shame shortcuts? shy sick silence silent
    silver_bullet simplicity sin slave sleep smart soul steal stolen stranger struggle stuck
    stupid suck sucks suffer superpower survive suspicious sweat swim tears tempt\w* terrible
    terrified tired toxic trap treasure trick tricks trust(?:ed|s)? truth ugly unfair unknown
    useless vanity victim victory violence virus vulnerable war wast(?:e|ed|es|ing) weapon weird
    wisdom wise wonder worried worry worth worthless wound wrong young
    """
)
