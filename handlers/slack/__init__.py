"""Airquote in Slack: what is typed or pressed there is parsed, answered by the core and dressed."""
