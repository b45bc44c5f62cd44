"""Where requests come in: limits, queue, threads, and what is noted of the answers."""

import asyncio
import json
import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.answers.dispatch import answer
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.errors import EngineError
from bot.library.library import Library
from bot.logs import reference_of
from bot.models import Verdict
from bot.service.events import Answered, Outcome
from bot.service.request_queue import (
    MOST_WAITING,
    PER_MINUTE,
    PRESSES_PER_MINUTE,
    WAIT_SECONDS,
    Requester,
    RequestQueue,
)
from bot.store.feedback import Store, open_store
from bot.translations import speaking
from tests.builders import long_talks

ANN, BOB = Requester("slack", "T1", "ann"), Requester("slack", "T1", "bob")
TEA = Request(Verb.SEARCH, "tea")
POURED = Reply("Here is tea.")
# A broken test ends after this many seconds rather than never.
FOREVER = 30.0
LOGGER = "bot.service.request_queue"


class Kettle:
    """Answers with tea, but not before it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.boiling = Event()
        self.pour = Event()

    def __call__(self, library: Library, request: Request) -> Reply:
        self.asked += 1
        self.boiling.set()
        assert self.pour.wait(FOREVER)
        return POURED


def pour_at_once(library: Library, request: Request) -> Reply:
    return POURED


@pytest.fixture(scope="module")
def library() -> Library:
    return Library("made-up", long_talks(), ())


def with_intake(
    path: Path,
    library: Library,
    use: Callable[[RequestQueue, Store], Awaitable[Any]],
    **settings: Any,
) -> Any:
    """Run something with an intake and the store it writes to."""

    async def run() -> Any:
        async with open_store(f"sqlite:///{path / 'a.db'}", 30) as store:
            intake = RequestQueue(library, store, **settings)
            try:
                return await asyncio.wait_for(use(intake, store), FOREVER)
            finally:
                intake.close()
                await intake.drain()

    return asyncio.run(run())


async def begin(kettle: Kettle) -> None:
    """Wait until a thread has begun to answer, without holding up the loop."""
    assert await asyncio.to_thread(kettle.boiling.wait, FOREVER)


def test_a_person_may_ask_so_often_a_minute_and_is_told_when_to_go_on(
    tmp_path: Path, library: Library
) -> None:
    async def use(intake: RequestQueue, _: Store) -> list[Reply]:
        mine = [await intake.ask(TEA, ANN) for _ in range(PER_MINUTE + 2)]
        other_workspace = Requester("slack", "T2", "ann")
        return [*mine, await intake.ask(TEA, BOB), await intake.ask(TEA, other_workspace)]

    *fine, first, second, bobs, elsewhere = with_intake(tmp_path, library, use, answer=pour_at_once)

    assert fine == [POURED] * PER_MINUTE
    assert bobs == elsewhere == POURED
    for reply in (first, second):
        assert reply.text.startswith("That is a lot at once. I answer 10 questions a minute")
        seconds = int(reply.text.rpartition(" in ")[2].split()[0])
        assert 0 < seconds <= 60


def test_buttons_have_a_larger_quota_of_their_own(tmp_path: Path, library: Library) -> None:
    async def use(intake: RequestQueue, _: Store) -> list[Reply]:
        pressed = [await intake.press(TEA, ANN) for _ in range(PRESSES_PER_MINUTE)]
        judged = await intake.judge(TEA, Verdict.USEFUL, ANN)
        one_more = await intake.press(TEA, ANN)
        return [
            *pressed,
            judged,
            one_more,
            await intake.ask(TEA, ANN),
            await intake.press(TEA, BOB),
        ]

    *pressed, judged, one_more, asked, bobs = with_intake(
        tmp_path, library, use, answer=pour_at_once
    )

    assert pressed == [POURED] * PRESSES_PER_MINUTE
    assert asked == bobs == POURED
    for reply in (judged, one_more):
        assert "I answer 60 buttons a minute per person. Please press again in" in reply.text


def test_the_loop_goes_on_while_an_answer_takes_its_time(tmp_path: Path, library: Library) -> None:
    kettle = Kettle()

    async def use(intake: RequestQueue, store: Store) -> tuple[bool, Reply]:
        asked = asyncio.create_task(intake.ask(TEA, ANN))
        await begin(kettle)
        waiting = not asked.done()
        await intake.judge(TEA, Verdict.USEFUL, BOB)
        kettle.pour.set()
        return waiting, await asked

    assert with_intake(tmp_path, library, use, answer=kettle) == (True, POURED)


def test_who_comes_to_a_full_queue_is_turned_away(tmp_path: Path, library: Library) -> None:
    kettle = Kettle()

    async def use(intake: RequestQueue, _: Store) -> tuple[Reply, set[str], Reply]:
        people = [replace(ANN, person=f"ann {number}") for number in range(MOST_WAITING)]
        asked = [asyncio.create_task(intake.press(TEA, each)) for each in people]
        await begin(kettle)
        one_more = await intake.press(TEA, BOB)
        kettle.pour.set()
        replies = {reply.text for reply in await asyncio.gather(*asked)}
        return one_more, replies, await intake.press(TEA, BOB)

    one_more, replies, later = with_intake(tmp_path, library, use, answer=kettle)

    assert one_more.text.startswith("I have my hands full")
    assert replies == {POURED.text}
    assert later == POURED


def test_whoever_is_turned_away_is_told_that_it_is_busy_and_counted(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Answered] = []

    async def use(intake: RequestQueue, _: Store) -> Reply:
        intake.turn_away("discord")  # one line of the log is enough for both
        return intake.turn_away("discord")

    busy = with_intake(tmp_path, library, use, answer=Kettle(), on_answered=seen.append)

    assert busy.text.startswith("I have my hands full")
    assert [(each.platform, each.outcome) for each in seen] == 2 * [("discord", Outcome.BUSY)]
    assert caplog.messages == ["Too many wait, so some are turned away."]


def test_a_busy_queue_says_so_in_the_language_of_the_asker_and_is_counted_as_busy(
    tmp_path: Path, library: Library
) -> None:
    seen: list[Answered] = []

    async def use(intake: RequestQueue, _: Store) -> tuple[Reply, Reply]:
        late = await intake.press(TEA, ANN)
        intake.close()
        return late, await intake.press(TEA, ANN)

    with speaking("de"):
        late, closed = with_intake(
            tmp_path, library, use, answer=Kettle(), patience=-1.0, on_answered=seen.append
        )

    assert late.text.startswith("Ich habe gerade alle Hände voll zu tun.")
    assert closed.text.startswith("Ich starte gerade neu.")
    assert [each.outcome for each in seen] == [Outcome.BUSY, Outcome.BUSY]


def test_answers_and_limits_are_in_the_language_of_the_asker(
    tmp_path: Path, library: Library
) -> None:
    async def use(intake: RequestQueue, _: Store) -> tuple[Reply, Reply, Reply]:
        asked = await intake.ask(Request(Verb.SEARCH, "zyxwvut"), ANN)
        limited = await intake.ask(TEA, ANN)
        return asked, limited, await intake.judge(TEA, Verdict.USEFUL, ANN)

    with speaking("de"):
        asked, limited, judged = with_intake(tmp_path, library, use, per_minute=1)

    assert asked.text == "Ich habe nichts zu „zyxwvut“ gefunden."
    assert limited.text.startswith(
        "Das ist viel auf einmal. Pro Person und Minute beantworte ich 1 Frage. Bitte frag in "
    )
    assert judged.text == "Danke, deine Bewertung der ersten Stelle ist gespeichert."
    assert [each.label for each in judged.buttons] == ["Zurücknehmen"]


def test_what_is_not_for_everybody_is_in_the_language_of_the_asker_and_counted_once(
    tmp_path: Path, library: Library
) -> None:
    seen: list[Answered] = []

    async def use(intake: RequestQueue, store: Store) -> tuple[list[str], int]:
        words = ("registry", "zyxwvut")
        asked = [await intake.ask(Request(Verb.SEARCH, each), ANN, "en") for each in words]
        await intake.drain()
        return [each.text for each in asked], len(await store.zero_hits())

    with speaking("de"):
        said, stored = with_intake(tmp_path, library, use, on_answered=seen.append)

    assert said == [
        "What the podcast says about “registry”",
        "Ich habe nichts zu „zyxwvut“ gefunden.",
    ]
    assert [each.outcome for each in seen] == [Outcome.ANSWERED, Outcome.NOTHING]
    assert stored == 1


def test_who_has_waited_too_long_is_not_searched_for(tmp_path: Path, library: Library) -> None:
    kettle = Kettle()
    kettle.pour.set()

    async def use(intake: RequestQueue, _: Store) -> Reply:
        return await intake.press(TEA, ANN)

    reply = with_intake(tmp_path, library, use, answer=kettle, patience=-1.0)

    assert reply.text.startswith("I have my hands full")
    assert kettle.asked == 0


def test_who_waits_behind_searches_that_never_end_is_told_in_time(
    tmp_path: Path, library: Library
) -> None:
    kettle = Kettle()

    async def use(intake: RequestQueue, _: Store) -> list[Reply]:
        async with asyncio.timeout(5):
            replies = await asyncio.gather(*(intake.press(TEA, ANN) for _ in range(4)))
        kettle.pour.set()
        return [*replies, await intake.press(TEA, ANN)]

    *stuck, later = with_intake(tmp_path, library, use, answer=kettle, patience=0.3)

    assert all(reply.text.startswith("I have my hands full") for reply in stuck)
    assert later == POURED
    assert WAIT_SECONDS <= 20


def test_searches_that_never_end_hold_up_nobody_else(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    kettle = Kettle()

    def answer(library: Library, request: Request) -> Reply:
        return kettle(library, request) if request == TEA else Reply("Here is wine.")

    async def use(intake: RequestQueue, _: Store) -> tuple[Reply, list[Reply]]:
        stuck = [asyncio.create_task(intake.press(TEA, ANN)) for _ in range(4)]
        await begin(kettle)
        other = await intake.press(Request(Verb.SEARCH, "wine"), BOB)
        kettle.pour.set()
        return other, await asyncio.gather(*stuck)

    other, late = with_intake(tmp_path, library, use, answer=answer, slow=0.1)

    assert other == Reply("Here is wine.")
    assert late == [POURED] * 4
    assert "A search takes too long." in caplog.text


def test_what_breaks_is_told_to_the_caller_and_the_next_is_answered(
    tmp_path: Path, library: Library
) -> None:
    def spill(library: Library, request: Request) -> Reply:
        if request.text == "tea":
            raise ValueError("spilt")
        return POURED

    async def use(intake: RequestQueue, _: Store) -> Reply:
        with pytest.raises(ValueError, match="spilt"):
            await intake.ask(TEA, ANN)
        return await intake.ask(Request(Verb.SEARCH, "wine"), ANN)

    assert with_intake(tmp_path, library, use, answer=spill) == POURED


def test_whose_archive_is_away_is_told_to_come_back(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Answered] = []

    def fail(library: Library, request: Request) -> Reply:
        raise EngineError("AIRQUOTE_ENGINE", "search.example:9200 cannot be reached.")

    async def use(intake: RequestQueue, _: Store) -> Reply:
        return await intake.ask(TEA, ANN)

    with speaking("de"):
        reply = with_intake(tmp_path, library, use, answer=fail, on_answered=told.append)

    assert reply.text.startswith("Ich erreiche das Archiv gerade nicht.")
    assert [each.outcome for each in told] == [Outcome.FAILED]
    assert "search.example:9200 cannot be reached." in caplog.text


def test_each_answer_is_of_the_library_of_its_time(tmp_path: Path, library: Library) -> None:
    async def use(intake: RequestQueue, _: Store) -> list[str]:
        before = await intake.ask(TEA, ANN)
        intake.shelf.put(Library("newer", library.index, ()))
        return [before.text, (await intake.ask(TEA, ANN)).text]

    def name(library: Library, request: Request) -> Reply:
        return Reply(library.id)

    assert with_intake(tmp_path, library, use, answer=name) == ["made-up", "newer"]


def test_queries_that_find_nothing_are_noted(tmp_path: Path, library: Library) -> None:
    asked = [
        Request(Verb.SEARCH, "zyxwvut"),
        Request(Verb.SEARCH, "zyxwvut", page=1),
        Request(Verb.SEARCH, "registry"),
        Request(Verb.SEARCH, "registry", page=99),
        Request(Verb.SEARCH, ""),
        Request(Verb.SEARCH, "guest:nobody"),
        Request(Verb.MENTIONS, "zyxwvut"),
        Request(Verb.FIND, "zyxwvut"),
        Request(Verb.TALK, "thanks!"),
        Request(Verb.TALK, "zyxwvuts"),
    ]

    async def use(intake: RequestQueue, store: Store) -> list[tuple[Any, ...]]:
        for request in asked:
            await intake.press(request, ANN)
        await intake.drain()
        return [(row.query, row.platform, row.index_id) for row in await store.zero_hits()]

    noted = with_intake(tmp_path, library, use, answer=answer)

    assert noted == [(query, "slack", "made-up") for query in ("zyxwvut", "zyxwvuts")]


def test_a_busy_answer_is_not_a_query_without_hits(tmp_path: Path, library: Library) -> None:
    async def use(intake: RequestQueue, store: Store) -> tuple[Any, ...]:
        await intake.press(TEA, ANN)
        await intake.drain()
        return await store.zero_hits()

    assert with_intake(tmp_path, library, use, patience=-1.0) == ()
    assert len(with_intake(tmp_path, library, use)) == 1


def test_a_verdict_is_noted_with_what_was_judged(tmp_path: Path, library: Library) -> None:
    judged = Request(Verb.SEARCH, "tea", 1, "talk", 1.5, 9.0)

    async def use(intake: RequestQueue, store: Store) -> tuple[Reply, Any]:
        thanks = await intake.judge(judged, Verdict.NOT_THIS, ANN)
        return thanks, (await store.feedback())[0]

    thanks, noted = with_intake(tmp_path, library, use)

    assert thanks.text == "Thank you, that is noted for the first passage."
    assert (noted.verdict, noted.episode, noted.start) == (Verdict.NOT_THIS, "talk", 1.5)
    assert (noted.query, noted.platform, noted.index_id) == ("tea", "slack", "made-up")


def test_a_locked_database_keeps_nobody_waiting(tmp_path: Path, library: Library) -> None:
    async def use(intake: RequestQueue, store: Store) -> int:
        with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await intake.press(Request(Verb.SEARCH, "zyxwvut"), ANN)
            other.execute("ROLLBACK")
        # Who had waited for the lock would have given up noting it by then.
        await intake.drain()
        return len(await store.zero_hits())

    assert with_intake(tmp_path, library, use, answer=answer) == 1


def test_a_person_is_counted_once_for_each_page(tmp_path: Path, library: Library) -> None:
    judged = Request(Verb.SEARCH, "tea", 0, "talk", 1.5, 9.0)

    async def use(intake: RequestQueue, store: Store) -> tuple[list[Reply], list[str]]:
        replies = [await intake.judge(judged, Verdict.USEFUL, ANN) for _ in range(30)]
        await intake.judge(judged, Verdict.USEFUL, BOB)
        await intake.judge(replace(judged, page=1), Verdict.USEFUL, ANN)
        return replies, [row.verdict for row in await store.feedback()]

    replies, noted = with_intake(tmp_path, library, use)

    assert replies[0].text == "Thank you, that is noted for the first passage."
    assert {reply.text for reply in replies[1:]} == {"Thank you, I had already noted your rating."}
    assert noted == [Verdict.USEFUL] * 3


def test_a_verdict_comes_with_a_button_that_takes_it_back(tmp_path: Path, library: Library) -> None:
    judged = Request(Verb.SEARCH, "tea", 0, "talk", 1.5, 9.0)

    async def use(intake: RequestQueue, store: Store) -> tuple[list[Reply], int]:
        given = await intake.judge(judged, Verdict.NOT_THIS, ANN)
        (button,) = given.buttons
        assert (button.kind, button.request) == (ButtonKind.RETRACT_NOT_THIS, judged)
        taken = await intake.retract(button.request, Verdict.NOT_THIS, ANN)
        forged = await intake.retract(button.request, Verdict.NOT_THIS, BOB)
        return [taken, forged], len(await store.feedback())

    (taken, forged), left = with_intake(tmp_path, library, use)

    assert taken.text == "I have taken your rating back."
    assert forged.text.startswith("I can no longer take that back.")
    assert left == 0


def test_a_verdict_that_is_lost_may_be_given_again(tmp_path: Path, library: Library) -> None:
    def overwrite() -> None:
        for file in tmp_path.glob("a.db*"):
            file.write_bytes(b"overwritten" * 1000)

    async def use(intake: RequestQueue, store: Store) -> list[Reply]:
        overwrite()
        return [await intake.judge(TEA, Verdict.USEFUL, ANN) for _ in range(2)]

    assert {reply.text for reply in with_intake(tmp_path, library, use)} == {
        "I cannot note that right now. Please try again later."
    }


def test_at_the_end_who_waits_is_told_and_who_is_being_answered_still_is(
    tmp_path: Path, library: Library
) -> None:
    kettle = Kettle()

    async def use(intake: RequestQueue, _: Store) -> list[Reply]:
        asked = [asyncio.create_task(intake.press(TEA, ANN)) for _ in range(9)]
        await begin(kettle)
        intake.close()
        asked.append(asyncio.create_task(intake.press(TEA, BOB)))
        kettle.pour.set()
        return await asyncio.gather(*asked)

    replies = with_intake(tmp_path, library, use, answer=kettle)

    assert 1 <= replies.count(POURED) <= 2
    assert {reply.text for reply in replies} - {POURED.text} == {
        "I am restarting. Please ask again in a minute."
    }
    assert replies.count(POURED) == kettle.asked


def test_who_goes_away_is_not_searched_for(tmp_path: Path, library: Library) -> None:
    kettle = Kettle()

    async def use(intake: RequestQueue, _: Store) -> int:
        first = [asyncio.create_task(intake.press(TEA, ANN)) for _ in range(9)]
        await begin(kettle)
        for task in first[2:]:
            task.cancel()
        await asyncio.wait(first[2:])
        kettle.pour.set()
        await asyncio.gather(*first, return_exceptions=True)
        return sum(task.cancelled() for task in first)

    assert with_intake(tmp_path, library, use, answer=kettle) == 7
    assert kettle.asked <= 2


# What is told of requests: to who counts them, and to the log.


def outcomes(told: list[Answered]) -> list[tuple[str, Outcome, int, bool]]:
    return [(each.command, each.outcome, each.hits, each.is_zero_hit) for each in told]


def test_every_request_is_told_of_with_what_came_of_it(tmp_path: Path, library: Library) -> None:
    told: list[Answered] = []

    async def use(intake: RequestQueue, _: Store) -> None:
        await intake.ask(Request(Verb.SEARCH, "registry"), ANN)
        await intake.ask(Request(Verb.SEARCH, "zyxwvut"), ANN)
        await intake.ask(Request(Verb.SEARCH, "zyxwvut", page=1), BOB)
        await intake.ask(Request(Verb.HELP), BOB)
        await intake.ask(Request(Verb.WEEKLY, "status"), Requester("discord", "", "cid"))
        await intake.ask(TEA, ANN)
        intake.close()
        await intake.press(TEA, ANN)

    with_intake(tmp_path, library, use, per_minute=2, on_answered=told.append)

    first, *others = outcomes(told)
    assert (first[:2], first[2] > 0) == (("search", Outcome.ANSWERED), True)
    assert others == [
        ("search", Outcome.NOTHING, 0, True),
        ("search", Outcome.NOTHING, 0, False),
        ("help", Outcome.ANSWERED, 0, False),
        ("weekly", Outcome.ANSWERED, 0, False),
        ("search", Outcome.LIMITED, 0, False),
        ("search", Outcome.BUSY, 0, False),
    ]
    assert {each.platform for each in told} == {"slack", "discord"}
    assert all(each.seconds > 0 for each in told)


def test_what_others_answer_is_told_of_too(tmp_path: Path, library: Library) -> None:
    told: list[Answered] = []
    followed = Reply("You follow tea.")

    async def reply(fails: bool = False) -> Reply:
        if fails:
            raise ValueError("spilt")
        return followed

    async def use(intake: RequestQueue, _: Store) -> None:
        request = Request(Verb.FOLLOW, "tea")
        assert await intake.note(request, ANN, reply()) == followed
        with pytest.raises(ValueError, match="spilt"):
            await intake.note(request, ANN, reply(fails=True))

    with_intake(tmp_path, library, use, on_answered=told.append)

    assert [(each.command, each.outcome) for each in told] == [
        ("follow", Outcome.ANSWERED),
        ("follow", Outcome.FAILED),
    ]


def test_what_is_turned_away_or_breaks_is_told_of_too(tmp_path: Path, library: Library) -> None:
    told: list[Answered] = []

    def spill(library: Library, request: Request) -> Reply:
        raise ValueError("spilt")

    async def use(intake: RequestQueue, _: Store) -> None:
        with pytest.raises(ValueError, match="spilt"):
            await intake.ask(TEA, ANN)

    with_intake(tmp_path, library, use, answer=spill, on_answered=told.append)
    late = {"patience": -1.0, "on_answered": told.append}
    with_intake(tmp_path, library, lambda intake, _: intake.press(TEA, ANN), **late)

    assert [each.outcome for each in told] == [Outcome.FAILED, Outcome.BUSY]


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Give what the queue logged, and nobody else: a busy machine makes others warn."""
    return [vars(each) for each in caplog.records if each.name == LOGGER]


