"""Search: what was typed -> the passages that say it."""
