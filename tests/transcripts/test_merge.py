import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest

from bot.models import Chapter, Cue, Episode, Metadata, Origin, Problem, Transcript
from bot.transcripts.files import find_files
from bot.transcripts.merge import merge_transcripts
from bot.transcripts.reader import ReadResult, read_transcripts
from bot.transcripts.talks import MIN_WORDS_IN_GAP

SPEECH = (
    "Our first registry was a table in a wiki and somebody had to remember to fill it in.",
    "After the second wrong rollout we wrote a small service instead.",
    "It refuses a model whose training data it cannot find.",
    "People hated it for a week and then forgot about it.",
    "Today nobody deploys anything by hand and the night shift sleeps rather well.",
)
BREAD = (
    "Good bread needs flour and water and salt and a long cold night in the cellar.",
    "My grandmother never weighed anything but she knew how dough should feel.",
    "Rye is slower than wheat so the oven has to wait for it.",
)
LEFT_OUT = " ".join(f"nobody wrote down the words of number {place}" for place in range(20))
VIDEO = "abcdefghijk"


def page(stem: str, lines: Sequence[str] = SPEECH, **facts: object) -> Transcript:
    """An edited page: a turn of one sentence every ten seconds."""
    cues = [Cue(line, 10.0 * place, None, "Ann") for place, line in enumerate(lines)]
    metadata = Metadata(slug=stem, title=stem.title(), guests=("Ann",))
    return Transcript(
        f"{stem}.md", stem, Origin.EDITED, replace(metadata, **facts), (), tuple(cues)
    )


def dump(name: str, lines: Sequence[str] = SPEECH, **facts: object) -> Transcript:
    """Captions: a few words every second and a half, from second 100 on."""
    words = " ".join(lines).lower().replace(".", "").split()
    spoken = [" ".join(words[place : place + 4]) for place in range(0, len(words), 4)]
    cues = [
        Cue(line, 100 + 1.5 * place, 101.5 + 1.5 * place, "", Origin.CAPTIONS)
        for place, line in enumerate(spoken)
    ]
    return Transcript(
        f"{name}.txt",
        name,
        Origin.CAPTIONS,
        replace(Metadata(), **facts),
        (),
        tuple(cues),
        " ".join(words[:5]),
    )


def merge(*transcripts: Transcript) -> tuple[tuple[Episode, ...], tuple[Problem, ...]]:
    return merge_transcripts(transcripts, {})


def texts(episode: Episode, source: Origin) -> str:
    return " ".join(cue.text for cue in episode.cues if cue.source is source)


def test_edited_words_get_the_seconds_of_the_captions_of_their_video() -> None:
    episodes, problems = merge(dump(VIDEO, youtube=VIDEO), page("registry", youtube=VIDEO))

    (episode,) = episodes
    assert texts(episode, Origin.EDITED) == " ".join(SPEECH)
    assert texts(episode, Origin.CAPTIONS) == ""
    assert [cue.start for cue in episode.cues] == pytest.approx(
        [100, 106.4, 110.6, 114.4, 118.1], abs=0.8
    )
    assert episode.paths == ("registry.md", f"{VIDEO}.txt")
    assert problems == ()


def test_captions_fill_a_passage_that_was_left_out_without_splitting_a_sentence() -> None:
    spoken = [*SPEECH[:2], LEFT_OUT, *SPEECH[2:]]

    (episode,), _ = merge(page("registry", youtube=VIDEO), dump(VIDEO, spoken, youtube=VIDEO))
    sources = [cue.source for cue in episode.cues]
    starts = [cue.start for cue in episode.cues if cue.start is not None]

    assert len(LEFT_OUT.split()) > MIN_WORDS_IN_GAP
    assert sources[:2] == [Origin.EDITED] * 2
    assert sources[-3:] == [Origin.EDITED] * 3
    assert set(sources[2:-3]) == {Origin.CAPTIONS}
    assert texts(episode, Origin.EDITED) == " ".join(SPEECH)
    assert len(texts(episode, Origin.CAPTIONS).split()) == pytest.approx(160, abs=8)
    assert starts == sorted(starts)


def test_captions_do_not_fill_a_short_gap() -> None:
    spoken = [*SPEECH[:2], "that was a good one I think", *SPEECH[2:]]

    (episode,), _ = merge(page("registry", youtube=VIDEO), dump(VIDEO, spoken, youtube=VIDEO))

    assert texts(episode, Origin.CAPTIONS) == ""


def test_chapters_stay_with_the_turn_they_start_with() -> None:
    told = (Chapter("Rollouts", 10.0), Chapter("Service", 20.0), Chapter("Never", 9000.0))
    edited = replace(page("registry", youtube=VIDEO), chapters=told)

    (episode,), _ = merge(edited, dump(VIDEO, youtube=VIDEO))
    first, second = episode.chapters

    assert (first.title, second.title) == ("Rollouts", "Service")
    assert first.start == episode.cues[1].start
    assert second.start == episode.cues[2].start


