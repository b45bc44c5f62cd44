"""The core of Airquote: transcripts in, answers out.

It knows no chat platform: `handlers` imports `bot`, never the other way round.
"""
