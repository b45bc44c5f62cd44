"""Edited pages, and the repair of their transcripts."""

from datetime import date
from textwrap import dedent

import pytest

from bot.errors import TranscriptError
from bot.models import Chapter, Cue, Metadata, Origin, Transcript
from bot.transcripts.formats.jekyll import read_page, split_front_matter
from bot.transcripts.formats.page_items import PageItem, Repairs, read_items, repair_items

PAGE = dedent(
    """\
    ---
    title: "Small models: big plans"
    short: Small models
    season: 3
    episode: 07
    guests:
    - annmiller
    ids:
      youtube: abcdefghi_0
    links:
      youtube: https://www.youtube.com/watch?v=abcdefghi_0
    description: 'Why small.<br><br> And how.'
    topics:
    - models
    dateadded: 2024-02-29
    date: 2025-11-07
    quotableClips:
    - name: Kneading
      startOffset: 0
      url: https://www.youtube.com/watch?v=abcdefghi_0&t=0
      endOffset: 60
    - name: 'Costs: what to count'
      startOffset: 60
      endOffset: 50
    transcript:
    - header: Kneading
    - line: Welcome,
        Ann.
      sec: 4
      time: 0:04
      who: Ben
    - line: Thank you.
    - header: Closing
    ---

    Links:

    * [A book](https://example.com)
    """
)


def read(text: str, path: str = "talk.md") -> Transcript:
    transcript = read_page(path, text).transcript
    assert transcript
    return transcript


def page(*lines: str) -> str:
    """Return a page with these lines as its transcript."""
    return "\n".join(["---", "title: A", "season: 1", *lines, "---", ""])


def test_a_page_is_read_with_all_it_says() -> None:
    assert read(PAGE, "s03/2024-02-29-small-models.md") == Transcript(
        path="s03/2024-02-29-small-models.md",
        stem="small-models",
        source=Origin.EDITED,
        metadata=Metadata(
            slug="small-models",
            title="Small models: big plans",
            short="Small models",
            season=3,
            number=7,
            guests=("annmiller",),
            youtube="abcdefghi_0",
            published=date(2024, 2, 29),
            topics=("models",),
            description="Why small. And how.",
        ),
        chapters=(Chapter("Kneading", 0), Chapter("Costs: what to count", 60)),
        cues=(Cue("Welcome, Ann.", 4, None, "Ben"), Cue("Thank you.")),
        first_line="Welcome, Ann. Thank you.",
    )


def test_a_page_says_where_its_episode_can_be_heard() -> None:
    metadata = read(
        page(
            "url: https://tea.example/12",
            "audio: not an address",
            "links:",
            "  audio: https://cdn.example/12.mp3",
            "  spotify: https://open.spotify.com/episode/0123456789abcdefghijAB",
            "  apple: https://podcasts.apple.com/de/podcast/tea/id1?i=2",
        )
    ).metadata

    assert (metadata.url, metadata.audio) == (
        "https://tea.example/12",
        "https://cdn.example/12.mp3",
    )
    assert metadata.spotify == "0123456789abcdefghijAB"
    assert metadata.apple == "https://podcasts.apple.com/de/podcast/tea/id1?i=2"


@pytest.mark.parametrize("before", ["", "_\n", "\n\n", "_\n\n"])
def test_a_slip_before_the_front_matter_does_no_harm(before: str) -> None:
    assert read(before + PAGE).cues


def test_front_matter_ends_at_the_first_line_of_dashes() -> None:
    found = split_front_matter("---\na: 1 --- 2\n...\nb: 2\n---\n")

    assert found == ("a: 1 --- 2\n", 2, "\nb: 2\n---\n")
    assert split_front_matter("Once\n---\na: 1\n---\n") is None


def test_headings_are_the_chapters_where_there_are_no_clips() -> None:
    text = page(
        "transcript:",
        "- header: 0:00 What it is",
        "- line: One.",
        "  sec: 60",
        "- header: 2. Why it is",
        "- line: Two.",
        "- line: Three.",
        "  sec: 120",
        "- header: Nothing to see",
        "- header: 1:02:03 – 3 ways to do it",
        "- line: Four.",
        "  sec: 3800",
        "- header: The end",
    )

    assert read(text).chapters == (
        Chapter("What it is", 0),
        Chapter("2. Why it is", 120),
        Chapter("3 ways to do it", 3723),
    )


