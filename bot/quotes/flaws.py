"""Patterns that speak against a quote, though they do not rule it out."""

from bot.quotes.rules import Rule, exactly, phrases, wording

FLAWS = (
    Rule(
        "vague words",
        phrases(
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
        phrases(
            """
            can_be could generally in_general likely may maybe might mostly often perhaps
            potentially probably some something sometimes tends?_to typically usually would
            """
        ),
        ("Bread may fail.", "Bakers usually sleep late.", "Rye tends to stick."),
    ),
    Rule(
        "addresses only some people",
        wording(r"\A(?:if|once|when) you(?:'re| are| have (?:an?|some|your))\b"),
        ("If you are a baker, wait.", "When you're tired, rest.", "Once you have an oven, bake."),
        ("If you wait, bread rises.",),
    ),
    Rule(
        "a lead-in",
        wording(r"\A(?:if|when) (?:people|we|you) (?:look|talk|think) (?:about|at)\b"),
        (
            "If we look at ovens, they age.",
            "When people talk about bread, they eat.",
            "If you think about rye, it is old.",
        ),
    ),
    Rule(
        "an instruction",
        phrases(
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
        exactly(r"[–—:]"),
        ("Bread: a book.", "Bread – a book.", "Bread — a book."),
    ),
    Rule(
        "happening just now",
        wording(r"(?:'re|'s|\bare|\bis) \w+ing\b"),
        ("Bakers are kneading rye.", "It's rising.", "They're waiting outside."),
    ),
    Rule(
        "tied to its time",
        phrases("anymore currently immediately recently straightaway yet"),
        ("Rye is rare currently.", "Bakers recently sold it.", "Nobody bakes rye anymore."),
    ),
    Rule(
        "a number",
        exactly(r"\A[^\d]*\d"),
        ("Add 3 spoons of salt.", "10 bakers wait.", "Rye takes 24 hours."),
        ("Add three spoons of salt.",),
    ),
    Rule(
        "tells you what you do",
        wording(
            r"\Ayou\b(?![^,]{0,300}(?:n't|\b(?:cannot|must|never|no|not|nothing|only|should))\b)"
        ),
        ("You bake bread on Sundays.", "You wait for rye.", "You sleep."),
        ("You cannot hurry rye.",),
    ),
    Rule(
        "an abbreviation",
        exactly(r"\b(?!AI|API|CEO|CV|IT|LLMs?|ML|SQL)[A-Z]{2,}s?\b"),
        ("The BBC sells bread.", "Bakers read EBITDA.", "All PhDs bake, say the CTOs."),
        ("AI bakes no bread.",),
    ),
    Rule(
        "an afterthought",
        wording(r", (?:actually|definitely|especially|even|though|unfortunately|which)\b"),
        ("Bread is old, especially rye.", "Bakers sleep, though.", "Rye is sour, which is good."),
    ),
    Rule(
        "an adverb",
        wording(r"\b\w{3,}ly\b"),
        ("Bread rises slowly.", "Bakers rarely sleep.", "Quickly add salt."),
        ("Buy a fly.",),
    ),
    # Report and marketing language, which nobody repeats.
    Rule(
        "the language of reports",
        phrases(
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
        phrases(r"\A(?:all|every\w*)"),
        ("All bakers rise early.", "Every loaf counts.", "Everybody eats bread."),
        ("Not all bakers rise early.",),
    ),
    # Duties and promises are commonplace; a list is more than one claim.
    Rule(
        "a duty",
        wording(r"\byou (?:have|must|need|should)\b(?! (?:\w+ )?(?:always|never|not|only))"),
        ("Here you must wait.", "Then you should knead.", "You need salt."),
        ("You must never hurry.",),
    ),
    Rule(
        "a list or a promise",
        wording(r"\b(?:and|will|won't)\b|'ll\b"),
        ("Salt and flour.", "Bread will rise.", "It'll rise."),
    ),
    Rule(
        "a commonplace",
        wording(
            r"\A(?:a lot of|lots of)\b|\b(?:are|is) (?:crucial|essential|important|vital)\b"
            r"|\Ait(?:'s| is)(?: \w+)? (?:crucial|good|important|nice|useful|vital) to\b"
        ),
        ("It's important to wait.", "Flour is essential.", "Lots of bakers wait."),
    ),
    Rule(
        "no answer",
        wording(r"\b(?:depends on|right (?:and|or) wrong)\b"),
        ("It depends on the oven.", "There is no right or wrong.", "Nobody is right and wrong."),
    ),
    Rule(
        "a comparison with nothing",
        wording(r"\bas (?:good|many|much|well)\b(?!.{0,300} as )"),
        ("Knead it as much.", "Wait as good bakers do.", "Salt as well."),
        ("Rye is as good as wheat.",),
    ),
    Rule(
        "speaks of its own team",
        wording(r"\bwe(?:'ll|'re|'ve)?\b(?! (?:all|as|tend))"),
        ("Here we bake rye.", "Then we'll wait.", "We've sold it."),
        ("We all eat bread.",),
    ),
)
