"""The HTTP server: its port, its health and its end; and Slack's requests before Bolt sees them."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from ssl import SSLError
from time import monotonic
from typing import Any, TypeVar

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BusyError
from handlers.http import (
    NETWORK_ERRORS,
    HttpRequest,
    HttpResponse,
    RequestLimits,
    Server,
    explain_network,
    network_of,
    open_session,
)
from handlers.slack.http_events import build_request_handler
from handlers.slack.manifests import EVENTS_PATH
from tests.fakes.slack.delivery import signed
from tests.process import free_port

SECRET = "a-signing-secret-of-nothing"  # noqa: S105
T = TypeVar("T")


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    return free_port()


async def get(
    port: int, path: str = "/healthz", method: str = "GET", **facts: Any
) -> tuple[int, str]:
    async with (
        open_session() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}", **facts) as response,
    ):
        return response.status, await response.text()


def serve(server: Server, visit: Callable[[], Awaitable[T]]) -> T:
    async def run() -> T:
        await server.start()
        try:
            return await visit()
        finally:
            await server.stop()

    return asyncio.run(run())


def test_a_running_process_is_healthy(port: int) -> None:
    assert serve(Server(port), lambda: get(port)) == (200, "ok")


def test_what_was_added_answers_posts_and_nothing_else_does(port: int) -> None:
    async def echo(request: HttpRequest) -> HttpResponse:
        return HttpResponse(text=f"heard on {request.path}")

    async def visit() -> list[tuple[int, str]]:
        return [
            await get(port, "/echo", "POST"),
            await get(port, "/echo"),
            await get(port, "/", "POST"),
        ]

    server = Server(port)
    server.add("/echo", echo)
    heard, got, elsewhere = serve(server, visit)

    assert heard == (200, "heard on /echo")
    assert (got[0], elsewhere[0]) == (405, 404)


def test_what_is_shown_answers_gets_and_may_take_the_place_of_what_was_there(port: int) -> None:
    async def show(request: HttpRequest) -> HttpResponse:
        return HttpResponse(text=f"shown on {request.path}")

    async def visit() -> list[tuple[int, str]]:
        posted = await get(port, "/here", "POST")
        return [await get(port, "/here"), await get(port), (posted[0], "")]

    server = Server(port)
    server.show("/here", show)
    server.show("/healthz", show)

    assert serve(server, visit) == [
        (200, "shown on /here"),
        (200, "shown on /healthz"),
        (405, ""),
    ]


def test_answers_that_there_were_too_many_requests_are_counted(port: int) -> None:
    statuses, limited = [200, 429, 500, 429], []

    async def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse(status=statuses.pop())

    async def visit() -> None:
        async with open_session(lambda: limited.append(1)) as session:
            for _ in range(4):
                await session.get(f"http://127.0.0.1:{port}/here")

    server = Server(port)
    server.show("/here", answer)
    serve(server, visit)

    assert statuses == []
    assert len(limited) == 2


def test_a_taken_port_may_be_free_later(port: int) -> None:
    async def again() -> None:
        await Server(port).start()

    with pytest.raises(BusyError, match=f"PORT: cannot listen on {port}"):
        serve(Server(port), again)


def test_without_a_port_nothing_listens() -> None:
    async def healthy() -> tuple[int, str]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return await get(free.getsockname()[1])

    with pytest.raises(OSError, match="Cannot connect"):
        serve(Server(None), healthy)


def test_a_request_that_has_begun_is_answered_when_the_end_comes(port: int) -> None:
    async def run() -> tuple[int, str]:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slow(_: HttpRequest) -> HttpResponse:
            begun.set()
            await go_on.wait()
            return HttpResponse(text="late")

        server = Server(port)
        server.add("/slow", slow)
        await server.start()
        asked = asyncio.create_task(get(port, "/slow", "POST"))
        await begun.wait()
        ending = asyncio.create_task(server.stop())
        while True:
            try:
                await get(port)
            except OSError:
                break
        ended, _ = await asyncio.wait([ending], timeout=0.1)
        assert not ended
        go_on.set()
        await ending
        return await asked

    assert asyncio.run(run()) == (200, "late")


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 400), ("another", 401)])
@pytest.mark.parametrize("body", ["[]", "{", "payload=%7B"])
def test_nothing_is_read_before_its_signature(
    port: int, secret: str, status: int, body: str
) -> None:
    async def visit() -> tuple[int, str]:
        headers = {"Content-Type": "application/json", **signed(secret, body)}
        return await get(port, EVENTS_PATH, "POST", data=body, headers=headers)

    async def run() -> tuple[int, str]:
        client = AsyncWebClient(token="xoxb-nobody")  # noqa: S106
        server = Server(port)
        server.add(
            EVENTS_PATH,
            build_request_handler(
                AsyncApp(client=client, signing_secret=SECRET), SECRET, lambda _: None
            ),
        )
        await server.start()
        try:
            return await visit()
        finally:
            await server.stop()

    assert asyncio.run(run())[0] == status


def test_a_host_that_cannot_be_reached_is_named_with_the_reason(port: int) -> None:
    with pytest.raises(NETWORK_ERRORS) as caught:
        asyncio.run(get(port))

    assert explain_network(caught.value) == "127.0.0.1: Connection refused"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "no answer in time"),
        (ConnectionResetError(104, "[address]"), "Connection reset by peer"),
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong (_ssl.c:1006)"), "no secure connection"),
        (ConnectionResetError(), "ConnectionResetError"),
    ],
)
def test_what_is_wrong_with_a_network_is_said_in_few_words(error: OSError, said: str) -> None:
    assert explain_network(error) == said


# Who sends no request, or not all of it.

QUICK = RequestLimits(header_seconds=0.2, body_seconds=0.2)
HEAD = b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n"
WHOLE = HEAD + b"\r\nmy ledger"


class Caller:
    """A client that sends what it likes, from an address of its own."""

    def __init__(self, stack: ExitStack, port: int) -> None:
        self._stack, self._port = stack, port

    def begin(self, sent: bytes, host: str = "127.0.0.1") -> socket.socket:
        """Open a connection and send something."""
        opened = socket.create_connection(("127.0.0.1", self._port), 20, (host, 0))
        self._stack.enter_context(opened)
        opened.sendall(sent)
        return opened

    async def ask(self, sent: bytes) -> bytes:
        """Send something, and give all that is answered until the server hangs up."""
        return await read_all(self.begin(sent))


async def read_all(opened: socket.socket) -> bytes:
    with opened.makefile("rb") as answer:
        try:
            return await asyncio.to_thread(answer.read)
        except ConnectionResetError:  # what it had sent was not read
            return b""


@pytest.fixture
def caller(port: int) -> Iterator[Caller]:
    """Who calls the server, and hangs up at the end."""
    with ExitStack() as stack:
        yield Caller(stack, port)


def echoing(
    port: int,
    limits: RequestLimits,
    now: Callable[[], float] = monotonic,
    answering: asyncio.Event | None = None,
) -> Server:
    async def echo(request: HttpRequest) -> HttpResponse:
        if answering:
            await answering.wait()
        return HttpResponse(body=await request.read())

    server = Server(port, limits, now)
    server.add("/echo", echo)
    return server


@pytest.mark.parametrize("sent", [b"", b"GET", HEAD], ids=["nothing", "a word", "half a header"])
def test_a_header_that_does_not_end_is_not_waited_for(
    port: int, caller: Caller, sent: bytes
) -> None:
    assert serve(echoing(port, QUICK), lambda: caller.ask(sent)) == b""


def test_a_body_that_does_not_end_is_not_waited_for(port: int, caller: Caller) -> None:
    answer = serve(echoing(port, QUICK), lambda: caller.ask(HEAD + b"\r\nhalf"))

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_connection_serves_one_request(port: int, caller: Caller) -> None:
    twice = 2 * (HEAD + b"\r\nmy ledger")
    answer = serve(echoing(port, RequestLimits()), lambda: caller.ask(twice))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"my ledger") == 1
    assert b"Connection: close" in answer


class Clock:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("waiting", "seconds", "is_behind"),
    [(100, 0.0, False), (101, 0.0, True), (20, 1.5, False), (21, 0.5, False), (21, 1.5, True)],
)
def test_a_server_is_behind_if_many_wait_or_some_for_long(
    port: int, caller: Caller, waiting: int, seconds: float, is_behind: bool
) -> None:
    clock = Clock()
    server = echoing(port, RequestLimits(), clock)

    async def visit() -> list[bool]:
        told = [server.is_behind()]
        callers = [caller.begin(HEAD) for _ in range(waiting)]
        await get(port)  # by then, those before it are there
        clock.now += seconds
        told.append(server.is_behind())
        for each in callers:
            each.sendall(b"\r\nmy ledger")
            await read_all(each)
        return [*told, server.is_behind()]

    assert serve(server, visit) == [False, is_behind, False]
    assert not server.is_behind()


@pytest.mark.parametrize(("sent", "is_behind"), [(b"GET", False), (WHOLE, True)])
def test_only_those_who_have_asked_wait_for_long(
    port: int, caller: Caller, sent: bytes, is_behind: bool
) -> None:
    clock, answering = Clock(), asyncio.Event()
    server = echoing(port, RequestLimits(), clock, answering)

    async def visit() -> bool:
        callers = [caller.begin(sent) for _ in range(101)]
        await get(port)
        clock.now += 5
        told = server.is_behind()
        answering.set()
        for each in callers:
            each.close()
        return told

    assert serve(server, visit) is is_behind


def test_of_too_many_silent_connections_of_an_address_the_oldest_gives_way(
    port: int, caller: Caller
) -> None:
    async def visit() -> tuple[bytes, list[bytes]]:
        oldest = caller.begin(b"GET /healthz")
        others = [caller.begin(HEAD, host) for host in ("127.0.0.1", "127.0.0.1", "127.0.0.2")]
        healthy, given_way = await get(port), await read_all(oldest)
        assert healthy == (200, "ok")
        for each in others:
            each.sendall(b"\r\nmy ledger")
        return given_way, [await read_all(each) for each in others]

    given_way, others = serve(echoing(port, RequestLimits(proxied=3)), visit)

    assert given_way == b""
    assert [each.endswith(b"my ledger") for each in others] == [True, True, True]


def test_a_proxy_may_pass_many_requests_at_once(port: int) -> None:
    async def visit() -> list[tuple[int, str]]:
        return await asyncio.gather(*(get(port) for _ in range(200)))

    assert serve(Server(port), visit) == [(200, "ok")] * 200


@pytest.mark.parametrize(
    ("host", "most"),
    [
        ("8.8.8.8", 100),
        ("2001:4860:4860::8888", 100),
        ("127.0.0.1", 800),
        ("10.1.2.3", 800),
        ("fe80::1%eth0", 800),
        ("fd00::7", 800),
    ],
)
def test_an_address_of_everybody_may_be_that_of_a_proxy(host: str, most: int) -> None:
    assert RequestLimits().most_waiting(network_of(host)) == most


def test_who_has_an_ipv6_network_has_one_limit() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")


def test_who_hangs_up_before_the_end_of_a_body_is_one_line(
    port: int, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    async def visit() -> None:
        for _ in range(2):
            caller.begin(HEAD + b"\r\nhalf").close()
            assert await get(port) == (200, "ok")
        # Here the server hangs up, at once.
        for _ in range(9):
            caller.begin(HEAD + b"\r\nhalf")
        assert await get(port) == (200, "ok")

    caplog.set_level("INFO")
    serve(echoing(port, RequestLimits(proxied=3)), visit)

    told = [each for each in caplog.records if "could not be read" in each.getMessage()]
    assert len(told) <= 11
    assert not any(each.exc_info for each in caplog.records)


def test_who_waits_for_an_answer_does_not_give_way(port: int, caller: Caller) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: HttpRequest) -> HttpResponse:
        begun.set()
        await go_on.wait()
        return HttpResponse(text="late")

    async def visit() -> bytes:
        asked = caller.begin(HEAD + b"\r\nmy ledger")
        await begun.wait()
        for _ in range(9):
            caller.begin(b"GET")
        assert await get(port) == (200, "ok")
        go_on.set()
        return await read_all(asked)

    server = Server(port, RequestLimits(proxied=3))
    server.add("/echo", slow)

    assert serve(server, visit).endswith(b"late")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n",
        b"GET / HTTP/1.1\r\nHost: " + b"x" * 20_000 + b"\r\n\r\n",
    ],
    ids=["TLS", "another version", "wrong chunks", "a long header"],
)
def test_what_is_no_http_is_a_bad_request_and_at_most_one_line(
    port: int, caller: Caller, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    answer = serve(echoing(port, RequestLimits()), lambda: caller.ask(sent))
    told = [each for each in caplog.records if each.getMessage() != "listening"]

    assert answer.split()[1] == b"400"
    assert len(told) <= 1
    assert not any(each.exc_info for each in told)
