"""Score excerpts as readers would: by what was measured of them, and by what readers said of them.

The weights are in `data/quote_weights.yaml`, the verdicts in `data/quote_verdicts.csv`.
`python -m bench.quotes.fit` makes the former from the latter. Readers are numbered from 4: the
first three judged the choice of an earlier ranking, and their verdicts are no longer kept.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np

from bot.arrays import Floats
from bot.files import DATA
from bot.quotes.evidence import Evidence
from bot.quotes.reasons import READERS
from bot.stored_json import as_kind
from bot.strict_yaml import load_yaml

WEIGHTS = DATA / "quote_weights.yaml"
OPINIONS = DATA / "quote_verdicts.csv"

EVEN_SCORE = 4.0
"""The score of a quote that a strict reader would as likely post as not.

Scores are logits: one less divides the odds by e.
"""

UNSEEN_READER = "7"
"""The reader by whose verdicts the ranking is measured: nothing may be learnt from them."""

NAMES = ("base", *(field.name for field in fields(Evidence)))
"""The names of all weights; `base` is the score of a quote without evidence."""


class ReaderVerdict(StrEnum):
    """Whether a reader would post a quote."""

    POST = "post"
    EDIT = "edit"
    NO = "no"


# What a reader's verdict adds to the score, and the share that remains of what was measured once a
# quote was read. These numbers let two readers predict a third: of quotes that both would post, the
# third would post four in five; of those that only one would, every other; of the rest, hardly any.
_WORTH = {ReaderVerdict.POST: 1.3, ReaderVerdict.EDIT: -0.6, ReaderVerdict.NO: -1.2}
_LEFT = 0.5


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reader said of a quote, by its id; `second` is where it is in the episode, a slug."""

    id: str
    episode: str
    second: int
    reader: str
    verdict: ReaderVerdict
    reason: str


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights, the first of which is the base, and the verdicts on quotes by their ids."""

    weights: Floats
    verdicts: Mapping[str, Sequence[ReaderVerdict]]

    def score(self, evidence: Evidence, quote_id: str) -> float:
        """Score a quote."""
        base, *others = self.weights.tolist()
        score = base + sum(w * x for w, x in zip(others, evidence.numbers, strict=True))
        if said := self.verdicts.get(quote_id):
            score = EVEN_SCORE + _LEFT * (score - EVEN_SCORE) + sum(_WORTH[each] for each in said)
        return round(float(score), 2)

    def reasons(self, quote_id: str) -> tuple[str, ...]:
        """Say how many readers would post a quote; nothing if none has read it."""
        said = self.verdicts.get(quote_id, ())
        post = sum(verdict is ReaderVerdict.POST for verdict in said)
        return (READERS.format(post=post, readers=len(said)),) if said else ()


@cache
def load_ranker() -> Ranker:
    """Load the ranker that ships with Airquote."""
    verdicts: dict[str, list[ReaderVerdict]] = defaultdict(list)
    for opinion in read_opinions(OPINIONS):
        if opinion.reader != UNSEEN_READER:
            verdicts[opinion.id].append(opinion.verdict)
    return Ranker(read_weights(WEIGHTS), verdicts)


def read_weights(path: Path) -> Floats:
    """Read weights in the order of `NAMES`."""
    read = load_yaml(path.read_text(encoding="utf-8"), path.name)
    weights = as_kind(read, dict[str, str])
    return np.array([float(weights[name]) for name in NAMES])


def read_opinions(path: Path) -> Iterator[Opinion]:
    """Read what readers said of quotes."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield Opinion(
                row["id"],
                row["episode"],
                int(row["second"]),
                row["reader"],
                ReaderVerdict(row["verdict"]),
                row["reason"],
            )
