"""Which sentences are worth quoting, and a quote as an image."""
