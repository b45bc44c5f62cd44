"""The buttons below answers: what each asks for is all that the button knows."""

from dataclasses import replace

from bot.answers.hints import examples_from
from bot.answers.replies import Button, ButtonKind, Card
from bot.answers.requests import MAX_PACKED, Request, Verb, pack
from bot.library.library import Library
from bot.text import truncate

# The tightest platform, Slack, writes this much on a button:
# https://docs.slack.dev/reference/block-kit/block-elements/button-element
_LABEL_CHARACTERS = 75


def hit_buttons(card: Card, text: str) -> tuple[Button, ...]:
    """Offer to share a passage, to see more of it and more like it.

    `text` is what is marked in it. A passage without times cannot be found again.
    """
    if card.start is None or card.end is None:
        return ()
    shown = Request(Verb.HIT, text, episode=card.episode, start=card.start, end=card.end)
    return _that_fit(
        Button(ButtonKind.SHARE, "Share", shown),
        Button(ButtonKind.OPEN, "More Context", replace(shown, verb=Verb.CONTEXT)),
        Button(ButtonKind.ASK, "More Like This", replace(shown, verb=Verb.LIKE, text="")),
    )


def episode_buttons(card: Card, label: str) -> tuple[Button, ...]:
    """Offer to see an episode as a whole."""
    return _that_fit(Button(ButtonKind.ASK, label, Request(Verb.EPISODE, episode=card.episode)))


def page_buttons(request: Request, *, more: bool) -> tuple[Button, ...]:
    """Offer the pages before and after that of a request."""
    pages = [("Previous", request.page - 1)] if request.page else []
    pages += [("Next", request.page + 1)] if more else []
    turned = (Button(ButtonKind.TURN, label, replace(request, page=page)) for label, page in pages)
    return _that_fit(*turned)


def another_button(request: Request) -> tuple[Button, ...]:
    """Offer the quote after that of a request."""
    return _that_fit(Button(ButtonKind.TURN, "Another", replace(request, page=request.page + 1)))


def verdict_buttons(request: Request, best: Card) -> tuple[Button, ...]:
    """Ask whether the best hit of a page was what its request meant."""
    judged = replace(request, episode=best.episode, start=best.start, end=best.end)
    return _that_fit(
        Button(ButtonKind.JUDGE_USEFUL, "Useful", judged),
        Button(ButtonKind.JUDGE_NOT_THIS, "Not This", judged),
    )


def help_buttons(library: Library) -> tuple[Button, ...]:
    """Offer examples to ask, and the form."""
    examples = (
        Button(ButtonKind.ASK, truncate(example, _LABEL_CHARACTERS), Request(Verb.SEARCH, example))
        for example in examples_from(library)
    )
    return (*_that_fit(*examples), *form_button())


def form_button() -> tuple[Button, ...]:
    """Offer a form to narrow a search down with."""
    return (Button(ButtonKind.FORM, "Search With Filters", Request(Verb.SEARCH)),)


def _that_fit(*buttons: Button) -> tuple[Button, ...]:
    """Drop the buttons whose request is too long to carry; only an endless slug makes one so."""
    return tuple(button for button in buttons if len(pack(button.request)) <= MAX_PACKED)
