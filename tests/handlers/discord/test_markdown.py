"""Discord's markdown: what is meant by it, and that words of any origin stay words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Snippet
from bot.text import one_line
from handlers.discord.render.markdown import (
    approved,
    block_quote,
    bold,
    code,
    decode_markdown,
    escape_markdown,
    excerpt,
    literal,
    preformatted,
    small_print,
)
from tests.fakes.discord.markdown import Line, Run, read_markdown

PLAIN: frozenset[str] = frozenset()
HOSTILE = (
    "@everyone",
    "@here",
    "<@123456789012345678>",
    "<@!1>",
    "<@&1>",
    "<#1>",
    "<t:1700000000:R>",
    "<t:1700000000>",
    "<:smile:1>",
    "<a:smile:1>",
    "</podcast search:1>",
    "<id:customize>",
    "<https://evil.example>",
    "https://evil.example/a_b_c",
    "http://evil.example",
    "discord.gg/evil",
    "https://discord.com/invite/evil",
    "[click](https://evil.example)",
    "[click](<https://evil.example>)",
    ":smile:",
    ":+1::skin-tone-2:",
    "**bold**",
    "__under__",
    "*it* _it_",
    "~~gone~~",
    "||secret||",
    "`code`",
    "```\nbox\n```",
    "# big",
    "### big",
    "-# small",
    "> quote",
    ">>> quote",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "1) item",
    "¯\\_(ツ)_/¯",
    "\\",
    "\\*",
)
SPECIAL = st.sampled_from(
    [*"\\*_~|`<>[]()@#:/-+.!&1a t\n\u202e\ud800", "https", "//", "**", "`" * 3]
)
texts = st.lists(st.one_of(SPECIAL, st.sampled_from(HOSTILE), st.text(max_size=5))).map("".join)


@st.composite
def snippets(draw: st.DrawFn) -> Snippet:
    """Draw a snippet in which some spans are marked."""
    text = draw(texts)
    bounds = sorted(draw(st.sets(st.integers(0, len(text)))))
    return Snippet(text, tuple(zip(bounds[::2], bounds[1::2], strict=False)))


def is_plain(lines: list[Line], text: str, *, styles: frozenset[str] = PLAIN) -> bool:
    """Say whether somebody reads just a text, in one way."""
    wanted = (Run(text, styles),) if text else ()
    return [line.runs for line in lines] == ([wanted] if text else [])


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_discord_knows_is_more_than_its_letters(text: str) -> None:
    assert not is_plain(read_markdown(text), text) or text in ("\\", "¯\\_(ツ)_/¯")
    assert is_plain(read_markdown(literal(text, 500)), one_line(text))


@given(texts)
def test_an_escaped_text_is_read_as_it_was(text: str) -> None:
    read = read_markdown(literal(text, 10_000))

    assert is_plain(read, one_line(text))
    assert [line.kinds for line in read] in ([()], [])


@given(texts)
def test_an_escaped_text_is_plain_in_bold_and_in_a_quotation_and_in_small_print(text: str) -> None:
    written, read = literal(text, 10_000), one_line(text)

    assert is_plain(read_markdown(bold(written)), read, styles=frozenset({"bold"}))
    for around, kind in ((block_quote, "quote"), (small_print, "small")):
        lines = read_markdown(around(written))
        assert is_plain(lines, read)
        assert [line.kinds for line in lines] == ([(kind,)] if read else [])


@given(texts, st.integers(0, 60))
def test_a_text_never_exceeds_its_limit(text: str, most: int) -> None:
    written = literal(text, most)
    read = "".join(line.text for line in read_markdown(written))

    assert len(written) <= most
    assert one_line(text).startswith(read.removesuffix("…"))


@given(snippets(), st.integers(0, 200))
def test_an_excerpt_is_read_as_it_was_and_keeps_its_limit(snippet: Snippet, most: int) -> None:
    written = excerpt(snippet, most)
    read = read_markdown(written)
    runs = [run for line in read for run in line.runs]

    assert len(written) <= most
    assert len(read) <= 1
    assert all(line.kinds == () for line in read)
    assert all(run.styles in (PLAIN, {"bold"}) for run in runs)
    assert one_line(snippet.text).startswith(
        " ".join("".join(run.text for run in runs).split()).removesuffix("…").rstrip()
    )


def test_matched_words_are_bold() -> None:
    written = excerpt(Snippet("A model_registry, *really*.", ((2, 16), (19, 25))), 100)

    assert written == r"A **model\_registry**, \***really**\*."


def test_spans_that_touch_are_bold_as_one() -> None:
    assert excerpt(Snippet("MLOps", ((0, 2), (2, 5))), 100) == "**MLOps**"


def test_a_blank_between_two_marks_is_never_bold() -> None:
    assert excerpt(Snippet("a b", ((0, 1), (1, 2), (2, 3))), 100) == "**a** **b**"


def test_an_excerpt_stays_in_its_line() -> None:
    assert excerpt(Snippet("one\n\n# two\u2028- three", ()), 100) == "one # two - three"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("12. May", r"12\. May"),
        ("- no", r"\- no"),
        ("a - b", "a - b"),
        ("He said: well-known", "He said: well-known"),
        ("at 12:54", r"at 12\:54"),
        ("it's 3.5 %", "it's 3.5 %"),
    ],
)
def test_only_what_would_be_read_otherwise_is_escaped(text: str, written: str) -> None:
    assert escape_markdown(text) == written


@given(texts)
def test_what_is_to_be_typed_stays_in_its_box(text: str) -> None:
    if one_line(text):
        (line,) = read_markdown(code(text))
        assert [run.styles for run in line.runs] == [{"code"}]


@given(st.lists(texts))
def test_lines_of_a_chart_stay_in_their_box(lines: list[str]) -> None:
    rows = [one_line(line) for line in lines]
    read = read_markdown(preformatted(rows))

    assert [line.kinds for line in read] == ([("box",)] if any(rows) else [])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<@123> what is a <#1> feature store?", " what is a  feature store?"),
        ("@everyone look, <@&5> too", " look,  too"),
        ("ship it <:ship_it:123> at <t:1700000000:R>", "ship it  at "),
        ("use </podcast search:99>", "use podcast search"),
        ("see [the docs](https://example.org/a) and [2]", "see the docs and [2]"),
        ("[this](<https://youtu.be/abcdefghijk>)", "https://youtu.be/abcdefghijk"),
        (":rocket: `dbt` ```sql\nselect 1```", " dbt select 1"),
        ("a < b > c, <b>x</b> and snake_case", "a < b > c, <b>x</b> and snake_case"),
    ],
)
def test_a_message_is_what_its_author_meant(text: str, meant: str) -> None:
    assert decode_markdown(text) == meant


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://youtu.be/sample00001?t=22", True),
        ("https://youtu.be/-a_b", True),
        ("https://youtu.be/x)[y](https://evil.example", False),
        ("https://example.org/12.mp3#t=22", True),
        ("http://example.org:8000/a_b?c=d&e=%20#t=22", True),
        ("https://me@example.org/12.mp3", False),
        ("https://example.org/12.mp3\n@everyone", False),
        ("https://example.org/`12`.mp3", False),
        ("javascript:alert(1)", False),
        ("https://example.org/" + "x" * 512, False),
        ("https://youtu.be/x?t=1 @everyone", False),
        ("", False),
    ],
)
def test_only_what_is_safe_in_any_markup_is_linked_to(url: str, linked: bool) -> None:
    assert approved(url) == (url if linked else "")
