"""A podcast without videos: every hit has a link at the second, in the terminal and in JSON."""

import json
from pathlib import Path

import pytest

from tests.process import airquote

TALK = """WEBVTT

00:00:00.000 --> 00:00:20.000
<v Ana>Welcome to a talk about billing.

00:01:10.000 --> 00:01:16.000
<v Luis>We moved it to Postgres in spring.
"""


@pytest.fixture
def talks(home: Path) -> Path:
    folder = home / "talks"
    folder.mkdir()
    (folder / "ep1.vtt").write_text(TALK, encoding="utf-8")
    facts = "url: https://tea.example/1, audio: https://cdn.example/1.mp3"
    (folder / "catalog.yaml").write_text(
        f"ep1.vtt: {{title: Billing, guests: [Luis], {facts}}}", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(
    ("order", "link"),
    [
        ("", "https://cdn.example/1.mp3#t=70"),
        ("url", "https://tea.example/1#t=70"),
        ("{url}?start={time}", "https://tea.example/1?start=0:01:10"),
    ],
)
def test_a_hit_links_to_the_second_of_what_the_owner_prefers(
    home: Path, talks: Path, order: str, link: str
) -> None:
    variables = {"AIRQUOTE_EPISODES": str(talks), "AIRQUOTE_LINKS": order}
    printed = airquote(home, "search", "Postgres", **variables)
    (hit,) = json.loads(airquote(home, "search", "--json", "Postgres", **variables).stdout)["hits"]

    assert f"▶ 1:12 {link}\n" in printed.stdout
    assert hit["url"] == link


def test_a_check_has_nothing_to_say_of_a_talk_without_a_video(home: Path, talks: Path) -> None:
    done = airquote(home, "check", str(talks))

    assert (done.returncode, done.stdout) == (
        0,
        "1 episode: 1 from edited text. No file refused.\n",
    )
