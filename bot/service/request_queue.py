"""The request queue: answers the requests of every platform off the event loop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import randint
from time import perf_counter
from typing import Any, Protocol

from cachetools import TTLCache

from bot.answers.buttons import retract_button
from bot.answers.dispatch import answer
from bot.answers.help import cannot_open, still_opening
from bot.answers.public import is_for_everybody
from bot.answers.replies import Reply
from bot.answers.requests import FOLLOWING, MOST_COUNTED, Request, Verb, pack
from bot.answers.several import AnswerRequest, answer_from, library_of, podcasts_named
from bot.answers.talk import QUIET
from bot.claims import Claim
from bot.errors import AirquoteError, CacheError, EngineError
from bot.library.library import Library
from bot.library.shelf import Shelf, only
from bot.logs import make_pseudonymizer, new_reference, reference_of
from bot.models import Feedback, Verdict, ZeroHit
from bot.posting.bindings import Bindings
from bot.posting.follow_commands import answer_following
from bot.posting.follows import PostingContext
from bot.posting.places import Place, Requester
from bot.service.batches import WRITING_SECONDS
from bot.service.claims import Claims, ClaimStore
from bot.service.events import Answered, Outcome
from bot.service.fair_threads import FairThreads
from bot.service.feedback import (
    FeedbackStore,
    not_noted,
    record_feedback,
    record_share,
    record_zero_hit,
    retract_feedback,
)
from bot.service.quotas import Act, Quota
from bot.translations import gettext, join_names, language_spoken, speaking

PER_MINUTE = 10
# Turning pages is quicker than asking.
PRESSES_PER_MINUTE = 60
# An assistant asks several things for each question of a person, and may serve many people.
CALLS_PER_MINUTE = 60
# An answer takes about 5 ms, so the last in a full queue waits about 3 s.
MOST_WAITING = 500
# After this long, a request is answered with "busy" instead of a search.
WAIT_SECONDS = 20.0
_WORKERS = 2
# A search that takes this long has lost its way: another thread goes on with the queue.
_SLOW_SECONDS = 3.0
_SPARE_WORKERS = 8
# Within this time, only a person's latest verdict on a page counts.
_ONE_VERDICT = timedelta(hours=1)
# Gives the event loop time to acknowledge a burst before threads claim the interpreter.
_YIELD_SECONDS = 0.03
# What these verbs did not find is worth keeping.
_SEARCHES = frozenset({Verb.SEARCH, Verb.TALK})
# The text after these verbs is not a query.
_WITHOUT_QUERY = frozenset({Verb.WEEKLY, Verb.ANNOUNCE, *FOLLOWING})
# How long the log says no more of those who are turned away, as there may be many.
_WARNED_SECONDS = 10.0
# The command of a request that is not read.
_UNREAD = "unread"

_log = logging.getLogger(__name__)

# Called with the outcome of every request.
Observe = Callable[[Answered], object]


class QueueStore(FeedbackStore, ClaimStore, Protocol):
    """Stores feedback, and the claims of all processes."""


@dataclass(slots=True)
class _Pending:
    """A request in the queue, and who asks; `libraries` answer it, once they are known.

    `missing` are the titles of the podcasts that it is for as well, but that cannot answer now.
    What is for everybody is in the language `public`, if one is given.
    """

    request: Request
    requester: Requester
    libraries: tuple[Library, ...] = ()
    missing: tuple[str, ...] = ()
    public: str = ""
    at: float = field(default_factory=perf_counter)

    @property
    def seconds(self) -> float:
        """How long the request has been in the queue."""
        return perf_counter() - self.at

    @property
    def index_id(self) -> str:
        """The id of the index that answers, or several; "" if none did."""
        return " ".join(each.id for each in self.libraries)


class RequestQueue:
    """Answers requests in threads, so that the event loop never blocks.

    The libraries on the `shelf` may be replaced at any time; a request is answered from those that
    it finds there. `bindings` say which podcasts a place is served. A person may ask `per_minute`
    times, and gets "busy" if there is no answer after `patience` seconds; a thread that has been at
    one request for `slow` seconds is replaced. `on_answered` is called with the outcome of every
    request, failed ones included. `claims` are for the platforms too.
    """

    def __init__(
        self,
        served: Library | Shelf,
        store: QueueStore,
        answer: AnswerRequest = answer,
        per_minute: int = PER_MINUTE,
        patience: float = WAIT_SECONDS,
        slow: float = _SLOW_SECONDS,
        on_answered: Observe = lambda _: None,
        bindings: Bindings | None = None,
    ) -> None:
        self.shelf = served if isinstance(served, Shelf) else only(served)
        self.bindings = bindings or Bindings([*self.shelf.podcasts])
        self.claims = Claims(store)
        self._store = store
        self._answer = answer
        self._patience = patience
        self._slow = slow
        self._observe = on_answered
        self._name = make_pseudonymizer()
        self._questions = Quota(Act.QUESTION, per_minute, self.claims)
        self._presses = Quota(Act.BUTTON, PRESSES_PER_MINUTE, self.claims)
        self._calls = Quota(Act.CALL, CALLS_PER_MINUTE, self.claims)
        self._threads: FairThreads[Reply] = FairThreads(_WORKERS, _SPARE_WORKERS)
        self._writes: set[asyncio.Task[None]] = set()
        # The platforms on which the log has lately said that people are turned away.
        self._warned: TTLCache[str, bool] = TTLCache(10, _WARNED_SECONDS)
        self._waiting = 0
        self._closed = False

    async def libraries_for(
        self, requester: Requester, request: Request | None = None
    ) -> tuple[Library, ...]:
        """Return the libraries that a request is for, or else those of the place, loaded.

        Those that must be built first are left out if there are others, and so are those that
        cannot be loaded. Raises the error of the first if that is all.
        """
        return await self.shelf.take_ready(await self._podcasts_for(requester, request))

    async def libraries_at(self, place: Place) -> tuple[Library, ...]:
        """Return the libraries of a place, as `libraries_for` does, but wait until all are built.

        What is not there would seem to be gone from the podcasts.
        """
        return await self.shelf.take_all(await self.bindings.podcasts_at(place))

    async def _podcasts_for(self, requester: Requester, request: Request | None) -> tuple[str, ...]:
        named = podcasts_named(request) if request else ()
        known = tuple(each for each in named if each in self.shelf.podcasts)
        return known or await self.bindings.podcasts_at(requester.place)

    async def ask(self, request: Request, requester: Requester, public: str = "") -> Reply:
        """Answer what a person typed, or say how long to wait if they ask too often.

        What `is_for_everybody` is in the language `public`, and all else in the one that is spoken;
        "" means that both are the same. A quote about nothing in particular is another one each
        time. Replies "busy" if the queue is full. Raises whatever the command raises.
        """
        if request.verb is Verb.QUOTE:
            request = replace(request, seed=randint(1, MOST_COUNTED))  # noqa: S311 - no secret
        return await self._answer_within(self._questions, request, requester, public)

    async def press(self, request: Request, requester: Requester) -> Reply:
        """Answer a button, as `ask` does, with a larger quota of its own."""
        return await self._answer_within(self._presses, request, requester)

    async def consult(self, request: Request, requester: Requester) -> Reply:
        """Answer a call of an assistant, as `ask` does, with a quota of its own."""
        return await self._answer_within(self._calls, request, requester)

    async def note(
        self, request: Request, requester: Requester, replying: Awaitable[Reply]
    ) -> Reply:
        """Wait for a reply made elsewhere, and log and count it like any other."""
        pending = _Pending(request, requester, self._only())
        return await self._tracked(pending, _unless_unavailable(replying))

    async def follow(self, context: PostingContext, request: Request, follower: Requester) -> Reply:
        """Answer what is said about following, in the podcasts of the place, and `note` it."""

        async def answer() -> Reply:
            searched = request.verb is Verb.FOLLOW  # nothing else waits for a podcast
            podcast_ids = await self._podcasts_for(follower, request) if searched else ()
            libraries = await self.shelf.take_ready(podcast_ids)
            return await answer_following(context, libraries, request, follower, podcast_ids)

        return await self.note(request, follower, answer())

    async def judge(self, request: Request, verdict: Verdict, requester: Requester) -> Reply:
        """Record a verdict on the passage that a request names, and thank for it.

        Within an hour, only a person's latest verdict on a page counts. Who gave it is not stored
        with it.
        """
        if too_often := await self._presses.take(requester):
            return too_often
        feedback = await self._feedback(request, verdict, requester)
        claim_of = partial(_claim_verdict, requester, request)
        reply = await record_feedback(self._store, feedback, claim_of)
        if reply == not_noted():
            return reply
        return replace(reply, buttons=retract_button(verdict, request))

    async def retract(self, request: Request, verdict: Verdict, requester: Requester) -> Reply:
        """Take back a person's verdict on the passage that a request names."""
        if too_often := await self._presses.take(requester):
            return too_often
        feedback = await self._feedback(request, verdict, requester)
        claim_of = partial(_claim_verdict, requester, request)
        return await retract_feedback(self._store, feedback, claim_of)

    def note_share(self, episode: str, start: float | None) -> None:
        """Record that a moment was shared, in the background. Who shared it is not stored."""
        if start is not None:
            self._write(record_share(self._store, episode, start, datetime.now(UTC)))

    async def _feedback(self, request: Request, verdict: Verdict, requester: Requester) -> Feedback:
        libraries = await self.libraries_for(requester, request)
        return Feedback(
            at=datetime.now(UTC),
            verdict=verdict,
            episode=request.episode,
            start=request.start,
            index_id=library_of(libraries, request.episode).id,
            platform=requester.platform,
            query=request.text or None,
        )

    def turn_away(self, platform: str) -> Reply:
        """Say that this process is busy to somebody whose request it has no time to read."""
        if platform not in self._warned:
            self._warned[platform] = True
            _log.warning("Too many wait, so some are turned away.", extra={"platform": platform})
        self._observe(Answered(platform, _UNREAD, Outcome.BUSY, 0.0))
        return _busy()

    def close(self) -> None:
        """Refuse new and waiting requests; those being answered are completed."""
        self._closed = True
        self._threads.close()

    async def drain(self) -> None:
        """Wait until shares and queries without hits are stored, but not for long."""
        if self._writes:
            await asyncio.wait(self._writes, timeout=WRITING_SECONDS)

    async def _answer_within(
        self, quota: Quota, request: Request, requester: Requester, public: str = ""
    ) -> Reply:
        pending = _Pending(request, requester, self._only(), public=public)
        too_often, _ = await asyncio.gather(quota.take(requester), asyncio.sleep(_YIELD_SECONDS))
        if too_often:
            self._report(pending, Outcome.LIMITED)
            return too_often
        return await self._tracked(pending, self._enqueue(pending))

    async def _tracked(self, pending: _Pending, replying: Awaitable[Reply]) -> Reply:
        try:
            reply = await replying
        except Exception as error:
            self._report(pending, Outcome.FAILED, reference=reference_of(error))
            raise
        self._report(pending, _outcome(pending.request, reply), len(reply.cards))
        return reply

    async def _enqueue(self, pending: _Pending) -> Reply:
        if self._closed:
            return _closing()
        if self._waiting >= MOST_WAITING:
            return _busy()
        self._waiting += 1
        try:
            return (
                await self._in_thread(pending) if pending.libraries else await self._load(pending)
            )
        finally:
            self._waiting -= 1

    def _only(self) -> tuple[Library, ...]:
        """Return the library of the only podcast, if it is loaded; nothing where there are more."""
        return () if self.shelf.has_several else self.shelf.loaded()

    async def _load(self, pending: _Pending) -> Reply:
        """Answer once the libraries are loaded, if they are in time."""
        try:
            async with asyncio.timeout(self._patience - pending.seconds):
                podcast_ids = await self._podcasts_for(pending.requester, pending.request)
                pending.libraries = await self.shelf.take_ready(podcast_ids)
        except TimeoutError:
            return still_opening()
        except AirquoteError:  # the shelf has logged it
            return cannot_open()
        there = {each.podcast.id for each in pending.libraries}
        missing = [each for each in podcast_ids if each not in there]
        pending.missing = tuple(self.shelf.podcasts[each].title for each in missing)
        return await self._in_thread(pending)

    async def _in_thread(self, pending: _Pending) -> Reply:
        def work() -> Reply:
            late = pending.seconds > self._patience
            return _busy() if late else self._answer_unless_away(pending)

        # Long questions take longest.
        size = len(pending.request.text)
        answering = asyncio.wrap_future(self._threads.submit(pending.requester, work, size))
        try:
            await self._wait(answering, self._patience - pending.seconds)
        finally:
            answering.cancel()  # nobody waits for the answer now
        if answering.cancelled():
            return _closing() if self._closed else _busy()
        return answering.result()

    def _answer_unless_away(self, pending: _Pending) -> Reply:
        try:
            return self._answer_for_readers(pending)
        except EngineError as error:
            _log.warning("%s", error)
            return _away()

    def _answer_for_readers(self, pending: _Pending) -> Reply:
        with speaking(pending.public):
            reply = self._answer_from_all(pending)
        if pending.public in ("", language_spoken()) or is_for_everybody(reply) or reply == QUIET:
            return reply
        return self._answer_from_all(pending)

    def _answer_from_all(self, pending: _Pending) -> Reply:
        reply = answer_from(pending.libraries, pending.request, self._answer)
        if not pending.missing or reply == QUIET:
            return reply
        return replace(reply, notes=(*reply.notes, _left_out(pending.missing)))

    async def _wait(self, answering: asyncio.Future[Reply], seconds: float) -> None:
        """Wait for an answer, and replace the threads that hold it up."""
        until = perf_counter() + seconds
        while (left := until - perf_counter()) > 0:
            done, _ = await asyncio.wait([answering], timeout=min(left, self._slow))
            if done:
                return
            if replaced := self._threads.replace_slow(self._slow):
                _log.error("A search takes too long.", extra={"threads": replaced})

    def _report(
        self, pending: _Pending, outcome: Outcome, hits: int = 0, reference: str = ""
    ) -> None:
        """Log a request in one line, without its text, and report it to the observer."""
        request, asker, seconds = pending.request, pending.requester, pending.seconds
        platform = asker.platform
        facts = {
            "platform": platform,
            "command": request.verb.value,
            "outcome": outcome.value,
            "hits": hits,
            "ms": round(seconds * 1000, 1),
            "index": pending.index_id,
            "reference": reference or new_reference(),
            "person": self._name(platform, asker.workspace, asker.person),
        }
        if self.shelf.has_several:
            facts["podcast"] = " ".join(each.podcast.id for each in pending.libraries)
        answered = outcome in (Outcome.ANSWERED, Outcome.NOTHING)
        level = logging.WARNING if outcome is Outcome.BUSY else logging.INFO
        _log.log(level, "answered" if answered else "not answered", extra=facts)
        found_nothing = outcome is Outcome.NOTHING and request.verb in _SEARCHES
        is_zero_hit = found_nothing and not request.page
        self._observe(Answered(platform, request.verb.value, outcome, seconds, hits, is_zero_hit))
        if is_zero_hit:
            self._record_zero_hit(
                ZeroHit(datetime.now(UTC), pending.index_id, platform, request.text)
            )

    def _record_zero_hit(self, zero_hit: ZeroHit) -> None:
        self._write(record_zero_hit(self._store, zero_hit))

    def _write(self, record: Coroutine[Any, Any, None]) -> None:
        """Store something in the background, so that nobody waits for a slow database."""
        writing = asyncio.create_task(record)
        self._writes.add(writing)
        writing.add_done_callback(self._writes.discard)


