"""Airquote in Slack: parse what members type or press, let `bot` answer, and render the reply."""
