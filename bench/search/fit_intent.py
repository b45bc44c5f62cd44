"""Fit the weights of `bot.search.intent` on labelled messages, and show how good they are.

`python -m bench.search.fit_intent MESSAGES.jsonl` measures each message on every podcast that it
may be sent to: the sample, and where AIRQUOTE_SHARED is set, its seeds and its corpus. It fits a
logistic regression on the messages marked "fit", in which each counts once, and prints precision
and recall on those marked "held", which nothing was chosen by.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from bench.search.material import shared_folder
from bot.arrays import Floats, Mask
from bot.config import SAMPLE_EPISODES
from bot.environment import load_settings
from bot.library.library import open_library
from bot.logistic import chances_at, fit_logistic
from bot.search.engine import search
from bot.search.index.index import Index
from bot.search.intent import IntentWeights, intent_evidence
from bot.search.query import parse_query

# Keeps weights small where the messages hardly say anything about them.
_PRIOR = 0.2
_THRESHOLDS = (0.1, 0.2, 0.3, 0.5, 0.7)


@dataclass(frozen=True, slots=True)
class Message:
    """A labelled message: whether it asks the podcast, and which podcasts could answer it.

    `held` messages are kept back from fitting. One that asks nothing is sent to all podcasts.
    """

    text: str
    asks: bool
    kind: str
    held: bool
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Messages with what was measured of them on a podcast, a row each."""

    evidence: Floats
    asks: Mask
    held: Mask
    podcasts: tuple[str, ...]
    weights: Floats


def read_messages(path: Path) -> tuple[Message, ...]:
    """Read labelled messages, a JSON object a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        Message(row["text"], row["asks"], row["kind"], row["set"] == "held", (*row["about"],))
        for row in map(json.loads, lines)
    )


def measure_messages(messages: Sequence[Message], podcasts: Mapping[str, Index]) -> Measured:
    """Measure each message on each podcast that it is about."""
    sent = [(each, name) for each in messages for name in each.about if name in podcasts]
    times = {each.text: sum(name in podcasts for name in each.about) for each, _ in sent}
    return Measured(
        np.array([evidence_of(podcasts[name], each.text) for each, name in sent]),
        np.array([each.asks for each, _ in sent]),
        np.array([each.held for each, _ in sent]),
        tuple(name for _, name in sent),
        np.array([1 / times[each.text] for each, _ in sent]),
    )


def evidence_of(index: Index, text: str) -> Floats:
    """Search for a message, and measure the evidence."""
    return intent_evidence(index, text, search(index, parse_query(text)))


def fit_intent(evidence: Floats, asks: Mask, counts: Floats) -> Floats:
    """Fit a logistic regression in which each message counts as often as `counts` says."""
    prior = np.full(evidence.shape[1], _PRIOR)
    return fit_logistic(evidence, asks.astype(np.float64), counts, prior)


def precision_and_recall(chances: Floats, asks: Mask, threshold: float) -> tuple[float, float]:
    """Return the precision and recall of answering what has at least a chance."""
    answered = chances >= threshold
    right, found, wanted = (int(each.sum()) for each in (answered & asks, answered, asks))
    return right / max(found, 1), right / max(wanted, 1)


def open_podcasts() -> Iterator[tuple[str, Index]]:
    """Open the sample podcast, and those of AIRQUOTE_SHARED."""
    cache = load_settings().cache_folder
    yield "sample", open_library([SAMPLE_EPISODES], cache).index
    if shared := shared_folder():
        yield "seeds", open_library([shared / "seeds"], cache).index
        corpus = shared / "corpus"
        yield "real", open_library([corpus / "episodes", corpus / "people"], cache).index


def main() -> None:
    """Fit on the messages named on the command line, and show how the others are judged."""
    if len(sys.argv) != 2:
        sys.exit("Name a file of messages: python -m bench.search.fit_intent MESSAGES.jsonl")
    measured = measure_messages(read_messages(Path(sys.argv[1])), dict(open_podcasts()))
    fitted = ~measured.held
    weights = fit_intent(measured.evidence[fitted], measured.asks[fitted], measured.weights[fitted])
    for field, weight in zip(fields(IntentWeights), weights, strict=True):
        print(f"{field.name:10} {weight:6.2f}")
    chances = chances_at(measured.evidence @ weights)
    for name in dict.fromkeys(measured.podcasts):
        held = measured.held & (np.array(measured.podcasts) == name)
        for threshold in _THRESHOLDS:
            precision, recall = precision_and_recall(chances[held], measured.asks[held], threshold)
            print(f"{name:8} from {threshold}: precision {precision:.3f}, recall {recall:.3f}")


if __name__ == "__main__":
    main()
