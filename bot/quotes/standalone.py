"""Decide whether a sentence works out of context: no anaphora, filler or narration."""

import re
from collections.abc import Collection, Sequence
from functools import cache

from bot.quotes.rules import (
    TWICE,
    Rule,
    any_of,
    exactly,
    matching,
    phrases,
    read_for_rules,
    wording,
)
from bot.quotes.word_usage import WordUsage
from bot.search.index.analysis import STOP_WORDS, locate_words, normalise, terms_of
from bot.translations import gettext_noop

MIN_WORDS, MAX_WORDS = 8, 40
"""Length limits of a quote, in words."""

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


def _points_with_that(text: str, said: Sequence[str], usage: WordUsage) -> bool:
    """Tell whether a "that" points at something rather than opening a clause."""
    for found in _DEMONSTRATIVE.finditer(text):
        if found[1].lower() in usage.nouns:
            return True
    terms = ["", *said, ""]
    for place, term in enumerate(terms):
        if term != "that":
            continue
        before, after = terms[place - 1], terms[place + 1]
        if not after or after in _NO_CLAUSE_WORDS:
            return True
        if before and before not in _WORDS_BEFORE_THAT and not _opens_clause(before, after, usage):
            return True
    return False


def _opens_clause(before: str, after: str, usage: WordUsage) -> bool:
    """Tell whether "that" between two words may open a clause describing the first."""
    one_thing = after in usage.nouns and not after.endswith("s")
    return before in usage.nouns and not one_thing


