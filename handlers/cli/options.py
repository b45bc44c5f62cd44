"""The options and arguments that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

# Where the context of a command holds the id of the podcast that was chosen.
_PODCAST = "airquote.podcast"

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
some_paths = click.argument(
    "paths",
    nargs=-1,
    metavar="[PATH]...",
    help="Files, folders, or addresses of feeds or repositories; default: AIRQUOTE_EPISODES.",
)


class PngFile(click.Path):
    """A file to write a picture to, which is a PNG."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - as in click
        """Refuse a name that ends as that of another kind of file does."""
        if Path(value).suffix.lower() not in ("", ".png"):
            self.fail(f"{value} is written as a PNG, so its name should end with .png.", param, ctx)
        return super().convert(value, param, ctx)


def _note_podcast(context: click.Context, _option: click.Parameter, chosen: str) -> None:
    if chosen:
        context.meta[_PODCAST] = chosen


of_podcast = click.option(
    "--podcast",
    metavar="ID",
    default="",
    expose_value=False,
    callback=_note_podcast,
    help="Which podcast, where AIRQUOTE_PODCASTS names several.",
)


def chosen_podcast() -> str:
    """Return the id of the podcast that --podcast names; "" if it was left out."""
    context = click.get_current_context(silent=True)
    return str(context.meta.get(_PODCAST, "")) if context else ""


def whole_number_option(
    name: str, description: str, *, default: int, most: int | None = None
) -> Callable[[_Command], _Command]:
    """Make an option that takes a number from 1 to `most`."""
    return click.option(
        name,
        metavar="N",
        type=click.IntRange(1, most),
        default=default,
        show_default=True,
        help=description,
    )
