"""Replies rendered for Discord: components, embeds of videos and the ids of buttons."""
