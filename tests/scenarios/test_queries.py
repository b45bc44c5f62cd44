"""What people type that is no question: it is answered politely, and no platform refuses that."""

import json

import pytest

from bot.answers.dispatch import answer
from bot.answers.requests import read_request
from bot.library.library import Library
from handlers.discord.render.messages import render_reply as discord_message
from handlers.slack.render.messages import render_reply as slack_message
from tests.fakes.discord.rules import problems
from tests.fakes.slack.rules import message_problems

V2 = 1 << 15
TYPED = {
    "nothing": "",
    "blanks": " \t\n ",
    "ten kilobytes": "registry " * 1_200,
    "ten kilobytes without a blank": "x" * 10_000,
    "emoji": "🚀🚀🚀 👩‍👩‍👧‍👦",
    "right to left": "\u202eyrtsiger ledom\u202c مرحبا שלום",
    "bidi isolates": "\u2066registry\u2069 \u200f\u200e",
    "zero width": "reg\u200bis\u200dtry \ufeff",
    "NUL": "registry\x00 drop",
    "lone surrogate": "registry \ud800",
    "only a lone surrogate": "\udfff",
    "only stop words": "the of and to it",
    "SQL": "'; DROP TABLE feedback; --",
    "operators of full text search": 'NEAR(a b) AND OR NOT "x"* ^y {col}: (',
    "open quotation marks": '"model registry',
    "everybody": "@everyone @here <!channel> <!here|here> <@U1> <#C1>",
    "a link": "[registry](http://evil.example) <http://evil.example|registry>",
    "markup": "*_~`registry`~_* ||registry|| ```",
    "filters of nothing": "guest: episode: season:99999999999999999999 after:2024-13-45",
    "a format": "%s %n {0} {self.__class__} ${registry}",
}
# A command before it must not make a difference.
VERBS = ("", "search ", "mentions ", "quote ", "episode ", "episodes ", "find ", "help ")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_whatever_is_typed_is_answered_with_what_every_platform_takes(
    library: Library, verb: str, typed: str
) -> None:
    reply = answer(library, read_request(verb + typed))
    in_slack, in_discord = slack_message(reply), discord_message(reply, 1)
    components = in_discord.view.to_components()
    names = [file.filename for file in in_discord.files]
    body = {"components": components, "flags": V2, "allowed_mentions": {"parse": []}}

    assert reply.text
    assert message_problems(in_slack) == []
    assert problems("create_message", body, names, None) == []
    for payload in (in_slack, components):
        # A lone surrogate cannot be encoded, and JSON writes NUL so.
        assert b"\\u0000" not in json.dumps(payload, ensure_ascii=False).encode()
    assert "<!channel>" not in in_slack["text"]
