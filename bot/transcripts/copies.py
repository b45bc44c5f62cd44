"""One talk in several files: exports of one stem, copies under other names, caption languages."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from bot.arrays import Longs, distinct
from bot.languages import ENGLISH, language_name
from bot.models import Problem, Transcript
from bot.text import pluralize
from bot.transcripts.alignment import align, shingles
from bot.transcripts.formats.fields import language_in_name, make_note, split_language
from bot.transcripts.talks import (
    MIN_WORDS_IN_GAP,
    Talk,
    are_in_two_languages,
    keyed_words_of,
    with_language,
    word_overlap,
)

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
_MOST_NAMED = 3
# Words in a row; what two programs hear differently is shorter.
_FEWEST_OF_ITS_OWN = 8

_IF_WRONG = "If that is wrong, set AIRQUOTE_LANGUAGE."

_Same = Callable[[Talk, Talk], bool]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A language to read captions in, and why."""

    language: str
    why: str
    remedy: str = ""


def join_copies(talks: Sequence[Talk]) -> tuple[list[Talk], list[Problem]]:
    """Join talks that are one: their files have the same stem, or the same words.

    A note says which files repeat another. Talks with videos of their own stay apart.
    """
    joined = _join(list(talks), _pairs_by_stem(talks), _has_one_stem)
    joined = _join(joined, _pairs_by_words(joined), _has_one_text)
    notes = [note for old, new in zip(talks, joined, strict=True) for note in _notes(old, new)]
    return joined, notes


def choose_languages(talks: Sequence[Talk], podcast: str = "") -> tuple[list[Talk], list[Problem]]:
    """Keep the files of each talk that are in one language; say which are left out, and why.

    That is the language of the page; that of the `podcast`, if its owner has said it; the one that
    is marked as original; that of edited files; that of the other episodes; that of files whose
    names give none, beside translations; or the one that has most words of the titles.
    """
    told = [_with_languages(talk) for talk in talks]
    usual = _usual(told)
    chosen: list[Talk] = []
    left: dict[_Choice, list[Transcript]] = defaultdict(list)
    for talk in told:
        languages = _languages(talk.files)
        if len(languages) < 2:
            chosen.append(talk)
            continue
        choices = _choices(talk, podcast, usual)
        choice = next(each for each in choices if each.language in languages)
        pages, captions = (
            tuple(file for file in files if file.language in ("", choice.language))
            for files in (talk.pages, talk.captions)
        )
        chosen.append(Talk(pages, captions))
        left[choice] += [file for file in talk.files if file not in (*pages, *captions)]
    return chosen, [_left_out(choice, files) for choice, files in left.items()]


def _languages(files: Sequence[Transcript]) -> set[str]:
    return {file.language for file in files if file.language and file.cues}


def _with_languages(talk: Talk) -> Talk:
    """Find out which languages files are in, where several of a kind could be in different ones."""
    return Talk(*map(_each_with_language, (talk.pages, talk.captions)))


def _each_with_language(files: tuple[Transcript, ...]) -> tuple[Transcript, ...]:
    several = sum(bool(file.cues) for file in files) > 1
    return tuple(map(with_language, files)) if several else files


def _usual(talks: Sequence[Talk]) -> list[_Choice]:
    """List the languages of the podcast, as far as its files tell, that of most episodes first."""
    alone = Counter(
        language
        for talk in talks
        if len(found := _languages(talk.files)) == 1
        for language in found
    )
    reasons = (
        (alone, "as in the other episodes"),
        (_unmarked_votes(talks), "like the files whose names give no language"),
        (_title_votes(talks), "like the titles"),
    )
    votes, why = next((each for each in reasons if each[0]), reasons[-1])
    return [_Choice(language, why, _IF_WRONG) for language, _ in votes.most_common()]


def _unmarked_votes(talks: Sequence[Talk]) -> Counter[str]:
    """Count the languages of the files whose names give none, beside translations that do."""
    votes: Counter[str] = Counter()
    for talk in talks:
        spoken = [file for file in talk.files if file.language and file.cues]
        unmarked = {file.language for file in spoken if not language_in_name(file.path)}
        if len(unmarked) == 1 and len(_languages(talk.files)) > 1:
            votes.update(unmarked)
    return votes


def _title_votes(talks: Sequence[Talk]) -> Counter[str]:
    """Count for each language how many words of the titles its files have."""
    votes: Counter[str] = Counter()
    for talk in talks:
        for file in talk.files if len(_languages(talk.files)) > 1 else ():
            said = set(" ".join(cue.text for cue in file.cues).lower().split())
            votes[file.language] += len(said.intersection(file.metadata.title.lower().split()))
    return +votes


def _choices(talk: Talk, podcast: str, usual: Sequence[_Choice]) -> Iterator[_Choice]:
    """Yield the languages in which a talk could be read, the one with the best reason first."""
    if talk.page and not talk.page.language:
        yield from _like_page(talk, talk.page)
    if podcast:
        yield _Choice(podcast, "as AIRQUOTE_LANGUAGE says")
    for file in talk.files:
        if "-orig." in file.path:
            yield _Choice(file.language, "like the captions marked as original")
    edited = _languages(talk.pages)
    if len(edited) == 1:
        yield _Choice(edited.pop(), "like the edited transcripts")
    yield from usual
    for language in (ENGLISH, *sorted(_languages(talk.files))):
        yield _Choice(language, "as no file says which language is the podcast's", _IF_WRONG)


