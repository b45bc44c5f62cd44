"""Send each message at most once, and notify people and channels people of new episodes."""
