"""Replies and progress bars in a terminal, with Rich."""

from rich.console import Console
from rich.text import Text

from bot.answers.replies import Card, Reply, heading, split_snippet
from bot.models import Origin, Snippet
from bot.translations import gettext, join_names

_INDENT = " " * 4


def print_reply(console: Console, reply: Reply, page: int = 1) -> None:
    """Print a reply: its sentence, notes and numbered cards; `page` is the one shown."""
    print_wrapped(console, Text(reply.text, style="bold"), "")
    for note in reply.notes:
        print_wrapped(console, Text(note, style="yellow"), "")
    for number, card in enumerate(reply.cards, start=reply.first):
        console.print()
        _print_card(console, number, card)
    if reply.more:
        console.print()
        more = gettext("There is more: add --page {page} or a higher --limit.", page=page + 1)
        print_wrapped(console, Text(more, style="dim"), "")


def _print_card(console: Console, number: int, card: Card) -> None:
    title = Text(f"{card.label} · " if card.label else "")
    print_wrapped(console, title.append(heading(card), style="bold cyan"), f"{number:>2}. ")
    episode = [] if card.follows else [card.code, join_names(card.guests)]
    facts = [*episode, card.chapter]
    print_wrapped(console, Text(" · ".join(filter(None, facts)), style="dim"))
    if card.question is not None:
        print_wrapped(console, _snippet_text(card.question.speaker, card.question.snippet))
    if card.snippet is not None:
        print_wrapped(console, _snippet_text(card.speaker, card.snippet))
    link = Text("▶ ", style="green") if card.url or card.time else Text()
    link.append(" ".join(filter(None, [card.time, card.url])), style="green")
    if card.source is Origin.CAPTIONS:
        link.append(f"  {_remark(card.heard_as)}", style="dim italic")
    if link:
        # A link broken across two lines cannot be clicked.
        console.print(Text.assemble(_INDENT, link), soft_wrap=True)


def _remark(heard_as: str) -> str:
    if heard_as:
        return gettext("automatic captions, heard as “{words}”", words=heard_as)
    return gettext("automatic captions")


def print_wrapped(console: Console, text: Text, lead: str = _INDENT) -> None:
    """Print a text after `lead`, its other lines indented alike, without trailing blanks."""
    if console.soft_wrap:
        console.print(text)
        return
    if not text:
        return
    lines = text.wrap(console, max(1, console.width - len(lead)))
    for line in lines:
        line.rstrip()
    # All in one call, of which each finds out anew what the terminal can do.
    indented = Text(f"\n{' ' * len(lead)}").join(lines)
    console.print(Text.assemble(lead, indented), soft_wrap=True)


def _snippet_text(speaker: str, snippet: Snippet) -> Text:
    text = Text(f"{speaker}: " if speaker else "", style="italic")
    for part, matched in split_snippet(snippet):
        text.append(part, style="bold yellow not italic" if matched else "not italic")
    return text
