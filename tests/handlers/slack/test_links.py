"""Links that members post: what is shown below those that lead to the podcast."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.library.library import open_library
from tests.apps.slack import Desk, Stage, broken
from tests.fakes.slack.calls import Fault
from tests.fakes.slack.member import on_slack
from tests.fakes.slack.reading import read_page
from tests.fakes.slack.server import SlackServer, running_slack
from tests.fakes.slack.tokens import EXTRA, NEEDED

VIDEO = "https://youtu.be/sample00001?t=23"
WATCH = "https://www.youtube.com/watch?v=sample00001&t=23s"
PAGE = "https://pod.test/talks/tea"
TALK = "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Ann>Green tea keeps a team awake.\n"

Json = dict[str, Any]


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A local Slack in which the app may see links and play them."""
    with running_slack(scopes=(*NEEDED, *EXTRA)) as slack:
        yield slack


def share(desk: Desk, *urls: str, **facts: bool) -> Json:
    """Post a message with links."""
    written = " ".join(f"<{url}>" for url in urls)
    message = desk.slack.workspace.post(desk.channel, {"text": written}, desk.user)
    return desk.slack.payloads.link_shared(message, *urls, **facts)


def kinds(unfurl: Json) -> list[str]:
    return [block["type"] for block in unfurl["blocks"]]


def words(unfurl: Json) -> str:
    blocks = [block for block in unfurl["blocks"] if block["type"] not in ("actions", "video")]
    return "\n".join(read_page(blocks, {}).lines)


@pytest.mark.parametrize("url", [VIDEO, WATCH])
@pytest.mark.parametrize("composer", [False, True])
def test_what_is_said_at_the_second_is_shown_and_played(
    stage: Stage, url: str, composer: bool
) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(share(desk, url, composer=composer))
        (unfurls,) = desk.slack.workspace.unfurls
        video, *_ = unfurls[url]["blocks"]
        assert video["video_url"] == "https://www.youtube.com/embed/sample00001?start=23"
        assert "What the podcast says there:" in words(unfurls[url])
        assert "image" not in str(unfurls[url])
        assert desk.messages == []

    stage.play(story)


@pytest.mark.parametrize("refused", ["domain", "scope"])
def test_where_it_may_not_play_there_is_a_picture(stage: Stage, refused: str) -> None:
    async def story(desk: Desk) -> None:
        if refused == "domain":
            desk.slack.workspace.domains = ("youtu.be",)
        else:
            desk.slack.scopes = (*NEEDED, "links:read", "links:write")
        await desk.send(share(desk, VIDEO))
        (unfurls,) = desk.slack.workspace.unfurls
        assert "https://i.ytimg.com/vi/sample00001/" in str(unfurls[VIDEO])
        assert "video" not in kinds(unfurls[VIDEO])

    stage.play(story)


def test_a_link_without_a_second_shows_the_episode(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        url = "https://youtu.be/sample00001"
        await desk.send(share(desk, url))
        (unfurls,) = desk.slack.workspace.unfurls
        assert "What the podcast says there:" not in words(unfurls[url])
        assert "actions" not in kinds(unfurls[url])
        desk.slack.workspace.domains = ()
        await desk.send(share(desk, url))
        assert kinds(desk.slack.workspace.unfurls[1][url])[0] == "section"

    stage.play(story)


def test_a_page_of_the_podcast_is_known_too(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    (folder / "tea.vtt").write_text(TALK, encoding="utf-8")
    catalog = f"tea.vtt:\n  title: Tea for teams\n  url: {PAGE}\n"
    (folder / "catalog.yaml").write_text(catalog, encoding="utf-8")

    async def story(desk: Desk) -> None:
        await desk.send(share(desk, f"{PAGE}#t=2"))
        (unfurls,) = desk.slack.workspace.unfurls
        said = words(unfurls[f"{PAGE}#t=2"])
        assert "Green tea keeps a team awake." in said
        assert "Tea for teams" in said
        assert "video" not in kinds(unfurls[f"{PAGE}#t=2"])

    stage.play(story, library=open_library([folder], tmp_path / "cache"))


def test_links_to_anything_else_are_left_alone(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        urls = ("https://youtu.be/elsewhere01?t=5", "https://www.youtube.com/", "https://pod.test")
        told = await desk.send(share(desk, *urls))
        assert told.status == 200
        assert (desk.slack.calls, desk.messages) == ([], [])

    stage.play(story)


def test_of_many_links_each_of_the_first_five_is_shown_once(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        urls = [f"https://youtu.be/sample0000{n}?t=20" for n in range(1, 7)]
        await desk.send(share(desk, "https://youtu.be/elsewhere01", urls[0], *urls))
        (unfurls,) = desk.slack.workspace.unfurls
        assert list(unfurls) == urls[:5]

    stage.play(story)


@pytest.mark.parametrize("error", ["cannot_unfurl_url", "fatal_error", "missing_scope"])
def test_nobody_hears_of_what_slack_refuses(stage: Stage, error: str) -> None:
    async def story(desk: Desk) -> None:
        desk.slack.fail("chat.unfurl", Fault(error=error), 2)
        await desk.send(share(desk, VIDEO))
        assert (desk.slack.workspace.unfurls, desk.messages) == ([], [])

    stage.play(story)


def test_nobody_hears_of_what_goes_wrong(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(share(desk, VIDEO))
        assert (desk.slack.workspace.unfurls, desk.messages) == ([], [])

    stage.play(story, broken)


def test_the_process_shows_what_is_said(tmp_path: Path) -> None:
    with on_slack(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'airquote.db'}") as platform:
        member, workspace = platform.join(), platform.slack.workspace
        platform.slack.scopes = (*NEEDED, *EXTRA)
        posted = workspace.post(member.channel, {"text": f"<{VIDEO}>"}, member.user)
        payload = platform.slack.payloads.link_shared(posted, VIDEO)
        platform.slack.deliver("events_api", payload)
        platform.slack.wait_for(lambda: platform.slack.called("chat.unfurl"), "an unfurl")

        assert [*workspace.unfurls[0]] == [VIDEO]
