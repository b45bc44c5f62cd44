"""Fit the weights of the ranking of quotes to what readers said, and show how good they are.

`python -m bench.quotes.fit [VERDICTS.csv]` reads the podcast that AIRQUOTE_EPISODES names, and
verdicts as in `data/quote_verdicts.csv`; with `--write` it stores the weights in
`data/quote_weights.yaml`. The quotes of an episode are all in one fold, so that none is judged by
weights that know its episode.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Floats, Mask
from bot.environment import load_settings
from bot.library.library import open_library
from bot.logistic import fit_logistic
from bot.quotes.evidence import Evidence, measure
from bot.quotes.excerpts import find_excerpts
from bot.quotes.extraction import content_id
from bot.quotes.lookup import is_judged
from bot.quotes.ranker import (
    EVEN_SCORE,
    NAMES,
    OPINIONS,
    UNSEEN_READER,
    WEIGHTS,
    Opinion,
    ReaderVerdict,
    read_opinions,
)
from bot.quotes.word_usage import learn_word_usage
from bot.search.index.index import Index

FOLDS = 10
SEED = 1
# How far each verdict wants a quote posted.
_LABELS = {ReaderVerdict.POST: 1.0, ReaderVerdict.EDIT: 0.5, ReaderVerdict.NO: 0.0}
# A quote is good if the mean of its labels is at least this.
_GOOD = 0.75
# Quotes with fewer readers were chosen by an earlier ranking, so quality is not measured on them.
_READERS = 2
_PRIOR = 30.0
_SURE = 1e-6
_TOPS = (26, 60, 120)
_HEAD = """\
# What each number of `bot.quotes.evidence` adds to the score of a quote, beginning at the base.
# Made by `python -m bench.quotes.fit --write` from the verdicts in quote_verdicts.csv.
"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Quotes that were read: what was measured of each, how good it is, and who read it."""

    evidence: Floats
    labels: Floats
    counts: Floats
    episodes: NDArray[np.str_]


def find_evidence(index: Index) -> Mapping[str, Evidence]:
    """Measure all excerpts of an index, by their ids."""
    usage = learn_word_usage(index)
    return {
        content_id(excerpt.text): measure(excerpt)
        for number, episode in enumerate(index.episodes)
        if is_judged(episode)
        for excerpt in find_excerpts(index, number, usage)
    }


def label(opinions: Sequence[Opinion], known: Mapping[str, Evidence]) -> Labelled:
    """Bring together what was said and measured of quotes, without the unseen reader's verdicts."""
    said: dict[str, list[Opinion]] = defaultdict(list)
    for each in opinions:
        if each.reader != UNSEEN_READER and each.id in known:
            said[each.id].append(each)
    return Labelled(
        np.array([known[quote].vector for quote in said]),
        np.array([np.mean([_LABELS[each.verdict] for each in all_]) for all_ in said.values()]),
        np.array([len(all_) for all_ in said.values()], dtype=np.float64),
        np.array([all_[0].episode for all_ in said.values()]),
    )


def fit(evidence: Floats, labels: Floats, counts: Floats) -> Floats:
    """Fit the weights, the base first."""
    means, spreads = evidence.mean(axis=0), np.maximum(evidence.std(axis=0), _SURE)
    scaled = np.column_stack([np.ones(len(evidence)), (evidence - means) / spreads])
    prior = np.array([_SURE, *[_PRIOR] * evidence.shape[1]])
    base, *others = fit_logistic(scaled, labels, counts / counts.mean(), prior)
    weights = np.array(others) / spreads
    return np.array([base + EVEN_SCORE - weights @ means, *weights])


def cross_validate(judged: Labelled) -> Floats:
    """Score each quote by weights fitted to those of other folds."""
    names, owners = np.unique(judged.episodes, return_inverse=True)
    folds = np.random.default_rng(SEED).permutation(len(names))[owners] % FOLDS
    scores = np.zeros(len(owners))
    for fold in range(FOLDS):
        seen = folds != fold
        weights = fit(judged.evidence[seen], judged.labels[seen], judged.counts[seen])
        scores[~seen] = weights[0] + judged.evidence[~seen] @ weights[1:]
    return scores


def auc(scores: Floats, good: Mask) -> float:
    """Return the chance that a good quote has a higher score than another; ties count half."""
    better, worse = scores[good][:, None], scores[~good][None, :]
    return float(((better > worse) + 0.5 * (better == worse)).mean())


def agreements(opinions: Sequence[Opinion]) -> Iterator[tuple[str, str, int, float, float]]:
    """Yield for each pair of readers how many quotes both read, how often they agree, and kappa."""
    said: dict[str, dict[str, ReaderVerdict]] = defaultdict(dict)
    for each in opinions:
        said[each.reader][each.id] = each.verdict
    for one, other in combinations(sorted(said), 2):
        both = sorted(said[one].keys() & said[other].keys())
        pairs = [(said[one][quote], said[other][quote]) for quote in both]
        if pairs:
            agreed = float(np.mean([first == second for first, second in pairs]))
            chance = sum(
                np.mean([first == each for first, _ in pairs])
                * np.mean([second == each for _, second in pairs])
                for each in ReaderVerdict
            )
            yield one, other, len(pairs), agreed, float((agreed - chance) / max(1 - chance, _SURE))


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, cross-validate, print, and store the weights if asked to."""
    options = _parse(arguments)
    settings = load_settings()
    index = open_library(settings.episode_paths, settings.cache_folder).index
    opinions = tuple(read_opinions(options.verdicts))
    judged = label(opinions, find_evidence(index))
    if not len(judged.labels):
        sys.exit(f"{options.verdicts}: none of these quotes is in this podcast.")
    weights = fit(judged.evidence, judged.labels, judged.counts)
    for name, weight in zip(NAMES, weights, strict=True):
        print(f"{name:16} {weight:6.3f}")
    for one, other, count, agreed, kappa in agreements(opinions):
        print(f"readers {one} and {other}: {count} quotes, {agreed:.0%} agreed, kappa {kappa:.2f}")
    _print_quality(judged)
    if options.write:
        lines = (f"{name}: {weight:.3f}\n" for name, weight in zip(NAMES, weights, strict=True))
        WEIGHTS.write_text(_HEAD + "".join(lines), encoding="utf-8")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.quotes.fit", description=__doc__)
    parser.add_argument("verdicts", nargs="?", type=Path, default=OPINIONS, help="a CSV file")
    parser.add_argument("--write", action="store_true", help="store the weights")
    return parser.parse_args(arguments)


def _print_quality(judged: Labelled) -> None:
    shared = judged.counts >= min(_READERS, judged.counts.max())
    scores, labels = cross_validate(judged)[shared], judged.labels[shared]
    good = labels >= _GOOD
    print(f"{good.sum()} of {len(good)} quotes are good, AUC {auc(scores, good):.3f}")
    best = np.argsort(-scores)
    for top in _TOPS:
        print(f"of the first {top:3}, readers would post {labels[best[:top]].mean():.0%}")


if __name__ == "__main__":
    main()
