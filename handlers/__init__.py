"""The adapters of Airquote: parse what came in, call a command of `bot`, render its reply."""
