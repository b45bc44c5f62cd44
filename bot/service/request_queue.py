"""Where requests come in: as many as can be served, off the event loop, whatever the platform."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime
from math import ceil
from time import perf_counter

from cachetools import TTLCache

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import FOLLOWING, Request, Verb
from bot.library.library import Library
from bot.logs import make_pseudonymizer, new_reference, reference_of
from bot.models import Feedback, Verdict, ZeroHit
from bot.service.events import Answered, Outcome
from bot.service.feedback import NOT_NOTED, FeedbackStore, record_feedback, record_nothing_found
from bot.service.limits import RateLimiter
from bot.text import pluralize

PER_MINUTE = 10
_MINUTE = 60.0
# More people than any workspace has who ask within a minute.
_MOST_ASKERS = 100_000
# An answer takes about five milliseconds in all, so that the last one of these waits three seconds.
MOST_WAITING = 500
# Who has waited for so long is told so, and no longer searched for.
WAIT_SECONDS = 20.0
_WORKERS = 2
# Who presses a verdict again and again has still said it once.
_ONE_VERDICT_SECONDS = 60 * 60
_MOST_VERDICTS = 10_000
# As long as a database waits for another process to unlock it.
_NOTING_SECONDS = 5.0
# A burst of requests is acknowledged before threads claim the interpreter.
_BREATH_SECONDS = 0.03
# What is typed behind these is nothing to be found.
_NOT_LOOKING = frozenset({Verb.WEEKLY, Verb.ANNOUNCE, *FOLLOWING})
_BUSY = Reply("I have my hands full right now. Please try again in a moment.")
_JUDGED = Reply("Thank you, I have noted your verdict on that already.")
_CLOSING = Reply("I am being restarted. Please ask again in a minute.")

_log = logging.getLogger(__name__)

AnswerRequest = Callable[[Library, Request], Reply]
# Told of every command that came in, and what came of it.
Observe = Callable[[Answered], object]


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks: a platform, there a workspace or server, and in it a person."""

    platform: str
    workspace: str
    person: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that came in, who asks, and the library to answer from."""

    request: Request
    asker: Requester
    library: Library
    at: float = field(default_factory=perf_counter)

    @property
    def seconds(self) -> float:
        """For how long it has been here."""
        return perf_counter() - self.at


class RequestQueue:
    """Takes requests and answers them in threads, so that the event loop is never held up.

    `library` may be replaced at any time; each request is answered from one library. `answer` is
    what answers, `per_minute` how often a person may ask; who has no answer after `patience`
    seconds is told to try again. `on_answered` is told of every request, once there is a reply or
    none.
    """

    def __init__(
        self,
        library: Library,
        store: FeedbackStore,
        answer: AnswerRequest = answer,
        per_minute: int = PER_MINUTE,
        patience: float = WAIT_SECONDS,
        on_answered: Observe = lambda _: None,
    ) -> None:
        self.library = library
        self._store = store
        self._answer = answer
        self._patience = patience
        self._observe = on_answered
        self._name = make_pseudonymizer()
        self._limiter = RateLimiter(per_minute, _MINUTE, _MOST_ASKERS)
        self._threads = ThreadPoolExecutor(_WORKERS, thread_name_prefix="search")
        self._judged: TTLCache[tuple[Requester, Request], bool] = TTLCache(
            _MOST_VERDICTS, _ONE_VERDICT_SECONDS
        )
        self._notes: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._closed = False

    async def ask(self, request: Request, asker: Requester) -> Reply:
        """Answer what a person typed; who asks too often is told when to go on."""
        if wait := self._limiter.take(asker):
            self._tell(_Asked(request, asker, self.library), Outcome.LIMITED)
            return self._too_often(wait)
        return await self.follow(request, asker)

    async def follow(self, request: Request, asker: Requester) -> Reply:
        """Answer the request of a button that an earlier answer offered; "busy" if too many wait.

        Raises what the command raises.
        """
        asked = _Asked(request, asker, self.library)
        return await self._noted(asked, self._take(asked))

    async def note(self, request: Request, asker: Requester, replying: Awaitable[Reply]) -> Reply:
        """Give what others reply to a request, which is logged and counted as all are."""
        return await self._noted(_Asked(request, asker, self.library), replying)

    async def judge(self, request: Request, verdict: Verdict, asker: Requester) -> Reply:
        """Note what a person says of the passage that a request names, and thank them.

        Within an hour, a person's first verdict on a page counts. Who it is by is kept nowhere.
        """
        if (asker, request) in self._judged:
            return _JUDGED
        self._judged[asker, request] = True
        feedback = Feedback(
            at=datetime.now(UTC),
            verdict=verdict,
            episode=request.episode,
            start=request.start,
            index_id=self.library.id,
            platform=asker.platform,
            query=request.text or None,
        )
        thanks = await record_feedback(self._store, feedback)
        if thanks is NOT_NOTED:
            self._judged.pop((asker, request), None)
        return thanks

    def close(self) -> None:
        """Take nothing more; who waits in the queue is told so, who is being answered still is."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def drain(self) -> None:
        """Wait until what answers were worth noting is noted, or cannot be."""
        if self._notes:
            await asyncio.wait(self._notes, timeout=_NOTING_SECONDS)

    async def _noted(self, asked: _Asked, replying: Awaitable[Reply]) -> Reply:
        try:
            reply = await replying
        except Exception as error:
            self._tell(asked, Outcome.FAILED, reference=reference_of(error))
            raise
        self._tell(asked, _outcome(asked.request, reply), len(reply.cards))
        return reply

    async def _take(self, asked: _Asked) -> Reply:
        if self._closed:
            return _CLOSING
        if self._waiting >= MOST_WAITING:
            return _BUSY
        self._waiting += 1
        try:
            return await self._in_thread(asked)
        finally:
            self._waiting -= 1

    async def _in_thread(self, asked: _Asked) -> Reply:
        def work() -> Reply:
            late = asked.seconds > self._patience
            return _BUSY if late else self._answer(asked.library, asked.request)

        await asyncio.sleep(_BREATH_SECONDS)
        if self._closed:
            return _CLOSING
        answering = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            done, _ = await asyncio.wait([answering], timeout=self._patience - asked.seconds)
        finally:
            answering.cancel()  # who no longer waits needs no answer
        if not done:  # as searches before it, or it, do not end
            return _BUSY
        if answering.cancelled():  # by `close`
            return _CLOSING
        return answering.result()

    def _tell(self, asked: _Asked, outcome: Outcome, hits: int = 0, reference: str = "") -> None:
        """Log a request in one line, without its text, and let it be counted."""
        request, platform, seconds = asked.request, asked.asker.platform, asked.seconds
        facts = {
            "platform": platform,
            "command": request.verb.value,
            "outcome": outcome.value,
            "hits": hits,
            "ms": round(seconds * 1000, 1),
            "index": asked.library.id,
            "reference": reference or new_reference(),
            "person": self._name(*astuple(asked.asker)),
        }
        answered = outcome in (Outcome.ANSWERED, Outcome.NOTHING)
        level = logging.WARNING if outcome is Outcome.BUSY else logging.INFO
        _log.log(level, "answered" if answered else "not answered", extra=facts)
        found_nothing = outcome is Outcome.NOTHING and request.verb is Verb.SEARCH
        is_zero_hit = found_nothing and not request.page
        self._observe(Answered(platform, request.verb.value, outcome, seconds, hits, is_zero_hit))
        if is_zero_hit:
            self._note(ZeroHit(datetime.now(UTC), asked.library.id, platform, request.text))

    def _note(self, zero_hit: ZeroHit) -> None:
        """Note a query in the background: a slow database keeps nobody waiting."""
        noting = asyncio.create_task(record_nothing_found(self._store, zero_hit))
        self._notes.add(noting)
        noting.add_done_callback(self._notes.discard)

    def _too_often(self, wait: float) -> Reply:
        return Reply(
            f"That is a lot at once. I answer {pluralize(self._limiter.times, 'question')} a "
            f"minute per person. Please ask again in {pluralize(max(1, ceil(wait)), 'second')}."
        )


def _outcome(request: Request, reply: Reply) -> Outcome:
    """Say what a reply means; what shows no passage may still tell what was asked for."""
    if reply in (_BUSY, _CLOSING):
        return Outcome.BUSY
    looked = bool(request.text or request.episode) and request.verb not in _NOT_LOOKING
    return Outcome.NOTHING if looked and not reply.cards else Outcome.ANSWERED
