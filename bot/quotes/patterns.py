"""Patterns that mark a claim, pairs of opposites, and strong words."""

from bot.quotes.rules import Rule, any_of, matching

# The bounds keep hostile text from taking seconds; no quote is as long.
# The heaviest match counts in full, the next ones less; their names are reasons for moderators.
MERITS = (
    Rule(
        "“the more …, the more …”",
        1.8,
        matching(
            r"\bthe (?:better|fewer|less|more|\w{3,}er) .{0,300}"
            r" the (?:better|fewer|less|more|\w{3,}er)\b"
        ),
        (
            "The more you knead, the less you add.",
            "The longer dough rests, the better it bakes.",
            "The fewer tools you own, the cleaner the bakery.",
        ),
        ("The more you knead rye.",),
    ),
    Rule(
        "denies a false conclusion",
        3.0,
        matching(
            r"\bjust because\b.{0,300}\b(?:does|do|is|are)(?:n't| not)\b"
            r"|\b(?:doesn't|does not|don't) (?:always |necessarily )?(?:guarantee|make you|mean)\b"
        ),
        (
            "Just because bread is brown, it isn't done.",
            "A warm oven doesn't mean good bread.",
            "Practice does not always guarantee a good loaf.",
        ),
    ),
    Rule(
        "“not this, but that”",
        2.4,
        matching(
            r"\bnot [^.,;–]{3,50}, (?:but (?!i\b|if|it|that|there|they|we|when|you)"
            r"|(?:it's|they're|you're)\b)"
            r"|\bnot (?:just|necessarily|only) [^.]{0,300}, (?:but|it's)\b|\bnot so much\b"
            r"|[a-z], not (?!just|only|really|so|that|too|very|\w+ing)[a-z]"
            r"|\b(?:aren't|don't|doesn't|isn't|not)\b[^.]{0,300}[.,] "
            r"(?:it is|it's|they are|they're|you) "
            r"(?:a|about|all|an|how|just|not|the|what)\b"
        ),
        (
            "Bread is not about flour, but water.",
            "A baker needs patience, not luck.",
            "It isn't the oven. It's the baker.",
        ),
        ("Salt is not cheap, but they buy it.",),
    ),
    Rule(
        "contradicts a common belief",
        3.0,
        matching(
            r"\A(?!if|it|once|there|they|we|when|you)[^,.]{4,70} (?:(?:(?:are|is)(?: \w+ly)? not"
            r"|aren't|isn't) (?:about|an?|as|enough|from|how|in|only|the|to|what|where|why|your)"
            r"|(?:do not|does not|doesn't|don't) (?:care|come|equal|exist|guarantee|happen"
            r"|make|mean|replace|solve|start))\b"
            r"|\byou (?:can't|cannot|don't)(?: just| simply"
            r"|\b[^.]{0,300} (?:just|only|simply) (?:because|by))\b"
        ),
        (
            "Good bread is not about flour.",
            "Good flour doesn't make good bread.",
            "In rye you can't just add water.",
        ),
        ("If bread is not about flour, what is?",),
    ),
    Rule(
        "“no matter what”",
        2.4,
        matching(r"\bno matter (?:how|what|which) \w|\beven the (?:best|most)\b"),
        (
            "Bread sells no matter how it looks.",
            "Wait no matter what the clock says.",
            "Even the best oven cools down.",
        ),
    ),
    Rule(
        "prefers one thing to another",
        2.0,
        matching(
            r"\b(?:instead of|rather than)\b"
            r"|\b(?:better|less|more|worse|\w{4,}er)(?: \w+){1,6} than\b"
            r"|\b(?:better|easier|harder|worse) than\b"
        ),
        (
            "Bake bread instead of cakes.",
            "Rather than buy yeast, grow it.",
            "Slow dough is better than quick dough.",
        ),
    ),
    Rule(
        "names a requirement",
        1.8,
        matching(
            r"\A(?:until|without)\b"
            r"|(?:\b(?:cannot|never|no one|nobody|not|nothing)|n't)\b[^.]{0,300}"
            r"\b(?:unless|until|without)\b"
        ),
        (
            "Without salt bread is dull.",
            "Nobody learns baking without burning loaves.",
            "Do not bake until the oven is hot.",
        ),
    ),
    Rule(
        "“without this, not that”",
        2.6,
        matching(
            r"\A(?:if|until|when|without)\b[^,]{0,300}(?:n't|\b(?:cannot|never|no|no one|nobody|not"
            r"|nothing|without))\b[^,]{0,300}, "
            r"[^.]{0,300}(?:n't|\b(?:cannot|never|no|nobody|not|nothing))\b"
        ),
        (
            "If nobody bakes, nobody eats.",
            "When ovens do not heat, nobody bakes.",
            "When nobody waits, nothing rises.",
        ),
    ),
    Rule(
        "says what happens otherwise",
        1.6,
        matching(
            r"\A(?:if|until|when|without)\b[^,]{0,300}(?:n't|\b(?:cannot|never|no|no one|nobody|not"
            r"|nothing|without))\b[^,]{0,300},"
            r"|\A(?:if|when)\b[^,]{0,300}, "
            r"[^.]{0,300}(?:n't|\b(?:cannot|never|no|nobody|not|nothing))\b"
        ),
        (
            "If you don't wait, bread stays flat.",
            "Until you cannot lift it, knead.",
            "If ovens are cold, nothing rises.",
        ),
    ),
    Rule(
        "names the best, the worst or the only one",
        1.4,
        matching(
            r"\A(?:one of the|the|your) (?:\w+ )?(?:best|easiest|hardest|key|most|only|real|worst"
            r"|\w{3,}est)\b[^.]{0,300}\b(?:are|comes?|is|isn't)\b"
        ),
        (
            "The best bread is a day old.",
            "One of the hardest skills is waiting.",
            "Your only tool is patience.",
        ),
        ("They say the best bread is old.",),
    ),
    Rule(
        "applies to everyone or no one",
        1.0,
        matching(r"\A(?:(?:all|every|most|no) \w+|everybody|everyone|nobody|nothing)\b"),
        ("Every loaf tells a story.", "Nobody bakes alone.", "Most bakers rise early."),
        ("They say nobody bakes alone.",),
    ),
    Rule(
        "gives a rule",
        1.6,
        matching(
            r"\A(?:always|avoid|be|do not|don't|never|stop)\b"
            r"|\byou (?:have|must|need|should)(?: \w+)? (?:never|only)\b"
            r"|\byou (?:can (?:always|never)|can't|cannot)\b|\b(?:should not|shouldn't)\b"
        ),
        (
            "Never trust a cold oven.",
            "You should only bake in the morning.",
            "Profit shouldn't come before taste.",
        ),
    ),
    Rule(
        "says that there is no such thing",
        1.0,
        matching(r"\bthere(?:'s| are| is) (?:always|never|no|nothing)\b|\bno such thing\b"),
        (
            "There's no bread without time.",
            "There is never enough flour.",
            "There is no such thing as fast rye.",
        ),
    ),
    Rule(
        "says what matters",
        1.4,
        matching(
            r"\bwhat (?:counts|makes|matters|people|you)\b[^.]{0,300} is\b|\b(?:are|is) what\b"
            r"|\ball about\b|\bthe (?:art|hard part|key|secret|trick) (?:in|of|to)\b"
        ),
        (
            "What matters in baking is time.",
            "Patience is what bakers sell.",
            "The trick to rye is waiting.",
        ),
    ),
    Rule(
        "defines something",
        0.8,
        matching(
            r"\A(?:an? |bad |good |great |most |your )?[\w-]+(?: [\w-]+){0,3}"
            r" (?:are|aren't|is|isn't)(?: always| like| never| not| only)*"
            r" (?:about|always|an?|easy|hard|like|never|not|only|the|your)\b"
        ),
        ("Bread is a promise.", "Good bakers are never in a hurry.", "Your starter is like a pet."),
    ),
    Rule(
        "warns of what is hard to undo",
        2.0,
        matching(
            r"\A(?:if|once|when|without)\b.{0,300}\bit(?:'s| becomes| gets| is)(?: \w+)?"
            r" (?:difficult|hard|harder|impossible|too late|useless)\b"
            r"|\bit(?:'s| is)(?: \w+)? easy to"
            r" (?:fall|forget|get lost|ignore|lose|trick|under\w+)\b"
        ),
        (
            "Once a sourdough is dead, it's hard to revive.",
            "If the crust burns, it is too late.",
            "It's easy to forget how slowly dough rises.",
        ),
        ("It's easy to bake.",),
    ),
    Rule(
        "applies whatever happens",
        1.9,
        matching(r"\Awhether\b.{0,300} or\b.{0,300}\bstill\b|\beven (?:if|though|when)\b"),
        (
            "Whether you sell rolls or cakes, you still sweep.",
            "Start with rye, even if wheat rises better.",
            "Even when bread is cheap, flour costs.",
        ),
    ),
    Rule(
        "too much of something",
        1.8,
        matching(r"(?<!not )\btoo \w+ (?:\w+ ){0,2}to \w+"),
        (
            "Most bakers are too busy to taste bread.",
            "The dough is too wet for you to shape.",
            "We are too proud to ask.",
        ),
        ("It is not too late to bake.",),
    ),
    Rule(
        "contrasts two sides",
        1.0,
        matching(r"\A[^,.]{15,300}, (?:but|yet) (?!i\b|it\b|that|there|we\b)"),
        (
            "Bakers talk about flour, but water decides.",
            "Everyone wants fresh bread, yet nobody gets up.",
            "The oven is expensive, but bread pays it.",
        ),
        ("The oven is expensive, but it lasts.",),
    ),
    Rule(
        "uses a comparison",
        1.2,
        matching(r"\b(?:are|is) (?:a bit |a lot |just )?like (?:an?|\w+ing)\b|\bturns? into\b"),
        (
            "Kneading dough is like tuning a piano.",
            "Bakers are a bit like a doctor.",
            "Old bread turns into soup.",
        ),
    ),
    Rule(
        "gives a reason",
        1.0,
        matching(r"\w, because\b|\w because (?!of)"),
        (
            "Bakers wake early because bread needs hours.",
            "Rye is sour, because it waits.",
            "Buy salt because it keeps.",
        ),
        ("Bread is flat because of salt.",),
    ),
    Rule(
        "says what is hard or easy",
        0.8,
        matching(r"\Ait(?:'s| is| takes)\b"),
        (
            "It's hard to bake rye.",
            "It is easy to burn a crust.",
            "It takes a night to make bread.",
        ),
        ("Now it's hard to bake rye.",),
    ),
    Rule(
        "uses a superlative",
        0.5,
        matching(r"\b(?:the|your) (?:best|biggest|hardest|most \w+|only|worst)\b"),
        (
            "Salt is the best spice.",
            "Bakers fear the most common mistake.",
            "Time is your only friend.",
        ),
    ),
    Rule(
        "states a condition",
        0.7,
        matching(r"\A(?:as soon as|if|once|when)\b[^.]{0,300},"),
        (
            "If dough is wet, fold it.",
            "Once bread is out, wait.",
            "As soon as it smells, open the oven.",
        ),
        ("Bread falls if you wait, friend.",),
    ),
)
OPPOSITES_WEIGHT = 1.4
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
