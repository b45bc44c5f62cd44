"""Merge the files of each talk into an episode."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from itertools import zip_longest
from typing import TypeVar

import numpy as np

from bot.languages import count_words, detect_language
from bot.models import Chapter, Cue, Episode, Guest, Metadata, Problem, Transcript
from bot.numbering import numbering_of_title
from bot.players import link_to
from bot.reporting import Steps, ignore
from bot.transcripts.catalog import fill_gaps
from bot.transcripts.contradictions import find_contradictions
from bot.transcripts.grouping import group_files
from bot.transcripts.guests import infer_guests
from bot.transcripts.people import complete_name, guest_name, names_in
from bot.transcripts.talks import MIN_WORDS_IN_GAP, SAME_TALK, Talk
from bot.transcripts.timing import (
    Anchors,
    align_captions,
    prepare_transcript,
    seconds_at,
    time_sentences,
)
from bot.transcripts.witness import hear_out

# Characters; captions and their lists of segments have sentences at most.
_LONGEST_LINE = 250
# Characters a second after a pause of two seconds: 999 of 1000 lines on YouTube are faster.
_SLOWEST_LINE = 8.0

Spoken = TypeVar("Spoken")


@dataclass(frozen=True, slots=True)
class TimedTalk:
    """The timed cues of a talk, with its chapters and problems.

    `said` counts the characters that each speaker says, "" an unknown one, in order of appearance;
    `language` is as in an episode.
    """

    cues: tuple[Cue, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    problems: tuple[Problem, ...] = ()
    said: Mapping[str, int] = field(default_factory=dict)
    language: str = ""
    has_times: bool = False


def merge_transcripts(
    transcripts: Sequence[Transcript],
    people: Mapping[str, str],
    on_progress: Steps = ignore,
    on_transcript: Callable[[Transcript], None] = ignore,
    language: str = "",
) -> tuple[tuple[Episode, ...], tuple[Problem, ...]]:
    """Make episodes from transcripts: group their files, time the sentences, name the guests.

    Edited words get the times of the captions, if there are any, and captions fill long passages
    that editors left out. `people` maps guest ids to names; where no guests are listed, they are
    inferred. Episodes are sorted by season, number and slug, unknown ones last; slugs are unique.
    `on_transcript` is called with the captions, or else the page, of each talk before it is timed.
    `language` is the podcast's, "" if the owner has not said it.
    """
    time = partial(_time_cues, on_transcript)
    merged, problems = merge_talks(transcripts, people, time, on_progress, language)
    return tuple(replace(episode, cues=cues) for episode, cues in merged), problems


def merge_talks(
    transcripts: Sequence[Transcript],
    people: Mapping[str, str],
    time: Callable[[Sequence[Talk]], Iterable[tuple[TimedTalk, Spoken]]],
    on_progress: Steps = ignore,
    language: str = "",
) -> tuple[list[tuple[Episode, Spoken]], tuple[Problem, ...]]:
    """Make episodes as `merge_transcripts` does, with whatever `time` yields in place of cues."""
    talks, problems = group_files(transcripts, language)
    merged: list[tuple[Episode, Spoken]] = []
    said: dict[str, Mapping[str, int]] = {}
    hosts: dict[str, frozenset[str]] = {}
    on_progress(0, len(talks))
    for done, (talk, (timed, spoken)) in enumerate(zip(talks, time(talks), strict=True), start=1):
        if timed.said:
            episode = _episode(talk, timed, people)
            episode = replace(episode, slug=_unique_slug(episode.slug, said))
            merged.append((episode, spoken))
            said[episode.slug] = timed.said
            hosts[episode.slug] = frozenset(host for file in talk.files for host in file.hosts)
            problems += [*timed.problems, *_missing_link_problems(talk, timed, episode)]
        on_progress(done, len(talks))
    merged.sort(key=lambda pair: _sort_key(pair[0]))
    episodes, notes = infer_guests([episode for episode, _ in merged], said, hosts, people)
    pairs = zip(episodes, (spoken for _, spoken in merged), strict=True)
    return list(pairs), (*problems, *notes)


def time_talk(talk: Talk) -> TimedTalk:
    """Time the sentences of a talk; this depends only on the cues and chapters of its files."""
    timed = _time_talk(talk)
    return replace(
        timed,
        chapters=_chapters(timed),
        said=_count_said(timed.cues),
        has_times=any(cue.start is not None for cue in timed.cues),
    )


def _time_cues(
    on_transcript: Callable[[Transcript], None], talks: Sequence[Talk]
) -> Iterator[tuple[TimedTalk, tuple[Cue, ...]]]:
    for talk in talks:
        on_transcript(talk.timed_by)
        timed = time_talk(talk)
        yield timed, timed.cues


def _time_talk(talk: Talk) -> TimedTalk:
    page, captions = _unpacked(talk.page), _unpacked(talk.heard)
    language = _language_of(page or captions)
    chapters = next((file.chapters for file in talk.files if file.chapters), ())
    lines = _limit_ends(_split_long(captions.cues, language)) if captions else ()
    if page is None:
        return TimedTalk(lines, chapters, language=language)
    script = prepare_transcript(page.cues, language)
    if captions is None:
        return TimedTalk(time_sentences(script, script.turns), chapters, language=language)
    alignment = align_captions(script, lines)
    if alignment.share < SAME_TALK:
        problem = _wrong_video_problem(page, captions)
        language = _language_of(captions)
        return TimedTalk(lines, captions.chapters, (problem,), language=language)
    sentences = hear_out(time_sentences(script, alignment.anchors), lines)
    return TimedTalk(
        tuple(sorted([*sentences, *_captions_in_gaps(lines, alignment.gaps)], key=_start)),
        _move_chapters(chapters, script.turns, alignment.anchors),
        tuple(find_contradictions(page, captions, script, alignment)),
        language=language,
    )


def _unpacked(file: Transcript | None) -> Transcript | None:
    return file and replace(file, cues=tuple(file.cues))


def _language_of(file: Transcript | None) -> str:
    return detect_language(cue.text for cue in file.cues) if file else ""


def _count_said(cues: Sequence[Cue]) -> dict[str, int]:
    said: Counter[str] = Counter()
    for cue in cues:
        said[cue.speaker] += len(cue.text)
    return dict(said)


def _split_long(captions: Sequence[Cue], language: str) -> tuple[Cue, ...]:
    """Split captions that are whole turns or paragraphs into their sentences."""
    lines: list[Cue] = []
    for cue, after in zip_longest(captions, captions[1:]):
        if len(cue.text) <= _LONGEST_LINE:
            lines.append(cue)
            continue
        if cue.end is None and after and after.start is not None:
            cue = replace(cue, end=after.start)
        turn = prepare_transcript([cue], language)
        lines += time_sentences(turn, turn.turns)
    return tuple(lines)


def _limit_ends(captions: Sequence[Cue]) -> tuple[Cue, ...]:
    """Return captions whose ends are limited, so that no line lasts through a silence."""
    lines = []
    for cue, after in zip_longest(captions, captions[1:]):
        if cue.start is not None:
            latest = cue.start + 2.0 + len(cue.text) / _SLOWEST_LINE
            following = after.start if after and after.start is not None else latest
            end = min(cue.end or latest, latest, max(following, cue.start))
            if cue.end != end:
                cue = Cue(cue.text, cue.start, end, cue.speaker, cue.source, cue.heard)
        lines.append(cue)
    return tuple(lines)


def _captions_in_gaps(lines: Sequence[Cue], gaps: Sequence[tuple[float, float]]) -> list[Cue]:
    """Return the captions that lie entirely in a gap between edited sentences."""
    timed = [line for line in lines if line.start is not None]
    starts = np.array([line.start for line in timed], np.float64)
    ends = np.array([line.end for line in timed], np.float64)
    kept: list[Cue] = []
    for begin, end in gaps:
        first = int(np.searchsorted(starts, begin))
        passage = timed[first : max(first, int(np.searchsorted(ends, end, side="right")))]
        if sum(count_words(line.text) for line in passage) >= MIN_WORDS_IN_GAP:
            kept += passage
    return kept


def _move_chapters(
    chapters: Sequence[Chapter], turns: Anchors, heard: Anchors
) -> tuple[Chapter, ...]:
    """Move chapters to the times of the captions.

    A chapter that starts with a turn moves with it; others move by the turns' median difference.
    """
    if not len(turns):
        return tuple(chapters)
    spoken = seconds_at(heard, turns.positions).round(2)
    usual = float(np.median(spoken - turns.seconds).round(2))
    starts = dict(zip(turns.seconds.tolist(), spoken.tolist(), strict=True))
    return tuple(
        replace(chapter, start=starts.get(chapter.start, max(0.0, chapter.start + usual)))
        for chapter in chapters
    )


def _wrong_video_problem(page: Transcript, captions: Transcript) -> Problem:
    reason = f"its words are not those of its video: {captions.path} is used instead."
    return Problem(page.path, reason, "Check ids.youtube and the transcript.", refused=False)


def _episode(talk: Talk, timed: TimedTalk, people: Mapping[str, str]) -> Episode:
    metadata = reduce(fill_gaps, [file.metadata for file in talk.files])
    stem = talk.files[0].stem
    season, number = _numbers(metadata)
    return Episode(
        slug=metadata.slug or stem,
        title=metadata.title or next((file.first_line for file in talk.captions), "") or stem,
        short=metadata.short,
        season=season,
        number=number,
        guests=tuple(Guest(one, _full_name(one, talk, timed, people)) for one in metadata.guests),
        youtube=metadata.youtube,
        published=metadata.published,
        topics=metadata.topics,
        description=metadata.description,
        chapters=timed.chapters,
        paths=tuple(file.path for file in talk.files if file not in talk.repeated),
        language=timed.language,
        url=metadata.url,
        audio=metadata.audio,
        spotify=metadata.spotify,
        apple=metadata.apple,
        template=metadata.template,
        guid=metadata.guid,
    )


def _numbers(metadata: Metadata) -> tuple[int | None, int | None]:
    """Return season and number, those in the title if only that has a season, or any number."""
    titled = numbering_of_title(metadata.title) if metadata.season is None else None
    if titled and (metadata.number is None or titled.season is not None):
        return titled.season, titled.number
    return metadata.season, metadata.number


def _full_name(guest: str, talk: Talk, timed: TimedTalk, people: Mapping[str, str]) -> str:
    """Return the full name of a guest, as any file, title or description of the episode has it."""
    name = guest_name(guest, people, timed.said)
    if " " in name:
        return name
    listed = [other for file in talk.files for other in file.metadata.guests]
    texts = [
        text for file in talk.files for text in (file.metadata.title, file.metadata.description)
    ]
    return complete_name(name, [*listed, *names_in(texts, people.values())])


def _chapters(timed: TimedTalk) -> tuple[Chapter, ...]:
    """Return the chapters that start before the last cue ends, in order.

    Of several with the same start, the last one counts, as its words are those spoken.
    """
    end = max((cue.end or cue.start or 0.0 for cue in timed.cues), default=0.0)
    titles = {chapter.start: chapter.title for chapter in timed.chapters if chapter.start < end}
    return tuple(Chapter(title, start) for start, title in sorted(titles.items()))


def _missing_link_problems(talk: Talk, timed: TimedTalk, episode: Episode) -> list[Problem]:
    """Report an episode without times or links, unless its reader has reported a wrong id."""
    if not timed.has_times:
        reason, remedy = "it has no times.", "Export it as SRT or VTT to get links to the moment."
        return [Problem(talk.files[0].path, reason, remedy, refused=False)]
    if link_to(episode, 0) or any(file.wrong_video for file in talk.pages):
        return []
    # Only a page, which has a slug of its own, has a field for the id.
    file = next((page for page in talk.pages if page.metadata.slug), talk.files[0])
    reason = "it has no video or audio: its times have no links."
    if not talk.pages and not any(each.metadata.title for each in talk.captions):
        reason = (
            "it has no title, video or audio: its first line is the title, its times have no links."
        )
    is_page = talk.pages and file.metadata.slug
    place = "ids.youtube, audio or url" if is_page else "youtube, audio or url to catalog.yaml"
    remedy = f"Add {place}."
    return [Problem(file.path, reason, remedy, refused=False)]


def _unique_slug(slug: str, taken: Container[str]) -> str:
    free, count = slug, 1
    while free in taken:
        count += 1
        free = f"{slug}-{count}"
    return free


def _start(cue: Cue) -> float:
    return cue.start or 0.0


def _sort_key(episode: Episode) -> tuple[float, float, str]:
    last = float("inf")
    season = last if episode.season is None else episode.season
    return season, last if episode.number is None else episode.number, episode.slug
