"""Group the files of each talk: by their ids, else by their words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.models import Origin, Problem, Transcript
from bot.transcripts.alignment import KeyedWords, align, shingles
from bot.transcripts.cues import as_file_cues

SAME_TALK = 0.15
"""The word overlap above which two transcripts are of one talk.

Measured: 0.26 for the most condensed page and its captions; at most 0.05 for different talks.
"""

_PHRASE = 4  # words: few phrases of this length occur in two talks


@dataclass(frozen=True, slots=True)
class Talk:
    """The files of one talk: edited ones and captions."""

    pages: tuple[Transcript, ...] = ()
    captions: tuple[Transcript, ...] = ()

    @property
    def files(self) -> tuple[Transcript, ...]:
        """All files, those with the most facts first."""
        return self.pages + self.captions

    @property
    def page(self) -> Transcript | None:
        """The edited transcript to show, preferably with whole turns; None if none has words."""
        spoken = [page for page in self.pages if page.cues]
        return min(spoken, key=_has_timed_lines, default=None)

    @property
    def heard(self) -> Transcript | None:
        """The file that gives the times: the longest of the captions and further subtitles."""
        subtitles = [file for file in self.pages if file is not self.page and file.cues]
        timed = [*self.captions, *filter(_has_timed_lines, subtitles)]
        return max(timed, key=lambda file: len(file.cues), default=None)

    @property
    def youtube(self) -> str:
        """The id of its video, or "" if no file has it."""
        return next((file.metadata.youtube for file in self.files if file.metadata.youtube), "")

    def with_file(self, file: Transcript) -> "Talk":
        """Return the talk with one more file."""
        if file.source is Origin.EDITED:
            return replace(self, pages=(*self.pages, file))
        return replace(self, captions=(*self.captions, file))


def group_files(transcripts: Sequence[Transcript]) -> tuple[list[Talk], list[Problem]]:
    """Group the files of each talk, in the order of their first files.

    Files of a talk share a YouTube id or a slug; captions without an id belong to the page whose
    words they have. Three cases are reported as problems: pages with the same id but different
    words, and pages with the same words but different ids, which stay apart; and the same captions
    under several ids, of which only one is kept.
    """
    talks, problems = _group_by_ids(transcripts)
    talks = _group_by_words(talks)
    talks, copies = _drop_repeated_captions(talks)
    problems += [*_repeated_page_problems(talks), *copies]
    return [talk for talk in talks if talk.files], problems


def _word_overlap(one: KeyedWords, other: KeyedWords) -> float:
    """Return the share, 0 to 1, of the shorter text's words that the other has in that order."""
    shorter = min(len(one.keys), len(other.keys))
    return len(align(one.keys, other.keys)[0]) / shorter if shorter else 0.0


def _group_by_ids(transcripts: Sequence[Transcript]) -> tuple[list[Talk], list[Problem]]:
    talks: list[Talk] = []
    problems: list[Problem] = []
    places: dict[tuple[str, str], int] = {}
    for file in transcripts:
        keys = [("video", file.metadata.youtube), ("slug", file.metadata.slug)]
        keys = [key for key in keys if key[1]]
        place = next((places[key] for key in keys if key in places), None)
        if place is not None and not _belongs(talks[place], file):
            problems += _shared_video_problems(talks[place], file)
            place = None
        if place is None:
            place = len(talks)
            talks.append(Talk())
        talks[place] = talks[place].with_file(file)
        for key in keys:
            places.setdefault(key, place)
    return talks, problems


def _belongs(talk: Talk, file: Transcript) -> bool:
    video, page = file.metadata.youtube, talk.page
    if video and talk.youtube and video != talk.youtube:
        return False
    if file.source is not Origin.EDITED or not file.cues or page is None:
        return True
    return _word_overlap(_words_of(file), _words_of(page)) > SAME_TALK


def _shared_video_problems(talk: Talk, file: Transcript) -> list[Problem]:
    if file.metadata.youtube != talk.youtube:
        return []
    reason = f"it has the video of {talk.files[0].path} but different words."
    return [Problem(file.path, reason, "Check ids.youtube of both.", refused=False)]


