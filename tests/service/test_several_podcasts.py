"""The request queue where there are several podcasts: loaded for whoever asks, and remembered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.errors import CacheError
from bot.library.library import Library
from bot.library.shelf import Shelf
from bot.models import Verdict
from bot.podcasts import Podcast
from bot.posting.bindings import Bindings
from bot.posting.follows import PostingContext
from bot.posting.outbox import Outbox
from bot.posting.places import Place, Requester
from bot.search.index.build import build_index
from bot.service.events import Answered, Outcome
from bot.service.request_queue import RequestQueue
from bot.store.bindings import SqlBindingStore
from bot.store.database import Database, open_database
from bot.store.feedback import Store
from bot.store.follows import SqlFollowStore
from bot.store.outbox import SqlOutboxStore
from bot.store.people import SqlPeopleStore
from tests.builders import bakery

PODCASTS = [Podcast("tea", "The Tea Hour"), Podcast("wine", "Wine and Wisdom")]
WITHOUT_WINE = "I cannot search Wine and Wisdom right now. Please try again in a minute."
ANN = Requester("slack", "T1", "ann", ("C1",))


def tell_podcast(library: Library, request: Request) -> Reply:
    return Reply(f"From {library.podcast.id}.")


class Desk:
    """A queue whose podcasts load when they are let."""

    def __init__(self, intake: RequestQueue, store: Store) -> None:
        self.intake = intake
        self.store = store

    async def ask(self, requester: Requester = ANN, **facts: Any) -> str:
        return " ".join(await self.ask_all(requester, **facts))

    async def ask_all(self, requester: Requester = ANN, **facts: Any) -> tuple[str, ...]:
        reply = await self.intake.ask(Request(Verb.QUOTE, "x", **facts), requester)
        return reply.text, *reply.notes


def library_of(podcast: Podcast) -> Library:
    return Library(f"{podcast.id}-1", build_index(bakery()), (), podcast=podcast)


def with_desk(
    path: Path,
    use: Callable[[Desk], Awaitable[Any]],
    load: Callable[[Podcast], Awaitable[None]] | None = None,
    build: Callable[[Podcast], Awaitable[None]] | None = None,
    unbuilt: Collection[str] = ("wine",),
    **settings: Any,
) -> Any:
    async def open_one(podcast: Podcast) -> Library | None:
        if load:
            await load(podcast)
        return None if build and podcast.id in unbuilt else library_of(podcast)

    async def build_one(podcast: Podcast) -> Library:
        assert build
        await build(podcast)
        return library_of(podcast)

    async def run() -> Any:
        async with open_database(f"sqlite:///{path / 'a.db'}") as database:
            store, shelf = Store(database, 30), Shelf(PODCASTS, open_one, build=build_one)
            bindings = Bindings([*shelf.podcasts], SqlBindingStore(database))
            intake = RequestQueue(shelf, store, tell_podcast, bindings=bindings, **settings)
            try:
                return await asyncio.wait_for(use(Desk(intake, store)), 30)
            finally:
                intake.close()
                await intake.drain()
                await shelf.close()

    return asyncio.run(run())


def test_the_place_says_which_podcast_answers(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        await desk.intake.bindings.bind(Place("slack", "T1", ("C1",)), ["wine"])

        assert await desk.ask() == "From wine."
        assert await desk.ask(Requester("slack", "T1", "ann", ("C2",))) == "From tea."

    with_desk(tmp_path, use)


def test_a_request_that_names_a_podcast_is_answered_from_it(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        assert await desk.ask(podcasts=("wine",)) == "From wine."
        assert await desk.ask(episode="wine::one") == "From wine."
        assert await desk.ask(podcasts=("gone",)) == "From tea."

    with_desk(tmp_path, use)


def test_whoever_asks_for_what_takes_long_to_load_is_asked_to_come_back(tmp_path: Path) -> None:
    slow = asyncio.Event()
    seen: list[Answered] = []

    async def load(_: Podcast) -> None:
        await slow.wait()

    async def use(desk: Desk) -> None:
        first, second = await asyncio.gather(desk.ask(), desk.ask())
        assert first == second
        assert first.startswith("I am opening this podcast")
        assert {each.outcome for each in seen} == {Outcome.BUSY}

        slow.set()
        await desk.intake.shelf.take("tea")
        assert await desk.ask() == "From tea."

    with_desk(tmp_path, use, load, patience=0.3, on_answered=seen.append)


def test_what_cannot_be_loaded_leaves_the_others_alone(tmp_path: Path) -> None:
    async def load(podcast: Podcast) -> None:
        if podcast.id == "wine":
            raise CacheError("Wine and Wisdom", "it leaks.")

    async def use(desk: Desk) -> None:
        assert (await desk.ask(podcasts=("wine",))).startswith("I cannot open this podcast")
        assert await desk.ask_all(podcasts=("wine", "tea")) == ("From tea.", WITHOUT_WINE)

    with_desk(tmp_path, use, load)


def test_what_must_be_built_is_not_waited_for_where_others_can_answer(tmp_path: Path) -> None:
    built = asyncio.Event()

    async def build(_: Podcast) -> None:
        await built.wait()

    async def use(desk: Desk) -> None:
        both = {"podcasts": ("tea", "wine")}
        assert await desk.ask_all(**both) == ("From tea.", WITHOUT_WINE)

        built.set()
        await desk.intake.shelf.take("wine")
        assert WITHOUT_WINE not in await desk.ask_all(**both)

    with_desk(tmp_path, use, build=build)


def test_quotes_are_those_of_all_podcasts_once_they_are_built(tmp_path: Path) -> None:
    built = asyncio.Event()

    async def build(_: Podcast) -> None:
        await built.wait()

    async def use(desk: Desk) -> None:
        here = Place("slack", "T1", ("C1",))
        await desk.intake.bindings.bind(here, ["tea", "wine"])
        taking = asyncio.create_task(desk.intake.libraries_at(here))
        assert await desk.intake.shelf.take_ready(["tea", "wine"])  # one will do
        await asyncio.wait([taking], timeout=0.2)
        assert not taking.done()

        built.set()
        assert [each.id for each in await taking] == ["tea-1", "wine-1"]

    with_desk(tmp_path, use, build=build)


def test_where_all_must_be_built_the_first_answers(tmp_path: Path) -> None:
    async def build(podcast: Podcast) -> None:
        if podcast.id == "wine":
            await asyncio.Event().wait()
        await asyncio.sleep(0)

    async def use(desk: Desk) -> None:
        assert await desk.ask_all(podcasts=("wine", "tea")) == ("From tea.", WITHOUT_WINE)

    with_desk(tmp_path, use, build=build, unbuilt=("tea", "wine"))


def test_what_is_made_elsewhere_says_so_too_if_a_podcast_cannot_be_loaded(tmp_path: Path) -> None:
    async def load(_: Podcast) -> None:
        raise CacheError("The Tea Hour", "it leaks.")

    async def use(desk: Desk) -> None:
        async def tell() -> Reply:
            return Reply(f"{await desk.intake.libraries_at(Place('slack', 'T1', ('C1',)))}")

        reply = await desk.intake.note(Request(Verb.WEEKLY), ANN, tell())
        assert reply.text.startswith("I cannot open this podcast")

    with_desk(tmp_path, use, load)


def test_only_whoever_follows_something_waits_for_the_podcasts(tmp_path: Path) -> None:
    async def load(_: Podcast) -> None:
        raise CacheError("The Tea Hour", "it leaks.")

    async def use(desk: Desk, database: Database) -> None:
        outbox = Outbox(SqlOutboxStore(database), {})
        context = PostingContext(outbox, SqlFollowStore(database), SqlPeopleStore(database))
        said = {
            verb: (await desk.intake.follow(context, Request(verb, "tea"), ANN)).text
            for verb in (Verb.FOLLOW, Verb.UNFOLLOW, Verb.FOLLOWS)
        }
        assert said[Verb.FOLLOW].startswith("I cannot open this podcast")
        assert said[Verb.UNFOLLOW] == "You do not follow “tea”."
        assert said[Verb.FOLLOWS].startswith("You do not follow anything")

    async def with_database(desk: Desk) -> None:
        async with open_database(f"sqlite:///{tmp_path / 'a.db'}") as database:
            await use(desk, database)

    with_desk(tmp_path, with_database, load)


def test_the_log_names_the_podcast(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def use(desk: Desk) -> None:
        await desk.ask(podcasts=("wine",))

    with_desk(tmp_path, use)

    line = next(vars(each) for each in caplog.records if each.message == "answered")
    assert (line["podcast"], line["index"]) == ("wine", "wine-1")


def test_a_verdict_is_on_the_index_of_its_podcast(tmp_path: Path) -> None:
    async def use(desk: Desk) -> None:
        judged = Request(Verb.SEARCH, "tea", episode="wine::one", start=1.0)
        await desk.intake.judge(judged, Verdict.USEFUL, ANN)
        (kept,) = await desk.store.feedback()

        assert (kept.index_id, kept.episode) == ("wine-1", "wine::one")

    with_desk(tmp_path, use)
