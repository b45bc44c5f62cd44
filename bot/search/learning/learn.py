"""Learn lexicon entries from captions that differ from the edited transcript.

The result is a proposal to read. The search uses an entry only after a person has accepted it.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.models import Problem
from bot.reporting import Progress, ignore
from bot.search.index.analysis import STOP_WORDS, terms_of
from bot.search.index.lexicon import Lexicon
from bot.search.index.lexicon_file import read_built_in
from bot.search.learning.parallel import (
    ParallelTranscript,
    TermPlace,
    TermRun,
    TermSequence,
    align_talks,
    find_term_places,
    words_of,
)
from bot.search.learning.terms import find_domain_terms
from bot.text import pluralize
from bot.transcripts.files import FoundFiles
from bot.transcripts.grouping import group_files
from bot.transcripts.reader import read_transcripts
from bot.transcripts.talks import Talk

LEAST_COUNT = 2
"""A variant heard once is as likely an accident as a habit."""

LEAST_PRECISION = 0.5
"""The share of a variant's occurrences with an edited counterpart that stand for the term."""

# One or two letters can be the rest of any word.
_MIN_CHARACTERS = 3
_MAX_WORDS = 4
_EXAMPLES = 2
_AROUND = 4  # words of an example on either side
# What YAML reads as plain text.
_PLAIN = re.compile(r"[A-Za-z][\w+/.-]*(?: [\w+/.-]+)*")

_Heard = tuple[ParallelTranscript, TermPlace]
_Places = Sequence[tuple[ParallelTranscript, Sequence[tuple[TermRun, TermPlace]]]]


