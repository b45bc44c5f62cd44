"""The tokens of workspaces in the database: encrypted, found, rotated, and encrypted anew."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.errors import ConfigError
from bot.posting.places import Channel, Requester
from bot.posting.poster import FailureKind, PostError
from bot.store.database import Database, open_database
from bot.store.deliveries import SqlDeliveryStore
from handlers.crypto import Cipher
from handlers.slack.client import create_client
from handlers.slack.clients import Clients
from handlers.slack.credentials import new_encryption_key
from handlers.slack.installations import Installations
from handlers.slack.moderators import Moderators, named_in
from handlers.slack.post_errors import raising_slack_errors
from tests.fakes.slack.calls import Fault
from tests.fakes.slack.grants import (
    CLIENT_ID,
    CLIENT_SECRET,
    TOKEN_SECONDS,
    settings_for_many,
)
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.tokens import NEEDED, OPTIONAL
from tests.process import airquote, free_port

ONE, TWO, ORG = "T0ONE", "T0TWO", "E0ORG"
KEY = new_encryption_key()
T = TypeVar("T")


def play(
    slack: SlackServer, address: str, story: Callable[[Installations, Database], Awaitable[T]]
) -> T:
    """Let a story happen with the installations in a database."""

    async def run() -> T:
        async with open_database(address) as database:
            return await story(open_with(slack, database), database)

    return asyncio.run(run())


def open_with(slack: SlackServer, database: Database, *keys: str) -> Installations:
    client = create_client(slack.api_url, None, retry=False)
    rotator = AsyncTokenRotator(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, client=client)
    return Installations(database, Cipher(keys or [KEY]), rotator)


async def grant(
    slack: SlackServer, store: Installations, team: str, org: str = "", *, rotates: bool = False
) -> str:
    """Let a workspace grant a token, store it, and give it."""
    workspace = slack.inside(team).workspace
    code = slack.grants.agree(workspace, org, rotates=rotates)
    client = create_client(slack.api_url, None)
    told = await client.oauth_v2_access(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, code=code)
    bot = Bot(
        app_id="A0",
        team_id=None if org else team,
        enterprise_id=org or None,
        bot_token=told["access_token"],
        bot_id="B0",
        bot_user_id="U0",
        bot_refresh_token=told.get("refresh_token"),
        bot_token_expires_in=told.get("expires_in"),
        is_enterprise_install=bool(org),
        installed_at=float(len(slack.grants.given)),
    )
    await store.async_save_bot(bot)
    return str(told["access_token"])


async def grant_for_a_minute(slack: SlackServer, store: Installations) -> str:
    """Let a workspace grant a token that expires soon; those after it last."""
    slack.grants.seconds = 60
    token = await grant(slack, store, ONE, rotates=True)
    slack.grants.seconds = TOKEN_SECONDS
    return token


def test_each_workspace_finds_its_own_token(slack: SlackServer, database: str) -> None:
    async def story(store: Installations, _: Database) -> None:
        tokens = [await grant(slack, store, each) for each in (ONE, TWO)]

        assert [await store.find_token(each) for each in (ONE, TWO)] == tokens
        assert await store.find_token("T0OTHER") == ""

    play(slack, database, story)


def test_a_workspace_of_an_organization_is_known_once_it_has_been_named(
    slack: SlackServer, database: str
) -> None:
    async def story(store: Installations, opened: Database) -> None:
        token = await grant(slack, store, ONE, ORG)
        assert await store.find_token(TWO) == ""
        assert await store.find_token(TWO, ORG) == token
        anew = open_with(slack, opened)
        assert await anew.find_token(TWO) == token
        assert await anew.find_token(ORG) == token

        await SqlDeliveryStore(opened).forget("slack", ORG)
        later = open_with(slack, opened)
        assert [await later.find_token(each) for each in (TWO, ORG)] == ["", ""]

    play(slack, database, story)


def test_a_workspace_prefers_its_own_installation(slack: SlackServer, database: str) -> None:
    async def story(store: Installations, opened: Database) -> None:
        whole = await grant(slack, store, TWO, ORG)
        own = await grant(slack, store, ONE)
        assert await store.find_token(ONE, ORG) == own
        await SqlDeliveryStore(opened).forget("slack", ONE)
        assert await open_with(slack, opened).find_token(ONE, ORG) == whole

    play(slack, database, story)


def test_who_installed_it_again_is_not_forgotten_by_a_late_event(
    slack: SlackServer, database: str
) -> None:
    async def story(store: Installations, opened: Database) -> None:
        deliveries = SqlDeliveryStore(opened)
        await grant(slack, store, TWO)
        removed = datetime.fromtimestamp(1, UTC)
        anew = await grant(slack, store, ONE)
        assert not await deliveries.forget("slack", ONE, removed)
        assert await open_with(slack, opened).find_token(ONE) == anew
        assert await deliveries.forget("slack", TWO, removed)
        assert await deliveries.forget("slack", ONE, removed + timedelta(seconds=1))
        assert [await open_with(slack, opened).find_token(each) for each in (ONE, TWO)] == ["", ""]

    play(slack, database, story)


def test_what_makes_processes_wait_for_a_token_is_not_kept(
    slack: SlackServer, tmp_path: Path
) -> None:
    async def story(store: Installations, _: Database) -> None:
        await grant(slack, store, ONE)
        await asyncio.gather(*(store.find_token(each) for each in (ONE, TWO) * 3))
        gc.collect()
        assert not store._turns

    play(slack, f"sqlite:///{tmp_path / 'airquote.db'}", story)


def test_the_newest_key_encrypts_all_tokens_anew(slack: SlackServer, database: str) -> None:
    async def story(store: Installations, opened: Database) -> None:
        token = await grant(slack, store, ONE, rotates=True)
        new = new_encryption_key()
        before = await store.rows.tokens()
        await open_with(slack, opened, new, KEY).renew()
        after = await store.rows.tokens()

        assert [each.id for each in before] == [each.id for each in after]
        assert not any(each in f"{before}{after}" for each in slack.grants.given)
        assert not {before[0].bot, before[0].refresh} & {after[0].bot, after[0].refresh}
        assert await open_with(slack, opened, new).find_token(ONE) == token
        with pytest.raises(ConfigError, match="none of its keys decrypts"):
            await open_with(slack, opened, KEY).find_token(ONE)
        with pytest.raises(ConfigError, match="AIRQUOTE_ENCRYPTION_KEY"):
            await open_with(slack, opened, KEY).renew()

    play(slack, database, story)


def test_processes_that_rotate_a_token_at_once_both_go_on(
    slack: SlackServer, database: str
) -> None:
    async def story(store: Installations, opened: Database) -> None:
        old = await grant_for_a_minute(slack, store)
        stores = [open_with(slack, opened) for _ in range(3)]
        found = await asyncio.gather(*(each.find_token(ONE) for each in stores * 2))

        newest = slack.grants.tokens_of(slack.inside(ONE).workspace)[-1]
        assert newest != old
        assert newest in found
        assert await open_with(slack, opened).find_token(ONE) == newest
        assert len(await store.rows.tokens()) == 1

    play(slack, database, story)


def test_a_token_that_cannot_be_rotated_is_used_to_its_end(
    slack: SlackServer, database: str
) -> None:
    async def story(store: Installations, opened: Database) -> None:
        old = await grant_for_a_minute(slack, store)
        slack.fail("oauth.v2.access", Fault(error="internal_error"))
        slack.fail("oauth.v2.access", Fault(drop=True), 2)

        assert await store.find_token(ONE) == old
        assert await open_with(slack, opened).find_token(ONE) == old

    play(slack, database, story)


def test_what_concerns_a_workspace_without_the_app_fails_for_it_alone(
    slack: SlackServer, database: str
) -> None:
    async def story(store: Installations, opened: Database) -> None:
        token = await grant(slack, store, ONE)
        clients = Clients(create_client(slack.api_url, None), store.find_token)
        with pytest.raises(PostError, match="not installed") as caught:
            await clients.of(TWO)
        assert caught.value.kind is FailureKind.UNAUTHORIZED
        assert (await clients.of(ONE)).token == token
        lacks = pytest.raises(PostError, match=f"^Slack workspace {ONE}: it lacks a scope")
        with lacks, raising_slack_errors():
            await (await clients.of(ONE)).users_info(user="U1")

        wrong = open_with(slack, opened, new_encryption_key())
        with pytest.raises(PostError, match="none of its keys") as caught:
            await Clients(clients.model, wrong.find_token).of(ONE)
        assert caught.value.kind is FailureKind.REFUSED

    play(slack, database, story)


def test_admins_are_those_of_their_own_workspace(slack: SlackServer, database: str) -> None:
    slack.scopes = (*NEEDED, *OPTIONAL)

    async def story(store: Installations, _: Database) -> list[str]:
        for each in (ONE, TWO):
            await grant(slack, store, each)
        clients = Clients(create_client(slack.api_url, None), store.find_token)
        there = slack.inside(ONE).workspace
        ida = there.add_person("Ida")
        there.admins.add(ida)
        moderators = Moderators(clients, [f"{TWO}/U0BO"])
        askers = [
            *(Requester("slack", ONE, ida), Requester("slack", TWO, "U0BO")),
            *(Requester("slack", ONE, "U0BO"), Requester("slack", TWO, ida)),
        ]
        return [
            await moderators.obstacle(each, Channel("slack", each.workspace, "C1"))
            for each in askers
        ]

    allowed = play(slack, database, story)

    assert [not each for each in allowed] == [True, True, False, False]
    assert named_in(ONE, ["U1", f"{ONE}/U2", f"{TWO}/U3"]) == {"U1", "U2"}


def test_the_doctor_says_which_workspaces_it_cannot_answer(
    home: Path, slack: SlackServer, tmp_path: Path
) -> None:
    address = f"sqlite:///{tmp_path / 'airquote.db'}"
    place = {"DATABASE_URL": address, "PORT": str(free_port())}
    variables = settings_for_many(slack.api_url, KEY) | place

    def examine(**changed: str) -> list[str]:
        done = airquote(home, "doctor", **variables | changed)
        assert done.stderr == ""
        return [line for line in done.stdout.splitlines() if "Slack" in line or "KEY" in line]

    async def story(store: Installations, _: Database) -> None:
        for each in (ONE, TWO):
            await grant(slack, store, each)

    (none, *_) = examine()
    play(slack, address, story)
    slack.grants.revoke(slack.inside(TWO).workspace)
    revoked, some, *_ = examine()
    (wrong, *_) = examine(AIRQUOTE_ENCRYPTION_KEY=new_encryption_key())

    assert "no workspace has installed the app yet" in none
    assert f"Slack workspace {TWO}: it was revoked" in revoked
    assert "2 workspaces installed the app; 1 of the tokens" in some
    assert wrong.startswith("fix")
    assert "AIRQUOTE_ENCRYPTION_KEY: none of its keys decrypts" in wrong


def test_the_command_line_prints_a_key_and_the_manifest(home: Path) -> None:
    key, manifest, lonely, full = (
        airquote(home, "slack", *words)
        for words in (
            ["key"],
            ["manifest", "--distributed", "--http", "https://a.test"],
            ["manifest", "--distributed"],
            ["manifest", "--distributed", "--full", "--http", "https://a.test"],
        )
    )

    assert Cipher([key.stdout.strip()]).encrypt("token") != "token"
    assert "https://a.test/slack/oauth_redirect" in manifest.stdout
    assert [lonely.returncode, full.returncode] == [2, 2]
    assert "--http" in lonely.stderr
