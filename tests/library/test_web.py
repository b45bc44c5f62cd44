"""Which addresses may be connected to: public ones, and what the owner names."""

import asyncio
import socket
from ipaddress import ip_address

import pytest

from bot.library.web import (
    Trust,
    Visit,
    WebError,
    WebLimits,
    get,
    is_public,
    open_web,
    web_origin,
)
from bot.sources import is_this_machine
from tests.fakes.web_server import web_server

HOST = "podcast.internal"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - no address to listen on
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_an_address_is_public_if_it_stands_for_no_other(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) == public


def test_only_what_the_owner_names_may_be_inside_a_network() -> None:
    own = Trust(frozenset({HOST}), frozenset({("10.0.0.1", 80), ("localhost", 8000)}))

    assert own.allows(HOST, 443, "10.9.9.9")
    assert own.allows("10.0.0.1", 80, "10.0.0.1")
    assert own.allows("127.0.0.1", 8000, "127.0.0.1")
    assert own.allows("localhost", 8000, "::1")
    assert own.allows("elsewhere.example", 80, "93.184.216.34")
    assert not own.allows("10.0.0.1", 81, "10.0.0.1")
    assert not own.allows("127.0.0.1", 8001, "127.0.0.1")
    assert not own.allows("elsewhere.example", 80, "10.0.0.1")
    assert not own.allows("elsewhere.example", 80, "fe80::1%eth0")


def test_the_machine_itself_has_several_names() -> None:
    assert all(map(is_this_machine, ("localhost", "127.0.0.1", "127.1.2.3", "::1")))
    assert not any(map(is_this_machine, ("10.0.0.1", "localhost.example", "127.0.0.1.example")))


@pytest.mark.parametrize("url", ["ftp://a/b", "file:///a", "https://", "//a/b", "http://[a/b", ""])
def test_what_is_no_address_of_the_web_has_no_origin(url: str) -> None:
    with pytest.raises(WebError, match="not one of the web"):
        web_origin(url)


async def ask(url: str, trust: Trust) -> bytes | None:
    async with open_web(trust, WebLimits(), {}) as web:
        return (await get(web, url, Visit(), web.limits.content)).content


def test_a_proxy_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://tea.invalid/a"
    with web_server() as proxy:
        proxy.serve(url, "tea")  # a proxy is asked for the whole address
        monkeypatch.setenv("http_proxy", proxy.url)

        assert asyncio.run(ask(url, Trust())) == b"tea"
        with pytest.raises(WebError, match="which is inside a network"):
            asyncio.run(ask("http://10.0.0.1/a", Trust()))


def test_a_name_that_leads_inside_a_network_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The resolver of the system is made to know a name that leads to this machine."""
    plain = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        return plain("127.0.0.1" if host == HOST else host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with web_server() as server:
        server.serve("/a", "tea")
        url = f"http://{HOST}:{server.port}/a"

        with pytest.raises(WebError, match=f"{HOST} is at 127.0.0.1, which is inside a network"):
            asyncio.run(ask(url, Trust()))
        assert server.asked() == []
        assert asyncio.run(ask(url, Trust(frozenset({HOST})))) == b"tea"