def test_chapters_are_in_order_and_of_two_that_start_together_the_last_is_kept() -> None:
    told = (Chapter("B", 20.0), Chapter("A", 0.0), Chapter("Empty", 30.0), Chapter("C", 30.0))

    (episode,), _ = merge(replace(page("registry"), chapters=told))

    assert episode.chapters == (Chapter("A", 0), Chapter("B", 20), Chapter("C", 30))


def test_a_page_without_transcript_lends_its_facts_and_chapters_to_the_captions() -> None:
    empty = replace(page("registry", (), season=2, youtube=VIDEO), chapters=(Chapter("A", 0.0),))

    (episode,), problems = merge(empty, dump(VIDEO, youtube=VIDEO, title="registry talk"))

    assert (episode.slug, episode.title, episode.season) == ("registry", "Registry", 2)
    assert [chapter.title for chapter in episode.chapters] == ["A"]
    assert {cue.source for cue in episode.cues} == {Origin.CAPTIONS}
    assert problems == ()


def test_a_page_without_transcript_and_captions_is_no_episode() -> None:
    assert merge(page("registry", ())) == ((), ())


def test_a_caption_line_does_not_last_through_a_silence() -> None:
    captions = dump(VIDEO, youtube=VIDEO)
    silent = replace(
        captions, cues=(*captions.cues[:1], replace(captions.cues[1], start=400.0, end=None))
    )

    (episode,), _ = merge(silent)

    assert [cue.start for cue in episode.cues] == [100, 400]
    assert all(cue.end and cue.start and cue.end - cue.start < 6 for cue in episode.cues)


def test_captions_without_an_id_belong_to_the_page_whose_words_they_have() -> None:
    episodes, problems = merge(
        page("bread", BREAD, youtube="bread-video"), page("registry", youtube=VIDEO), dump("x")
    )

    assert [episode.paths for episode in episodes] == [("bread.md",), ("registry.md", "x.txt")]
    assert problems == ()


def test_unknown_captions_are_named_by_their_first_line() -> None:
    episodes, problems = merge(page("bread", BREAD, youtube="bread-video"), dump("x"))

    assert [episode.title for episode in episodes] == ["Bread", "our first registry was a"]
    assert [(problem.path, problem.refused) for problem in problems] == [("x.txt", False)]
    assert "no title, video or audio" in problems[0].reason
    assert "catalog.yaml" in problems[0].remedy


@pytest.mark.parametrize(
    ("talk", "remedy"),
    [
        (page("registry"), "Add ids.youtube, audio or url."),
        (
            replace(page("named"), metadata=Metadata(guests=("Ann",))),
            "Add youtube, audio or url to catalog.yaml.",
        ),
        (dump("titled", title="Registry"), "Add youtube, audio or url to catalog.yaml."),
    ],
)
def test_an_episode_without_anything_to_link_to_is_noted_once(
    talk: Transcript, remedy: str
) -> None:
    _, problems = merge(talk)

    reason = "it has no video or audio: its times have no links."
    assert problems == (Problem(talk.path, reason, remedy, refused=False),)


def test_the_note_about_a_missing_video_names_the_page() -> None:
    (episode,), problems = merge(dump("x", slug="registry"), page("registry"))

    assert episode.paths == ("registry.md", "x.txt")
    assert [note.path for note in problems] == ["registry.md"]


def test_a_page_with_a_wrong_id_gets_no_second_note() -> None:
    assert merge(replace(page("registry"), wrong_video=True))[1] == ()


def test_the_short_title_is_kept() -> None:
    (episode,), _ = merge(page("registry", short="Registries"))

    assert episode.short == "Registries"


def test_a_page_without_video_takes_that_of_its_captions() -> None:
    (episode,), _ = merge(page("registry"), dump(VIDEO, youtube=VIDEO))

    assert episode.youtube == VIDEO


def test_pages_with_one_id_and_different_words_stay_two_episodes() -> None:
    episodes, problems = merge(
        page("bread", BREAD, youtube=VIDEO), page("registry", youtube=VIDEO), dump("x")
    )

    assert [episode.paths for episode in episodes] == [("bread.md",), ("registry.md", "x.txt")]
    assert [problem.path for problem in problems] == ["registry.md"]


def test_the_same_page_in_two_folders_is_one_episode() -> None:
    copy = replace(page("registry", youtube=VIDEO), path="copy/registry.md")

    (episode,), problems = merge(page("registry", youtube=VIDEO), copy)

    assert texts(episode, Origin.EDITED) == " ".join(SPEECH)
    assert problems == ()


