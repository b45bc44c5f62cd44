"""A backup: all rows in one file, and back into either database."""

import asyncio
import gzip
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from bot.claims import make_claim
from bot.errors import StoreError
from bot.models import Feedback, Verdict, ZeroHit
from bot.posting.places import Channel
from bot.store.backup import back_up, restore
from bot.store.database import Database, open_database
from bot.store.decisions import SqlDecisionStore
from bot.store.deliveries import SqlDeliveryStore
from bot.store.feedback import Store
from bot.weekly.models import Candidate, Judgement, Quote, Subscription, new_delivery
from bot.weekly.slots import Schedule, Slot
from tests.process import airquote

NOW = datetime(2026, 11, 23, 8, 30, 15, 250_000, tzinfo=UTC)
HERE = Channel("discord", "7", "9")
SLOT = Slot(date(2026, 11, 23), NOW)
QUOTE = Quote("ab12", "tea-talk", 61.25, "Łucja Ngô", "Чай не терпит спешки.", "Tea")
SUBSCRIPTION = Subscription(HERE, Schedule(0, time(9), "Europe/Berlin", review=True), NOW, "U1")
HIT = ZeroHit(NOW, "abc", "slack", "white tea")
FEEDBACK = Feedback(NOW, Verdict.USEFUL, "tea-talk", None, "abc", "slack", None)
CLAIM = make_claim("verdict", lasts=timedelta(hours=1), platform="slack", person="U1")


async def fill(database: Database) -> None:
    store, deliveries = Store(database, 30), SqlDeliveryStore(database)
    decisions = SqlDecisionStore(database)
    await store.add_zero_hit(HIT)
    await store.add_feedback(FEEDBACK, CLAIM)
    await deliveries.subscribe(SUBSCRIPTION)
    await deliveries.wait(HERE, SLOT, [Candidate(QUOTE, ("short", "a claim"))])
    await decisions.judge(HERE, QUOTE, Judgement.APPROVE, "U2", NOW)
    await decisions.exclude_guest("Łucja Ngô", NOW)


async def see(database: Database) -> dict[str, object]:
    """Read all that `fill` has written."""
    store, deliveries = Store(database, 30), SqlDeliveryStore(database)
    decisions = SqlDecisionStore(database)
    return {
        "zero hits": await store.zero_hits(),
        "feedback": await store.feedback(),
        "subscriptions": await deliveries.subscriptions(),
        "deliveries": await deliveries.deliveries(NOW),
        "candidates": await decisions.candidates(HERE, SLOT.day),
        "approved": await decisions.approved(HERE),
        "excluded": await decisions.excluded_guests(),
    }


FILLED: dict[str, object] = {
    "zero hits": (HIT,),
    "feedback": (FEEDBACK,),
    "subscriptions": (SUBSCRIPTION,),
    "deliveries": (new_delivery(HERE, SLOT),),
    "candidates": (Candidate(QUOTE, ("short", "a claim")),),
    "approved": (QUOTE,),
    "excluded": ("Łucja Ngô",),
}


def filled_backup(tmp_path: Path) -> Path:
    """Make a backup of a filled SQLite database."""

    async def make() -> Path:
        async with open_database(f"sqlite:///{tmp_path / uuid4().hex}.db") as database:
            await fill(database)
            await back_up(database, tmp_path / "kept.gz")
        return tmp_path / "kept.gz"

    return asyncio.run(make())


