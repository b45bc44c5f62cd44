"""Ask an OpenSearch cluster from any thread. The only home of opensearch-py.

Its client is asynchronous: one event loop in a thread of its own talks to the cluster for all
threads of the process. A request that one node does not answer goes to the next.
"""

import asyncio
import atexit
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ssl import SSLCertVerificationError, SSLError
from threading import Lock, Thread
from typing import Any, TypeVar

from opensearchpy import AsyncOpenSearch, exceptions
from opensearchpy.helpers import async_streaming_bulk

from bot.engine_address import EngineAddress
from bot.errors import EngineError

_Value = TypeVar("_Value")
# How many documents one request fetches, and how much one writes.
_IDS_AT_ONCE = 500
_BULK_BYTES = 8 << 20
_BULK_DOCUMENTS = 2_000
_BULK_SECONDS = 120
_ATTEMPTS = 4
_TAKEOVER_SECONDS = 0.3
_SUBJECT = "AIRQUOTE_ENGINE"

Json = dict[str, Any]
_Ask = Callable[[AsyncOpenSearch], Awaitable[_Value]]


@dataclass(frozen=True, slots=True)
class FoundDocuments:
    """Documents by their ids, and whether a part of the cluster did not answer."""

    found: Mapping[str, Json]
    partial: bool


