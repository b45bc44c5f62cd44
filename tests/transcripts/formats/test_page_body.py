"""Pages with the transcript in their body."""

from datetime import date
from textwrap import dedent

import pytest

from bot.errors import TranscriptError
from bot.models import Chapter, Origin, Transcript
from bot.transcripts.formats.fields import ParsedFile
from bot.transcripts.formats.jekyll import read_page
from bot.transcripts.formats.page_body import looks_like_html, read_html

TURNS = """
**Mia Berg** (00:00): Welcome back, today we look at alerting rules.

**Tom Lund** (00:04): Thanks, I brought the ones that woke nobody.

**Mia Berg** (00:08): So which of them do you still trust?
"""
SAID = [
    (0, "Mia Berg", "Welcome back, today we look at alerting rules."),
    (4, "Tom Lund", "Thanks, I brought the ones that woke nobody."),
    (8, "Mia Berg", "So which of them do you still trust?"),
]


NOTES = """\
In this episode, Mia and Tom talk about the rules that woke nobody, and about those that did.

* 00:00 Welcome
* 04:10 Rules
  * [Rules that last](https://rules.example)
* Mia: Rules that last
* Tom: None
* The rules of last year
"""


def page(facts: str, body: str) -> ParsedFile:
    return read_page("alerts.md", f"---\n{dedent(facts)}---\n{body}")


def transcript(read: ParsedFile | None) -> Transcript:
    assert read
    assert read.transcript
    return read.transcript


def said(found: Transcript) -> list[tuple[float | None, str, str]]:
    return [(cue.start, cue.speaker, cue.text) for cue in found.cues]


def test_the_body_is_read_with_the_facts_above_it() -> None:
    found = transcript(
        page(
            """\
            title: "Alerts that wake nobody"
            date: 2024-05-01
            season_number: 3
            episode: 12
            youtube_url: https://www.youtube.com/watch?v=abcdefghi_0&t=9
            host: Mia Berg
            speakers:
              - name: Mia Berg
              - name: Tom Lund
            """,
            f"Some notes.\n\n## Transcript\n{TURNS}\n## Links\n\n- [A list](https://example.org)\n",
        )
    )

    assert said(found) == SAID
    assert found.source is Origin.EDITED
    facts = found.metadata
    assert (facts.title, facts.season, facts.number) == ("Alerts that wake nobody", 3, 12)
    assert (facts.published, facts.youtube) == (date(2024, 5, 1), "abcdefghi_0")
    assert (facts.guests, found.hosts) == (("Tom Lund",), ("Mia Berg",))


@pytest.mark.parametrize(
    "fact",
    [
        "youtube: abcdefghi_0",
        "youtube: https://youtu.be/abcdefghi_0",
        "video_id: abcdefghi_0",
        "media: https://www.youtube.com/embed/abcdefghi_0",
        "url: https://youtu.be/abcdefghi_0",
    ],
)
def test_the_video_is_found_by_the_keys_of_several_sites(fact: str) -> None:
    assert transcript(page(f"title: A\n{fact}\n", TURNS)).metadata.youtube == "abcdefghi_0"


@pytest.mark.parametrize(
    ("facts", "url"),
    [
        ("media: https://talks.example/12", "https://talks.example/12"),
        ("media: https://talks.example/12\nurl: https://a.example/a", "https://a.example/a"),
        ("media: https://youtu.be/abcdefghi_0", ""),
        ("media: https://talks.example/12\naudio: https://a.example/a.mp3", ""),
    ],
)
def test_a_page_is_linked_to_where_it_can_be_heard(facts: str, url: str) -> None:
    assert transcript(page(f"title: A\n{facts}\n", TURNS)).metadata.url == url


def test_front_matter_may_be_toml() -> None:
    facts = 'title = "Alerts"\ndate = 2024-05-01T10:00:00Z\nepisode = 12\nguests = ["Tom Lund"]\n'

    found = transcript(read_page("alerts.md", f"+++\n{facts}+++\n{TURNS}"))

    assert (found.metadata.title, found.metadata.number) == ("Alerts", 12)
    assert (found.metadata.published, found.metadata.guests) == (date(2024, 5, 1), ("Tom Lund",))
    assert said(found) == SAID


def test_broken_toml_is_refused() -> None:
    with pytest.raises(TranscriptError, match="TOML is broken"):
        read_page("alerts.md", f"+++\ntitle = \n+++\n{TURNS}")


@pytest.mark.parametrize(
    "heading", ["## Transcript", "**Transcript:**", "# Full episode transcript"]
)
def test_a_heading_says_where_the_transcript_is(heading: str) -> None:
    notes = "**Ned Note** (01:10): words of somebody else\n\n"

    assert said(transcript(page("title: A\n", f"{notes}{heading}\n{TURNS}"))) == SAID


def test_a_transcript_may_be_folded() -> None:
    body = f"Notes.\n\n<details><summary>Transcript</summary>\n{TURNS}\n</details>\n"

    assert said(transcript(page("title: A\n", body))) == SAID


def test_an_address_that_is_no_video_is_none() -> None:
    assert transcript(page("title: A\nurl: /podcast/12\n", TURNS)).metadata.youtube == ""