def test_the_log_has_a_line_for_each_request_without_a_word_of_it(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)

    async def use(intake: RequestQueue, _: Store) -> None:
        for asker in (ANN, BOB, ANN, Requester("slack", "T2", "ann")):
            await intake.ask(Request(Verb.SEARCH, "registry"), asker)
        await intake.ask(Request(Verb.SEARCH, "gooseberries"), BOB)

    with_intake(tmp_path, library, use, per_minute=1)
    lines = logged(caplog)
    ann, bob, again, other, _ = [line["person"] for line in lines]

    assert [line["msg"] for line in lines] == [
        *["answered"] * 2,
        "not answered",
        "answered",
        "not answered",
    ]
    assert [line["outcome"] for line in lines[1:3]] == ["answered", "limited"]
    assert {line["index"] for line in lines} == {"made-up"}
    assert {line["command"] for line in lines} == {"search"}
    assert lines[0]["hits"] > 0
    assert lines[0]["ms"] > 0
    assert len({line["reference"] for line in lines}) == 5
    assert ann == again
    assert len({ann, bob, other}) == 3
    assert all(re.fullmatch("[0-9a-f]{8}", name) for name in (ann, bob, other))
    written = json.dumps(lines, default=str)
    for hidden in ("registry", "gooseberries", '"bob"', '"T2"'):
        assert hidden not in written


