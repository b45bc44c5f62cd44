"""Airquote in Discord: what is typed or pressed there is parsed, answered by the core and shown."""
