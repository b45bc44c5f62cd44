"""Send a message to a channel or a person once, and tell people of new episodes."""
