"""A talk: the files of one conversation, before they are merged into an episode."""

from dataclasses import dataclass, replace

from bot.arrays import Longs
from bot.languages import detect_language
from bot.models import Origin, Transcript
from bot.transcripts.alignment import align
from bot.transcripts.cues import as_file_cues

SAME_TALK = 0.15
"""The word overlap above which two transcripts are of one talk.

Measured: 0.26 for the most condensed page and its captions; at most 0.05 for different talks.
"""

MIN_WORDS_IN_GAP = 80
"""Captions fill what editors left out if it has this many words, about half a minute."""


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
        """The file that gives the times: the longest of the captions and further subtitles.

        Without a page, captions without times are all there is.
        """
        subtitles = [file for file in self.pages if file is not self.page and file.cues]
        timed = [*filter(_has_times, self.captions), *filter(_has_timed_lines, subtitles)]
        if not timed and self.page is None:
            timed = [file for file in self.captions if file.cues]
        return max(timed, key=lambda file: len(file.cues), default=None)

    @property
    def timed_by(self) -> Transcript:
        """The file whose times count most."""
        return self.heard or self.files[0]

    @property
    def repeated(self) -> tuple[Transcript, ...]:
        """The edited transcripts whose words are not used, since another page has them."""
        used = (self.page, self.heard)
        return tuple(file for file in self.pages if file.cues and file not in used)

    @property
    def youtube(self) -> str:
        """The id of its video, or "" if no file has it."""
        return next((file.metadata.youtube for file in self.files if file.metadata.youtube), "")

    def with_file(self, file: Transcript) -> "Talk":
        """Return the talk with one more file."""
        if file.source is Origin.EDITED:
            return replace(self, pages=(*self.pages, file))
        return replace(self, captions=(*self.captions, file))


def word_overlap(one: Longs, other: Longs) -> float:
    """Return the share, 0 to 1, of the shorter text's words that the other has in that order."""
    shorter = min(len(one), len(other))
    return len(align(one, other)[0]) / shorter if shorter else 0.0


def share_of_page(page: Longs, text: Longs) -> float:
    """Return the share, 0 to 1, of a page's words that a text has in that order."""
    return len(align(page, text)[0]) / len(page) if len(page) else 0.0


def keyed_words_of(transcript: Transcript) -> Longs:
    """Return the keys of the words of a transcript."""
    return as_file_cues(transcript.cues).words


def are_in_two_languages(one: Transcript, other: Transcript) -> bool:
    """Tell whether two transcripts are in different languages, marked or else found out."""
    languages = {with_language(one).language, with_language(other).language}
    return len(languages) == 2 and "" not in languages


def with_language(file: Transcript) -> Transcript:
    """Return a transcript with its language, which is found out unless the file says it."""
    if file.language or not file.cues:
        return file
    return replace(file, language=detect_language(cue.text for cue in file.cues))


def _has_timed_lines(transcript: Transcript) -> bool:
    return any(cue.end is not None for cue in transcript.cues[:2])


def _has_times(transcript: Transcript) -> bool:
    return any(cue.start is not None for cue in transcript.cues)