# A claim may open with "I think"; it is judged without it.
_FRAME = matching(
    r"(?:I (?:(?:really|strongly|always|often|usually|firmly) )?"
    r"(?:think|believe|say|tell people|don't think|don't believe)(?: that)?"
    r"|(?:What I (?:learned|believe)|My (?:advice|rule|view|opinion|belief)) is(?: that)?"
    r"|In my (?:opinion|experience|view),?(?: I think)?),? "
)
# A complete sentence with a capital and without brackets, quotation marks or slashes.
_SENTENCE = re.compile(r"[A-Z][^\[\](){}<>“”\"…*|@#_/?]*\w['’)]?[.!?]")
# Each mark, and what before or after it shows that something is missing.
_UNFINISHED = wording(
    r"[-.–—'‘’](?:(?<=\.)\.|(?<=[-–—])\s*[.!]|(?<=\w-)\s|(?<!\S['‘])(?<=['‘])"
    r"|(?<!s['’])(?<=['’])(?=[\s.!,])|(?<=n[’'])t not\b"
    r"|(?<=–) (?:.{0,300} –|(?:and|i|if|it|it's|like|or|so|that|the|they|we|you)\b))"
)
_SAID_TWICE = wording(r"\b(\w+)[,–]? \1\b|\b(\w+ \w+)[,–]? \2\b", TWICE)
_FILLER = phrases(
    r"""
    a_bit a_little_bit a_couple_of and_all_that and_so_(?:on|forth) anyway basically blah
    congrat\w* et_cetera etc for_(?:example|instance|one) gonna honestly hmm i_(?:don't_know|guess)
    i_mean i_suppose i'd_say i_would_say if_you_will in_a_(?:sense|way) kind_of kinda
    bs bullshit crap damn fuck\w* shit\w* (?:have|is|only|to)_like
    (?:it's|was|be|just|,)_like_(?:a|the|that|this|i) let's_(?:say|see) like, like_(?:that|this|i)
    no, of_course obviously oh ok okay or_(?:so|something|whatever) pretty_much
    right, say, so_yeah some_kind some_sort something_like somehow sorry sort_of stuff
    thanks? things_like to_be_honest uh um ,_well, wanna whatsoever wow
    yeah yes you_know, ,_you_know you_see
    """
)
_HOUSEKEEPING = phrases(
    r"""
    (?:a|another|good|last|my|next|that|the|this|your)_questions? agenda audience called chapters?
    datatalks\S* discussed earlier episodes? guys? (?:last|next|this)_(?:week|year|month)
    (?:my|on|your)_linkedin listeners? mentioned (?:my|our|that|the|this)_books? name_is my_name
    newsletter podcast\w* questions?_from screen slides? sponsor\w* subscribe
    talk(?:ing)?_about_(?:how|it|that|this|what) talked today tomorrow tonight tweet\w*
    twitter webinar years?_ago yesterday youtube zoom_?camp
    """
)
_SPEAKER = phrases("i i'd i'll i'm i've me mine my myself")
_SOMEBODY = phrases(
    """
    our ours us we'd we'll we've he he's her hers herself him himself his she she's
    """
)
# Nobody is proud of it, and the channel has to live with it.
_NAME_CALLING = wording(
    r"\b(?:arseholes?|assholes?|bastards?|bitch\w*|cretins?|dickheads?|douche\w*|dumbass\w*"
    r"|fools|idiots?|imbeciles?|jerks?|losers?|morons?|retard\w*|scumbags?|suckers?|twats?)\b"
    r"|\b(?:dumb|lazy|stupid) (?:guy|man|men|people|person|women)\b"
    r"|\b(?:he|people|she|they|those|you)(?:'re| are|'s| is) (?:all |just |so )?"
    r"(?:dumb|liars|stupid)\b",
    stems="arsehole asshole bastard bitch cretin dickhead douche dumb fools idiot imbecile jerk"
    " lazy liars loser moron retard scumbag stupid sucker twat",
)
# "DataBolt is the fastest platform": a name and a superlative are an advertisement.
_PRAISE = exactly(
    r"\b(?:[Bb]est|[Ee]asiest|[Ff]astest|[Gg]reatest|[Ll]eading|[Mm]ost (?:advanced|important"
    r"|powerful)|[Nn]umber one|[Ss]implest)\b(?: [\w']+){0,12} (?:are|is) [A-Z]\w*[a-z]"
    r"|\b[A-Z]\w*[a-z] (?:are|is) (?:[\w']+ ){0,3}(?:best|easiest|fastest|greatest|leading"
    r"|most (?:advanced|important|powerful)|number one|simplest)\b",
    "best easiest fastest greatest leading most number simplest",
)
_POINTING = phrases(
    r"""
    again already also(?<!but_also) another(?<!one_another) as_well both(?!_\w+_and)
    either(?!_\w+_or) else(?<!body_else)(?<!one_else) examples?(?!_of) former
    go(?:es)?_through here however in_it[.,] latter not_that_\w+ now
    one_of_(?:them|these) otherwise(?<!because_otherwise) over_there part_of_it previous\w*
    such(?!_an?) then_and there_could_be
    the_(?:first|former|last|latter|next|other(?!_way_a?round)|second|third)
    the_\w+_(?:about|for|in|of|to)_(?:it|them)
    the_same_with these this (?:that|the)_specific
    those(?!_who) that's that_(?:case|kind|one|part|point|sort|way)
    that_is_(?:how|what|when|where|why)
    """
)
_POINTING_END = wording(
    r"\b(?:first|instead|second|so|that|though|too)[.!,]"
    r"|\bthere\b(?!'|(?: \w+)? (?:are|be|has|have|is)\b)"
    r"|\b(?:about|after|all|at|because|before|by|did|do|doing|for|from|in|know|like|of|on|than|think"
    r"|to|with) that (?:and|but|can|case|is|means|was|way|will|would|you're)\b"
)
_PAST = """
began came decided did didn't had hadn't happened joined knew realized said started thought told
took tried wanted was wasn't went were weren't worked became
"""
_NARRATION = wording(
    rf"\b(?:{'|'.join(_PAST.split())}|ended up|used to)\b"
    r"|\b(?:everyone|it|nobody|people|they|we|who|you) (?:(?!need)[a-z]{2,}ed|built|found|gave|got"
    r"|left|made|met|put|saw)\b",
    enough=_PAST,
)
# A word that needs a continuation but ends the sentence.
_CUT_SHORT = wording(
    r"\b(?:any|can't|cannot|could|doesn't|don't|each|few|(?<!you )have|if|isn't|less|many|more|most"
    r"|one|ones|should|some|to|when|would)[,.!]"
    r"|(?<!you )\b(?:are|can|do|does|is|will)[,.!](?<!is\.)"
)
_BARE_SUPERLATIVE = wording(
    r"\A(?:(?:(?:the|your) (?:best|most \w+|only|worst|\w+est|\w+er) (?:\w+ )?|one )(?:advice"
    r"|approach|case|challenge|difference|example|explanation|issue|one|option|part|point|practice"
    r"|problem|question|reason|solution|step|thing|way)s? (?:are|is|would)\b)"
)
_SUBORDINATE = any_of(
    """
    after as because before even_if even_though even_when if in instead_of once
    rather_than to unless until when whenever whether while with without
    """
)
# Bad grammar: "lines of code is", "after working there, people", "failure is when".
_UNGRAMMATICAL = wording(
    r"\A(?:\w+[^\Ws]s of [\w-]+ is\b|[^,.]{0,300} is when\b"
    r"|(?:after|before|by|when|while) \w+ing\b[^,]{0,300}, (?:it|people|there|they)\b)"
)
_MAIN_CLAUSE = matching(r", (?!and |like |or |which )")
_LEANING_CLAUSE = wording(
    r"\A(?:(?:as|by|for|from|in|instead of|rather than|to|with|without)\b[^,]{0,300},"
    r" (?:it|that|they)\b"
    r"|all the way\b|no doubt\b|other\b|probably\b|well\b|if not\b"
    r"|\w+ than\b|[^,]{0,300}, (?:are|is)\b[^,]{0,300}\Z"
    r"|it(?:'s| is)\b.{0,300} to \w+(?: for| in| on| than| with|[.,]))"
)
# How a claim opens, besides a noun or an adjective with a noun.
_OPENING = any_of(
    r"""
    a after_(?:\w+ing|you) always an any anybody anyone as_(?:a|an|long_as|soon_as) ask avoid bad be
    before_(?:\w+ing|you) being build choose don't do_not enough even_(?:if|the|though|when) every
    everybody everyone everything find for_an? good great having how_(?:much|people|well|you) if
    in_(?:\w+_){0,3}\w+, in_(?:any|business|data|every|general|machine|many|most|science|software)
    instead_of
    it(?:'s|_is|_isn't)_(?:(?:always|far|more|much|never|not|often|pretty|really|very)_)*\w+_to
    it_takes just_because keep learn less look_at many more most never no nobody
    measure not_(?:all|every|everyone|having|knowing)
    often once one_of_the make_sure only_(?:after|by|if|people|when) people rather_than simply
    sometimes start stop
    the_(?:art|best|hard_part|key_(?:\w+_)?(?:is|are|question|thing|to)|less|more|most|only|real)
    the_(?:right|secret|trick|whole|worst|wrong|\w{3,}est|\w{4,}er)
    there(?:'s|_is|_are)_(?:always|(?:far|much|way)_more_to|many|never|no|nothing|only)
    to_\w+ treat until_you
    we_(?:all|can't|cannot|don't|forget|must|need|often|should|tend|usually)
    what_(?:makes|matters|most|people|works|you) when whenever whether_you while_you
    with_(?:a|an|any|every|good|great|more|most|no) without write
    you you'll you're you've your \w+ing
    """
)
_ACRONYM = re.compile(r"(?<![A-Z])[A-Z]{2,}+s? ")
_PRONOUN = any_of(r"it it'll it's its itself one ones their theirs them themselves they they'\w+")
_COUNTED = matching(r"one (?:day|model|of|person|thing|way|\w+ing)\b")
_ARTICLE = matching(r"\b(?:a|an|every|no|the)\b")
# "It" as a dummy subject: "it takes time to", "it's hard when".
_EMPTY_IT = matching(
    r"\bit(?:'s| becomes| can be| is| isn't| makes| might be| will be)"
    r"(?: (?:a|also|always|even|never|not|often|only|pretty|really|so|too|usually|very))*"
    r"(?: (?!close|due|equal|related|similar|up)\w+)? (?:because|how|if|that|to|when|whether)\b"
    r"|\bit(?:'s| is) (?:all |not |not all )?about\b|\bit takes (?:\w+ ){1,4}to\b"
    r"|\bit (?:depends|doesn't matter)\b"
)
_THING = re.compile(
    r"\b(?:(?!thing\b)\w+ing|anything|everything|some(?:body|thing))\b", re.IGNORECASE
)
_PERSON = matching(
    r"\b(?:analyst|anybody|anyone|boss|candidate|client|company|customer|developer|doctor|engineer|everyone"
    r"|everybody|leader|manager|no one|nobody|people|person|recruiter|scientist|somebody|someone"
    r"|student|teacher|team|user)s?\b"
)
# Nouns that "it" or "they" never refers to.
_EMPTY = """
best bit case day days difference dozen end fact few first hour hours hundred idea kind last lot
many million month months most only point problem question reason reasons sort thing things
thousand time times way week weeks year years
"""
_EMPTY_NOUNS = frozenset(_EMPTY.split())
OWN_STORY = gettext_noop("the speaker's own story")
"""The defect of a sentence in which its speaker appears."""

