"""The bot under load and faults: many commands, killed processes, lost answers, a refresh."""
