"""Pages and captions that contradict each other."""

import re
from collections.abc import Sequence

from bot.models import Cue, Metadata, Origin, Problem, Transcript
from bot.transcripts.contradictions import find_contradictions
from bot.transcripts.timing import align_captions, prepare_transcript

TURNS = [
    f"In case {n} the pager rang at {n} past {word} and somebody called {word}{n} looked at it."
    for n, word in enumerate(f"w{place}ord" for place in range(120))
]


def notes(
    said: Sequence[str], heard: Sequence[str], offset: float = 0.0, drift: float = 0.0
) -> list[Problem]:
    """Compare a page with captions; its clock is `offset` late, and `drift` more for each turn."""
    turns = [Cue(text, offset + (8.0 + drift) * n, None, "Ann") for n, text in enumerate(said)]
    page = Transcript("a.md", "a", Origin.EDITED, Metadata(), (), tuple(turns))
    lines = [Cue(text, 8.0 * n, 8.0 * n + 7, "", Origin.CAPTIONS) for n, text in enumerate(heard)]
    captions = Transcript("a.txt", "a", Origin.CAPTIONS, Metadata(), (), tuple(lines))
    script = prepare_transcript(page.cues)
    alignment = align_captions(script, captions.cues)
    return list(find_contradictions(page, captions, script, alignment))


def test_a_page_whose_clock_is_minutes_off_is_reported() -> None:
    (late,) = notes(TURNS, TURNS, 300)
    (drifting,) = notes(TURNS, TURNS, drift=1)

    assert (late.path, late.refused) == ("a.md", False)
    assert late.reason == "its times are about 300 s too late: those of a.txt are used."
    assert "about 6" in drifting.reason


def test_a_few_seconds_are_not_worth_a_note() -> None:
    assert notes(TURNS, TURNS, 14) == []


def test_a_passage_that_the_video_does_not_have_is_reported() -> None:
    strange = [f"All regulators of county {n} agreed upon paper {n * 7} again." for n in range(60)]

    found = notes([*TURNS[:60], *strange, *TURNS[60:]], TURNS)

    (problem,) = (each for each in found if "words" in each.reason)
    assert problem.path == "a.md"
    assert re.fullmatch(r"about 6\d\d words after 0:0[78]:\d\d are not in a.txt.", problem.reason)


def test_a_page_that_is_condensed_throughout_has_no_strange_passage() -> None:
    condensed = [" ".join(turn.split()[:7]) for turn in TURNS]

    assert notes(condensed, TURNS) == []
