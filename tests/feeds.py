"""Feeds and transcripts to serve: made up, and as short as they can be."""

from html import escape

RSS = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:psc="http://podlove.org/simple-chapters">'
    "<channel><title>Tea Talk</title><language>en-US</language>{}</channel></rss>"
)


def rss(*parts: str) -> str:
    """Write a feed of some episodes and other elements."""
    return RSS.format("".join(parts))


def item(number: int, *more: str, title: str = "", base: str = "https://tea.example") -> str:
    """Write an episode, with more elements in it."""
    return (
        f"<item><title>{escape(title) or f'All about tea {number}'}</title>"
        f'<guid isPermaLink="false">tea-{number}</guid><link>{base}/{number}</link>'
        f'<enclosure url="{base}/{number}.mp3" type="audio/mpeg" length="1"/>'
        f"{''.join(more)}</item>"
    )


def transcript(url: str, kind: str = "text/vtt", language: str = "") -> str:
    """Write where a transcript is."""
    spoken = f' language="{language}"' if language else ""
    return f'<podcast:transcript url="{escape(url)}" type="{kind}"{spoken}/>'


def vtt(words: str, *, start: int = 70) -> str:
    """Write WebVTT in which some words are said at a second."""
    return (
        "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nWelcome to the show.\n\n"
        f"00:{start // 60:02}:{start % 60:02}.000 --> 00:{start // 60:02}:{start % 60 + 4:02}.000\n"
        f"{words}\n"
    )
