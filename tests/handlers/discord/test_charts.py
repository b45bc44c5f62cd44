"""Charts: drawn once, one at a time, and never waited for too long."""

import asyncio
import sys
from pathlib import Path

import pytest

from bot.search.mentions import Mentions
from handlers.discord.render.charts import ChartRenderer

PNG = b"\x89PNG"


def counted(term: str, *seasons: tuple[int, int]) -> Mentions:
    return Mentions(term, sum(times for _, times in seasons), 1, seasons, (), None, None, 0)


def several(term: str = "tea") -> list[Mentions]:
    return [counted(term, (1, 2), (2, 5))]


async def draw(*wanted: list[Mentions], seconds: float = 60) -> list[bytes | None]:
    charts = ChartRenderer(seconds)
    return await asyncio.gather(*map(charts.draw, wanted))


class Started:
    """An interpreter that notes when it is started."""

    def __init__(self, folder: Path) -> None:
        self._notes = folder / "started"
        self.path = folder / "python"
        self.path.write_text(
            f'#!/bin/sh\necho once >> "{self._notes}"\nexec "{sys.executable}" "$@"\n', "utf-8"
        )
        self.path.chmod(0o700)

    @property
    def times(self) -> int:
        """How often it was."""
        return self._notes.read_text("utf-8").count("once")


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    started = Started(tmp_path)
    monkeypatch.setattr(sys, "executable", str(started.path))
    return started


def test_mentions_are_drawn_where_there_are_seasons_to_compare() -> None:
    one, nothing = [counted("tea", (1, 2))], [counted("tea", (1, 0), (2, 0))]
    drawn = asyncio.run(draw(several(), one, nothing, []))

    assert (drawn[0] or b"").startswith(PNG)
    assert drawn[1:] == [None, None, None]


def test_the_same_is_drawn_once(started: Started) -> None:
    async def twice() -> list[bytes | None]:
        charts = ChartRenderer()
        together = await asyncio.gather(charts.draw(several()), charts.draw(several()))
        return [*together, await charts.draw(several())]

    first, *others = asyncio.run(twice())

    assert first is not None
    assert others == [first, first]
    assert started.times == 1


def test_a_crowd_that_wants_the_same_gets_it(started: Started) -> None:
    drawn = asyncio.run(draw(*[several()] * 20))

    assert None not in drawn
    assert started.times == 1


def test_who_no_longer_waits_does_not_end_it_for_who_wants_the_same() -> None:
    async def change_ones_mind() -> bytes | None:
        charts = ChartRenderer()
        one, other = (asyncio.create_task(charts.draw(several())) for _ in range(2))
        await asyncio.sleep(0.05)
        one.cancel()
        return await other

    assert asyncio.run(change_ones_mind()) is not None


def test_new_counts_are_drawn_anew(started: Started) -> None:
    asyncio.run(draw(several(), [counted("tea", (1, 2), (2, 6))]))

    assert started.times == 2


def test_who_would_wait_too_long_gets_none_at_once(started: Started) -> None:
    drawn = asyncio.run(draw(*(several(f"tea {number}") for number in range(12))))

    assert [each is not None for each in drawn] == [True] * 4 + [False] * 8
    assert started.times == 4


def test_charts_are_drawn_for_as_many_as_ask_one_after_the_other(started: Started) -> None:
    async def one_by_one() -> list[bytes | None]:
        charts = ChartRenderer()
        return [await charts.draw(several(f"tea {number % 3}")) for number in range(6)]

    assert None not in asyncio.run(one_by_one())
    assert started.times == 3


def test_without_matplotlib_nothing_is_started_or_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert asyncio.run(draw(several())) == [None]
    assert caplog.text == ""


def test_all_who_wait_for_a_chart_that_is_never_drawn_are_answered_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "python"
    stuck.write_text("#!/bin/sh\nexec sleep 60\n", "utf-8")
    stuck.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(stuck))

    async def wait() -> list[bytes | None]:
        async with asyncio.timeout(3):
            return await draw(*(several(f"tea {number}") for number in range(4)), seconds=1)

    assert asyncio.run(wait()) == [None] * 4


def test_a_chart_that_takes_too_long_is_given_up_and_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert asyncio.run(draw(several(), seconds=0.001)) == [None]
    assert "A chart is replaced by text: drawing it takes too long" in caplog.text


def test_after_a_failure_charts_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken_then_mended() -> list[bytes | None]:
        charts = ChartRenderer()
        with monkeypatch.context() as without:
            without.setattr(sys, "executable", "/nowhere/python")
            not_started = await charts.draw(several())
            without.setattr(sys, "executable", "/bin/false")
            failed = await charts.draw(several())
        return [not_started, failed, await charts.draw(several())]

    *failed, drawn = asyncio.run(broken_then_mended())

    assert failed == [None, None]
    assert (drawn or b"").startswith(PNG)
