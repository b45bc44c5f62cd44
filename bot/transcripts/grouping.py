"""Group the files of each talk: by their ids, else by their words."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.arrays import Longs, distinct
from bot.models import Origin, Problem, Transcript
from bot.transcripts.alignment import shingles
from bot.transcripts.copies import choose_languages, join_copies
from bot.transcripts.cues import as_file_cues
from bot.transcripts.talks import (
    SAME_TALK,
    Talk,
    are_in_two_languages,
    keyed_words_of,
    share_of_page,
    word_overlap,
)

_PHRASE = 4  # words: few phrases of this length occur in two talks


def group_files(
    transcripts: Sequence[Transcript], language: str = ""
) -> tuple[list[Talk], list[Problem]]:
    """Group the files of each talk, in the order of their first files.

    Files of a talk share a YouTube id, a slug, or a stem; captions without an id belong to the page
    whose words they have, and copies to what they repeat. Reported as problems are: files that
    repeat another; files in another `language` than the podcast's, which are left out; pages with
    the same id but different words, which stay apart; and the same captions under several ids, of
    which only one is kept.
    """
    talks, problems = _group_by_ids(transcripts)
    talks = _group_by_words(talks)
    talks, copies = join_copies(talks)
    talks, languages = choose_languages(talks, language)
    talks, captions = _drop_repeated_captions(talks)
    problems += [*copies, *languages, *_repeated_page_problems(talks), *captions]
    return [talk for talk in talks if talk.files], problems


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
    video = file.metadata.youtube
    if video and talk.youtube and video != talk.youtube:
        return False
    spoken = (other for other in talk.captions if other.cues and _is_page(other))
    page = talk.page or next(spoken, None)
    if page is None or not file.cues or not _is_page(file):
        return True
    same = word_overlap(keyed_words_of(file), keyed_words_of(page)) > SAME_TALK
    return same or are_in_two_languages(file, page)


def _is_page(file: Transcript) -> bool:
    """Tell whether a file is edited, or a page whose words nobody has edited."""
    return file.source is Origin.EDITED or bool(file.metadata.slug)


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
        [keyed_words_of(talks[place].captions[0]) for place in nameless],
        [keyed_words_of(page) for place in paged if (page := talks[place].page)],
    )
    for place, found in zip(nameless, spoken, strict=True):
        if found is None or (talks[place].youtube and talks[paged[found]].youtube):
            continue
        for file in talks[place].captions:
            joined[paged[found]] = joined[paged[found]].with_file(file)
        joined[place] = Talk()
    return joined


def _find_pages(texts: Sequence[Longs], pages: Sequence[Longs]) -> list[int | None]:
    """Return for each text the index of the page with the same words, or None.

    Phrases that only one page has vote for that page; aligning the words then confirms it. A
    trailer has little of the page that it quotes.
    """
    said = distinct(np.concatenate([shingles(text, _PHRASE) for text in texts]))
    phrases = [_those_in(said, distinct(shingles(page, _PHRASE))) for page in pages]
    owners = np.repeat(np.arange(len(pages)), [len(keys) for keys in phrases])
    keys, first, counts = np.unique(np.concatenate(phrases), return_index=True, return_counts=True)
    keys, owners = keys[counts == 1], owners[first[counts == 1]]
    found: list[int | None] = []
    for text in texts:
        voting = np.isin(keys, shingles(text, _PHRASE))
        votes = np.bincount(owners[voting], minlength=len(pages))
        best = int(votes.argmax())
        same = votes[best] > 0 and share_of_page(pages[best], text) > SAME_TALK
        found.append(best if same else None)
    return found


def _those_in(known: Longs, keys: Longs) -> Longs:
    """Keep the keys that are among known ones, which ascend."""
    places = np.searchsorted(known, keys)
    return keys[known.take(places, mode="clip") == keys] if len(known) else keys[:0]


def _repeated_page_problems(talks: Sequence[Talk]) -> list[Problem]:
    """Report pages whose words are also those of another video's page."""
    seen: dict[str, Transcript] = {}
    problems = []
    for page in filter(None, (talk.page for talk in talks)):
        first = seen.setdefault(as_file_cues(page.cues).facts.texts, page)
        if first is not page:
            video = " but another video" if page.metadata.youtube else ""
            reason = f"it has the words of {first.path}{video}."
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
    found = _find_pages([keyed_words_of(heard)], [keyed_words_of(page) for _, page in paged])[0]
    return paged[found][0] if found is not None else 0


def _repeated_captions_problem(file: Transcript, owner: Talk) -> Problem:
    original = owner.heard.path if owner.heard else owner.files[0].path
    reason = f"it has the words of {original}: skipped."
    return Problem(file.path, reason, "Replace it with the captions of its own video.")
