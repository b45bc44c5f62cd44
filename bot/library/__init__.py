"""The live corpus: fetch sources, build, check, promote, roll back, refresh."""
