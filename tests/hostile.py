"""Replies that mean harm, or come from broken files: hypothesis strategies for every renderer."""

from dataclasses import replace

from hypothesis import strategies as st

from bot.answers.replies import Button, ButtonKind, Card, Moment, Reply, SpokenTurn
from bot.answers.requests import Request, Verb
from bot.models import Origin, Snippet
from bot.search.mentions import Mentions

NASTY = (
    "<!channel>",
    "<!here|here>",
    "<@U1>",
    "<@U1|ann>",
    "<#C1|general>",
    "@everyone",
    "*bold*",
    "_italic_",
    "~gone~",
    "`code`",
    "```",
    "|",
    "&",
    "&lt;",
    "&amp;lt;!channel&gt;",
    "http://evil.example",
    "<http://evil.example|youtu.be>",
    "[a link](http://evil.example)",
    ":tada:",
    "\u202eright to left",
    "\u2066\u200f\u2069",
    "\x00",
    "\ud800",
    "a\nb\tc",
    "> said",
    " ",
    "",
    "“",
    '"',
    "\\",
)
# Too long for hypothesis, which prints what it tries.
LONG = ("x" * 10_000, "word " * 2000, "<!channel> " * 1000, '"\\' * 5000)
_ANY = st.text(st.characters(exclude_categories=()), max_size=20)
TEXTS = st.lists(st.sampled_from(NASTY) | _ANY, max_size=4).map("".join)
_FEW_TEXTS = st.lists(TEXTS, max_size=4).map(tuple)
_SECONDS = st.none() | st.floats(0, 1e6)
_URLS = st.sampled_from(["", "https://youtu.be/abcdefghijk", "https://youtu.be/a-_cdefghij?t=9"])
_ADDRESSES = _URLS | TEXTS
_REQUESTS = st.builds(
    Request, st.sampled_from(Verb), TEXTS, st.integers(0, 99), TEXTS, _SECONDS, _SECONDS
)
BUTTONS = st.lists(st.builds(Button, st.sampled_from(ButtonKind), TEXTS, _REQUESTS), max_size=30)


@st.composite
def snippets(draw: st.DrawFn) -> Snippet:
    """Make a snippet with marks anywhere in it."""
    text = draw(TEXTS)
    places = st.integers(min_value=0, max_value=len(text))
    bounds = sorted(draw(st.lists(places, unique=True, max_size=8)))
    return Snippet(text, tuple(zip(bounds[::2], bounds[1::2], strict=False)))


CARDS = st.builds(
    Card,
    episode=TEXTS,
    title=TEXTS,
    code=TEXTS,
    guests=_FEW_TEXTS,
    url=_ADDRESSES,
    chapter=TEXTS,
    speaker=TEXTS,
    start=_SECONDS,
    end=_SECONDS,
    time=TEXTS,
    snippet=st.none() | snippets(),
    source=st.sampled_from([None, *Origin]),
    heard_as=TEXTS,
    question=st.none() | st.builds(SpokenTurn, TEXTS, st.just(""), snippets()),
    follows=st.booleans(),
    turns=st.lists(st.builds(SpokenTurn, TEXTS, TEXTS, snippets()), max_size=3).map(tuple),
    chapters=st.lists(st.builds(Moment, TEXTS, TEXTS, _ADDRESSES), max_size=3).map(tuple),
    details=_FEW_TEXTS,
    buttons=st.lists(
        st.builds(Button, st.sampled_from(ButtonKind), TEXTS, _REQUESTS), max_size=3
    ).map(tuple),
)


@st.composite
def mentions(draw: st.DrawFn) -> Mentions:
    """Make the counts of a term in a few seasons."""
    seasons = draw(st.lists(st.integers(0, 200), unique=True, max_size=4).map(sorted))
    by_season = tuple((season, draw(st.integers(0, 99_999))) for season in seasons)
    total = sum(times for _, times in by_season)
    return Mentions(draw(TEXTS), total, 1, by_season, (), None, None, 0)


REPLIES = st.builds(
    Reply,
    text=TEXTS,
    notes=_FEW_TEXTS,
    cards=st.lists(CARDS, max_size=3).map(tuple),
    mentions=st.lists(mentions(), max_size=4).map(tuple),
    first=st.integers(1, 999),
    buttons=BUTTONS.map(tuple),
)


def everywhere(text: str) -> Reply:
    """Make a reply that says one thing only, in every place."""
    request = Request(Verb.SEARCH, text, episode=text)
    buttons = tuple(Button(kind, text, request) for kind in ButtonKind)
    snippet = Snippet(text, ((0, len(text)),))
    card = Card(
        *(text, text, text, (text,), text, text, text, None, None, text, snippet),
        source=Origin.CAPTIONS,
        heard_as=text,
        question=SpokenTurn(text, "", snippet),
        buttons=buttons,
    )
    stretch = replace(card, turns=(SpokenTurn(text, text, snippet),) * 20)
    episode = replace(
        card, snippet=None, chapters=(Moment(text, text, text),) * 25, details=(text,) * 12
    )
    counted = Mentions(text, 9, 1, ((1, 3), (2, 6)), (), None, None, 0)
    return Reply(
        text,
        notes=(text,) * 12,
        cards=(card, stretch, episode),
        mentions=(counted,) * 4,
        buttons=buttons,
    )
