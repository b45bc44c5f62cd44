"""What members mean by the text that Slack sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cleaning import clean, one_line
from handlers.slack.text import decode, escape

ANY = st.text(st.characters(exclude_categories=()))
MARKUP = st.lists(
    st.sampled_from(["<", ">", "&", "amp;", "lt;", "&lt;", "|", "@U1", "#C1", "!here", "^", "a "])
).map("".join)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;amp;", "&amp;amp;"),
        ("&quot; & &nbsp;", "&quot; & &nbsp;"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("<http://example.com|example.com>", "example.com"),
        ("<http://example.com|Tom &amp; Ann>", "Tom & Ann"),
        ("<http://example.com|>", "http://example.com"),
        ("<mailto:ann@example.com|ann@example.com>", "ann@example.com"),
        ("<@U123> what is tea", " what is tea"),
        ("asks <@U123|ann>", "asks ann"),
        ("in <#C123|general>", "in general"),
        ("in <#C123>", "in "),
        ("<!here> tea", " tea"),
        ("<!channel|channel> tea", " tea"),
        ("<!everyone> tea", " tea"),
        ("<!subteam^S123|@tea-team> tea", "@tea-team tea"),
        ("<!subteam^S123> tea", " tea"),
        ("<!date^1392734382^{date}|18 February 2014>", "18 February 2014"),
        ("“green tea” -‘black’", "“green tea” -‘black’"),
        ("*tea* :tea: _leaves_", "*tea* :tea: _leaves_"),
        ("a < b > c", "a  b  c"),
        ("1 < 2", "1 < 2"),
        ("<>", ""),
    ],
)
def test_what_slack_sends_is_read_as_it_was_meant(sent: str, meant: str) -> None:
    assert decode(sent) == meant


@given(ANY | MARKUP)
def test_what_is_escaped_is_read_as_it_was(text: str) -> None:
    assert decode(escape(text)) == text


@given(ANY | MARKUP)
def test_nothing_escaped_is_an_entity_of_slack(text: str) -> None:
    escaped = escape(text)

    assert not {"<", ">"} & set(escaped)
    assert escaped.count("&") == sum(text.count(sign) for sign in "&<>")


@given(ANY.filter(lambda text: not {"<", "&"} & set(text)))
def test_text_without_markup_stays_as_it_is(text: str) -> None:
    assert decode(text) == text


@given(ANY | MARKUP)
def test_no_mention_survives(text: str) -> None:
    assert "<@U1>" not in decode(f"{text}<@U1>{text}".replace("&", ""))


@given(ANY)
def test_clean_text_can_travel_and_keeps_all_that_is_seen(text: str) -> None:
    cleaned = clean(text)

    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned
    assert [each for each in text if each.isprintable()] == [
        each for each in cleaned if each.isprintable()
    ]


def test_what_turns_the_direction_of_a_line_is_dropped() -> None:
    assert clean("\u202eevil\u202c \u200fשלום") == "evil \u200fשלום"


def test_a_line_has_no_breaks_and_no_blanks_at_its_ends() -> None:
    assert one_line("  a\n\tb \x00 c ") == "a b c"
