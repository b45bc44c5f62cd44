"""Search measured: its ranking and its speed, beside those of other engines."""
