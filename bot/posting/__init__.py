"""Send a message to a channel or a person once, and tell of new episodes."""
