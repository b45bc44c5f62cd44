"""Send each message at most once, and notify people and channels of new episodes."""