class Cluster:
    """A cluster at an address; connects when it is first asked."""

    def __init__(self, address: EngineAddress) -> None:
        self.address = address
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._client: AsyncOpenSearch | None = None

    def search(self, alias: str, body: Json) -> Json:
        """Search through an alias.

        Where a part does not answer, as when its node has just ended, it is asked again: a copy may
        have taken over.
        """

        async def ask(client: AsyncOpenSearch) -> Json:
            answer: Json = await client.search(index=alias, body=body)
            if is_partial(answer):
                await asyncio.sleep(_TAKEOVER_SECONDS)
                answer = await client.search(index=alias, body=body)
            return answer

        return self._run(ask)

    def fetch(self, alias: str, ids: Sequence[str], routing: str) -> FoundDocuments:
        """Fetch documents by their ids, several requests at a time; see `search` on parts."""

        async def once(client: AsyncOpenSearch, wanted: Sequence[str]) -> list[Json]:
            batches = (wanted[at : at + _IDS_AT_ONCE] for at in range(0, len(wanted), _IDS_AT_ONCE))
            asked = (
                client.mget(index=alias, body={"ids": batch}, routing=routing, realtime=False)
                for batch in batches
            )
            return [each for answer in await asyncio.gather(*asked) for each in answer["docs"]]

        async def ask(client: AsyncOpenSearch) -> list[Json]:
            documents = await once(client, ids)
            if silent := [each["_id"] for each in documents if "error" in each]:
                await asyncio.sleep(_TAKEOVER_SECONDS)
                documents = [each for each in documents if "error" not in each]
                documents += await once(client, silent)
            return documents

        documents = self._run(ask)
        return FoundDocuments(
            {each["_id"]: each["_source"] for each in documents if each.get("found")},
            any("error" in each for each in documents),
        )

    def aliases(self, pattern: str) -> dict[str, Json]:
        """List the aliases that a name or pattern matches, each with what it is limited to."""

        async def ask(client: AsyncOpenSearch) -> Json:
            found: Json = await client.indices.get_alias(name=pattern, ignore=404)
            return found

        answer = self._run(ask)
        if "error" in answer:
            return {}
        return {
            alias: facts.get("filter", {})
            for held in answer.values()
            for alias, facts in held["aliases"].items()
        }

    def change_aliases(self, actions: Sequence[Json]) -> None:
        """Change aliases, all at once."""
        self._run(lambda client: client.indices.update_aliases(body={"actions": list(actions)}))

    def create_index(self, index: str, body: Json) -> None:
        """Create an index unless there is one."""

        async def ask(client: AsyncOpenSearch) -> None:
            if not await client.indices.exists(index=index):
                # Another process may have been faster.
                await client.indices.create(index=index, body=body, ignore=400)

        self._run(ask)

    def write(self, index: str, actions: Iterable[Json], wrote: Callable[[int], object]) -> None:
        """Write documents, and say after each how many there are so far."""

        async def ask(client: AsyncOpenSearch) -> None:
            done = 0
            writing = async_streaming_bulk(
                client,
                actions,
                chunk_size=_BULK_DOCUMENTS,
                max_chunk_bytes=_BULK_BYTES,
                max_retries=_ATTEMPTS,
                index=index,
                request_timeout=_BULK_SECONDS,
            )
            async for _ in writing:
                done += 1
                wrote(done)
            await client.indices.refresh(index=index, request_timeout=_BULK_SECONDS)

        self._run(ask)

    def delete(self, index: str, query: Json, routing: str) -> None:
        """Delete the documents that a query finds."""
        self._run(
            lambda client: client.delete_by_query(
                index=index,
                body={"query": query},
                routing=routing,
                conflicts="proceed",
                request_timeout=_BULK_SECONDS,
            )
        )

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            loop, thread, client = self._loop, self._thread, self._client
            self._loop = self._thread = self._client = None
        if loop and thread and client:
            asyncio.run_coroutine_threadsafe(_close(client), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            # Python would complain at its end of a loop that is still open.
            thread.join()
            loop.close()

    def _run(self, ask: _Ask[_Value]) -> _Value:
        """Run a request in the loop's thread, and wait for it."""
        loop, client = self._connect()
        return asyncio.run_coroutine_threadsafe(self._guarded(ask, client), loop).result()

    async def _guarded(self, ask: _Ask[_Value], client: AsyncOpenSearch) -> _Value:
        try:
            return await ask(client)
        except (exceptions.AuthenticationException, exceptions.AuthorizationException) as error:
            raise self._error(
                "does not let Airquote in.", "Check the user and the password."
            ) from error
        except exceptions.ConnectionTimeout as error:
            raise self._error(f"did not answer within {self.address.timeout} s.") from error
        except exceptions.ConnectionError as error:
            raise self._error(*_explain(error.info)) from error
        except exceptions.TransportError as error:
            raise self._error(f"answers {error.status_code}: {_reason(error)}.") from error
        except exceptions.OpenSearchException as error:
            raise self._error(f"gives no proper answer: {error}.") from error
        except (exceptions.ImproperlyConfigured, OSError) as error:
            raise self._error(
                "cannot be checked, as no certificates can be read.",
                "Name a file of certificates as ca=file.",
            ) from error

    def _error(self, reason: str, remedy: str = "") -> EngineError:
        return EngineError(_SUBJECT, f"{self.address.shown} {reason}", remedy)

    def _connect(self) -> tuple[asyncio.AbstractEventLoop, AsyncOpenSearch]:
        with self._lock:
            if self._loop is None or self._client is None:
                loop = asyncio.new_event_loop()
                thread = Thread(target=loop.run_forever, name="opensearch", daemon=True)
                thread.start()
                opening = asyncio.run_coroutine_threadsafe(self._open(), loop)
                self._loop, self._thread, self._client = loop, thread, opening.result()
                atexit.register(self.close)
            return self._loop, self._client

    async def _open(self) -> AsyncOpenSearch:
        address = self.address
        return AsyncOpenSearch(
            hosts=[{"host": host, "port": port} for host, port in address.hosts],
            http_auth=(address.user, address.password) if address.user else None,
            use_ssl=address.encrypted,
            verify_certs=address.encrypted,
            timeout=address.timeout,
            max_retries=_ATTEMPTS,
            retry_on_timeout=True,
            # A node that ends in the middle of an answer makes it a 500.
            retry_on_status=(429, 500, 502, 503, 504),
            ca_certs=str(address.ca) if address.ca else None,
        )


def _explain(error: object) -> tuple[str, str]:
    """Say why there is no connection, by the error below it, and what to do."""
    match error:
        case SSLCertVerificationError():
            return "has no certificate that can be checked.", "Name its authority as ca=file."
        case SSLError():
            return "does not use TLS.", "Write opensearch:// in its address."
    return "cannot be reached.", "Check the address."


def is_partial(answer: Json) -> bool:
    """Say whether a part did not answer a search, or not in time."""
    return bool(answer["timed_out"] or answer["_shards"]["failed"])


async def _close(client: AsyncOpenSearch) -> None:
    # The client itself leaves out those that did not answer last time.
    pool = client.transport.connection_pool
    for connection in getattr(pool, "orig_connections", pool.connections):
        await connection.close()


def _reason(error: exceptions.TransportError) -> str:
    """Return the first cause in an answer that reports an error."""
    info = error.info if isinstance(error.info, dict) else {}
    told = info.get("error", {})
    causes = told.get("root_cause", []) if isinstance(told, dict) else []
    return str(causes[0].get("reason", "")) if causes else str(error.error)
