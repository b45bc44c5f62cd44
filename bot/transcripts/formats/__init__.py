"""The transcript formats, one reader for each family."""
