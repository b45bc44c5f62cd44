"""Help, the overview, and what to say when there is no answer."""

from dataclasses import replace

from bot.answers.buttons import help_buttons
from bot.answers.hints import how_to_ask
from bot.answers.replies import Reply
from bot.answers.requests import FOLLOWING, Verb
from bot.library.library import Library
from bot.translations import gettext, gettext_noop, ngettext

# A help line that starts with this shows commands, or what to write where commands do not work.
COMMAND, MENTION = "/podcast ", "@Airquote "
_NO_FOLLOWS = gettext_noop("You can follow things in Slack or Discord: ask me there.")
# Replies to commands that only work in a chat.
_ELSEWHERE = {
    Verb.WEEKLY: gettext_noop("The quote of the week is posted in Slack or Discord: ask me there."),
    **dict.fromkeys(FOLLOWING, _NO_FOLLOWS),
    Verb.FORGET_ME: gettext_noop(
        "What I know about you comes from Slack or Discord: ask me there."
    ),
    Verb.ANNOUNCE: gettext_noop("New episodes are announced in Slack or Discord: ask me there."),
    Verb.USE: gettext_noop("What I search is chosen in Slack or Discord: ask me there."),
}


def answer_help(library: Library) -> Reply:
    """Say how to search and what else there is; the last line introduces the example buttons."""
    notes = (
        gettext("/podcast search model registry: what was said about it, with links to the moment"),
        gettext(
            "/podcast quote, episode, episodes, mentions: a sentence worth repeating; an episode "
            "with its guests and chapters; all episodes; how often something is said, as in "
            "“mentions llm vs mlops”"
        ),
        gettext(
            "/podcast follow, follows, unfollow: a message to you when a new episode talks about "
            "your words; what you follow; an end to that, as in “unfollow all”"
        ),
        gettext(
            "/podcast weekly status, announce: when quotes and new episodes are posted in this "
            "channel. For admins: weekly on, off, preview, post, theme; announce on, off"
        ),
        gettext(
            "/podcast about, forget-me: which version this is, and what it searches; deletes what "
            "I have stored about you"
        ),
        *([_use()] if library.podcast.id else []),
        gettext(
            "Narrow down with guest: speaker: episode: season: after: before: or “exact words”; "
            "leave words out with -word."
        ),
        # To translators: the buttons below this line are the examples.
        gettext("For example:"),
    )
    return Reply(how_to_ask(), notes, buttons=help_buttons(library))


def _use() -> str:
    """Say how podcasts are chosen, where there are several."""
    return gettext("/podcast use: which podcasts I search here. For admins: use and their ids")


def answer_elsewhere(verb: Verb) -> Reply | None:
    """Answer a command that only works in a chat; return None for any other."""
    return Reply(gettext(_ELSEWHERE[verb])) if verb in _ELSEWHERE else None


def help_by_mention(reply: Reply) -> Reply:
    """Change the help for where no command works: the bot is mentioned instead."""
    notes = tuple(note.replace(COMMAND, MENTION) for note in reply.notes)
    how = gettext("Commands do not work in threads. Mention me instead, and I will answer here.")
    return replace(reply, text=how, notes=notes)


def forgetful(why: str = "") -> Reply:
    """Say that a setting would not survive a restart; `why` is for those who can fix it."""
    notes = (why or gettext("Please tell whoever runs this bot."),)
    return Reply(gettext("I would forget that at the next restart."), notes)


def still_opening() -> Reply:
    """Say that a podcast is being loaded, or built, for longer than anybody waits."""
    return Reply(
        gettext("I am opening this podcast, which takes a while. Please ask again in a minute.")
    )


def cannot_open() -> Reply:
    """Say that a podcast cannot be loaded; the log says why."""
    return Reply(
        gettext(
            "I cannot open this podcast right now. Please try again later; whoever runs me finds "
            "the reason in the log."
        )
    )


def store_away() -> Reply:
    """Answer when the database is unavailable."""
    return Reply(
        gettext(
            "I cannot reach my database right now, so that may not have worked. Please try again "
            "in a minute."
        )
    )


def out_of_date() -> Reply:
    """Answer a button from an earlier version."""
    return Reply(gettext("That button is from an earlier version. Please search again."))


def apology(reference: str) -> Reply:
    """Answer when something broke; the log has the details under `reference`."""
    return Reply(
        gettext(
            "Something went wrong on my side. Please try again. If it keeps happening, give an "
            "admin this reference: {reference}.",
            reference=reference,
        )
    )


def describe_library(library: Library) -> str:
    """Summarize what is searched: "6 episodes, 27,731 words"."""
    seasons = sorted({e.season for e in library.index.episodes if e.season is not None})
    parts = [ngettext("{n} episode", "{n} episodes", len(library.index.episodes))]
    if len(seasons) > 1:
        parts.append(gettext("seasons {first} to {last}", first=seasons[0], last=seasons[-1]))
    parts.append(ngettext("{n} word", "{n} words", len(library.index.transcripts.terms)))
    return ", ".join(parts)
