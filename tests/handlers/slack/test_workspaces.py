"""Many workspaces that install the app themselves: by the real process, through Slack's OAuth."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select

from bot.claims import make_claim
from bot.posting.places import Channel
from bot.store.database import Database, open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.store.feedback import Store
from bot.store.tables import METADATA, SLACK_BOTS
from bot.weekly.models import Subscription
from bot.weekly.slots import Schedule
from handlers.slack.credentials import new_encryption_key
from tests.fakes.slack.delivery import Door
from tests.fakes.slack.grants import (
    CLIENT_ID,
    CLIENT_SECRET,
    SIGNING_SECRET,
    TOKEN_SECONDS,
    settings_for_many,
)
from tests.fakes.slack.member import SlackMember
from tests.fakes.slack.server import SlackServer, running_slack
from tests.process import Running, free_port, running

ONE, TWO, ORG = "T0ONE", "T0TWO", "E0ORG"
# A tick comes every half minute.
POST_SECONDS = 60.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hosted:
    """The local Slack, the process that many workspaces may install, and what it stores."""

    slack: SlackServer
    process: Running
    address: str
    key: str

    def get(self, path: str, **headers: str) -> tuple[int, str, str]:
        """Open a page; give its status, its text and the cookie that it sets."""
        assert self.slack.door
        place = urlsplit(self.slack.door.url).netloc
        connection = HTTPConnection(place, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
            return answer.status, answer.read().decode(), cookie
        finally:
            connection.close()

    def begin(self) -> tuple[dict[str, list[str]], str]:
        """Open the page to install from; give what Slack is asked for, and the browser's cookie."""
        status, page, cookie = self.get("/slack/install")
        assert status == 200, page
        link = re.search(r'href="(https://slack.com/oauth/v2/authorize[^"]+)"', page)
        assert link, page
        return parse_qs(urlsplit(unescape(link[1])).query), cookie

    def install(self, team: str, org: str = "", *, rotates: bool = False) -> SlackMember:
        """Install the app as an admin does; give somebody who uses it there."""
        there = self.slack.inside(team)
        asked, cookie = self.begin()
        code = self.slack.grants.agree(there.workspace, org, rotates=rotates)
        query = urlencode({"code": code, "state": asked["state"][0]})
        status, page, _ = self.get(f"/slack/oauth_redirect?{query}", Cookie=cookie)
        assert (status, "Thank you!" in page) == (200, True), page + self.process.output
        return self.join(team)

    def join(self, team: str) -> SlackMember:
        """Let somebody come into a new channel of a workspace."""
        there = self.slack.inside(team)
        person = there.workspace.add_person("Ida")
        return SlackMember(there, person, there.workspace.add_channel("podcasts"))

    def use(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """Use the database beside the process."""

        async def run() -> T:
            async with open_database(self.address) as database:
                return await work(database)

        return asyncio.run(run())

    def rows(self) -> list[dict[str, Any]]:
        """Read every row of every table."""

        async def read(database: Database) -> list[dict[str, Any]]:
            tables = METADATA.sorted_tables
            return [dict(row) for each in tables for row in await database.rows(select(each))]

        return self.use(read)

    def post_weekly(self, member: SlackMember) -> None:
        """Let the quote of the week be due in a member's channel."""
        now = datetime.now(UTC) - timedelta(hours=1)
        schedule = Schedule(now.weekday(), time(now.hour, now.minute), "UTC")
        channel = Channel("slack", member.slack.workspace.team, member.channel)
        wanted = Subscription(channel, schedule, now - timedelta(days=3), member.user)
        self.use(lambda database: SqlDeliveryStore(database).subscribe(wanted))

    def posted(self, member: SlackMember) -> str:
        """Wait for a quote in a member's channel, and give the token that posted it."""

        def look() -> list[str]:
            calls = self.slack.called("chat.postMessage")
            return [
                each.token
                for each in calls
                if each.body.get("channel") == member.channel and not each.body.get("thread_ts")
            ]

        return str(self.slack.wait_for(look, "a quote", POST_SECONDS)[0])

    def token_of(self, member: SlackMember) -> str:
        """Give the newest token of a member's workspace."""
        return self.slack.grants.tokens_of(member.slack.workspace)[-1]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the index of the sample podcast is built once."""
    return tmp_path_factory.mktemp("cache")


@contextmanager
def hosted(home: Path, address: str, cache: Path) -> Iterator[Hosted]:
    port, key = str(free_port()), new_encryption_key()
    with running_slack() as slack:
        slack.door = Door(f"http://127.0.0.1:{port}/slack/events", SIGNING_SECRET)
        place = {"AIRQUOTE_CACHE": str(cache), "DATABASE_URL": address, "PORT": port}
        settings = settings_for_many(slack.api_url, key) | place
        with running(home, **settings) as process:
            process.wait_for('"started"')
            yield Hosted(slack, process, address, key)


def token_behind(member: SlackMember, question: str) -> str:
    """Ask something aloud, and give the token that posted the answer."""
    before = len(member.slack.called("chat.postMessage"))
    assert member.mention(question).links
    return member.slack.called("chat.postMessage")[before].token


def test_each_workspace_is_answered_and_forgotten_for_itself(
    home: Path, database: str, cache: Path
) -> None:
    with hosted(home, database, cache) as at:
        ida, bo = at.install(ONE), at.install(TWO)
        tokens = at.token_of(ida), at.token_of(bo)

        assert (token_behind(ida, "drift"), token_behind(bo, "model registry")) == tokens
        assert ida.say("model registry").links
        assert ida.open_form().submit(words="registry").links
        assert bo.open_home().text
        assert "I will message you" in ida.say("follow teapot museum").text

        at.post_weekly(ida)
        at.post_weekly(bo)
        assert (at.posted(ida), at.posted(bo)) == tokens

        stored = str(at.rows())
        assert "U0INSTALLER" not in stored
        for secret in (*at.slack.grants.given, CLIENT_SECRET, at.key):
            assert secret not in stored
            assert secret not in at.process.output

        at.slack.grants.revoke(ida.slack.workspace)
        ida.slack.deliver("events_api", ida.slack.payloads.tokens_revoked(bot=True))
        ida.slack.deliver("events_api", ida.slack.payloads.app_uninstalled())
        at.process.wait_for('"forgotten"', 2)
        assert [each for each in at.rows() if ONE in map(str, each.values())] == []
        assert ida.user not in str(at.rows())

        assert token_behind(bo, "drift") == tokens[1]
        assert [each for each in at.rows() if TWO in map(str, each.values())]

        late = ida.slack.payloads.app_uninstalled()
        late["event_time"] -= 10
        again = at.install(ONE)
        ida.slack.deliver("events_api", late)
        at.process.wait_for('"installed again"')
        assert token_behind(again, "drift") == at.token_of(again)
        assert "Traceback" not in at.process.output


def test_an_installation_that_did_not_begin_here_is_refused(
    home: Path, tmp_path: Path, cache: Path
) -> None:
    with hosted(home, f"sqlite:///{tmp_path / 'airquote.db'}", cache) as at:
        asked, cookie = at.begin()
        code = at.slack.grants.agree(at.slack.inside(ONE).workspace)
        scopes = set(asked["scope"][0].split(","))

        def redirect(state: str, code: str, cookie: str) -> int:
            query = urlencode({"code": code, "state": state})
            return at.get(f"/slack/oauth_redirect?{query}", Cookie=cookie)[0]

        assert {"chat:write", "commands"} <= scopes
        assert not {each for each in scopes if each.endswith(":history")}
        assert asked["client_id"] == [CLIENT_ID]
        assert redirect(asked["state"][0], code, "") == 400
        assert redirect("made-up", code, "slack-app-oauth-state=made-up") == 401
        assert redirect(asked["state"][0], "made-up", cookie) == 401
        assert redirect(asked["state"][0], code, cookie) == 401  # a state is good for once
        assert at.use(lambda each: each.rows(select(SLACK_BOTS))) == []
        assert "not installed" in at.join(ONE).say("drift").text
        assert "Traceback" not in at.process.output


def test_too_many_installations_have_to_wait(home: Path, tmp_path: Path, cache: Path) -> None:
    async def visit_often(database: Database) -> None:
        visits = [make_claim("installing", "", lasts=timedelta(hours=1))] * 299
        await Store(database, 0).claim_all(visits, datetime.now(UTC))

    with hosted(home, f"sqlite:///{tmp_path / 'airquote.db'}", cache) as at:
        at.use(visit_often)
        assert [at.get("/slack/install")[0] for _ in range(3)] == [200, 429, 429]
        assert at.get("/slack/oauth_redirect")[0] == 429


def test_an_organization_installs_for_all_its_workspaces(
    home: Path, tmp_path: Path, cache: Path
) -> None:
    with hosted(home, f"sqlite:///{tmp_path / 'airquote.db'}", cache) as at:
        ida = at.install(ONE, ORG)
        at.slack.inside(TWO).workspace.enterprise = ORG
        bo = at.join(TWO)
        token = at.token_of(ida)

        assert token_behind(ida, "drift") == token_behind(bo, "model registry") == token
        assert ida.say("model registry").press("Context").links
        at.post_weekly(bo)
        assert at.posted(bo) == token

        withdrawn = bo.slack.payloads.team_access_revoked(TWO)
        ida.slack.deliver("events_api", withdrawn)
        at.process.wait_for('"forgotten"')
        assert [each for each in at.rows() if TWO in map(str, each.values())] == []
        assert token_behind(ida, "drift") == token

        at.slack.grants.revoke(ida.slack.workspace)
        ida.slack.deliver("events_api", ida.slack.payloads.app_uninstalled())
        at.process.wait_for('"forgotten"', 2)
        left = str(at.rows())
        assert not any(each in left for each in (ONE, TWO, ORG))


def test_a_token_that_expires_is_rotated_for_commands_and_posts(
    home: Path, database: str, cache: Path
) -> None:
    with hosted(home, database, cache) as at:
        at.slack.grants.seconds = 60
        ida = at.install(ONE, rotates=True)
        first = at.token_of(ida)
        at.slack.grants.seconds = TOKEN_SECONDS
        rotated = token_behind(ida, "drift")
        at.post_weekly(ida)

        assert rotated == at.token_of(ida) != first
        assert at.posted(ida) == rotated
        assert len(at.use(lambda each: each.rows(select(SLACK_BOTS)))) == 1
        assert not any(each in str(at.rows()) for each in at.slack.grants.given)
