"""A network where names are unknown, proxies refuse, certificates expire: what is said of it."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from bot.errors import ConfigError, UnreachableError
from bot.setting_types import Secret
from handlers.http import NETWORK_ERRORS, explain_network, open_session
from handlers.run.connections import CONNECTED, keep_connected
from handlers.slack.client import check_bot_token, create_client
from tests.process import airquote, free_port

TOKEN = Secret("xoxb-1-2-three")
# A name that no resolver may know: RFC 6761, section 6.4.
NOWHERE = "api.nowhere.invalid"
PASSWORD = "sesame"  # noqa: S105, of a proxy that lasts a second


class Proxy:
    """A proxy on the way to Slack; it answers for Slack once it lets people through."""

    def __init__(self) -> None:
        self.lets_through = False
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(str(request.url))
        if not self.lets_through:
            return web.Response(status=407, headers={"Proxy-Authenticate": "Basic"})
        return web.json_response({"ok": True})


@asynccontextmanager
async def running(
    proxy: Proxy, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    app, port = web.Application(), free_port()
    app.router.add_route("*", "/{anything:.*}", proxy.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls).start()
    try:
        yield port
    finally:
        await runner.cleanup()


class Behind:
    """A platform that is connected once Slack answers."""

    name = "slack"

    def __init__(self, url: str) -> None:
        self._url = url
        self.over = asyncio.Event()

    async def start(self) -> None:
        async with open_session() as session:
            await check_bot_token(create_client(self._url, TOKEN, session, retry=False))

    async def serve(self) -> None:
        self.over.set()
        await asyncio.Event().wait()


def test_a_proxy_that_refuses_is_said_without_its_password_and_tried_until_it_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy, said = Proxy(), list[str]()

    def note(trouble: str) -> None:
        said.append(trouble)
        proxy.lets_through = len(said) == 2

    async def run() -> None:
        async with running(proxy) as port:
            monkeypatch.setenv("HTTP_PROXY", f"http://me:{PASSWORD}@127.0.0.1:{port}")
            platform = Behind(f"http://{NOWHERE}/api/")
            trying = asyncio.create_task(
                keep_connected(platform, note, 0.01)  # type: ignore[arg-type]
            )
            await asyncio.wait_for(platform.over.wait(), 20)
            trying.cancel()
            await asyncio.wait([trying])

    asyncio.run(run())

    assert said[2:] == [CONNECTED]
    assert all("HTTPS_PROXY" in each and PASSWORD not in each for each in said[:2])
    # The name was never looked up here: the proxy is told it.
    assert proxy.asked == [f"http://{NOWHERE}/api/auth.test"] * 3


def test_a_name_that_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)

    async def run() -> None:
        platform = Behind(f"https://{NOWHERE}/api/")
        with pytest.raises(UnreachableError, match="cannot be reached") as raised:
            await platform.start()
        assert NOWHERE in str(raised.value)
        assert not isinstance(raised.value, ConfigError)

    asyncio.run(run())


def test_a_name_that_nobody_knows_is_explained_in_few_words() -> None:
    async def run() -> str:
        async with open_session() as session:
            try:
                await session.get(f"http://{NOWHERE}/")
            except NETWORK_ERRORS as error:
                return explain_network(error)
        return "it was found"

    said = asyncio.run(run())

    assert said.startswith(f"{NOWHERE}: ")
    assert len(said) < 100


@pytest.mark.parametrize(("days", "expired"), [(-1, True), (1, False)])
def test_a_certificate_that_has_expired_is_said(home: Path, days: int, expired: bool) -> None:
    """The authority is one that the process trusts, so that nothing else is wrong with it."""
    authority, tls = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.cert_pem.write_to_path(home / "trusted.pem")
    now = datetime.now(UTC)
    times = {"not_before": now - timedelta(days=9), "not_after": now + timedelta(days=days)}
    authority.issue_cert("127.0.0.1", **times).configure_cert(tls)
    slack = Proxy()
    slack.lets_through = True

    async def run() -> str:
        async with running(slack, tls=tls) as port:
            variables = {
                "SLACK_BOT_TOKEN": TOKEN.get_secret_value(),
                "SLACK_SIGNING_SECRET": "0" * 32,
                "SLACK_API_URL": f"https://127.0.0.1:{port}/api/",
                "SSL_CERT_FILE": str(home / "trusted.pem"),
            }
            done = await asyncio.to_thread(airquote, home, "doctor", **variables)
            return done.stdout

    told = asyncio.run(run())

    assert ("127.0.0.1: certificate has expired" in told) is expired
    assert bool(slack.asked) is not expired
    assert "Traceback" not in told
    assert TOKEN.get_secret_value() not in told


def test_a_platform_that_has_an_address_of_ipv6_alone_is_reached() -> None:
    slack = Proxy()
    slack.lets_through = True
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6 here")

    async def run() -> None:
        async with running(slack, "::1") as port:
            platform = Behind(f"http://[::1]:{port}/api/")
            await platform.start()
            assert slack.asked == [f"http://[::1]:{port}/api/auth.test"]

    asyncio.run(run())
