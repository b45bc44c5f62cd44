"""Answers: a request in, a reply with its buttons out, for any platform to render.

Pure and synchronous: nothing here knows a chat, a database or a clock beyond today's date.
"""
