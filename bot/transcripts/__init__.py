"""Transcript files in, timed episodes out."""
