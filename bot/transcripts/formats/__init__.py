"""One reader per family of transcript formats."""
