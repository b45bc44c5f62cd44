"""The address of a search engine."""

from pathlib import Path

import pytest

from bot.engine_address import EngineAddress, parse_engine, read_engine


def test_a_host_alone_is_enough() -> None:
    assert parse_engine("opensearch://search.example") == EngineAddress((("search.example", 9200),))


def test_an_address_says_all_there_is_to_set() -> None:
    address = parse_engine(
        "opensearchs://ann:p%40ss@one.example,two.example:9201/talks"
        "?ca=/etc/ca.pem&replicas=2&shards=8&spread=3&timeout=9&memory=128"
    )

    assert address == EngineAddress(
        hosts=(("one.example", 9200), ("two.example", 9201)),
        encrypted=True,
        user="ann",
        password="p@ss",  # noqa: S106
        name="talks",
        ca=Path("/etc/ca.pem"),
        replicas=2,
        shards=8,
        spread=3,
        timeout=9,
        memory=128,
    )


def test_a_host_may_be_a_number_of_the_newer_kind() -> None:
    assert parse_engine("opensearch://[::1]:9201").hosts == (("::1", 9201),)


def test_the_password_is_not_shown() -> None:
    address = parse_engine("opensearch://ann:secret@one.example,two.example")

    assert address.shown == "one.example:9200, two.example:9200"
    assert "secret" not in repr(address)
    assert "secret" not in repr(read_engine("opensearch://ann:secret@one.example"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://one.example", "it should be like opensearch://user:password@host:9200"),
        ("opensearch://", "it should be like opensearch://"),
        ("opensearch://one.example:port", "one.example:port is not a host"),
        ("opensearch://one.example,", "is not a host"),
        ("opensearch://one.example?replica=1", "there is no option replica, only ca, replicas"),
        ("opensearch://one.example?shards=0", "shards should be a whole number of at least 1"),
        ("opensearch://one.example?timeout=long", "timeout should be a whole number of at least 1"),
    ],
)
def test_a_wrong_address_is_explained(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("?", r"\?")):
        parse_engine(text)
