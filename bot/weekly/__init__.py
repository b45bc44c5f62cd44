"""The quote of the week: its schedule, selection, review and moderation."""