@pytest.mark.parametrize("end", ["5", "-1", "soon", "[1, 2]"])
def test_the_end_of_a_clip_does_not_matter(end: str) -> None:
    clip = ["quotableClips:", "- name: Costs", "  startOffset: 60", f"  endOffset: {end}"]

    assert read(page(*clip, "transcript: []")).chapters == (Chapter("Costs", 60),)


def test_chapters_of_one_second_keep_their_order() -> None:
    text = page(
        "transcript:",
        "- header: Before",
        "- line: One.",
        "- header: After",
        "- line: Two.",
        "  sec: 9",
    )

    assert read(text).chapters == (Chapter("Before", 9), Chapter("After", 9))


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["dateadded: 2024-02-29", "date: 2025-01-01"], date(2024, 2, 29)),
        (["date: 2025-01-01"], date(2025, 1, 1)),
        (["dateadded: TODO"], None),
    ],
)
def test_the_day_it_was_added_goes_before_the_date(lines: list[str], day: date | None) -> None:
    assert read(page(*lines)).metadata.published == day


def test_a_time_is_taken_where_the_seconds_are_missing() -> None:
    text = page("transcript:", "- line: One.", "  time: 1:00", "- line: Two.", "  who: Ben")

    assert read(text).cues == (Cue("One.", 60), Cue("Two.", None, None, "Ben"))


def test_seconds_that_go_backwards_are_kept_as_they_are() -> None:
    text = page("transcript:", "- line: One.", "  sec: 9", "- line: Two.", "  sec: 5")

    assert [cue.start for cue in read(text).cues] == [9, 5]


def test_a_paragraph_in_the_title_gives_way_to_the_short_title() -> None:
    text = PAGE.replace("big plans", "big plans " * 30)

    assert read(text).metadata.title == "Small models"


@pytest.mark.parametrize(
    ("written", "video", "notes"),
    [
        ("abcdefghi_0&t", "abcdefghi_0", 0),
        ("https://youtu.be/abcdefghi_0?t=5", "abcdefghi_0", 0),
        ("TODO", "", 1),
        ("", "", 0),
    ],
)
def test_a_video_id_is_cleaned_or_reported(written: str, video: str, notes: int) -> None:
    parsed = read_page("a.md", page("ids:", f"  youtube: {written}", "transcript: []"))

    assert parsed.transcript
    assert parsed.transcript.metadata.youtube == video
    assert parsed.transcript.wrong_video is bool(notes)
    assert sum("video id" in note.reason for note in parsed.notes) == notes


IGNORED = dedent(
    """\
    ---
    title: A
    season: one
    episode: -3
    date: yesterday
    published: true
    guests: [5, Ann Doe]
    youtube: short
    """
)
SAID = "## Transcript\n\nAnn: Hello there, Ben.\n\nBen: Hello to you, Ann.\n\nAnn: So.\n"


@pytest.mark.parametrize(
    "rest", [f"---\n{SAID}", "transcript:\n- {line: Hello, sec: 1, who: Ann}\n---\n"]
)
def test_each_value_that_is_ignored_is_noted(rest: str) -> None:
    parsed = read_page("a.md", IGNORED + rest)

    assert parsed.transcript and parsed.transcript.cues and parsed.transcript.wrong_video
    assert parsed.transcript.metadata.guests == ("Ann Doe",)
    assert [(note.reason, note.remedy) for note in parsed.notes] == [
        (
            '"short" is not a video id, which has 11 characters.',
            "Write the 11 characters of the video's id.",
        ),
        ('the season "one" cannot be read: it is ignored.', "Write a number."),
        ('the episode "-3" cannot be read: it is ignored.', "Write a number."),
        ('the date "yesterday" cannot be read: it is ignored.', "Write it as 2024-12-31."),
        ('the guest "5" cannot be read: it is ignored.', "Write a list of names."),
    ]


