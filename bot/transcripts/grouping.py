"""Which files are of the same talk: by what they say of themselves, else by their words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.models import Origin, Problem, Transcript
from bot.transcripts.alignment import KeyedWords, align, find_keyed_words, shingles

SAME_TALK = 0.15
"""The share of words two transcripts of one talk have in the same order at least.

Measured: 0.26 for the most condensed page and its captions; 0.05 at most for different talks.
"""

_PHRASE = 4  # words that are rarely said twice in the same order


@dataclass(frozen=True, slots=True)
class Talk:
    """The files of one talk: edited pages, of which the first with words counts, and captions."""

    pages: tuple[Transcript, ...] = ()
    captions: tuple[Transcript, ...] = ()

    @property
    def files(self) -> tuple[Transcript, ...]:
        """All files, those that know most first."""
        return self.pages + self.captions

    @property
    def page(self) -> Transcript | None:
        """The edited transcript that is shown: whole turns before subtitles, None without words."""
        spoken = [page for page in self.pages if page.cues]
        return min(spoken, key=_has_timed_lines, default=None)

    @property
    def heard(self) -> Transcript | None:
        """The file that gives the seconds: of captions and further subtitles the longest."""
        subtitles = [file for file in self.pages if file is not self.page and file.cues]
        timed = [*self.captions, *filter(_has_timed_lines, subtitles)]
        return max(timed, key=lambda file: len(file.cues), default=None)

    @property
    def youtube(self) -> str:
        """The id of its video, "" where no file knows it."""
        return next((file.metadata.youtube for file in self.files if file.metadata.youtube), "")

    def with_file(self, file: Transcript) -> "Talk":
        """Return the talk with one more file."""
        if file.source is Origin.EDITED:
            return replace(self, pages=(*self.pages, file))
        return replace(self, captions=(*self.captions, file))


def group_files(transcripts: Sequence[Transcript]) -> tuple[list[Talk], list[Problem]]:
    """Put the files of each talk together, in the order in which their first file came.

    Files share a YouTube id or a slug; captions that know no id belong to the page whose words
    they have. Pages with one id but different words stay apart, as do pages with the same words
    and different ids; of captions that stand under several ids only one is kept. The problems tell
    of all three.
    """
    talks, problems = _group_by_ids(transcripts)
    talks = _group_by_words(talks)
    talks, copies = _drop_repeated_captions(talks)
    return [talk for talk in talks if talk.files], [
        *problems,
        *_repeated_page_problems(talks),
        *copies,
    ]


def word_overlap(one: KeyedWords, other: KeyedWords) -> float:
    """Return the part of the shorter text's words that the other has in the same order."""
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
    return word_overlap(_words_of(file), _words_of(page)) > SAME_TALK


def _shared_video_problems(talk: Talk, file: Transcript) -> list[Problem]:
    if file.metadata.youtube != talk.youtube:
        return []
    reason = f"it has the video of {talk.files[0].path}, but other words."
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
    """Return for each text the index of the page that says the same, None where none does.

    Phrases that only one page has vote for it; then the words are aligned to be sure.
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
        same = votes[best] > 0 and word_overlap(text, pages[best]) > SAME_TALK
        found.append(best if same else None)
    return found


def _repeated_page_problems(talks: Sequence[Talk]) -> list[Problem]:
    """Tell of pages whose words also stand on the page of another video."""
    seen: dict[tuple[str, ...], Transcript] = {}
    problems = []
    for page in filter(None, (talk.page for talk in talks)):
        first = seen.setdefault(tuple(cue.text for cue in page.cues), page)
        if first is not page:
            reason = f"its words are those of {first.path}, with another video."
            problems.append(Problem(page.path, reason, "Check both transcripts.", refused=False))
    return problems


def _drop_repeated_captions(talks: Sequence[Talk]) -> tuple[list[Talk], list[Problem]]:
    """Take captions off the talks whose captions are those of another one."""
    places: dict[tuple[str, ...], list[int]] = {}
    for place, talk in enumerate(talks):
        if talk.heard and talk.heard.cues:
            places.setdefault(tuple(cue.text for cue in talk.heard.cues), []).append(place)
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
    """Return the place of the talk whose page has the words of the captions, else the first."""
    heard = talks[0].heard
    paged = [(place, page) for place, talk in enumerate(talks) if (page := talk.page)]
    if not heard or not paged:
        return 0
    found = _find_pages([_words_of(heard)], [_words_of(page) for _, page in paged])[0]
    return paged[found][0] if found is not None else 0


def _repeated_captions_problem(file: Transcript, owner: Talk) -> Problem:
    original = owner.heard.path if owner.heard else owner.files[0].path
    reason = f"its words are those of {original}: left out."
    return Problem(file.path, reason, "Replace it with the captions of its own video.")


def _has_timed_lines(transcript: Transcript) -> bool:
    return any(cue.end is not None for cue in transcript.cues[:2])


def _words_of(transcript: Transcript) -> KeyedWords:
    return find_keyed_words(" ".join(cue.text for cue in transcript.cues))
