"""Make the table of word vectors that ships with Airquote.

`python -m bench.search.words MODEL` reads a model's folder, with the extra `semantic` installed. It
embeds each whole word of the tokenizer's vocabulary, removes what all words share (their mean and
main direction: Mu and Viswanath 2018, https://arxiv.org/abs/1702.01417), and keeps the directions
in which words differ most. Words of one stem share the mean of their vectors.
"""

import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from bot.arrays import SmallFloats
from bot.search.index.analysis import STOP_WORDS, stem_terms
from bot.search.index.vectors import TABLE, pack_halves, to_units
from bot.search.sentence_model import find_model

DIMENSIONS = 256
_SHORTEST = 2


def words_in(folder: Path) -> list[str]:
    """List the words in a tokenizer's vocabulary, without stop words and pieces of words."""
    known = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    return sorted(
        word
        for word in known
        if word.isascii() and word.isalpha() and word.islower() and len(word) >= _SHORTEST
        if word not in STOP_WORDS
    )


def reduce_vectors(vectors: SmallFloats, dimensions: int) -> SmallFloats:
    """Remove what vectors share, and keep the directions in which they differ most."""
    apart = vectors - vectors.mean(axis=0)
    directions = np.linalg.eigh(apart.T @ apart).eigenvectors[:, ::-1]
    return to_units(apart @ directions[:, 1 : 1 + dimensions])


def main() -> None:
    """Make the table with the model named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("Name a model's folder: python -m bench.search.words MODEL")
    folder = Path(sys.argv[1])
    words = words_in(folder)
    vectors = reduce_vectors(find_model(str(folder), folder).embed(words), DIMENSIONS)
    forms: dict[str, list[int]] = {}
    for number, stem in enumerate(stem_terms(words)):
        forms.setdefault(stem, []).append(number)
    stems = sorted(forms)
    means = to_units(np.array([vectors[forms[stem]].mean(axis=0) for stem in stems]))
    TABLE.parent.mkdir(exist_ok=True)
    np.savez(TABLE, stems=np.array([stem.encode() for stem in stems]), packed=pack_halves(means))
    print(f"{TABLE}: {len(stems):,} stems of {len(words):,} words, {TABLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
