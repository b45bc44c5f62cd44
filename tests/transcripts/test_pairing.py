import numpy as np

from bot.transcripts.pairing import Pairs, Spans, pair_words


def pair_one(written: list[int], heard: list[int]) -> Pairs:
    """Lay one text on another as the textbook does, cell by cell."""
    worth = [[0] * (len(heard) + 1)]
    for row, word in enumerate(written):
        line = [worth[row][0] - 3]
        for column, other in enumerate(heard):
            gain = 10 if word == other else -4
            line.append(
                max(worth[row][column] + gain, worth[row][column + 1] - 3, line[column] - 1)
            )
        worth.append(line)
    row, column = len(written), worth[-1].index(max(worth[-1]))
    pairs: list[tuple[int, int]] = []
    while row and column:
        here, same = worth[row][column], written[row - 1] == heard[column - 1]
        if here == worth[row - 1][column - 1] + (10 if same else -4):
            row, column = row - 1, column - 1
            pairs += [(row, column)] if same else []
        elif here == worth[row - 1][column] - 3:
            row -= 1
        else:
            column -= 1
    return Pairs([one for one, _ in pairs[::-1]], [other for _, other in pairs[::-1]])


def spans_of(texts: list[list[int]]) -> Spans:
    """Lay texts one after the other, with a word between them."""
    lengths = np.array([len(text) for text in texts])
    words = np.array([word for text in texts for word in (*text, 7)])
    return Spans(words, np.cumsum(lengths + 1) - lengths - 1, lengths)


def test_sentences_at_once_are_paired_as_each_is_alone() -> None:
    random = np.random.default_rng(19)
    # Some are so long that few fit into memory at once.
    sizes = [*random.integers(1, [13, 41], (600, 2)), *random.integers(100, [120, 400], (12, 2))]
    both = [tuple(random.integers(9, size=size).tolist() for size in pair) for pair in sizes]

    paired = dict(pair_words(*(spans_of([*texts]) for texts in zip(*both, strict=True))))

    assert paired == {number: pair_one(*texts) for number, texts in enumerate(both)}


def test_no_sentences_make_no_pairs() -> None:
    assert list(pair_words(spans_of([]), spans_of([]))) == []
