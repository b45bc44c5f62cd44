"""Compare the commands with those registered at Discord, and register them.

They are registered for all servers. A server may have some of its own, such as a developer's to
try; while both are registered, members see each command twice.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import discord
from discord.http import Route

from bot.config import Settings
from bot.errors import AirquoteError, ConfigError
from handlers.discord.client import explain, log_in_only
from handlers.discord.command_names import CommandTranslator
from handlers.discord.interaction import CommandTree
from handlers.http import NETWORK_ERRORS

_SLASH, _SUBCOMMAND, _GROUP = 1, 1, 2
# The command that opens an app's activity: Discord adds it, and refuses to lose it in a sync.
_ENTRY_POINT = 4
# Texts by locale, in which any locale may be.
_LOCALIZED = frozenset({"name_localizations", "description_localizations"})
# The fields that define a command; Discord adds ids, versions and derived fields.
_FIELDS = frozenset(
    {"type", "name", "description", "options", "required", "choices", "value", "autocomplete"}
    | {"min_value", "max_value", "min_length", "max_length", "channel_types"}
    | {"contexts", "integration_types", "default_member_permissions", "nsfw"}
)

# For the quote of the week: to post it with its video and image, to find it again, and to vote.
_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    send_polls=True,
)
# Every field of an entry point that a sync must send back.
_ENTRY_POINT_FIELDS = (
    *("id", "type", "name", "name_localizations", "description", "description_localizations"),
    *("handler", "contexts", "integration_types", "default_member_permissions", "nsfw"),
)
# Only commands for all servers have these.
_GLOBAL_FIELDS = frozenset({"contexts", "integration_types"})
_COMMANDS = "applications.commands"
# Discord's integration types: resources/application, Installation Context.
_SERVER, _ACCOUNT = 0, 1

_NOTHING = "The commands are up to date."
_ADD_IT = "Add it first, with the link that “airquote discord sync” prints."
_NOTHING_THERE = "That server has no commands of its own."
_RELOAD = "Reload Discord (Ctrl+R) to see them at once."
# How many servers are searched for commands of their own.
_MOST_SERVERS = 200
_AT_ONCE = 5

_log = logging.getLogger(__name__)

CommandData = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CommandChanges:
    """How commands differ from those registered, by name in alphabetical order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in self._kinds() if names)

    def lines(self) -> list[str]:
        """Return one line per command."""
        return [f"{kind}: {name}" for kind, names in self._kinds() for name in names]

    def _kinds(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (("added", self.added), ("removed", self.removed), ("changed", self.changed))


@dataclass(frozen=True, slots=True)
class Leftover:
    """Commands of one server that double those for all servers."""

    server: int
    name: str
    commands: tuple[str, ...]

    @property
    def problem(self) -> ConfigError:
        """What is wrong with that, and what to do."""
        reason = f"“{self.name}” has {', '.join(self.commands)} twice, once as its own."
        return ConfigError(
            "Discord", reason, f"Run “airquote discord sync --guild {self.server} --remove”."
        )


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync has changed, the id of the application, and the leftovers, if looked for."""

    changes: CommandChanges
    application: int
    leftovers: tuple[Leftover, ...] = ()

    def lines(self) -> list[str]:
        """Say what has changed, how to see it, and how to install Airquote."""
        changed = [*self.changes.lines(), _RELOAD] if self.changes else [_NOTHING]
        doubled = [str(each.problem) for each in self.leftovers]
        return [*changed, *doubled, *install_links(self.application)]


async def sync_commands(settings: Settings) -> SyncResult:
    """Register the commands for all servers; raises ConfigError or UnreachableError."""
    async with log_in_only(settings) as (app, tree):
        try:
            registered = await _fetch(tree)
            kept = [_as_sent(each) for each in registered if _is_entry_point(each)]
            ours = await commands_of(tree)
            payload = [*map(dict, ours), *kept]
            await tree.client.http.bulk_upsert_global_commands(app.id, payload)
        except (discord.HTTPException, *NETWORK_ERRORS) as error:
            raise explain(error, tree) from error
        changes = compare(registered, ours)
        return SyncResult(changes, app.id, await _find_leftovers(tree))


async def sync_server(settings: Settings, server: int, *, remove: bool = False) -> list[str]:
    """Register the commands for one server, or `remove` those it has; return lines that say so.

    Raises the same errors as `sync_commands`.
    """
    async with log_in_only(settings) as (app, tree):
        ours = [] if remove else [*map(_as_one_servers, await commands_of(tree))]
        try:
            registered = await _fetch(tree, server)
            await tree.client.http.bulk_upsert_guild_commands(app.id, server, ours)
        except (discord.Forbidden, discord.NotFound) as error:
            raise ConfigError("--guild", "Airquote is not in that server.", _ADD_IT) from error
        except (discord.HTTPException, *NETWORK_ERRORS) as error:
            raise explain(error, tree) from error
        changes = compare(map(_as_one_servers, registered), ours)
        return [*changes.lines(), _RELOAD] if changes else [_NOTHING_THERE if remove else _NOTHING]


async def find_changes(tree: CommandTree) -> CommandChanges:
    """Return what a sync would change; raises UnreachableError. The client must be logged in."""
    try:
        registered = await _fetch(tree)
    except (discord.HTTPException, *NETWORK_ERRORS) as error:
        raise explain(error) from error
    ours = await commands_of(tree)
    if hash_commands(registered) == hash_commands(ours):
        return CommandChanges((), (), ())
    return compare(registered, ours)


async def find_leftovers(tree: CommandTree) -> tuple[Leftover, ...]:
    """Find servers with commands of their own that double these; raises UnreachableError.

    At most 200 servers are searched; one that refuses to tell is left out.
    """
    try:
        servers = await tree.client.http.get_guilds(_MOST_SERVERS, with_counts=False)
    except (discord.HTTPException, *NETWORK_ERRORS) as error:
        raise explain(error) from error
    turn = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_find_leftover(tree, each, turn) for each in servers))
    return tuple(filter(None, found))


async def _find_leftover(
    tree: CommandTree, server: Mapping[str, Any], turn: asyncio.Semaphore
) -> Leftover | None:
    number, ours = int(server["id"]), {each.name for each in tree.get_commands()}
    try:
        async with turn:
            known = await _fetch(tree, number)
    except (discord.HTTPException, *NETWORK_ERRORS):
        return None
    twice = tuple(_shown(each) for each in known if each["name"] in ours)
    return Leftover(number, server["name"], twice) if twice else None


async def _find_leftovers(tree: CommandTree) -> tuple[Leftover, ...]:
    """Find leftovers, or none if Discord does not tell: what matters is registered by then."""
    try:
        return await find_leftovers(tree)
    except AirquoteError as error:
        _log.warning("Commands of single servers could not be looked for. %s", error)
        return ()


async def warn_if_sync_due(tree: CommandTree) -> None:
    """Log a warning if the registered commands differ from these."""
    try:
        changes = await find_changes(tree)
    except AirquoteError as error:
        _log.warning("The registered commands could not be compared. %s", error)
        return
    if changes:
        _log.warning("The commands have changed (%s): run “airquote discord sync”.", changes)


def install_links(application: int) -> tuple[str, str]:
    """Return a line with the link for each way to install the application."""
    server = discord.utils.oauth_url(
        application, permissions=_PERMISSIONS, scopes=("bot", _COMMANDS)
    )
    account = discord.utils.oauth_url(application, scopes=(_COMMANDS,))
    return (
        f"To add it to a server, open {server}&integration_type={_SERVER}",
        f"To add it to your account, open {account}&integration_type={_ACCOUNT}",
    )


async def commands_of(tree: CommandTree) -> list[CommandData]:
    """Serialize the commands of a tree, with their names and descriptions in all languages."""
    translator = CommandTranslator()
    return [await each.get_translated_payload(tree, translator) for each in tree.get_commands()]


def hash_commands(commands: Iterable[CommandData]) -> str:
    """Hash commands independently of their order."""
    ours = (each for each in commands if not _is_entry_point(each))
    written = [json.dumps(_essence(each), sort_keys=True) for each in ours]
    return sha256("\n".join(sorted(written)).encode()).hexdigest()


def compare(registered: Iterable[CommandData], ours: Iterable[CommandData]) -> CommandChanges:
    """Return how our commands differ from the registered ones."""
    before, after = dict(_flat(registered)), dict(_flat(ours))
    return CommandChanges(
        added=_usable(after.keys() - before.keys()),
        removed=_usable(before.keys() - after.keys()),
        changed=tuple(
            sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
        ),
    )


def _usable(names: Iterable[str]) -> tuple[str, ...]:
    """Leave out groups, which are used only through their commands."""
    ordered = sorted(names)
    groups = {name for name in ordered if any(each.startswith(f"{name} ") for each in ordered)}
    return tuple(name for name in ordered if name not in groups)


async def _fetch(tree: CommandTree, server: int | None = None) -> list[CommandData]:
    """Fetch the commands registered for all servers, or for one, as JSON.

    The library's own objects lack the contexts, and its own requests get one language only.
    """
    of_one = f"/guilds/{server}" if server else ""
    path = f"/applications/{tree.client.application_id or 0}{of_one}/commands"
    fetching = tree.client.http.request(Route("GET", path), params={"with_localizations": "true"})
    return [*await fetching]


def _flat(commands: Iterable[CommandData]) -> Iterator[tuple[str, Any]]:
    """Yield each command and subcommand by name, with its definition, but no entry point."""
    for each in commands:
        if _is_entry_point(each):
            continue
        essence = _essence(each)
        if each.get("type", _SLASH) != _SLASH:
            yield _shown(each), essence
        else:
            yield from _slash(_shown(each), essence)


def _shown(command: CommandData) -> str:
    """Name a command as members see it."""
    is_slash = command.get("type", _SLASH) == _SLASH
    return f"/{command['name']}" if is_slash else f"“{command['name']}”"


def _is_entry_point(command: CommandData) -> bool:
    return command.get("type") == _ENTRY_POINT


def _as_sent(command: CommandData) -> dict[str, Any]:
    """Take from a registered entry point what keeps it as it is."""
    return {name: command[name] for name in _ENTRY_POINT_FIELDS if command.get(name) is not None}


def _as_one_servers(command: CommandData) -> dict[str, Any]:
    return {name: each for name, each in command.items() if name not in _GLOBAL_FIELDS}


def _slash(name: str, essence: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    options = essence.get("options", [])
    nested = [each for each in options if each["type"] in (_SUBCOMMAND, _GROUP)]
    for each in nested:
        yield from _slash(f"{name} {each['name']}", each)
    own = [each for each in options if each not in nested]
    # A group's own definition is what all of its commands have in common.
    yield name, {**essence, "options": own}


def _essence(value: Any) -> Any:  # noqa: ANN401, JSON
    """Drop empty values from JSON, and sort what has no order."""
    if isinstance(value, Mapping):
        kept = {key: _essence(each) for key, each in value.items() if key in _FIELDS}
        kept |= {key: each for key, each in value.items() if key in _LOCALIZED}
        if (rights := kept.get("default_member_permissions")) is not None:
            kept["default_member_permissions"] = str(rights)  # as Discord writes them
        return {key: each for key, each in kept.items() if not _is_nothing(each)}
    if isinstance(value, list | tuple):
        items = [_essence(each) for each in value]
        return sorted(items) if all(isinstance(each, int) for each in items) else items
    return value


def _is_nothing(value: object) -> bool:
    return value is None or value is False or value in ("", {}, [])
