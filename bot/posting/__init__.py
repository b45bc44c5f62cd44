"""Send each message exactly once, and notify people and channels of new episodes."""
