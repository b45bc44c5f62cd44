"""Replies rendered for Slack: messages, dialogs and App Home in Block Kit."""