TO_FOLLOW = frozenset({OWN_STORY, "points outside", "leans on what is outside", "no main clause"})
"""The defects that a sentence may have if it follows another one in a quote."""

# A sentence in which one is found is refused.
DEFECTS = (
    Rule(
        OWN_STORY,
        _SPEAKER,
        ("I bake rye.", "My oven is old.", "Bread makes me happy."),
        ("Bakers know ovens.",),
    ),
    Rule(
        gettext_noop("somebody's own story"),
        _SOMEBODY,
        ("We've baked rye.", "He knows his oven.", "Our oven is old."),
        ("Bakers know ovens.",),
    ),
    Rule(
        gettext_noop("name-calling"),
        _NAME_CALLING,
        ("Bakers are idiots.", "Lazy people buy bread.", "They're all stupid."),
        ("There are no stupid questions.",),
    ),
    Rule(
        gettext_noop("an advertisement"),
        _PRAISE,
        (
            "The most important tool of bakers is DoughBolt.",
            "DoughBolt is the fastest oven.",
            "Now the best mixer is DoughBolt.",
        ),
        ("The best bread is a day old.",),
    ),
    Rule(
        gettext_noop("filler"),
        _FILLER,
        ("Rye is kind of sour.", "Bread, you know, rises.", "Yeah, bread rises."),
    ),
    Rule(
        gettext_noop("points outside"),
        _POINTING,
        ("This bread rises.", "Bakers also wait.", "Those ovens fail."),
        (
            "Those who wait eat.",
            "Not only cheap but also old.",
        ),
    ),
    Rule(
        gettext_noop("points outside"),
        _POINTING_END,
        ("Bakers wait first.", "Nobody bakes there.", "Bakers think that is wrong."),
        ("Nobody says that there is salt.",),
    ),
    Rule(
        gettext_noop("narration"),
        _NARRATION,
        ("Bakers went home.", "People baked rye.", "Bread was cheap."),
        ("People need rye.",),
    ),
    Rule(
        gettext_noop("housekeeping"),
        _HOUSEKEEPING,
        ("That is a good question.", "Subscribe to the newsletter.", "As bakers said last week."),
    ),
    Rule(
        gettext_noop("cut short"),
        _CUT_SHORT,
        ("Bakers buy more.", "Nobody knows if.", "Bakers do what bakers can."),
        ("Bread is what you have.",),
    ),
    Rule(
        gettext_noop("unfinished"),
        _UNFINISHED,
        ("Bread rises...", "Bakers 'bake rye.", "Bakers do -."),
        ("Bread rises.",),
    ),
    Rule(
        gettext_noop("unfinished"),
        _SAID_TWICE,
        ("Bread is the the best.", "It is, it is rye.", "Rye, rye rises."),
        ("Rye bread and rye rolls rise.",),
    ),
    Rule(
        gettext_noop("leans on what is outside"),
        _BARE_SUPERLATIVE,
        ("The best way is to wait.", "One thing is rye.", "The worst problem would be salt."),
        ("The best oven is old.",),
    ),
    Rule(
        gettext_noop("leans on what is outside"),
        _LEANING_CLAUSE,
        ("For bakers, it is rye.", "Other bakers wait.", "It's easy to do."),
        ("Bakers wait for it.",),
    ),
    Rule(
        gettext_noop("ungrammatical"),
        _UNGRAMMATICAL,
        (
            "Loaves of bread is cheap.",
            "Failure is when bread falls.",
            "After baking rye, people eat.",
        ),
        ("After baking rye, bakers eat.",),
    ),
)


