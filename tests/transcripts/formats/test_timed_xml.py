"""TTML and YouTube's timed text."""

import pytest

from bot.errors import TranscriptError
from bot.models import Origin, Transcript
from bot.transcripts.formats.timed_xml import looks_like_timed_xml, read_timed_xml

TT = '<tt xmlns:ttm="x" ttp:tickRate="10000000">{}<body><div>{}</div></body></tt>'
AGENTS = (
    '<head><metadata><ttm:agent xml:id="a1"><ttm:name type="full">Mia Berg</ttm:name></ttm:agent>'
    '<ttm:agent xml:id="a2"><ttm:name>Tom Lund</ttm:name></ttm:agent></metadata></head>'
)


def read(text: str) -> Transcript:
    transcript = read_timed_xml("talk.ttml", text).transcript
    assert transcript
    return transcript


def test_agents_are_speakers_by_their_names() -> None:
    lines = (
        '<p begin="1s" end="2s" ttm:agent="a1">Hi.</p><p begin="2s" end="4s" ttm:agent="a2">So.</p>'
    )

    transcript = read(TT.format(AGENTS, lines))

    assert transcript.source is Origin.EDITED
    assert [(cue.start, cue.end, cue.speaker, cue.text) for cue in transcript.cues] == [
        (1, 2, "Mia Berg", "Hi."),
        (2, 4, "Tom Lund", "So."),
    ]


@pytest.mark.parametrize(
    ("begin", "second"),
    [
        *(("12.5", 12.5), ("12.5s", 12.5), ("12500ms", 12.5), ("0.5m", 30), ("1h", 3600)),
        *(("00:00:12.500", 12.5), ("00:00:12:15", 12.5), ("375f", 12.5), ("125000000t", 12.5)),
    ],
)
def test_times_have_many_units(begin: str, second: float) -> None:
    (cue,) = read(TT.format("", f'<p begin="{begin}" dur="1s">Hi.</p>')).cues

    assert (cue.start, cue.end) == (second, second + 1)


def test_sentences_of_a_paragraph_have_times_of_their_own() -> None:
    words = '<span begin="{}" podcasts:unit="word">{}</span>'
    sentences = "".join(
        '<span podcasts:unit="sentence">{}</span>'.format(
            "".join(words.format(start + n, word) for n, word in enumerate(text.split()))
        )
        for start, text in ((1, "Is it so?"), (9, "It is."))
    )

    cues = read(TT.format("", f'<p begin="1" end="12">{sentences}</p>')).cues

    assert [(cue.start, cue.text) for cue in cues] == [(1, "Is it so?"), (9, "It is.")]


def test_lines_are_joined_and_what_has_no_time_is_counted() -> None:
    parsed = read_timed_xml("a", TT.format("", '<p begin="1">One<br/>two.</p><p>Three.</p>'))

    assert parsed.transcript
    assert [cue.text for cue in parsed.transcript.cues] == ["One two."]
    assert [note.reason for note in parsed.notes] == ["1 subtitle cannot be read."]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<!DOCTYPE tt [<!ENTITY a "a">]><tt>&a;</tt>', "document type"),
        (TT.format("", "<p>"), "XML is broken"),
        (TT.format("", ""), "it has no subtitles"),
    ],
)
def test_other_xml_is_refused(text: str, reason: str) -> None:
    with pytest.raises(TranscriptError, match=reason):
        read_timed_xml("talk.ttml", text)


@pytest.mark.parametrize(
    ("text", "timed"),
    [
        ('<?xml version="1.0"?>\n<tt xmlns="x">', True),
        ("<!-- made by hand -->\n<timedtext>", True),
        ("<tt:tt xmlns:tt='x'>", True),
        ("<transcript><text start='1'>", True),
        ("<rss><tt>", False),
    ],
)
def test_timed_text_is_known_by_its_root(text: str, timed: bool) -> None:
    assert looks_like_timed_xml(text) is timed
