"""Ten thousand commands, half of them one person's: who asks how often gets what."""

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.posting.places import Requester
from bot.service.events import Answered, Outcome
from bot.service.request_queue import MOST_WAITING, PER_MINUTE, RequestQueue
from bot.store.feedback import open_store

HALF = 5_000
NOISY = Requester("slack", "T1", "noisy")
OTHERS = [Requester("slack", "T1", f"U{number}") for number in range(HALF // PER_MINUTE)]
QUERY = Request(Verb.SEARCH, "model registry")
LONG_SECONDS = 300.0


def with_intake(
    library: Library,
    folder: Path,
    use: Callable[[RequestQueue], Awaitable[Any]],
    answer: Callable[[Library, Request], Reply] = answer,
    observe: Callable[[Answered], object] = lambda _: None,
) -> list[Answered]:
    """Run something with an intake, and give all that was told of its requests."""
    told: list[Answered] = []

    def on_answered(event: Answered) -> None:
        told.append(event)
        observe(event)

    async def run() -> None:
        async with open_store(f"sqlite:///{folder / 'a.db'}", 0) as store:
            intake = RequestQueue(
                library,
                store,
                answer,
                patience=LONG_SECONDS,
                slow=LONG_SECONDS,
                on_answered=on_answered,
            )
            await use(intake)
            intake.close()
            await intake.drain()

    asyncio.run(run())
    return told


async def ask_at_once(intake: RequestQueue, askers: Iterable[Requester]) -> list[Reply]:
    return await asyncio.gather(*(intake.ask(QUERY, asker) for asker in askers))


def test_one_who_asks_five_thousand_times_keeps_nobody_from_an_answer(
    library: Library, tmp_path: Path
) -> None:
    others: list[Reply] = []

    async def use(intake: RequestQueue) -> None:
        noise = asyncio.create_task(ask_at_once(intake, [NOISY] * HALF))
        await asyncio.sleep(0)
        # Of the queue, one person can take no more than they may ask.
        room = MOST_WAITING - PER_MINUTE
        for begin in range(0, HALF, room):
            some = (OTHERS * PER_MINUTE)[begin : begin + room]
            others.extend(await ask_at_once(intake, some))
        await noise

    told = with_intake(library, tmp_path, use)

    assert Counter(each.outcome for each in told) == {
        Outcome.ANSWERED: HALF + PER_MINUTE,
        Outcome.LIMITED: HALF - PER_MINUTE,
    }
    assert len(others) == HALF
    assert all(reply.cards for reply in others)


def test_of_ten_thousand_at_once_as_many_are_answered_as_may_wait_and_the_others_told_at_once(
    library: Library, tmp_path: Path
) -> None:
    crowd = [Requester("slack", "T1", f"U{number}") for number in range(2 * HALF)]
    turned_away = 2 * HALF - MOST_WAITING
    outcomes = Counter[Outcome]()
    all_asked = threading.Event()
    later: list[Reply] = []

    def answer_when_all_asked(library: Library, request: Request) -> Reply:
        all_asked.wait(LONG_SECONDS)
        return answer(library, request)

    def observe(event: Answered) -> None:
        outcomes[event.outcome] += 1
        if outcomes[Outcome.BUSY] == turned_away:
            all_asked.set()

    async def use(intake: RequestQueue) -> None:
        await ask_at_once(intake, crowd)
        later.extend(await ask_at_once(intake, OTHERS[:1]))

    told = with_intake(library, tmp_path, use, answer_when_all_asked, observe)

    assert Counter(each.outcome for each in told) == {
        Outcome.ANSWERED: MOST_WAITING + 1,
        Outcome.BUSY: turned_away,
    }
    assert [each.outcome for each in told[:turned_away]] == [Outcome.BUSY] * turned_away
    assert later[0].cards
