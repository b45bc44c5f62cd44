"""Transcript files in, episodes out: one reader for each format, then merging and timing."""