async def _unless_unavailable(replying: Awaitable[Reply]) -> Reply:
    try:
        return await replying
    except EngineError as error:
        _log.warning("%s", error)
        return _away()
    except CacheError:  # the shelf has logged it
        return cannot_open()


def _busy() -> Reply:
    return Reply(gettext("I have my hands full right now. Please try again in a moment."))


def _away() -> Reply:
    return Reply(gettext("I cannot reach the archive right now. Please try again in a minute."))


def _closing() -> Reply:
    return Reply(gettext("I am restarting. Please ask again in a minute."))


def _left_out(titles: Sequence[str]) -> str:
    return gettext(
        "I cannot search {podcasts} right now. Please try again in a minute.",
        podcasts=join_names(titles),
    )


def _claim_verdict(requester: Requester, request: Request, verdict: Verdict) -> Claim:
    return requester.claim("verdict", pack(request), verdict.value, lasts=_ONE_VERDICT)


def _outcome(request: Request, reply: Reply) -> Outcome:
    """Classify a reply; one without cards found nothing only if there was something to find."""
    if reply in (_busy(), _closing(), still_opening(), cannot_open()):
        return Outcome.BUSY
    if reply == _away():
        return Outcome.FAILED
    if reply == QUIET:
        return Outcome.QUIET
    searched = bool(request.text or request.episode) and request.verb not in _WITHOUT_QUERY
    return Outcome.NOTHING if searched and not reply.cards else Outcome.ANSWERED
