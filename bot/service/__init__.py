"""What stands between a chat and the answers: queue, limits, sharing, feedback."""
