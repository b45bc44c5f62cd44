"""Between a chat and the answers: the request queue, rate limits, sharing and feedback."""