def test_pages_with_the_same_words_are_one_episode_with_a_note() -> None:
    episodes, problems = merge(page("one", youtube=VIDEO), page("two", youtube="other-video"))

    assert [(episode.slug, episode.paths) for episode in episodes] == [("one", ("one.md",))]
    assert [(problem.path, problem.refused) for problem in problems] == [("one.md", False)]
    assert "two.md has its words but another video" in problems[0].reason


def test_a_page_with_the_words_of_another_stays_apart_if_its_captions_do() -> None:
    episodes, problems = merge(
        page("one", youtube=VIDEO),
        page("two", youtube="other-video"),
        dump("other-video", BREAD, youtube="other-video"),
    )

    assert [episode.paths for episode in episodes] == [("one.md",), ("two.md", "other-video.txt")]
    assert [problem.path for problem in problems] == ["two.md", "two.md"]


def test_captions_win_over_a_page_with_other_words_than_its_video() -> None:
    wrong = replace(page("bread", BREAD, youtube=VIDEO), chapters=(Chapter("Rye", 20.0),))

    (episode,), problems = merge(wrong, dump(VIDEO, youtube=VIDEO))

    assert {cue.source for cue in episode.cues} == {Origin.CAPTIONS}
    assert episode.chapters == ()
    assert [(problem.path, problem.refused) for problem in problems] == [("bread.md", False)]


def test_captions_saved_under_a_second_id_are_left_out() -> None:
    episodes, problems = merge(
        page("bread", BREAD, youtube="bread-video"),
        page("registry", youtube=VIDEO),
        dump("bread-video", youtube="bread-video"),
        dump(VIDEO, youtube=VIDEO),
    )

    assert [episode.paths for episode in episodes] == [
        ("bread.md",),
        ("registry.md", f"{VIDEO}.txt"),
    ]
    assert [(problem.path, problem.refused) for problem in problems] == [("bread-video.txt", True)]
    assert f"{VIDEO}.txt" in problems[0].reason


def test_subtitles_with_names_give_a_page_its_seconds() -> None:
    subtitles = replace(dump(VIDEO, youtube=VIDEO), source=Origin.EDITED)

    (episode,), _ = merge(subtitles, page("registry", youtube=VIDEO))

    assert [cue.text for cue in episode.cues] == list(SPEECH)
    assert episode.cues[0].start == pytest.approx(100, abs=0.8)


def test_a_page_keeps_its_times_beside_captions_without_any() -> None:
    bare = replace(dump(VIDEO, youtube=VIDEO), cues=tuple(Cue(line) for line in SPEECH))

    (episode,), problems = merge(page("registry", youtube=VIDEO), bare)

    assert [cue.start for cue in episode.cues] == [0, 10, 20, 30, 40]
    assert {cue.speaker for cue in episode.cues} == {"Ann"}
    assert problems == ()


def test_captions_without_times_are_an_episode_without_seconds() -> None:
    bare = replace(dump("x"), cues=(Cue(" ".join(SPEECH), source=Origin.CAPTIONS),))

    (episode,), problems = merge(bare)

    assert [cue.start for cue in episode.cues] == [None] * len(SPEECH)
    assert [(note.path, note.reason) for note in problems] == [("x.txt", "it has no times.")]


def test_a_turn_of_captions_is_split_into_sentences_with_their_seconds() -> None:
    turns = (Cue(" ".join(SPEECH), 100.0, None, "SPEAKER_00"), Cue("Well.", 130.0))
    talk = replace(dump("x"), cues=tuple(replace(cue, source=Origin.CAPTIONS) for cue in turns))

    (episode,), _ = merge(talk)

    starts = [cue.start or 0.0 for cue in episode.cues]
    assert [cue.text for cue in episode.cues] == [*SPEECH, "Well."]
    assert starts == sorted(starts)
    assert (starts[0], starts[-1]) == (100, 130)


def test_episodes_come_by_season_number_and_slug_and_the_unknown_last() -> None:
    episodes, _ = merge(
        page("c"),
        page("b", BREAD, season=2, number=1),
        page("a", [*BREAD, *SPEECH], season=1, number=10),
        page("d", SPEECH[:3], season=1, number=9),
    )

    assert [episode.slug for episode in episodes] == ["d", "a", "b", "c"]


def test_no_slug_comes_twice() -> None:
    episodes, _ = merge(
        page("talk", BREAD, youtube="bread-video"), page("talk", SPEECH, youtube=VIDEO)
    )

    assert [episode.slug for episode in episodes] == ["talk", "talk-2"]


def test_one_slug_with_two_videos_is_two_episodes() -> None:
    facts = page("talk", (), youtube="other-video", season=3)

    (episode,), _ = merge(page("talk", youtube=VIDEO), facts)

    assert (episode.youtube, episode.season) == (VIDEO, None)