def without_frame(text: str) -> str:
    """Strip "I think" and the like from the start of a claim."""
    framed = _FRAME.match(text)
    return text[framed.end() :] if framed else text


def why_unfit(sentence: str, usage: WordUsage, forgiven: Collection[str] = ()) -> str:
    """Explain in a few words why a sentence cannot be in a quote; "" if it can.

    Defects that are `forgiven`, by their names, do not count.
    """
    if not _SENTENCE.fullmatch(sentence):
        return gettext_noop("not one plain sentence")
    body = without_frame(sentence)
    read = read_for_rules(body)
    for rule in DEFECTS:
        if rule.name not in forgiven and rule.pattern.search(read):
            return rule.name
    if "no main clause" not in forgiven and _lacks_main_clause(body):
        return gettext_noop("no main clause")
    terms = terms_of(body)
    if not (usage.names.isdisjoint(terms) and usage.slips.isdisjoint(terms)):
        return gettext_noop("a name or a typo")
    if "points outside" not in forgiven and _points_with_that(body, terms, usage):
        return gettext_noop("points outside")
    return ""


def is_ruled_out(sentence: str, forgiven: frozenset[str] = frozenset()) -> bool:
    """Tell whether a single word makes a sentence unfit, as a third of all; see `why_unfit`.

    This takes a tenth of the time, but finds only words between spaces.
    """
    return not _ruling_out(forgiven).isdisjoint(without_frame(sentence).lower().split())


