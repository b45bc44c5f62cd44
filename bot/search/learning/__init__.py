"""Propose lexicon entries from what captions mishear."""
