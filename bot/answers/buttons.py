"""The buttons below answers. A button carries only the request it makes."""

from collections.abc import Container, Mapping
from dataclasses import replace
from itertools import chain

from bot.answers.hints import examples_from
from bot.answers.replies import Button, ButtonKind, Card, Reply, episode_card
from bot.answers.requests import Request, Verb, fits
from bot.library.library import Library
from bot.models import Episode, Verdict
from bot.text import truncate
from bot.translations import gettext

# The longest label on the strictest platform, Slack:
# https://docs.slack.dev/reference/block-kit/block-elements/button-element
_LABEL_CHARACTERS = 75
# The button that takes each verdict back.
RETRACTING = {
    Verdict.USEFUL: ButtonKind.RETRACT_USEFUL,
    Verdict.NOT_THIS: ButtonKind.RETRACT_NOT_THIS,
}


def hit_buttons(card: Card, text: str) -> tuple[Button, ...]:
    """Return the actions of a card's passage; see `passage_buttons`."""
    return passage_buttons(text, card.episode, card.start, card.end)


def passage_buttons(
    text: str, episode: str, start: float | None, end: float | None
) -> tuple[Button, ...]:
    """Return the actions of a passage: Share, Context, More Like This and Nominate.

    `text` is the query whose words the passage highlights. A passage without times gets no
    buttons, since it could not be found again.
    """
    if start is None or end is None:
        return ()
    # A page makes dozens of these, and `replace` takes several times as long.
    shown = Request(Verb.HIT, text, 0, episode, start, end)
    beside = Request(Verb.CONTEXT, text, 0, episode, start, end)
    like = Request(Verb.LIKE, "", 0, episode, start, end)
    return _that_fit(
        Button(ButtonKind.SHARE, gettext("Share"), shown),
        Button(ButtonKind.OPEN, gettext("Context"), beside),
        Button(ButtonKind.ASK, gettext("More Like This"), like),
        Button(ButtonKind.NOMINATE, gettext("Nominate"), shown),
    )


def open_buttons(card: Card) -> tuple[Button, ...]:
    """Return what everybody can do with a passage that nobody asked for: read on."""
    return tuple(each for each in hit_buttons(card, "") if each.kind is ButtonKind.OPEN)


def context_buttons(card: Card, text: str) -> tuple[Button, ...]:
    """Return the actions of a passage whose context is shown."""
    return tuple(each for each in hit_buttons(card, text) if each.kind is not ButtonKind.OPEN)


def episode_buttons(card: Card, label: str) -> tuple[Button, ...]:
    """Return the button that opens an episode."""
    return _that_fit(Button(ButtonKind.ASK, label, Request(Verb.EPISODE, episode=card.episode)))


def title_button(episode: Episode) -> tuple[Button, ...]:
    """Return the button that opens an episode, with its title."""
    return episode_buttons(episode_card(episode), truncate(episode.title, _LABEL_CHARACTERS))


def page_buttons(request: Request, *, more: bool) -> tuple[Button, ...]:
    """Return the buttons for the pages before and after the request's."""
    before, after = request.page - 1, request.page + 1
    return _turning(
        request,
        {
            gettext("Previous"): before if request.page else None,
            gettext("Next"): after if more else None,
        },
    )


def another_button(request: Request) -> tuple[Button, ...]:
    """Return the button for the quote after the request's."""
    return _turning(request, {gettext("Another"): request.page + 1})


def all_button(request: Request) -> tuple[Button, ...]:
    """Return the button that shows whoever presses it all of an answer that was shortened."""
    return _that_fit(Button(ButtonKind.ASK, gettext("All Passages"), replace(request, page=0)))


def window_buttons(request: Request, earlier: int | None, later: int | None) -> tuple[Button, ...]:
    """Return the buttons for the pages with what is said before and after, None for none."""
    return _turning(request, {gettext("Earlier"): earlier, gettext("Later"): later})


def verdict_buttons(request: Request, best: Card) -> tuple[Button, ...]:
    """Return the buttons that ask whether the best hit of a page was useful."""
    judged = replace(request, episode=best.episode, start=best.start, end=best.end)
    return _that_fit(
        Button(ButtonKind.JUDGE_USEFUL, gettext("Useful"), judged),
        Button(ButtonKind.JUDGE_NOT_THIS, gettext("Not This"), judged),
    )


def shared_label() -> str:
    """Return what a button says instead of “Share” once it was pressed."""
    return gettext("Shared")


def mark_shared(reply: Reply, shared: Container[int]) -> Reply:
    """Say “Shared” on the buttons of the cards, by their numbers from 0, that were shared."""
    cards = (
        replace(card, buttons=tuple(map(_as_shared, card.buttons))) if at in shared else card
        for at, card in enumerate(reply.cards)
    )
    return replace(reply, cards=tuple(cards))


def retract_button(verdict: Verdict, request: Request) -> tuple[Button, ...]:
    """Return the button that takes a verdict back."""
    return _that_fit(Button(RETRACTING[verdict], gettext("Take It Back"), request))


def help_buttons(library: Library) -> tuple[Button, ...]:
    """Return a button for each example query, and one for the search form."""
    examples = (search_button(example, example) for example in examples_from(library))
    return (*chain(*examples), *form_button())


def form_button() -> tuple[Button, ...]:
    """Return the button that opens the search form."""
    return (Button(ButtonKind.FORM, gettext("Search With Filters"), Request(Verb.SEARCH)),)


def search_button(label: str, text: str) -> tuple[Button, ...]:
    """Return the button that searches for a text."""
    shown = truncate(label, _LABEL_CHARACTERS)
    return _that_fit(Button(ButtonKind.ASK, shown, Request(Verb.SEARCH, text)))


def meaning_button(text: str) -> tuple[Button, ...]:
    """Return the button that asks for passages near in meaning to a text."""
    return _that_fit(Button(ButtonKind.ASK, gettext("By Meaning"), Request(Verb.MEANING, text)))


def change_button(text: str, podcasts: tuple[str, ...] = ()) -> tuple[Button, ...]:
    """Return the button that opens the search form with what was typed, for some podcasts."""
    request = Request(Verb.SEARCH, text, podcasts=podcasts)
    return _that_fit(Button(ButtonKind.FORM, gettext("Change Search"), request))


def _turning(request: Request, pages: Mapping[str, int | None]) -> tuple[Button, ...]:
    """Return a button for each page of a request, by its label; None for no button."""
    return _that_fit(
        *(
            Button(ButtonKind.TURN, label, replace(request, page=page))
            for label, page in pages.items()
            if page is not None
        )
    )


def _as_shared(button: Button) -> Button:
    return replace(button, label=shared_label()) if button.kind is ButtonKind.SHARE else button


def _that_fit(*buttons: Button) -> tuple[Button, ...]:
    """Drop buttons whose request is too long to carry, which takes a very long slug."""
    return tuple(button for button in buttons if fits(button.request))
