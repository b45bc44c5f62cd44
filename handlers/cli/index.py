"""`airquote index`: list the stored indexes, build one, and roll back."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.config import Settings
from bot.errors import CacheError
from bot.library.build_worker import build_in_worker
from bot.library.job import Job
from bot.library.manifest import CurrentIndex, Manifest
from bot.library.promotion import promote_if_sound
from bot.library.registry import Registry, library_id, registry_of
from bot.library.scan import scan_sources
from bot.text import pluralize
from handlers.cli.chosen import chosen_settings, settings_of_all
from handlers.cli.progress import progress_bars
from handlers.shared_index import open_shared

# How much of a commit's hash is shown, and which columns never wrap.
_SHORT = 10
_WHOLE = ("Index", "Built (UTC)")


def print_indexes(*, as_json: bool) -> bool:
    """Print the stored indexes; return whether there are any.

    Of several podcasts, those of each are printed below its id; as JSON, in one object by id.
    """
    listed = {settings.podcast_id: _registry(settings) for settings in settings_of_all()}
    if as_json:
        objects = {name: _as_object(registry) for name, registry in listed.items()}
        click.echo(json.dumps(objects.get("", objects), default=str))
    else:
        console = Console()
        for name, registry in listed.items():
            _print_name(console, name)
            _show(console, registry.manifests(), registry.standing())
    return any(registry.manifests() for registry in listed.values())


def _as_object(registry: Registry) -> dict[str, Any]:
    standing = registry.standing()
    rows = [_as_json(each, standing) for each in registry.manifests()]
    return {"current": standing.id or None, "indexes": rows}


def _print_name(console: Console, name: str) -> None:
    if name:
        console.print(Text(f"{name}:", style="bold"))


def build_and_promote(*, force: bool) -> bool:
    """Build an index and make it current if the checks pass, or with `force` regardless.

    Of several podcasts, each is built unless one is chosen. Returns whether all are current.
    """
    built = [_build(settings, force=force) for settings in settings_of_all()]
    return all(built)


def _build(settings: Settings, *, force: bool) -> bool:
    _print_name(Console(stderr=True), settings.podcast_id)
    with _shared(settings) as registry:
        return _build_in(registry, settings, force=force)


def _build_in(registry: Registry, settings: Settings, *, force: bool) -> bool:
    console = Console(stderr=True)
    before = registry.manifest(registry.standing().id)

    def tell(sentence: str) -> None:
        console.print(Text(sentence))

    with progress_bars(console) as report:
        inspection = scan_sources(settings.sources, settings.cache_folder, tell, report)
    model, queries = settings.model_name, settings.evaluation_path
    job = Job(inspection, registry, model, queries, force=True)
    try:
        with progress_bars(console) as report:
            built = asyncio.run(build_in_worker(job, report, tell))
    except CacheError as error:
        tell(str(error))
        return False
    index_id = library_id(built.inspection.found)
    reason = promote_if_sound(index_id, registry, force=force)
    if reason:
        click.echo(f"The index {index_id} was not made current: {reason}", err=True)
    elif manifest := registry.manifest(index_id):
        click.echo(f"The index {index_id} is now current: {_figures(manifest)}.")
        if before and before.unreadable:
            click.echo(f"{before.id} was current before: {before.unreadable}")
        _hand_over(index_id, settings, console)
    return not reason


def _hand_over(index_id: str, settings: Settings, console: Console) -> None:
    """Write an index to the engine, if one is set, and make it current there."""

    def tell(sentence: str) -> None:
        console.print(Text(sentence))

    if settings.engine:
        # Only here, since nothing else in this module needs what reads an index.
        from bot.library.library import load_library
        from handlers.cli.podcast import with_engine_of

        library = load_library(index_id, _registry(settings))
        with progress_bars(console) as report:
            with_engine_of(settings, library, report, tell)


def roll_back() -> None:
    """Make the previous index current, and print which one it is."""
    settings = chosen_settings()
    with _shared(settings) as registry:
        before = registry.standing().id
        manifest = registry.roll_back()
    click.echo(
        f"The index {manifest.id} of {manifest.built_at:%Y-%m-%d %H:%M} UTC is current again: "
        f"{_figures(manifest)}. {before} stays rolled back until the transcripts change; "
        "to use it anyway, run: airquote index build --force"
    )
    _hand_over(manifest.id, settings, Console(stderr=True))


@contextmanager
def _shared(settings: Settings) -> Iterator[Registry]:
    """Change the indexes here as on all machines that share them, if any do."""
    registry, shared = _registry(settings), open_shared(settings)
    if shared:
        shared.fetch(registry, earlier=True)
    yield registry
    if shared:
        shared.publish(registry)


def _registry(settings: Settings) -> Registry:
    return registry_of(settings.sources, settings.cache_folder, settings.podcast_id)


def _figures(manifest: Manifest) -> str:
    counts = manifest.counts
    return f"{pluralize(counts.episodes, 'episode')}, {pluralize(counts.passages, 'passage')}"


def _state(index_id: str, standing: CurrentIndex) -> str:
    if index_id == standing.id:
        return "current"
    if index_id in standing.passed_over:
        return "rolled back"
    if standing.why_not(index_id):
        return "refused"
    return "earlier" if index_id in standing.earlier else "kept"


def _as_json(manifest: Manifest, standing: CurrentIndex) -> dict[str, Any]:
    """Describe an index as JSON."""
    state = _state(manifest.id, standing)
    why_not = standing.why_not(manifest.id) or None
    current = state == "current"
    known = {**asdict(manifest), "unreadable": manifest.unreadable or None}
    return {**known, "state": state, "current": current, "why_not": why_not}


def _show(console: Console, manifests: tuple[Manifest, ...], standing: CurrentIndex) -> None:
    if not manifests:
        console.print("There is no index yet. Build one with: airquote index build")
        return
    rows = [_row(each, _state(each.id, standing)) for each in manifests]
    shown = [name for name in rows[0] if any(row[name] for row in rows)]
    table = Table(box=None, pad_edge=False)
    for name in shown:
        table.add_column(name, no_wrap=name in _WHOLE)
    for row in rows:
        table.add_row(*(Text(row[name]) for name in shown))
    console.print(table)
    for each in manifests:
        for reason in filter(None, (each.unreadable, standing.why_not(each.id))):
            console.print(Text(f"{each.id}: {reason}"), soft_wrap=True)


def _row(manifest: Manifest, state: str) -> dict[str, str]:
    counts, evaluation = manifest.counts, manifest.evaluation
    return {
        "Index": manifest.id,
        "State": state,
        "Version": str(manifest.index_version) if manifest.unreadable else "",
        "Built (UTC)": f"{manifest.built_at:%Y-%m-%d %H:%M}",
        "Files": f"{len(manifest.sources):,}",
        "Refused": f"{len(manifest.refused):,}" if manifest.refused else "",
        "Commit": " ".join(commit[:_SHORT] for commit in manifest.commits.values()),
        "Episodes": f"{counts.episodes:,}",
        "Passages": f"{counts.passages:,}",
        "MRR": f"{evaluation.mrr:.3f}" if evaluation else "",
    }
