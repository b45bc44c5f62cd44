"""Metrics: what is counted of commands, quotes and the index, and what is drawn of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.library.library import Library
from bot.models import Problem
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.service.events import Answered, Outcome
from bot.weekly.models import Delivered, LastSent
from bot.weekly.tick import tick
from handlers.run.metrics import Metrics
from tests.process import ROOT
from tests.weekly_world import (
    DAY,
    GONE,
    HERE,
    HOUR,
    MINUTE,
    MONDAY,
    PLAN,
    SUNDAY,
    WEEK,
    World,
    in_world,
    subscription,
)

THERE, ELSEWHERE = Channel("slack", "T1", "C2"), Channel("discord", "G1", "C3")
DASHBOARD, ALERTS = ROOT / "docs/grafana.json", ROOT / "docs/alerts.yaml"
_NAME = re.compile(r"\bairquote_[a-z_]+")


def samples(metrics: Metrics) -> dict[str, float]:
    """Read what is shown, as `name{label="value"}` without what is 0."""
    found = {}
    for family in text_string_to_metric_families(metrics.render().decode()):
        for sample in family.samples:
            if sample.value and not sample.name.endswith("_created"):
                labels = ",".join(f"{name}={sample.labels[name]}" for name in sorted(sample.labels))
                found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def names_shown(library: Library) -> set[str]:
    """Name everything that can be shown, by the names that queries use."""
    metrics = Metrics()
    metrics.expect(["slack"])
    metrics.answered(Answered("slack", "search", Outcome.ANSWERED, 0.1))
    metrics.connected("slack", is_up=True)
    metrics.ready("index", is_up=True)
    metrics.quoted({"slack": MONDAY}, {"slack": MONDAY})
    metrics.answering_from([(library, MONDAY)])
    families = text_string_to_metric_families(metrics.render().decode())
    names = {sample.name for family in families for sample in family.samples}
    return {name for name in names if not name.endswith("_created")}


def expressions() -> Iterator[tuple[str, str]]:
    """Read every query of the dashboard and of the alerts."""
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])
    yield from ((rule["alert"], rule["expr"]) for rule in rules())


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def test_commands_are_counted_by_what_came_of_them() -> None:
    metrics = Metrics()
    for outcome in (Outcome.ANSWERED, Outcome.ANSWERED, Outcome.FAILED):
        metrics.answered(Answered("slack", "quote", outcome, 0.3))
    metrics.answered(Answered("discord", "search", Outcome.NOTHING, 0.002, is_zero_hit=True))
    shown = samples(metrics)

    assert shown["airquote_commands_total{command=quote,outcome=answered,platform=slack}"] == 2
    assert shown["airquote_commands_total{command=quote,outcome=failed,platform=slack}"] == 1
    assert shown["airquote_commands_total{command=search,outcome=nothing,platform=discord}"] == 1
    assert shown["airquote_zero_hits_total"] == 1
    bucket = "airquote_command_seconds_bucket{command=quote,le=%s,platform=slack}"
    assert bucket % 0.25 not in shown
    assert shown[bucket % 0.5] == 3


@pytest.mark.parametrize("outcome", [Outcome.LIMITED, Outcome.BUSY])
def test_what_nobody_worked_on_makes_answers_look_no_faster(outcome: Outcome) -> None:
    metrics = Metrics()
    metrics.answered(Answered("slack", "search", outcome, 0.0))

    assert samples(metrics) == {
        f"airquote_commands_total{{command=search,outcome={outcome},platform=slack}}": 1
    }


def test_what_is_expected_begins_with_nothing() -> None:
    metrics = Metrics()
    metrics.expect(["slack"])
    text = metrics.render().decode()

    for state in State:
        assert f'airquote_deliveries_total{{platform="slack",state="{state}"}} 0.0' in text
    assert 'airquote_rate_limited_total{platform="slack"} 0.0' in text


def test_a_process_has_metrics_of_its_own() -> None:
    first, second = Metrics(), Metrics()
    first.limited("slack")

    assert samples(first) == {"airquote_rate_limited_total{platform=slack}": 1}
    assert samples(second) == {}


def test_the_index_that_answers_is_described_and_the_one_before_is_forgotten(
    library: Library,
) -> None:
    metrics = Metrics()
    refused = Problem("a.md", "it is broken.", refused=True)
    notes = (
        refused,
        Problem("a.md", "twice.", refused=True),
        Problem("b.md", "a note.", refused=False),
    )
    metrics.answering_from([(Library("before", library.index, notes), MONDAY)])
    before = samples(metrics)
    metrics.answering_from([(library, None)])
    after = samples(metrics)

    assert before["airquote_quarantined_files"] == 1
    assert before["airquote_index_built_timestamp_seconds{index=before}"] == MONDAY.timestamp()
    assert after["airquote_index_episodes"] == len(library.index.episodes)
    assert after["airquote_index_passages"] == len(library.index.passages.firsts)
    (info,) = (name for name in after if name.startswith("airquote_index_info"))
    assert f"index={library.id}," in info
    assert not any("built" in name or "quarantined" in name for name in after)


def test_what_becomes_of_a_quote_is_counted_with_how_late_it_was(database: str) -> None:
    metrics = Metrics()

    async def use(world: World) -> None:
        told = replace(world.context, on_delivered=metrics.delivered)
        world.platform.faults = [None, GONE]
        await tick(told)
        world.clock.now += WEEK + HOUR
        await tick(told)

    in_world(database, use)
    shown = samples(metrics)

    assert shown["airquote_deliveries_total{platform=slack,state=sent}"] == 1
    assert shown["airquote_deliveries_total{platform=slack,state=failed}"] == 1
    assert shown["airquote_delivery_lateness_seconds_count"] == 1
    assert shown["airquote_delivery_lateness_seconds_sum"] == MINUTE.total_seconds()


def test_a_clock_that_is_behind_makes_nothing_early() -> None:
    metrics = Metrics()
    metrics.delivered(Delivered("slack", State.SENT, -3.0))

    assert "airquote_delivery_lateness_seconds_sum" not in samples(metrics)


def test_who_waits_longest_for_a_quote_is_found_on_each_platform(database: str) -> None:
    async def use(world: World) -> None:
        store = world.deliveries
        assert await store.last_sent() == (LastSent("slack", None, SUNDAY),)

        await world.tick()
        sent = world.clock.now
        assert await store.last_sent() == (LastSent("slack", sent, sent),)

        monthly = replace(PLAN, monthly=True)
        await store.subscribe(subscription(replace(THERE, id="C9"), monthly, SUNDAY - DAY))
        await store.subscribe(subscription(THERE, since=SUNDAY + HOUR))
        await store.subscribe(subscription(ELSEWHERE, since=SUNDAY - DAY))
        assert set(await store.last_sent()) == {
            LastSent("slack", sent, SUNDAY + HOUR),
            LastSent("discord", None, SUNDAY - DAY),
        }

    in_world(database, use, subscription(HERE))


def test_what_is_told_of_quotes_takes_the_place_of_what_was_told_before() -> None:
    metrics = Metrics()
    metrics.quoted({"slack": MONDAY}, {"slack": SUNDAY})
    metrics.quoted({}, {"discord": datetime(2026, 11, 24, tzinfo=UTC)})

    assert samples(metrics) == {
        "airquote_waiting_since_timestamp_seconds{platform=discord}": 1795478400
    }


@pytest.mark.parametrize(("place", "expression"), [*expressions()])
def test_what_is_drawn_or_warned_of_is_measured(
    library: Library, place: str, expression: str
) -> None:
    asked = set(_NAME.findall(expression))

    assert asked
    assert asked <= names_shown(library), place
    assert expression.count("(") == expression.count(")")


def test_what_is_measured_is_drawn(library: Library) -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    drawn = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names_shown(library)}

    assert len(families) == 17
    assert [name for name in sorted(families) if name not in drawn] == []


def test_panels_lie_side_by_side() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        at = panel["gridPos"]
        columns, lines = range(at["x"], at["x"] + at["w"]), range(at["y"], at["y"] + at["h"])
        cells = {(column, line) for column in columns for line in lines}

        assert max(columns) < 24
        assert not taken & cells, panel["title"]
        taken |= cells


def test_five_alerts_say_what_is_wrong_and_where_to_look() -> None:
    assert [rule["alert"] for rule in rules()] == [
        "AirquoteNotReady",
        "AirquoteWithoutQuote",
        "AirquoteDeliveryFailed",
        "AirquoteIndexStale",
        "AirquoteSlow",
    ]
    for rule in rules():
        assert set(rule["annotations"]) == {"summary", "description"}
        assert rule["labels"]["severity"] in ("critical", "warning")
