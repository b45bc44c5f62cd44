"""What a search needs to know of a corpus, built once and stored."""
