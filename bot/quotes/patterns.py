"""Patterns that mark a claim, and pairs of opposites."""

from bot.quotes.rules import Rule, phrases, wording
from bot.translations import gettext_noop

# The bounds keep hostile text from taking seconds; no quote is as long.
# The heaviest match counts in full, the next ones less; their names are reasons for moderators.
MERITS = (
    Rule(
        gettext_noop("“the more …, the more …”"),
        wording(
            r"\bthe (?:better|fewer|less|more|\w{3,}er) .{0,300}"
            r" the (?:better|fewer|less|more|\w{3,}er)\b"
        ),
        (
            "The more you knead, the less you add.",
            "The longer dough rests, the better it bakes.",
            "The fewer tools you own, the cleaner the bakery.",
        ),
        ("The more you knead rye.",),
        weight=1.8,
    ),
    Rule(
        gettext_noop("denies a false conclusion"),
        wording(
            r"\bjust because\b.{0,300}\b(?:does|do|is|are)(?:n't| not)\b"
            r"|\b(?:doesn't|does not|don't) (?:always |necessarily )?(?:guarantee|make you|mean)\b",
            "because guarantee make mean",
        ),
        (
            "Just because bread is brown, it isn't done.",
            "A warm oven doesn't mean good bread.",
            "Practice does not always guarantee a good loaf.",
        ),
        weight=3.0,
    ),
    Rule(
        gettext_noop("“not this, but that”"),
        wording(
            r"\bnot [^.,;–]{3,50}, (?:but (?!i\b|if|it|that|there|they|we|when|you)"
            r"|(?:it's|they're|you're)\b)"
            r"|\bnot (?:just|necessarily|only) [^.]{0,300}, (?:but|it's)\b|\bnot so much\b"
            r"|[a-z], not (?!just|only|really|so|that|too|very|\w+ing)[a-z]"
            r"|\b(?:aren't|don't|doesn't|isn't|not)\b[^.]{0,300}[.,] "
            r"(?:it is|it's|they are|they're|you) "
            r"(?:a|about|all|an|how|just|not|the|what)\b",
            "aren doesn don isn not",
        ),
        (
            "Bread is not about flour, but water.",
            "A baker needs patience, not luck.",
            "It isn't the oven. It's the baker.",
        ),
        ("Salt is not cheap, but they buy it.",),
        weight=2.4,
    ),
    Rule(
        gettext_noop("contradicts a common belief"),
        wording(
            r"\A(?!if|it|once|there|they|we|when|you)[^,.]{4,70} (?:(?:(?:are|is)(?: \w+ly)? not"
            r"|aren't|isn't) (?:about|an?|as|enough|from|how|in|only|the|to|what|where|why|your)"
            r"|(?:do not|does not|doesn't|don't) (?:care|come|equal|exist|guarantee|happen"
            r"|make|mean|replace|solve|start))\b"
            r"|\byou (?:can't|cannot|don't)(?: just| simply"
            r"|\b[^.]{0,300} (?:just|only|simply) (?:because|by))\b",
            "aren can cannot doesn don isn not",
        ),
        (
            "Good bread is not about flour.",
            "Good flour doesn't make good bread.",
            "In rye you can't just add water.",
        ),
        ("If bread is not about flour, what is?",),
        weight=3.0,
    ),
    Rule(
        gettext_noop("“no matter what”"),
        wording(r"\bno matter (?:how|what|which) \w|\beven the (?:best|most)\b"),
        (
            "Bread sells no matter how it looks.",
            "Wait no matter what the clock says.",
            "Even the best oven cools down.",
        ),
        weight=2.4,
    ),
    Rule(
        gettext_noop("prefers one thing to another"),
        wording(
            r"\b(?:instead of|rather than)\b"
            r"|\b(?:better|less|more|worse|\w{4,}er)(?: \w+){1,6} than\b"
            r"|\b(?:better|easier|harder|worse) than\b",
            "instead than",
        ),
        (
            "Bake bread instead of cakes.",
            "Rather than buy yeast, grow it.",
            "Slow dough is better than quick dough.",
        ),
        weight=2.0,
    ),
    Rule(
        gettext_noop("names a requirement"),
        wording(
            r"\A(?:until|without)\b"
            r"|(?:\b(?:cannot|never|no one|nobody|not|nothing)|n't)\b[^.]{0,300}"
            r"\b(?:unless|until|without)\b",
            "unless until without",
        ),
        (
            "Without salt bread is dull.",
            "Nobody learns baking without burning loaves.",
            "Do not bake until the oven is hot.",
        ),
        weight=1.8,
    ),
    Rule(
        gettext_noop("“without this, not that”"),
        wording(
            r"\A(?:if|until|when|without)\b[^,]{0,300}(?:n't|\b(?:cannot|never|no|no one|nobody|not"
            r"|nothing|without))\b[^,]{0,300}, "
            r"[^.]{0,300}(?:n't|\b(?:cannot|never|no|nobody|not|nothing))\b"
        ),
        (
            "If nobody bakes, nobody eats.",
            "When ovens do not heat, nobody bakes.",
            "When nobody waits, nothing rises.",
        ),
        weight=2.6,
    ),
    Rule(
        gettext_noop("says what happens otherwise"),
        wording(
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
        weight=1.6,
    ),
    Rule(
        gettext_noop("names the best, the worst or the only one"),
        wording(
            r"\A(?:one of the|the|your) (?:\w+ )?(?:best|easiest|hardest|key|most|only|real|worst"
            r"|\w{3,}est)\b[^.]{0,300}\b(?:are|comes?|is|isn't)\b"
        ),
        (
            "The best bread is a day old.",
            "One of the hardest skills is waiting.",
            "Your only tool is patience.",
        ),
        ("They say the best bread is old.",),
        weight=1.4,
    ),
    Rule(
        gettext_noop("applies to everyone or no one"),
        wording(r"\A(?:(?:all|every|most|no) \w+|everybody|everyone|nobody|nothing)\b"),
        ("Every loaf tells a story.", "Nobody bakes alone.", "Most bakers rise early."),
        ("They say nobody bakes alone.",),
        weight=1.0,
    ),
    Rule(
        gettext_noop("gives a rule"),
        wording(
            r"\A(?:always|avoid|be|do not|don't|never|stop)\b"
            r"|\byou (?:have|must|need|should)(?: \w+)? (?:never|only)\b"
            r"|\byou (?:can (?:always|never)|can't|cannot)\b|\b(?:should not|shouldn't)\b"
        ),
        (
            "Never trust a cold oven.",
            "You should only bake in the morning.",
            "Profit shouldn't come before taste.",
        ),
        weight=1.6,
    ),
    Rule(
        gettext_noop("says that there is no such thing"),
        wording(r"\bthere(?:'s| are| is) (?:always|never|no|nothing)\b|\bno such thing\b"),
        (
            "There's no bread without time.",
            "There is never enough flour.",
            "There is no such thing as fast rye.",
        ),
        weight=1.0,
    ),
    Rule(
        gettext_noop("says what matters"),
        wording(
            r"\bwhat (?:counts|makes|matters|people|you)\b[^.]{0,300} is\b|\b(?:are|is) what\b"
            r"|\ball about\b|\bthe (?:art|hard part|key|secret|trick) (?:in|of|to)\b",
            "about art hard key secret trick what",
        ),
        (
            "What matters in baking is time.",
            "Patience is what bakers sell.",
            "The trick to rye is waiting.",
        ),
        weight=1.4,
    ),
    Rule(
        gettext_noop("defines something"),
        wording(
            r"\A(?:an? |bad |good |great |most |your )?[\w-]+(?: [\w-]+){0,3}"
            r" (?:are|aren't|is|isn't)(?: always| like| never| not| only)*"
            r" (?:about|always|an?|easy|hard|like|never|not|only|the|your)\b"
        ),
        ("Bread is a promise.", "Good bakers are never in a hurry.", "Your starter is like a pet."),
        weight=0.8,
    ),
    Rule(
        gettext_noop("warns of what is hard to undo"),
        wording(
            r"\A(?:if|once|when|without)\b.{0,300}\bit(?:'s| becomes| gets| is)(?: \w+)?"
            r" (?:difficult|hard|harder|impossible|too late|useless)\b"
            r"|\bit(?:'s| is)(?: \w+)? easy to"
            r" (?:fall|forget|get lost|ignore|lose|trick|under\w+)\b",
            "difficult easy hard harder impossible late useless",
        ),
        (
            "Once a sourdough is dead, it's hard to revive.",
            "If the crust burns, it is too late.",
            "It's easy to forget how slowly dough rises.",
        ),
        ("It's easy to bake.",),
        weight=2.0,
    ),
    Rule(
        gettext_noop("applies whatever happens"),
        wording(
            r"\Awhether\b.{0,300} or\b.{0,300}\bstill\b|\beven (?:if|though|when)\b", "even whether"
        ),
        (
            "Whether you sell rolls or cakes, you still sweep.",
            "Start with rye, even if wheat rises better.",
            "Even when bread is cheap, flour costs.",
        ),
        weight=1.9,
    ),
    Rule(
        gettext_noop("too much of something"),
        wording(r"(?<!not )\btoo \w+ (?:\w+ ){0,2}to \w+", "too"),
        (
            "Most bakers are too busy to taste bread.",
            "The dough is too wet for you to shape.",
            "We are too proud to ask.",
        ),
        ("It is not too late to bake.",),
        weight=1.8,
    ),
    Rule(
        gettext_noop("contrasts two sides"),
        wording(r"\A[^,.]{15,300}, (?:but|yet) (?!i\b|it\b|that|there|we\b)"),
        (
            "Bakers talk about flour, but water decides.",
            "Everyone wants fresh bread, yet nobody gets up.",
            "The oven is expensive, but bread pays it.",
        ),
        ("The oven is expensive, but it lasts.",),
        weight=1.0,
    ),
    Rule(
        gettext_noop("uses a comparison"),
        wording(
            r"\b(?:are|is) (?:a bit |a lot |just )?like (?:an?|\w+ing)\b|\bturns? into\b",
            "into like",
        ),
        (
            "Kneading dough is like tuning a piano.",
            "Bakers are a bit like a doctor.",
            "Old bread turns into soup.",
        ),
        weight=1.2,
    ),
    Rule(
        gettext_noop("gives a reason"),
        wording(r"\w, because\b|\w because (?!of)", "because"),
        (
            "Bakers wake early because bread needs hours.",
            "Rye is sour, because it waits.",
            "Buy salt because it keeps.",
        ),
        ("Bread is flat because of salt.",),
        weight=1.0,
    ),
    Rule(
        gettext_noop("says what is hard or easy"),
        wording(r"\Ait(?:'s| is| takes)\b"),
        (
            "It's hard to bake rye.",
            "It is easy to burn a crust.",
            "It takes a night to make bread.",
        ),
        ("Now it's hard to bake rye.",),
        weight=0.8,
    ),
    Rule(
        gettext_noop("uses a superlative"),
        wording(
            r"\b(?:the|your) (?:best|biggest|hardest|most \w+|only|worst)\b",
            "best biggest hardest most only worst",
        ),
        (
            "Salt is the best spice.",
            "Bakers fear the most common mistake.",
            "Time is your only friend.",
        ),
        weight=0.5,
    ),
    Rule(
        gettext_noop("states a condition"),
        wording(r"\A(?:as soon as|if|once|when)\b[^.]{0,300},"),
        (
            "If dough is wet, fold it.",
            "Once bread is out, wait.",
            "As soon as it smells, open the oven.",
        ),
        ("Bread falls if you wait, friend.",),
        weight=0.7,
    ),
)
OPPOSITES_WEIGHT = 1.4
OPPOSITES = [
    [phrases(words) for words in pair.split(" / ")]
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
