"""The core of Airquote: transcripts in, answers out.

Nothing in here knows a chat platform: `handlers` imports `bot`, never the other way round.
"""