def test_a_page_may_embed_its_only_video() -> None:
    body = f'<iframe src="https://www.youtube.com/embed/abcdefghi_0"></iframe>\n{TURNS}'
    two = f"{body}\n[another](https://youtu.be/abcdefghi_1)\n"

    assert transcript(page("title: A\n", body)).metadata.youtube == "abcdefghi_0"
    assert transcript(page("title: A\n", two)).metadata.youtube == ""


def test_headings_in_the_transcript_are_chapters_and_not_speech() -> None:
    body = TURNS.replace("**Mia Berg** (00:08)", "### Trust\n\nA picture.\n\n**Mia Berg** (00:08)")

    found = transcript(page("title: A\n", f"## Transcript\n{body}"))

    assert said(found) == SAID
    assert found.chapters == (Chapter("Trust", 8),)


def test_turns_without_times_are_read() -> None:
    turns = "**Mia Berg:** Welcome back.\n\n**Tom Lund:** Thanks.\n\nI mean it.\n\n"
    body = f"## Transcript\n\n{turns}{turns}"

    found = page("title: A\n", body)

    assert said(transcript(found))[:3] == [
        (None, "Mia Berg", "Welcome back."),
        (None, "Tom Lund", "Thanks."),
        (None, "Tom Lund", "I mean it."),
    ]


def test_what_nobody_sees_on_a_page_is_not_speech() -> None:
    unseen = "{% include bar.html %} [rules]: https://rules.example\n\n* contents\n{:toc}\n"

    found = page("title: A\n", f"## Transcript\n\n{unseen}{TURNS}")

    assert said(transcript(found)) == SAID


@pytest.mark.parametrize(
    "body",
    [
        "Just a post about alerting rules, without a word that anybody said. " * 9,
        "## Timestamps\n\n00:00 Welcome\n\n04:10 Rules\n\n19:30 Trust\n",
        NOTES,
        f"{NOTES}\n**Mia:** one of these\n\n**Tom:** another one\n",
        "- 00:00 Welcome\n- 04:10 Mia: rules of hers\n- 19:30 Tom: what he trusts\n" * 2,
        "We talk about rules.\n\nTwitter: @mia\n\nEmail: mia at rules\n\nTwitter: @tom\n",
    ],
)
def test_what_is_not_speech_is_not_read(body: str) -> None:
    found = page("title: A\n", body)

    assert found.transcript is None
    assert "without an episode" in found.notes[0].reason


def test_html_with_cite_and_time_is_read() -> None:
    html = """\
        <cite>Mia Berg:</cite>
        <time>0:00</time>
        <p>Welcome back, today we look at alerting rules.</p>
        <cite>Tom Lund:</cite>
        <time>0:04</time>
        <p>Thanks, I brought the ones that woke <b>nobody</b>.</p>
        <cite>Mia Berg:</cite>
        <time>0:08</time>
        <p>So which of them do you still trust?</p>
        """

    assert looks_like_html(html)
    assert said(transcript(read_html("alerts.html", html))) == SAID


def test_a_whole_web_page_is_read_from_its_transcript_on() -> None:
    turns = "".join(
        f"<p><strong>{who}</strong> [0:0{at:.0f}]: {text}</p>" for at, who, text in SAID
    )
    html = f"""\
        <!DOCTYPE html><html><head><title>Alerts</title><script>var a = "<p>";</script></head>
        <body><nav><a href="/">Home</a></nav><main><h1>Alerts</h1><p>Notes.</p>
        <h2>Transcript</h2>{turns}<h2>Comments</h2><p>Nice.</p></main></body></html>"""

    found = transcript(read_html("alerts.html", html))

    assert said(found) == SAID
    assert found.metadata.title == "Alerts"


def test_a_web_page_without_a_transcript_has_none() -> None:
    assert read_html("a.html", "<html><body><p>Hello.</p></body></html>") is None


@pytest.mark.parametrize("markup", ["<", "<a ", "<!--", "<![CDATA[", "</", "&", "[a](", "<?"])
def test_broken_markup_is_no_transcript(markup: str) -> None:
    assert read_html("a.html", f"<p>{markup * 20_000}") is None


@pytest.mark.parametrize(
    "block",
    [
        '<article data-start="{0}"><button>0:0{0}</button><p>{1}</p></article>',
        '<div class="line" data-timestamp="00:0{0}">\n    {1}\n</div>',
        '<p data-time="{0}.0">{1}</p>',
    ],
)
def test_blocks_may_have_their_times_as_attributes(block: str) -> None:
    lines = ["Welcome back, today we look at alerts.", "So whom do they wake?", "Nobody at night."]
    blocks = "\n".join(block.format(2 * n, line) for n, line in enumerate(lines, start=1))
    body = f"<p>Episode Transcript</p>\n<h1>Alerts</h1>\n<p>12 minutes</p>\n{blocks}\n"

    assert said(transcript(page("title: Alerts\n", body))) == [
        (2.0 * n, "", line) for n, line in enumerate(lines, start=1)
    ]


def test_a_few_blocks_with_times_are_no_transcript() -> None:
    body = '<p data-time="4">Our best joke.</p><p data-time="9">Our second best joke.</p>\n'

    assert page("title: Alerts\n", body).transcript is None
