"""What Airquote remembers between starts, in SQLite or PostgreSQL."""