def _like_page(talk: Talk, page: Transcript) -> Iterator[_Choice]:
    words = keyed_words_of(page)
    shares = {
        file.language: word_overlap(keyed_words_of(file), words)
        for file in talk.captions
        if file.language
    }
    best = max(shares, key=lambda language: shares[language], default="")
    if best and shares[best] > _SAME_STEM:
        yield _Choice(best, "like its page")


def _left_out(choice: _Choice, files: Sequence[Transcript]) -> Problem:
    first, more = files[0], files[1:]
    reason = (
        f"it is in {language_name(first.language)}; what is in {language_name(choice.language)} "
        f"is used, {choice.why}."
    )
    if more:
        named = ", ".join(sorted({language_name(file.language) for file in more}))
        are = "is" if len(more) == 1 else "are"
        reason += f" {pluralize(len(more), 'more file')} ({named}) {are} left out too."
    return make_note(first.path, reason, choice.remedy)


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
            key = PurePosixPath(file.path).parent, split_language(file.stem)[0]
            if first.setdefault(key, place) != place:
                pairs.append((first[key], place))
    return pairs


def _has_one_stem(one: Talk, other: Talk) -> bool:
    if _have_two_videos(one, other):
        return False
    first, second = _spoken(one), _spoken(other)
    if first is None or second is None:
        return True
    if _is_translation(first, second):
        return True
    return word_overlap(keyed_words_of(first), keyed_words_of(second)) > _SAME_STEM


def _is_translation(one: Transcript, other: Transcript) -> bool:
    """Tell whether two files are in different languages, and one of them says its own."""
    marked = any(file.language or split_language(file.stem)[1] for file in (one, other))
    return marked and are_in_two_languages(one, other)


def _pairs_by_words(talks: Sequence[Talk]) -> list[tuple[int, int]]:
    """Return pairs of talks whose signatures share half of their phrases."""
    spoken = [_spoken(talk) for talk in talks]
    signatures = [_signature(file) if file else np.empty(0, np.int64) for file in spoken]
    sizes = [len(signature) for signature in signatures]
    phrases = np.concatenate([np.empty(0, np.int64), *signatures])
    order = np.argsort(phrases, kind="stable")
    phrases, places = phrases[order], np.repeat(np.arange(len(talks)), sizes)[order]
    found = [np.empty(0, np.int64)]
    at, step = np.arange(len(phrases)), 0
    while len(at):  # those with the same phrase, so many steps further on
        step += 1
        at = at[at + step < len(phrases)]
        at = at[phrases[at] == phrases[at + step]]
        found.append(places[at] * len(talks) + places[at + step])
    pairs, shared = np.unique(np.concatenate(found), return_counts=True)
    return [
        (one, other)
        for (one, other), number in zip(
            (divmod(pair, len(talks)) for pair in pairs.tolist()), shared.tolist(), strict=True
        )
        if number >= _SHARED * max(sizes[one], sizes[other])
    ]


def _signature(file: Transcript) -> Longs:
    words = keyed_words_of(file)
    if len(words) < _FEWEST_WORDS:
        enough = len(words) >= _FEWEST_EQUAL_WORDS
        return np.array([hash(words.tobytes())] if enough else [], np.int64)
    # Copied, as a part of an array keeps all of it in memory.
    return distinct(shingles(words, _PHRASE))[:_SIGNATURE].copy()


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
    repeated = [
        file
        for file in (*old.files, *added)
        if file is not kept
        and file.cues
        and (file.source is (kept.source if kept else None))
        and not (kept and _is_translation(file, kept))
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
    for file in repeated:
        if lost := _count_lost(file, kept, filling=file is new.heard):
            reason = (
                f"{pluralize(lost, 'word')} of it are not in {kept.path}, and so are shown nowhere."
            )
            yield make_note(file.path, reason, f"If they belong there, add them to {kept.path}.")


def _count_lost(file: Transcript, kept: Transcript, *, filling: bool) -> int:
    """Count the words of a file in passages that another one lacks.

    A file that is `filling` the gaps of the other one shows what is long.
    """
    words, others = keyed_words_of(file), keyed_words_of(kept)
    if np.array_equal(words, others):
        return 0
    left, right = align(words, others)
    left, right = np.concatenate(([-1], left)), np.concatenate(([-1], right))
    lost = 0
    for place in np.flatnonzero(np.diff(left, append=len(words)) > _FEWEST_OF_ITS_OWN).tolist():
        own = words[slice(*_between(left, place))]
        own = own[~np.isin(own, others[slice(*_between(right, place))])]
        if len(own) >= _FEWEST_OF_ITS_OWN and not (filling and len(own) >= MIN_WORDS_IN_GAP):
            lost += len(own)
    return lost


def _between(matches: Longs, place: int) -> tuple[int, int | None]:
    """Return where the words between a match and the next one begin and end."""
    after = matches[place + 1 : place + 2].tolist()
    return int(matches[place]) + 1, after[0] if after else None