def change(path: Path, *lines: object) -> Path:
    """Replace the lines of a backup."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def test_what_was_backed_up_is_there_again_in_either_database(
    database: str, tmp_path: Path
) -> None:
    async def run() -> tuple[int, int, dict[str, object], dict[str, object]]:
        async with open_database(database) as first:
            await fill(first)
            written = await back_up(first, tmp_path / "kept.gz")
        async with open_database(f"sqlite:///{tmp_path / 'other.db'}") as other:
            await restore(other, tmp_path / "kept.gz")
            moved = await see(other)
            await back_up(other, tmp_path / "again.gz")
        async with open_database(database) as first:
            back = await restore(first, tmp_path / "again.gz", replace=True)
            return written, back, moved, await see(first)

    written, back, moved, seen = asyncio.run(run())

    assert (written, back) == (8, 8)
    assert moved == FILLED
    assert seen == FILLED


def test_what_is_added_after_a_restore_gets_numbers_of_its_own(
    database: str, tmp_path: Path
) -> None:
    kept = filled_backup(tmp_path)

    async def run() -> tuple[ZeroHit, ...]:
        async with open_database(database) as restored:
            await restore(restored, kept)
            store = Store(restored, 30)
            await store.add_zero_hit(HIT)
            return await store.zero_hits()

    assert asyncio.run(run()) == (HIT, HIT)


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    database: str, tmp_path: Path
) -> None:
    row = {"id": 4, "at": NOW.isoformat(), "index_id": "abc", "platform": "slack", "query": None}
    kept = change(tmp_path / "kept.gz", {"revision": "0001"}, {"table": "zero_hits", "row": row})

    async def run() -> tuple[tuple[ZeroHit, ...], tuple[Subscription, ...]]:
        async with open_database(database) as restored:
            await restore(restored, kept)
            deliveries = SqlDeliveryStore(restored)
            await deliveries.subscribe(SUBSCRIPTION)
            return await Store(restored, 30).zero_hits(), await deliveries.subscriptions()

    assert asyncio.run(run()) == ((ZeroHit(NOW, "abc", "slack", None),), (SUBSCRIPTION,))


def test_a_database_with_rows_is_replaced_only_on_request(database: str, tmp_path: Path) -> None:
    kept = filled_backup(tmp_path)

    async def run() -> dict[str, object]:
        async with open_database(database) as restored:
            await Store(restored, 30).add_zero_hit(HIT)
            with pytest.raises(StoreError, match="there are rows in the database already"):
                await restore(restored, kept)
            assert await Store(restored, 30).zero_hits() == (HIT,)
            await restore(restored, kept, replace=True)
            return await see(restored)

    assert asyncio.run(run()) == FILLED


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.write_bytes(b"no gzip"), "no backup of Airquote's"),
        (lambda path: path.write_bytes(path.read_bytes()[:-40]), "no backup of Airquote's"),
        (lambda path: change(path), "no backup of Airquote's"),
        (lambda path: change(path, ["a list"]), "no backup of Airquote's"),
        (lambda path: change(path, {"revision": "9999"}), "a newer Airquote"),
        (lambda path: change(path, {"revision": "0001"}, {"table": "x", "row": {}}), "damaged"),
        (
            lambda path: change(
                path, {"revision": "0001"}, {"table": "zero_hits", "row": {"x": 1}}
            ),
            "damaged",
        ),
    ],
)
def test_a_damaged_backup_changes_nothing(
    database: str, tmp_path: Path, spoil: object, reason: str
) -> None:
    kept = filled_backup(tmp_path)
    assert callable(spoil)
    spoil(kept)

    async def run() -> dict[str, object]:
        async with open_database(database) as restored:
            await fill(restored)
            with pytest.raises(StoreError, match=reason):
                await restore(restored, kept, replace=True)
            return await see(restored)

    assert asyncio.run(run()) == FILLED


def test_only_its_owner_may_read_a_backup(tmp_path: Path) -> None:
    assert filled_backup(tmp_path).stat().st_mode & 0o777 == 0o600


def test_the_commands_back_up_and_restore(home: Path) -> None:
    kept, here = str(home / "kept.gz"), {"DATABASE_URL": f"sqlite:///{home / 'a.db'}"}
    there = {"DATABASE_URL": f"sqlite:///{home / 'b.db'}"}
    Path(kept).write_bytes(filled_backup(home).read_bytes())

    first = airquote(home, "store", "restore", kept, **here)
    again = airquote(home, "store", "restore", kept, **here)
    saved = airquote(home, "store", "backup", str(home / "new.gz"), **here)
    moved = airquote(home, "store", "restore", str(home / "new.gz"), **there)

    assert (first.returncode, first.stdout) == (0, f"8 rows restored from {kept}.\n"), first.stderr
    assert again.returncode == 1
    assert again.stderr.endswith("Add --replace to replace them.\n")
    assert saved.stdout == f"8 rows written to {home / 'new.gz'}.\n"
    assert moved.stdout == f"8 rows restored from {home / 'new.gz'}.\n"


@pytest.mark.parametrize("name", ["nope/kept.gz", "folder"])
def test_a_backup_that_cannot_be_written_is_named(home: Path, name: str) -> None:
    (home / "folder").mkdir()
    done = airquote(home, "store", "backup", name, DATABASE_URL="sqlite:///a.db")

    assert done.returncode == 1
    assert done.stderr.startswith(f"{name}: ")
    assert [each.name for each in home.iterdir() if each.name.startswith(".")] in ([], [".cache"])
