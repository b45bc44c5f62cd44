"""Indexes that machines share: in a folder, and in a bucket of a local server that speaks S3."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import obstore
import pytest

from bot.environment import parse_settings
from bot.errors import CacheError
from bot.library.library import build_library, keep_library, load_library, with_quotes
from bot.library.manifest import Inspection
from bot.library.registry import EARLIER, Registry, registry_of
from bot.library.shared import SharedIndexes
from bot.sources import Folder
from bot.transcripts.files import find_files
from tests.process import free_port
from tests.s3 import BUCKET, KEYS, running_s3

COUNTED = "Nobody hurries an oven. Good bread needs flour."


@dataclass(frozen=True, slots=True)
class Machines:
    """Two machines with caches of their own, which share indexes, and the talks of one."""

    shared: SharedIndexes
    one: Registry
    other: Registry
    talks: Path

    def publish(self, *texts: str) -> list[str]:
        """Make indexes of some words current on the first machine, and publish each; name them."""
        made = []
        for words in texts:
            (self.talks / "bread.txt").write_text(f"0:00 {COUNTED}\n1:00 {words}\n", "utf-8")
            inspection = Inspection(find_files([self.talks]))
            library = build_library(inspection.found)
            keep_library(library, inspection, self.one)
            with_quotes(library, self.one.cache)
            self.one.promote(library.id, "checked")
            assert self.shared.publish(self.one)
            made.append(library.id)
        return made

    def names(self) -> list[str]:
        """Name all that is shared."""
        listed = obstore.list(self.shared._store)
        return sorted(each["path"] for batch in listed for each in batch)


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    with running_s3() as variables:
        settings, problems = parse_settings(variables)
        assert not problems
        yield settings.bucket_options


@pytest.fixture(params=["folder", "bucket"])
def machines(request: pytest.FixtureRequest, tmp_path: Path) -> Machines:
    talks = tmp_path / "talks"
    talks.mkdir()
    registry = registry_of([Folder(talks)], tmp_path / "one")
    if request.param == "folder":
        shared = SharedIndexes(str(tmp_path / "shared"))
    else:
        address = f"s3://{BUCKET}/{tmp_path.name}"
        shared = SharedIndexes(address, request.getfixturevalue("s3"))
    return Machines(shared, registry, replace(registry, cache=tmp_path / "other"), talks)


def test_what_one_machine_publishes_another_answers_from(machines: Machines) -> None:
    assert not machines.shared.fetch(machines.other)
    (made,) = machines.publish(COUNTED)

    assert not machines.shared.publish(machines.one)
    assert machines.shared.fetch(machines.other)
    assert not machines.shared.fetch(machines.other)
    assert machines.other.standing() == machines.one.standing()
    assert load_library(made, machines.other).index.episodes
    kept = {path.name for path in machines.one.cache.glob(f"{made}*")}
    assert {path.name for path in machines.other.cache.glob(f"{made}*")} == kept
    assert len(kept) == 3


def test_a_rollback_on_one_machine_is_one_on_all(machines: Machines) -> None:
    first, second = machines.publish("Green tea.", "Black tea.")
    machines.shared.fetch(machines.other, earlier=True)
    assert machines.other.roll_back().id == first
    assert machines.shared.publish(machines.other)
    assert machines.shared.fetch(machines.one)

    assert machines.one.standing().id == first
    assert machines.one.standing().passed_over == (second,)


def test_only_what_is_current_or_was_lately_stays_there(machines: Machines) -> None:
    made = machines.publish("One.", "Two.", "Three.", "Four.")
    kept = {name.split("/")[1] for name in machines.names() if "/" in name}

    assert kept == {*made[-1 - EARLIER :]}
    assert f"{machines.one.name}.current" in machines.names()


def test_what_is_damaged_there_is_not_taken_over(machines: Machines) -> None:
    first, second = machines.publish("Green tea.", "Black tea.")
    name = f"{machines.one.name}/{second}/{second}.index"
    obstore.put(machines.shared._store, name, b"half of it")
    with pytest.raises(CacheError, match="is damaged there"):
        machines.shared.fetch(machines.other)

    assert not machines.other.has(second)
    assert machines.other.standing().id == ""
    assert first in str(machines.names())


def test_a_bucket_out_of_reach_is_named_without_its_keys(machines: Machines) -> None:
    options = {
        "endpoint": f"http://127.0.0.1:{free_port()}",
        "secret_access_key": KEYS["AWS_SECRET_ACCESS_KEY"],
        "access_key_id": KEYS["AWS_ACCESS_KEY_ID"],
    }
    away = SharedIndexes(f"s3://{BUCKET}/away", options)
    with pytest.raises(CacheError, match=f"^s3://{BUCKET}/away: the shared indexes") as caught:
        away.fetch(machines.other)

    assert "of-nothing" not in str(caught.value)
