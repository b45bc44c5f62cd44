"""One talk in several files: exports of one stem, copies under other names, caption languages."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np

from bot.arrays import distinct
from bot.models import Problem, Transcript
from bot.transcripts.alignment import shingles
from bot.transcripts.formats.fields import make_note
from bot.transcripts.talks import Talk, keyed_words_of, word_overlap

# Files of one stem need some words in common; other files must have nearly all.
_SAME_STEM = 0.3
_COPY = 0.8
# Copies are first looked for among the phrases with the smallest hashes of each talk.
_SIGNATURE = 256
_SHARED = 0.5
_PHRASE = 4
# Texts of fewer words are copies only if all are equal: two short ones may follow one pattern.
_FEWEST_WORDS = 1000
_FEWEST_EQUAL_WORDS = 20
_DEFAULT_LANGUAGE = "en"
_MOST_NAMED = 3

_Same = Callable[[Talk, Talk], bool]


def join_copies(talks: Sequence[Talk]) -> tuple[list[Talk], list[Problem]]:
    """Join talks that are one: their files have the same stem, or the same words.

    A note says which files repeat another. Talks with videos of their own stay apart.
    """
    joined = _join(list(talks), _pairs_by_stem(talks), _has_one_stem)
    joined = _join(joined, _pairs_by_words(joined), _has_one_text)
    notes = [note for old, new in zip(talks, joined, strict=True) for note in _notes(old, new)]
    return joined, notes


def choose_languages(talks: Sequence[Talk]) -> tuple[list[Talk], list[Problem]]:
    """Keep the captions of one language in each talk, and say which are left out.

    That is the language the captions are marked as original in, that of the page, that of the other
    episodes, or the one that has most of the words of the titles.
    """
    alone = Counter(
        language for talk in talks if len(found := _languages(talk)) == 1 for language in found
    )
    votes = alone or _title_votes(talks)
    usual = votes.most_common(1)[0][0] if votes else _DEFAULT_LANGUAGE
    chosen: list[Talk] = []
    notes: list[Problem] = []
    for talk in talks:
        if len(_languages(talk)) < 2:
            chosen.append(talk)
            continue
        kept = _language_of(talk, usual)
        left = [file for file in talk.captions if file.language not in ("", kept)]
        captions = tuple(file for file in talk.captions if file not in left)
        chosen.append(replace(talk, captions=captions))
        for file in left:
            reason = f'it has the language "{file.language}": the captions in "{kept}" are used.'
            notes.append(make_note(file.path, reason))
    return chosen, notes


def _title_votes(talks: Sequence[Talk]) -> Counter[str]:
    """Count for each language how many words of the titles its captions have."""
    votes: Counter[str] = Counter()
    for talk in talks:
        for file in talk.captions if len(_languages(talk)) > 1 else ():
            said = set(" ".join(cue.text for cue in file.cues).lower().split())
            votes[file.language] += len(said.intersection(file.metadata.title.lower().split()))
    return +votes


def _languages(talk: Talk) -> set[str]:
    return {file.language for file in talk.captions if file.language and file.cues}


def _language_of(talk: Talk, usual: str) -> str:
    """Return the language of a talk with captions in several."""
    languages = _languages(talk)
    original = next((f.language for f in talk.captions if "-orig." in f.path), "")
    page = talk.page
    if page and not original:
        words = keyed_words_of(page)
        shares = {
            file.language: word_overlap(keyed_words_of(file), words)
            for file in talk.captions
            if file.language
        }
        best = max(shares, key=lambda language: shares[language])
        original = best if shares[best] > _SAME_STEM else ""
    by_preference = (original, usual, _DEFAULT_LANGUAGE, *sorted(languages))
    return next(language for language in by_preference if language in languages)


def _join(talks: list[Talk], pairs: Sequence[tuple[int, int]], same: _Same) -> list[Talk]:
    """Join the second talk of each pair to the first, if they are the same."""
    moved: dict[int, int] = {}
    for one, other in pairs:
        first, second = sorted((_root(moved, one), _root(moved, other)))
        if first != second and same(talks[first], talks[second]):
            for file in talks[second].files:
                talks[first] = talks[first].with_file(file)
            talks[second] = Talk()
            moved[second] = first
    return talks


def _root(moved: dict[int, int], place: int) -> int:
    while place in moved:
        place = moved[place]
    return place


def _pairs_by_stem(talks: Sequence[Talk]) -> list[tuple[int, int]]:
    first: dict[tuple[PurePosixPath, str], int] = {}
    pairs = []
    for place, talk in enumerate(talks):
        for file in talk.files:
            key = PurePosixPath(file.path).parent, file.stem
            if first.setdefault(key, place) != place:
                pairs.append((first[key], place))
    return pairs


def _has_one_stem(one: Talk, other: Talk) -> bool:
    if _have_two_videos(one, other):
        return False
    first, second = _spoken(one), _spoken(other)
    if first is None or second is None:
        return True
    if first.language and second.language and first.language != second.language:
        return True
    return word_overlap(keyed_words_of(first), keyed_words_of(second)) > _SAME_STEM


def _pairs_by_words(talks: Sequence[Talk]) -> list[tuple[int, int]]:
    """Return pairs of talks whose signatures share half of their phrases."""
    owners: dict[int, list[int]] = defaultdict(list)
    sizes: dict[int, int] = {}
    shared: Counter[tuple[int, int]] = Counter()
    for place, talk in enumerate(talks):
        spoken = _spoken(talk)
        signature = _signature(spoken) if spoken else []
        sizes[place] = len(signature)
        for phrase in signature:
            shared.update((other, place) for other in owners[phrase])
            owners[phrase].append(place)
    return [
        (one, other)
        for (one, other), number in sorted(shared.items())
        if number >= _SHARED * max(sizes[one], sizes[other])
    ]


def _signature(file: Transcript) -> list[int]:
    words = keyed_words_of(file)
    if len(words) < _FEWEST_WORDS:
        return [hash(words.tobytes())] if len(words) >= _FEWEST_EQUAL_WORDS else []
    found: list[int] = distinct(shingles(words, _PHRASE))[:_SIGNATURE].tolist()
    return found


def _has_one_text(one: Talk, other: Talk) -> bool:
    """Tell whether two talks have the same words, and no two recordings."""
    first, second = _spoken(one), _spoken(other)
    if first is None or second is None:
        return False
    # Each of two videos with captions of its own is an episode, whatever its page says.
    if _have_two_videos(one, other) and (other.heard or one.page is None or other.page is None):
        return False
    words, others = keyed_words_of(first), keyed_words_of(second)
    if len(words) < _FEWEST_WORDS:
        return np.array_equal(words, others)
    shorter, longer = sorted((len(words), len(others)))
    return shorter >= _COPY * longer and word_overlap(words, others) > _COPY


def _have_two_videos(one: Talk, other: Talk) -> bool:
    return bool(one.youtube and other.youtube and one.youtube != other.youtube)


def _spoken(talk: Talk) -> Transcript | None:
    return talk.page or talk.heard or next((file for file in talk.captions if file.cues), None)


def _notes(old: Talk, new: Talk) -> Iterator[Problem]:
    """Say which files of a joined talk have the words of another one."""
    added = [file for file in new.files if file not in old.files]
    kept = _spoken(new)
    languages = {file.language for file in new.captions if file.cues}
    repeated = [
        file
        for file in (*old.files, *added)
        if file is not kept
        and file.cues
        and (file.source is (kept.source if kept else None))
        and (len(languages) < 2 or not file.language)
    ]
    if not added or kept is None or not repeated:
        return
    named = ", ".join(file.path for file in repeated[:_MOST_NAMED])
    if len(repeated) > _MOST_NAMED:
        named += f" and {len(repeated) - _MOST_NAMED} more"
    verb = "has" if len(repeated) == 1 else "have"
    video = next((f for f in repeated if f.metadata.youtube not in ("", new.youtube)), None)
    reason = f"{named} {verb} its words: they are one episode."
    if video:
        reason = f"{named} {verb} its words but another video: they are one episode."
    yield make_note(kept.path, reason, "Check both transcripts." if video else "")
