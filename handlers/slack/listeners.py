"""Commands, shortcuts, App Home and the search form: parse, ask, answer."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.answers.buttons import change_button
from bot.answers.hints import no_episodes
from bot.answers.replies import ButtonKind
from bot.answers.requests import Request, Verb, read_request
from bot.answers.several import Suggest, suggest_from
from bot.answers.suggestions import suggest_episodes, suggest_guests
from bot.posting.places import Channel
from bot.translations import gettext
from bot.weekly.home import gather_home
from handlers.slack.actions import open_search_form
from handlers.slack.channel_commands import (
    TYPED,
    forget_on_revocation,
    forget_on_uninstall,
    forget_on_withdrawal,
)
from handlers.slack.interaction import Interaction, acknowledge_form, reply_privately, searched_in
from handlers.slack.links import unfurl_links
from handlers.slack.render.home import home_view, render_home
from handlers.slack.render.limits import SELECT_OPTIONS
from handlers.slack.render.mrkdwn import decode_mrkdwn, read_message
from handlers.slack.render.views import (
    EPISODE,
    GUEST,
    SEARCH_FORM,
    SHARE_FORM,
    WORDS,
    WORDS_FORM,
    option_of,
    read_form,
)
from handlers.slack.sharing import share_in_chosen
from handlers.slack.talk import (
    answer_direct_message,
    answer_mention,
    suggest_prompts,
    suggest_questions,
)
from handlers.slack.words_form import nominate_message, submit_words

_log = logging.getLogger(__name__)

Listener = Callable[[Interaction], Awaitable[None]]


async def _answer_command(interaction: Interaction) -> None:
    """Answer /podcast."""
    request = read_request(decode_mrkdwn(interaction.body.get("text", "")))
    if request.verb in TYPED:
        return await TYPED[request.verb](interaction, request)
    return await reply_privately(
        interaction, await interaction.intake.ask(request, interaction.asker)
    )


async def _find_in_podcast(interaction: Interaction) -> None:
    """Find passages about what a message says."""
    said = read_message(interaction.body.get("message") or {})
    await reply_privately(
        interaction, await interaction.intake.ask(Request(Verb.FIND, said), interaction.asker)
    )


async def _show_home(interaction: Interaction) -> None:
    """Show the start page in App Home; suggest questions beside it."""
    event = interaction.body["event"]
    if event.get("tab") == "messages":
        await suggest_questions(interaction, event.get("channel") or "", None)
    elif event.get("tab") == "home":
        view = await _home(interaction)
        await interaction.client.views_publish(user_id=interaction.asker.person, view=view)


async def _home(interaction: Interaction) -> dict[str, Any]:
    asker = interaction.asker
    libraries = await interaction.intake.libraries_for(asker)
    if not any(each.index.episodes for each in libraries):
        return render_home(no_episodes())
    workspace = Channel(asker.platform, asker.workspace, "")
    is_admin = not await interaction.moderators.obstacle(asker, workspace)
    return home_view(await gather_home(interaction.weekly, libraries, asker, is_admin=is_admin))


async def _answer_form(interaction: Interaction) -> None:
    """Answer the search form in its own dialog."""
    query = read_form(interaction.view)
    if not query:
        nothing = gettext("Type a word or two, or choose a guest, an episode or a season.")
        await interaction.ack(response_action="errors", errors={WORDS: nothing})
        return
    await acknowledge_form(interaction)
    request = replace(searched_in(interaction), text=query)
    reply = await interaction.intake.ask(request, interaction.asker)
    if not any(button.kind is ButtonKind.FORM for button in reply.buttons):
        podcasts = (reply.asked or request).podcasts
        reply = replace(reply, buttons=(*reply.buttons, *change_button(query, podcasts)))
    await reply_privately(interaction, reply)


async def _guest_options(interaction: Interaction) -> None:
    """Suggest guests for what is typed."""
    await _suggest_options(interaction, suggest_guests)


async def _episode_options(interaction: Interaction) -> None:
    """Suggest episodes for what is typed."""
    await _suggest_options(interaction, suggest_episodes)


async def _suggest_options(interaction: Interaction, suggest: Suggest) -> None:
    """Send options; none after an error, as a menu cannot show one."""
    try:
        typed = decode_mrkdwn(interaction.body.get("value") or "")
        request = searched_in(interaction)
        libraries = await interaction.intake.libraries_for(interaction.asker, request)
        choices = suggest_from(libraries, suggest, typed, SELECT_OPTIONS)
    except Exception:  # noqa: BLE001 - a menu has no other way to fail
        _log.exception("Suggestions failed.")
        choices = ()
    await interaction.ack(options=list(map(option_of, choices)))


COMMANDS: dict[str, Listener] = {"/podcast": _answer_command}
EVENTS: dict[str, Listener] = {
    "app_mention": answer_mention,
    "app_home_opened": _show_home,
    "app_uninstalled": forget_on_uninstall,
    "assistant_thread_started": suggest_prompts,
    "link_shared": unfurl_links,
    "message": answer_direct_message,
    "team_access_revoked": forget_on_withdrawal,
    "tokens_revoked": forget_on_revocation,
}
# They concern nobody in particular.
UNANSWERED = frozenset({"app_uninstalled", "link_shared", "team_access_revoked", "tokens_revoked"})
MESSAGE_SHORTCUTS: dict[str, Listener] = {
    "find_in_podcast": _find_in_podcast,
    "nominate_quote": nominate_message,
}
GLOBAL_SHORTCUTS: dict[str, Listener] = {"search_podcast": open_search_form}
VIEWS: dict[str, Listener] = {
    SEARCH_FORM: _answer_form,
    WORDS_FORM: submit_words,
    SHARE_FORM: share_in_chosen,
}
OPTIONS: dict[str, Listener] = {GUEST: _guest_options, EPISODE: _episode_options}