@dataclass(frozen=True, slots=True)
class Example:
    """A place where the variant stands for the term, with a few words of both texts."""

    episode: str
    second: float | None
    edited: str
    heard: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A variant that captions have in place of a term, with the evidence for it.

    It stands for the term `count` times, in `episodes` episodes. Editors kept it as it is
    `ordinary` times, and captions have it elsewhere `otherwise` times. A `joined` variant differs
    from the term only in spaces.
    """

    term: str
    variant: str
    count: int
    episodes: int
    ordinary: int
    otherwise: int
    joined: bool
    examples: tuple[Example, ...]

    @property
    def precision(self) -> float:
        """The share of its occurrences with an edited counterpart that stand for the term."""
        return self.count / (self.count + self.ordinary)


@dataclass(frozen=True, slots=True)
class LearningResult:
    """The proposals, how many episodes they were learned from, and the problems of their files."""

    proposals: tuple[Proposal, ...]
    episodes: int
    problems: tuple[Problem, ...] = ()


def learn_from_files(found: FoundFiles, on_progress: Progress = ignore) -> LearningResult:
    """Read all transcripts and propose the variants that the built-in lexicon lacks."""
    reading = read_transcripts(found, lambda done, of: on_progress("Reading transcripts", done, of))
    talks, _ = group_files(reading.transcripts, found.language)
    return replace(learn_variants(talks, read_built_in()), problems=reading.problems)


def learn_variants(talks: Sequence[Talk], lexicon: Lexicon) -> LearningResult:
    """Propose the variants that captions have in place of terms and the lexicon lacks."""
    parallels = align_talks(talks)
    terms = find_domain_terms([talk.page for talk in talks if talk.page], lexicon)
    spoken = [words_of(talk.heard.cues) for talk in talks if talk.heard]
    found = propose_variants(parallels, terms, spoken)
    known = {(e.term, tuple(terms_of(text))) for e in lexicon.entries for text in e.heard}
    news = (each for each in found if (each.term, tuple(each.variant.split())) not in known)
    return LearningResult(tuple(news), len(parallels))


def propose_variants(
    parallels: Sequence[ParallelTranscript],
    terms: Mapping[TermRun, str],
    spoken: Iterable[TermSequence],
) -> tuple[Proposal, ...]:
    """Propose variants of terms, the most misheard term first.

    `terms` maps the stems of each term to its spelling. `spoken` are all captions, which show how
    often a variant is said elsewhere.
    """
    places = [(each, list(find_term_places(each, frozenset(terms)))) for each in parallels]
    candidates = _candidates(places, terms)
    runs = frozenset(run for found in candidates.values() for run in found)
    total = Counter(run for words in spoken for run in _runs_in(words.terms, runs))
    kept = Counter(run for each in parallels for run in _kept_runs(each, runs))
    weighed = (
        _weigh(term, run, found, kept[run], total[run])
        for (term, run), found in _gather(places, candidates, terms).items()
    )
    sure = (
        each for each in weighed if each.count >= LEAST_COUNT and each.precision >= LEAST_PRECISION
    )
    return tuple(_order(list(sure)))


def format_proposals(learned: LearningResult) -> str:
    """Write proposals as YAML for the lexicon, with the evidence for each in comments."""
    episodes = pluralize(learned.episodes, "episode")
    if not learned.proposals:
        return f"# {episodes} with both an edited transcript and captions: nothing new.\n"
    lines = [
        f"# Heard in {episodes} with both an edited transcript and captions.",
        "# Keep what is right. If a variant is an ordinary word too, list its phrases as not.",
    ]
    for term, group in groupby(learned.proposals, key=lambda each: each.term):
        proposals = list(group)
        lines.append(f"{_as_key(term)}:")
        for key, joined in (("same", True), ("heard", False)):
            chosen = [each for each in proposals if each.joined is joined]
            lines += [f"  {key}:"] if chosen else []
            lines += [line for each in chosen for line in _describe(each)]
    return "\n".join(lines) + "\n"


def _candidates(places: _Places, terms: Mapping[TermRun, str]) -> Mapping[str, Counter[TermRun]]:
    """Count what captions have in place of each term, without the stop words at its ends."""
    forms: defaultdict[str, list[TermRun]] = defaultdict(list)
    for stems, term in terms.items():
        forms[term].append(stems)
    found: defaultdict[str, Counter[TermRun]] = defaultdict(Counter)
    for parallel, here in places:
        for stems, place in here:
            term = terms[stems]
            begin, end = _trim(parallel.heard, place)
            run, as_stems = parallel.heard.terms[begin:end], parallel.heard.stems[begin:end]
            fits = len(run) <= _MAX_WORDS and len("".join(run)) >= _MIN_CHARACTERS and place.alone
            # Another form of the term, or a part of it, is an editor's change.
            if fits and not any(_overlap(as_stems, form) for form in forms[term]):
                found[term][run] += 1
    return found


def _trim(heard: TermSequence, place: TermPlace) -> tuple[int, int]:
    begin, end = place.begin, place.end
    while begin < end and heard.terms[begin] in STOP_WORDS:
        begin += 1
    while begin < end and heard.terms[end - 1] in STOP_WORDS:
        end -= 1
    return begin, end


def _overlap(one: TermRun, other: TermRun) -> bool:
    """Tell whether one run contains the other."""
    run, part = (one, other) if len(one) > len(other) else (other, one)
    return any(run[n : n + len(part)] == part for n in range(len(run) - len(part) + 1))


def _gather(
    places: _Places, candidates: Mapping[str, Counter[TermRun]], terms: Mapping[TermRun, str]
) -> Mapping[tuple[str, TermRun], list[_Heard]]:
    """Collect all places of each term and variant, even where editors changed the words around.

    Of several variants in one place, the most frequent stands for the term: "envelopes", not
    "envelopes like".
    """
    found: defaultdict[tuple[str, TermRun], list[_Heard]] = defaultdict(list)
    for parallel, here in places:
        for stems, place in here:
            term = terms[stems]
            runs = candidates.get(term, Counter())
            heard = parallel.heard.terms[place.begin : place.end]
            inside = _runs_in(heard, frozenset(runs))
            run = max(inside, key=lambda each: (runs[each], len(each)), default=())
            if run:
                found[term, run].append((parallel, place))
    return found


def _runs_in(terms: TermRun, runs: frozenset[TermRun]) -> Iterator[TermRun]:
    return (run for _, run in _located_runs(terms, runs))


def _located_runs(terms: TermRun, runs: frozenset[TermRun]) -> Iterator[tuple[int, TermRun]]:
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for run in runs:
        lengths[run[0]].add(len(run))
    for at, first in enumerate(terms):
        for length in lengths.get(first, ()):
            if terms[at : at + length] in runs:
                yield at, terms[at : at + length]


def _kept_runs(parallel: ParallelTranscript, runs: frozenset[TermRun]) -> Iterator[TermRun]:
    """Yield the runs that editors kept as they were heard."""
    matched = set(parallel.at_heard.tolist())
    for at, run in _located_runs(parallel.heard.terms, runs):
        if matched.issuperset(range(at, at + len(run))):
            yield run


def _weigh(term: str, run: TermRun, found: Sequence[_Heard], ordinary: int, total: int) -> Proposal:
    return Proposal(
        term=term,
        variant=" ".join(run),
        count=len(found),
        episodes=len({parallel.episode for parallel, _ in found}),
        ordinary=ordinary,
        otherwise=max(0, total - len(found)),
        joined="".join(run) == "".join(terms_of(term)),
        examples=tuple(_example(parallel, place) for parallel, place in found[:_EXAMPLES]),
    )


def _order(proposals: Sequence[Proposal]) -> list[Proposal]:
    weights = Counter[str]()
    for each in proposals:
        weights[each.term] += each.count
    return sorted(
        proposals, key=lambda each: (-weights[each.term], each.term, -each.count, each.variant)
    )


def _example(parallel: ParallelTranscript, place: TermPlace) -> Example:
    edited, heard = parallel.edited, parallel.heard
    return Example(
        parallel.episode,
        heard.seconds[place.begin],
        " ".join(edited.terms[max(0, place.first - _AROUND) : place.last + _AROUND]),
        " ".join(heard.terms[max(0, place.begin - _AROUND) : place.end + _AROUND]),
    )


def _describe(proposal: Proposal) -> Iterator[str]:
    times = f"{pluralize(proposal.count, 'time')} in {pluralize(proposal.episodes, 'episode')}"
    yield f"    - {_as_key(proposal.variant)} # {times}, {proposal.otherwise} otherwise"
    for example in proposal.examples:
        second = "" if example.second is None else f" {int(example.second)} s"
        yield f"      # {example.episode}{second}: {example.heard} | edited: {example.edited}"


def _as_key(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
