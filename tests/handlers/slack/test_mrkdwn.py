"""What members mean by the text that Slack sends."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack.render.mrkdwn import decode_mrkdwn, escape_mrkdwn, read_message

# Characters that begin no emoji code, code or labelled link.
ANY = st.text(st.characters(exclude_categories=(), exclude_characters=":`["))
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
        ("asks <@U123|ann>", "asks "),
        ("in <#C123|general>", "in "),
        ("in <#C123>", "in "),
        ("<!here> tea", " tea"),
        ("<!channel|channel> tea", " tea"),
        ("<!everyone> tea", " tea"),
        ("<!subteam^S123|@tea-team> tea", " tea"),
        ("<!subteam^S123> tea", " tea"),
        ("<!date^1392734382^{date}|18 February 2014>", "18 February 2014"),
        ("“green tea” -‘black’", "“green tea” -‘black’"),
        ("*tea* :tea: _leaves_", "*tea*  _leaves_"),
        (":tea::skin-tone-2: at 10:30:45 :+1:", " at 10:30:45 "),
        ("`green tea` or ```\nblack tea\n```", "green tea or \nblack tea\n"),
        ("```python\nbrew(tea)\n```", "brew(tea)\n"),
        ("[green](https://example.com/tea) tea", "green tea"),
        ("<https://youtu.be/abcdefghijk?t=9|this>", "https://youtu.be/abcdefghijk?t=9"),
        ("a < b > c", "a  b  c"),
        ("1 < 2", "1 < 2"),
        ("<>", ""),
    ],
)
def test_what_slack_sends_is_read_as_it_was_meant(sent: str, meant: str) -> None:
    assert decode_mrkdwn(sent) == meant


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"text": "green tea", "blocks": [{"type": "header", "text": "No"}]}, "green tea"),
        (
            {"text": "", "attachments": [{"fallback": "[no preview]", "text": "green tea"}]},
            "green tea",
        ),
        ({"attachments": [{"title": "Tea", "pretext": "See", "fallback": "no"}]}, "See\nTea"),
        ({"text": " ", "attachments": [{"fallback": "green tea"}, "odd", None]}, "green tea"),
        (
            {"text": None, "blocks": [{"type": "header", "text": {"text": "green tea"}}]},
            "green tea",
        ),
        ({"blocks": None, "attachments": None}, ""),
        ({"text": ["odd"], "blocks": {"elements": 7}, "attachments": "odd"}, ""),
    ],
)
def test_a_message_without_text_is_read_all_the_same(message: dict[str, Any], said: str) -> None:
    assert read_message(message) == said


def test_a_message_that_is_passed_on_is_read_but_not_its_buttons() -> None:
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": "green tea"}]}
    button = {"type": "button", "text": {"type": "plain_text", "text": "Share"}, "value": "no"}
    blocks = [
        {"type": "rich_text", "elements": [line]},
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "or black"}],
            "accessory": button,
        },
        {"type": "actions", "elements": [button]},
    ]
    passed_on = {"message_blocks": [{"team": "T0", "message": {"blocks": blocks}}]}

    assert read_message({"text": "", "attachments": [passed_on]}) == "green tea\nor black"


@given(ANY | MARKUP)
def test_what_is_escaped_is_read_as_it_was(text: str) -> None:
    assert decode_mrkdwn(escape_mrkdwn(text)) == text


@given(ANY | MARKUP)
def test_nothing_escaped_is_an_entity_of_slack(text: str) -> None:
    escaped = escape_mrkdwn(text)

    assert not {"<", ">"} & set(escaped)
    assert escaped.count("&") == sum(text.count(sign) for sign in "&<>")


@given(ANY.filter(lambda text: not {"<", "&"} & set(text)))
def test_text_without_markup_stays_as_it_is(text: str) -> None:
    assert decode_mrkdwn(text) == text


@given(ANY | MARKUP)
def test_no_mention_survives(text: str) -> None:
    # Slack writes a bare "<" as "&lt;", so that text around a mention cannot become one.
    text = "".join(character for character in text if character not in "<>&")
    assert "<@U1>" not in decode_mrkdwn(f"{text}<@U1>{text}")
