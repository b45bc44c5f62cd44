"""The weights of the ranking are fitted to verdicts, and measured on episodes left out."""

from pathlib import Path

import numpy as np
import pytest

from bench.quotes.fit import (
    Labelled,
    agreements,
    auc,
    cross_validate,
    find_evidence,
    fit,
    label,
    main,
)
from bot.config import SAMPLE_EPISODES
from bot.library.library import open_library
from bot.logistic import chances_at, fit_logistic
from bot.quotes.evidence import Evidence
from bot.quotes.ranker import EVEN_SCORE, NAMES, UNSEEN_READER, Opinion, ReaderVerdict

POST, EDIT, NO = ReaderVerdict.POST, ReaderVerdict.EDIT, ReaderVerdict.NO
SIZE = len(NAMES) - 1


def opinion(quote: str, reader: str, verdict: ReaderVerdict, episode: str = "talk") -> Opinion:
    return Opinion(quote, episode, 0, reader, verdict, "why")


def judged(count: int = 200) -> Labelled:
    """Make quotes of which those with a claim are good, four times of five."""
    random = np.random.default_rng(0)
    evidence = random.normal(size=(count, SIZE))
    noisy = evidence[:, 0] + random.normal(scale=0.5, size=count)
    episodes = np.array([f"talk {number % 20}" for number in range(count)])
    return Labelled(evidence, (noisy > 0).astype(float), np.ones(count), episodes)


def test_a_logistic_regression_finds_the_weights_that_made_its_labels() -> None:
    evidence = np.column_stack([np.ones(400), np.random.default_rng(1).normal(size=(400, 2))])
    right = np.array([-1.0, 2.0, 0.0])
    found = fit_logistic(evidence, chances_at(evidence @ right), np.ones(400), np.full(3, 1e-6))

    np.testing.assert_allclose(found, right, atol=1e-3)


def test_an_offset_explains_what_is_known_already() -> None:
    evidence = np.random.default_rng(1).normal(size=(400, 1))
    logits = 3 * evidence[:, 0]
    found = fit_logistic(evidence, chances_at(logits), np.ones(400), np.full(1, 1e-6), logits)

    assert found[0] == pytest.approx(0, abs=1e-3)


def test_what_decides_gets_the_weight_and_an_even_chance_the_even_score() -> None:
    made = judged()
    base, claim, *others = fit(made.evidence, made.labels, made.counts)

    assert claim > 3 * max(map(abs, others))
    assert base == pytest.approx(EVEN_SCORE, abs=0.5)


def test_unseen_episodes_are_ranked_by_what_the_others_taught() -> None:
    made = judged()
    assert auc(cross_validate(made), made.labels > 0) > 0.85

    random = np.random.default_rng(2).permutation(made.labels)
    by_chance = Labelled(made.evidence, random, made.counts, made.episodes)
    assert 0.35 < auc(cross_validate(by_chance), random > 0) < 0.65


def test_the_label_of_a_quote_is_the_mean_of_its_readers_but_the_unseen_one() -> None:
    known = {quote: Evidence(*[0.0] * SIZE) for quote in ("a", "b")}
    said = [
        opinion("a", "4", POST),
        opinion("a", "5", EDIT),
        opinion("b", "4", NO, "other"),
        opinion("b", UNSEEN_READER, POST),
        opinion("gone", "4", POST),
    ]
    found = label(said, known)

    assert found.labels.tolist() == [0.75, 0.0]
    assert found.counts.tolist() == [2.0, 1.0]
    assert found.episodes.tolist() == ["talk", "other"]


def test_the_agreement_of_readers_is_beyond_chance() -> None:
    said = [
        *(opinion(quote, reader, POST) for quote in "ab" for reader in "45"),
        *(opinion(quote, reader, NO) for quote in "cd" for reader in "45"),
        *(opinion("e", reader, verdict) for reader, verdict in (("4", POST), ("5", NO))),
    ]
    ((one, other, count, agreed, kappa),) = agreements(said)

    assert (one, other, count, agreed) == ("4", "5", 5, 0.8)
    assert kappa == pytest.approx((0.8 - 0.48) / 0.52)


def test_ties_count_half_in_the_area_under_the_curve() -> None:
    assert auc(np.array([1.0, 1.0]), np.array([True, False])) == 0.5
    assert auc(np.array([2.0, 1.0]), np.array([True, False])) == 1.0


def test_verdicts_on_another_podcast_are_no_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRQUOTE_CACHE", str(tmp_path / "cache"))
    verdicts = tmp_path / "verdicts.csv"
    verdicts.write_text("id,episode,second,reader,verdict,reason\n0,gone,0,1,post,good\n")

    with pytest.raises(SystemExit, match="none of these quotes is in this podcast"):
        main([str(verdicts)])


def test_a_podcast_fits_its_own_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All quotes of the sample with a claim are liked, and no others."""
    monkeypatch.setenv("AIRQUOTE_CACHE", str(tmp_path / "cache"))
    index = open_library([SAMPLE_EPISODES], tmp_path / "cache").index
    rows = [
        f"{quote},{number},0,1,{'post' if found.claim else 'no'},why"
        for number, (quote, found) in enumerate(find_evidence(index).items())
    ]
    verdicts = tmp_path / "verdicts.csv"
    verdicts.write_text("\n".join(["id,episode,second,reader,verdict,reason", *rows]))
    main([str(verdicts)])
    weights = dict(line.split() for line in capsys.readouterr().out.splitlines()[: len(NAMES)])

    assert float(weights["claim"]) > 0.5