def test_a_value_that_another_key_has_is_not_missed() -> None:
    text = page(
        "episode: pilot", "number: 4", "date: soon", "pubDate: 2024-02-29", "transcript: []"
    )

    assert [note.reason for note in read_page("a.md", text).notes] == ["it has no transcript."]


def test_a_video_is_also_found_among_the_links() -> None:
    text = page("links:", "  youtube: https://youtu.be/abcdefghi_0", "transcript: []")

    assert read(text).metadata.youtube == "abcdefghi_0"


def test_a_page_without_a_transcript_keeps_its_facts() -> None:
    parsed = read_page("a.md", page("episode: 2"))

    assert parsed.transcript
    assert parsed.transcript.metadata.number == 2
    assert parsed.transcript.cues == ()
    assert [(note.reason, note.refused) for note in parsed.notes] == [
        ("it has no transcript.", False)
    ]


def test_moved_speech_is_noted() -> None:
    speech = "We began with a single model and a notebook, nothing more"
    parsed = read_page("a.md", page("transcript:", "- line: One.", f"  who: {speech}"))

    assert parsed.transcript
    assert [cue.text for cue in parsed.transcript.cues] == [speech, "One."]
    assert "1 paragraph in a speaker" in parsed.notes[0].reason


@pytest.mark.parametrize(
    "text",
    [
        '---\ntitle: "{{ title }}"\nguests: [{{ guest }}]\nseason: {{ season }}\n---\n',
        "---\ntitle: About us\nlayout: page\n---\n",
    ],
)
def test_a_page_without_an_episode_is_skipped_with_a_note(text: str) -> None:
    parsed = read_page("_template.md", text)

    assert parsed.transcript is None
    assert [note.refused for note in parsed.notes] == [False]


@pytest.mark.parametrize(
    ("text", "line"),
    [(page("season: 2"), 4), (page("ids: [1"), 5), ("_\n" + page("ids: *x"), 5)],
)
def test_a_broken_page_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(TranscriptError) as caught:
        read_page("a.md", text)

    assert caught.value.line == line


def test_a_page_without_front_matter_is_refused() -> None:
    with pytest.raises(TranscriptError, match="front matter"):
        read_page("a.md", "Once upon a time")


PARAGRAPH = "We began with a single model and a notebook, and it took us a year to get any further."


def test_items_are_translated_with_the_seconds_before_the_time() -> None:
    turns = read_items(
        [
            {"header": "Where it began"},
            {"line": "Hello\n there.", "sec": "60", "time": "1:07", "who": "Ann:"},
            {"line": "=Well,", "time": "1:10"},
            {"line": "Yes.", "sec": "37:567", "time": "37:56"},
            {"line": "So.", "who": "Ben"},
            {"other": "x"},
            "text",
        ]
    )

    assert turns == [
        PageItem(heading="Where it began"),
        PageItem("Hello there.", "", 60, "Ann"),
        PageItem("Well,", "", 70),
        PageItem("Yes.", "", 2276),
        PageItem("So.", speaker="Ben"),
    ]


@pytest.mark.parametrize(
    ("written", "speaker"),
    [
        ("Alexey.", "Alexey"),
        ("Zoë.:", "Zoë"),
        ("J.", "J."),
        ("Jr.", "Jr."),
        ("Bob Ray Jr.", "Bob Ray Jr."),
        ("R2D2.", "R2D2."),
    ],
)
def test_a_full_stop_is_no_part_of_a_name(written: str, speaker: str) -> None:
    assert read_items([{"line": "So.", "who": written}]) == [PageItem("So.", speaker=speaker)]


def test_a_line_that_stands_twice_is_kept_where_it_has_its_time() -> None:
    known = PageItem("And why?", "", 9, "Ann")

    assert repair_items([PageItem("And why?"), known]) == ([known], Repairs(repeated=1))


def test_a_heading_before_a_doubled_line_is_doubled_with_it() -> None:
    heading, known = PageItem(heading="Reasons"), PageItem("And why?", "", 9, "Ann")

    assert repair_items([heading, PageItem("And why?"), heading, known])[0] == [heading, known]


def test_two_people_may_say_the_same_line() -> None:
    turns = [PageItem("Bye.", "", 8, "Ann"), PageItem("Bye.", "", 9, "Ben"), PageItem("Bye.")]

    assert repair_items(turns) == (turns, Repairs())


