"""The simulation of many workspaces: what it is told is what it shows."""

import re

import numpy as np
import pytest

from bench.scale.__main__ import main
from bench.scale.people import draw_day
from bench.scale.simulation import Costs, simulate

CHEAP = Costs(command=0.002, post=0.02, call=0.1, spread=0.5)


def test_a_day_has_as_many_quotes_as_workspaces_and_peaks_at_nine() -> None:
    day = draw_day(1000, 5.0)
    times = np.concatenate([*day.quotes.values()])

    assert len(times) == 1000
    assert 4000 < len(day.commands) < 6000
    assert len(np.unique(times)) == 11  # as many as zones


def test_more_processes_post_sooner_and_answer_everybody() -> None:
    day = draw_day(1000, 5.0)
    one, four = simulate(1, CHEAP, day), simulate(4, CHEAP, day)

    for outcome in (one, four):
        assert len(outcome.posts) == 1000
        assert len(outcome.answers) == len(day.commands)
    assert np.quantile(four.posts, 0.9) < np.quantile(one.posts, 0.9)
    assert four.busy < one.busy


def test_the_table_names_each_number_of_processes(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["--workspaces", "200", "--processes", "1", "3", "--command", "2", "--post", "20"]
    assert main(wanted) == 0

    printed = capsys.readouterr().out
    assert "200 workspaces" in printed
    assert "answered after, longest" in printed
    assert re.search(r"each with a core +1 +3 *$", printed, re.M)
