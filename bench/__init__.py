"""The benchmark: Airquote's search beside rank-bm25, bm25s and SQLite FTS5 on the same passages."""