def test_facts_and_transcript_with_one_slug_are_one_episode() -> None:
    (episode,), _ = merge(page("talk", (), youtube=VIDEO, season=3), page("talk"))

    assert (episode.youtube, episode.season, len(episode.cues)) == (VIDEO, 3, len(SPEECH))


def test_guests_have_their_full_names() -> None:
    edited = page("registry", guests=("annlee", "Bob Ray", "zoe"))

    (episode,), _ = merge_transcripts([edited], {"zoe": "Zoë Quist"})

    assert [guest.name for guest in episode.guests] == ["Ann Lee", "Bob Ray", "Zoë Quist"]


def test_progress_counts_the_talks() -> None:
    seen: list[tuple[int, int]] = []

    merge_transcripts(
        [page("a"), page("b", BREAD)], {}, lambda done, total: seen.append((done, total))
    )

    assert seen == [(0, 2), (1, 2), (2, 2)]


def seconds_of(episode: Episode, phrase: str) -> list[float]:
    """Return the seconds of each occurrence of a phrase, by characters inside its sentence."""
    text = " ".join(cue.text for cue in episode.cues)
    offsets = list(accumulate((len(cue.text) + 1 for cue in episode.cues), initial=0))
    seconds = []
    for match in re.finditer(re.escape(phrase), text):
        place = bisect_right(offsets, match.start()) - 1
        cue, inside = episode.cues[place], match.start() - offsets[place]
        assert cue.start is not None
        assert cue.end is not None
        seconds.append(cue.start + (cue.end - cue.start) * inside / len(cue.text))
    return seconds


def timing_errors(shared: Path, episodes: Sequence[Episode]) -> list[float]:
    by_slug = {episode.slug: episode for episode in episodes}
    rows = (shared / "eval" / "timing.jsonl").read_text(encoding="utf-8").splitlines()
    errors = []
    for row in map(json.loads, rows):
        if row["episode"] not in by_slug:
            continue  # its page has the words of another, so that without captions they are one
        found = seconds_of(by_slug[row["episode"]], row["phrase"])
        errors += [min(abs(second - row["true"]) for second in found)] if found else []
    return errors


@pytest.mark.corpus
def test_interpolated_seconds_are_near_the_true_ones(
    shared: Path, real_transcripts: ReadResult
) -> None:
    edited = [each for each in real_transcripts.transcripts if each.source is Origin.EDITED]
    episodes, _ = merge_transcripts(edited, real_transcripts.people)

    errors = timing_errors(shared, episodes)

    assert len(errors) == 159
    assert median(errors) < 2.3


@pytest.mark.corpus
def test_captions_bring_the_seconds_close_to_the_true_ones(
    shared: Path, real_transcripts: ReadResult
) -> None:
    episodes, problems = merge_transcripts(real_transcripts.transcripts, real_transcripts.people)

    errors = timing_errors(shared, episodes)
    refused = [problem.path for problem in problems if problem.refused]

    assert len(errors) >= 158
    assert median(errors) < 0.7
    assert quantiles(errors, n=10)[-1] < 2.5
    assert sorted(refused) == ["2ZOnA19sDpM.txt", "GHbeXIKnkLQ.txt"]
    for episode in episodes:
        starts = [cue.start for cue in episode.cues if cue.start is not None]
        assert len(starts) == len(episode.cues)
        assert starts == sorted(starts)


@pytest.mark.corpus
def test_captions_without_facts_are_recognised_by_their_words(shared: Path) -> None:
    reading = read_transcripts(find_files([shared / "seeds"]))
    bare = [
        replace(file, metadata=Metadata()) if file.source is Origin.CAPTIONS else file
        for file in reading.transcripts
    ]

    episodes, problems = merge_transcripts(bare, {})
    together = [[path[:3] for path in episode.paths] for episode in episodes]

    assert sorted(together) == [["000", "001"], ["002"], ["003"], ["004"]]
    assert sorted(problem.path[:3] for problem in problems) == ["003", "004"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": "Staffel 3 Folge 7: Brot"}, (3, 7)),
        ({"title": "Staffel 3 Folge 7: Brot", "number": 1}, (3, 7)),
        ({"title": "Staffel 3 Folge 7: Brot", "season": 2, "number": 1}, (2, 1)),
        ({"title": "The Show #42: Bread", "number": 1}, (None, 1)),
        ({"title": "The Show #42: Bread"}, (None, 42)),
    ],
)
def test_the_title_says_season_and_number_where_nothing_else_does(
    facts: dict[str, Any], code: tuple[int | None, int]
) -> None:
    cues = (Cue("Hello there.", 0.0, 1.0),)
    file = Transcript("a.vtt", "a", Origin.CAPTIONS, Metadata(**facts), cues=cues)

    ((episode,), _) = merge_transcripts([file], {})

    assert (episode.season, episode.number) == code
