"""What secrets look like, so that one in the wrong place is named and never repeated."""

from bot.config import Secret

# By their beginnings; people put them where those of another platform belong.
SLACK_KINDS = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token"}
DAMAGED = "it has characters in it that no token has."


def reveal(secret: Secret | None) -> str:
    """Give what a secret holds; "" if it is not set."""
    return secret.get_secret_value() if secret else ""