def test_speech_in_a_speakers_field_comes_before_its_line() -> None:
    turns = [
        PageItem("Go on.", "", 1, "Ben"),
        PageItem("It helped.", "", 5, PARAGRAPH),
        PageItem("A lot.", "", None, PARAGRAPH),
        PageItem("Thanks.", "", 30, "Ann"),
    ]

    mended, repairs = repair_items(turns)

    assert repairs.paragraphs == 1
    assert mended == [
        turns[0],
        PageItem(PARAGRAPH, "", 5, "Ben"),
        PageItem("It helped.", "", 5, "Ben"),
        PageItem("A lot.", "", None, "Ben"),
        turns[3],
    ]


def test_between_two_turns_of_one_speaker_the_other_one_speaks() -> None:
    turns = [
        PageItem("Hello.", "", 0, "Ben"),
        PageItem("How was it?", "", 1, "Ann"),
        PageItem("It helped.", "", 5, PARAGRAPH),
        PageItem("Thanks.", "", 30, "Ann"),
    ]

    mended, _ = repair_items(turns)

    assert [turn.speaker for turn in mended] == ["Ben", "Ann", "Ben", "Ben", "Ann"]


def test_among_three_speakers_none_is_guessed() -> None:
    turns = [
        PageItem("Hello.", "", 0, "Ben"),
        PageItem("Hello.", "", 0, "Cleo"),
        PageItem("How was it?", "", 1, "Ann"),
        PageItem("It helped.", "", 5, PARAGRAPH),
        PageItem("Thanks.", "", 30, "Ann"),
    ]

    assert repair_items(turns)[0][3] == PageItem(PARAGRAPH, "", 5, "")


def test_a_name_that_became_a_line_names_the_next_speaker() -> None:
    turns = [
        PageItem("Hard to say.", "", 1, "Ben"),
        PageItem("Ann", "", 5, PARAGRAPH),
        PageItem("And now?", "", 5, PARAGRAPH),
        PageItem("Now less.", "", 9, "Ben"),
        PageItem("I see.", "", 12, "Ann"),
    ]

    mended, _ = repair_items(turns)

    assert [(turn.text, turn.speaker) for turn in mended[1:3]] == [
        (PARAGRAPH, "Ben"),
        ("And now?", "Ann"),
    ]


def test_a_name_among_the_lines_says_who_speaks_for_the_rest_of_the_turn() -> None:
    turns = [
        PageItem("Welcome.", "", 1, "Ann"),
        PageItem("Ben", "", 1, "Ann"),
        PageItem("Thanks.", "", 1, "Ann"),
        PageItem("Gladly.", "", 1, ""),
        PageItem("So?", "", 9, "Ann"),
        PageItem("Well.", "", 12, "Ben"),
    ]

    mended, repairs = repair_items(turns)

    assert repairs.names == 1
    assert [(item.speaker, item.text) for item in mended] == [
        ("Ann", "Welcome."),
        ("Ben", "Thanks."),
        ("Ben", "Gladly."),
        ("Ann", "So?"),
        ("Ben", "Well."),
    ]


def test_a_paragraph_in_a_heading_is_speech_of_nobody_known() -> None:
    paragraph = "We moved the ovens twice. Nobody complained about the bread. " * 3
    title = "Components of a platform: environments, monitoring, registries, features and " * 2

    assert read_items([{"header": paragraph}]) == [PageItem(paragraph.strip())]
    assert read_items([{"header": title}]) == [PageItem(heading=title.strip())]


@pytest.mark.parametrize(("second", "noted"), [(2418, True), (2930, False)])
def test_times_that_jump_back_far_are_noted(second: int, noted: bool) -> None:
    lines = f"- {{line: a, sec: 2957, who: Ann}}\n- {{line: b, sec: {second}, who: Ben}}\n"

    notes = read_page("talk.md", f"---\nseason: 1\ntranscript:\n{lines}---\n").notes

    assert [note.reason for note in notes] == (
        [f"its times jump back, from 2957 to {second} s."] if noted else []
    )