@cache
def _ruling_out(forgiven: frozenset[str]) -> frozenset[str]:
    """List the words that make a sentence unfit wherever they stand between spaces."""
    rules = (rule.pattern.enough for rule in DEFECTS if rule.name not in forgiven)
    return frozenset[str]().union(*rules)


def _lacks_main_clause(body: str) -> bool:
    return bool(_SUBORDINATE.match(body) and not _MAIN_CLAUSE.search(body))


def opens_well(sentence: str, usage: WordUsage) -> bool:
    """Tell whether a sentence opens like a claim, not as a continuation."""
    body = without_frame(sentence)
    if _OPENING.match(body) or _ACRONYM.match(body):
        return True
    terms = [normalise(body[first:past]) for first, past in locate_words(body, 2)]
    if not terms or terms[0] in STOP_WORDS:
        return False
    return not usage.nouns.isdisjoint(terms)


def stands_alone(sentence: str, usage: WordUsage) -> bool:
    """Tell whether a sentence can be read on its own, whatever it claims."""
    text = straighten_apostrophes(sentence)
    return (
        MIN_WORDS <= len(text.split()) <= MAX_WORDS
        and not is_ruled_out(text)
        and not why_unfit(text, usage)
        and opens_well(text, usage)
        and not dangles(text, usage)
    )


def straighten_apostrophes(text: str) -> str:
    """Replace typographic apostrophes with the straight ones that the patterns expect."""
    return text.replace("’", "'").replace("‘", "'")


def dangles(text: str, usage: WordUsage) -> bool:
    """Tell whether a pronoun lacks an antecedent in the text."""
    hidden = _EMPTY_IT.sub(lambda found: "_" * len(found[0]), text)
    return any(
        not _has_antecedent(found[0].lower(), hidden, found.start(), usage)
        for found in _PRONOUN.finditer(hidden)
    )


def _has_antecedent(pronoun: str, text: str, at: int, usage: WordUsage) -> bool:
    before = text[:at]
    if pronoun in ("one", "ones"):
        after = terms_of(text[at:])[1:2]
        counted = _COUNTED.match(text, at) or not usage.nouns.isdisjoint(after)
        return bool(counted or _ARTICLE.search(before))
    nouns = {term for term in terms_of(before) if term in usage.nouns} - _EMPTY_NOUNS
    several = {noun for noun in nouns if noun.endswith("s") and not noun.endswith(("ss", "sis"))}
    if pronoun.startswith("the"):
        return bool(several or _PERSON.search(before))
    # The "doing" of "doing it" is not an antecedent of "it".
    return bool(
        nouns - several or _ACRONYM.search(before) or _THING.search(" ".join(before.split()[:-1]))
    )