def test_what_a_person_is_called_in_the_log_is_forgotten_with_the_process(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    for _ in range(2):
        with_intake(tmp_path, library, lambda intake, _: intake.ask(TEA, ANN))
    first, second = [each["person"] for each in logged(caplog)]

    assert first != second


def test_what_breaks_has_the_same_reference_for_the_person_and_the_log(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)

    def spill(library: Library, request: Request) -> Reply:
        raise ValueError("spilt")

    async def use(intake: RequestQueue, _: Store) -> str:
        with pytest.raises(ValueError, match="spilt") as caught:
            await intake.ask(TEA, ANN)
        return reference_of(caught.value)

    reference = with_intake(tmp_path, library, use, answer=spill)
    (line,) = logged(caplog)

    assert line["reference"] == reference
    assert (line["msg"], line["outcome"]) == ("not answered", "failed")


def test_whoever_asks_for_a_quote_gets_a_seed_and_keeps_it(
    tmp_path: Path, library: Library
) -> None:
    asked: list[Request] = []

    def note(_: Library, request: Request) -> Reply:
        asked.append(request)
        return POURED

    async def use(intake: RequestQueue, _: Store) -> None:
        for _ in range(4):
            await intake.ask(Request(Verb.QUOTE), ANN)
        await intake.press(replace(asked[0], page=1), ANN)
        await intake.ask(TEA, ANN)

    with_intake(tmp_path, library, use, answer=note)

    assert len({each.seed for each in asked[:4]}) > 1
    assert all(each.seed for each in asked[:4])
    assert asked[4] == replace(asked[0], page=1)
    assert asked[5] == TEA