def _group_by_words(talks: Sequence[Talk]) -> list[Talk]:
    joined = list(talks)
    nameless = [place for place, talk in enumerate(talks) if not talk.pages]
    paged = [place for place, talk in enumerate(talks) if talk.page]
    if all(talks[place].youtube for place in paged):
        nameless = [place for place in nameless if not talks[place].youtube]
    if not nameless or not paged:
        return joined
    spoken = _find_pages(
        [_words_of(talks[place].captions[0]) for place in nameless],
        [_words_of(page) for place in paged if (page := talks[place].page)],
    )
    for place, found in zip(nameless, spoken, strict=True):
        if found is None or (talks[place].youtube and talks[paged[found]].youtube):
            continue
        for file in talks[place].captions:
            joined[paged[found]] = joined[paged[found]].with_file(file)
        joined[place] = Talk()
    return joined


def _find_pages(texts: Sequence[KeyedWords], pages: Sequence[KeyedWords]) -> list[int | None]:
    """Return for each text the index of the page with the same words, or None.

    Phrases that only one page has vote for that page; aligning the words then confirms it.
    """
    phrases = [np.unique(shingles(page.keys, _PHRASE)) for page in pages]
    owners = np.repeat(np.arange(len(pages)), [len(keys) for keys in phrases])
    keys, first, counts = np.unique(np.concatenate(phrases), return_index=True, return_counts=True)
    keys, owners = keys[counts == 1], owners[first[counts == 1]]
    found: list[int | None] = []
    for text in texts:
        said = np.isin(keys, shingles(text.keys, _PHRASE))
        votes = np.bincount(owners[said], minlength=len(pages))
        best = int(votes.argmax())
        same = votes[best] > 0 and _word_overlap(text, pages[best]) > SAME_TALK
        found.append(best if same else None)
    return found


def _repeated_page_problems(talks: Sequence[Talk]) -> list[Problem]:
    """Report pages whose words are also those of another video's page."""
    seen: dict[str, Transcript] = {}
    problems = []
    for page in filter(None, (talk.page for talk in talks)):
        first = seen.setdefault(as_file_cues(page.cues).facts.texts, page)
        if first is not page:
            reason = f"it has the words of {first.path} but another video."
            problems.append(Problem(page.path, reason, "Check both transcripts.", refused=False))
    return problems


def _drop_repeated_captions(talks: Sequence[Talk]) -> tuple[list[Talk], list[Problem]]:
    """Remove captions from talks whose captions are those of another talk."""
    places: dict[str, list[int]] = {}
    for place, talk in enumerate(talks):
        if talk.heard and talk.heard.cues:
            places.setdefault(as_file_cues(talk.heard.cues).facts.texts, []).append(place)
    kept, problems = list(talks), []
    for same in places.values():
        owner = _find_owner([talks[place] for place in same]) if len(same) > 1 else 0
        for place in same[:owner] + same[owner + 1 :]:
            kept[place] = replace(talks[place], captions=())
            problems += [
                _repeated_captions_problem(file, talks[same[owner]])
                for file in talks[place].captions
            ]
    return kept, problems


def _find_owner(talks: Sequence[Talk]) -> int:
    """Return the index of the talk whose page has the captions' words, else 0."""
    heard = talks[0].heard
    paged = [(place, page) for place, talk in enumerate(talks) if (page := talk.page)]
    if not heard or not paged:
        return 0
    found = _find_pages([_words_of(heard)], [_words_of(page) for _, page in paged])[0]
    return paged[found][0] if found is not None else 0


def _repeated_captions_problem(file: Transcript, owner: Talk) -> Problem:
    original = owner.heard.path if owner.heard else owner.files[0].path
    reason = f"it has the words of {original}: skipped."
    return Problem(file.path, reason, "Replace it with the captions of its own video.")


def _has_timed_lines(transcript: Transcript) -> bool:
    return any(cue.end is not None for cue in transcript.cues[:2])


def _words_of(transcript: Transcript) -> KeyedWords:
    return as_file_cues(transcript.cues).words
