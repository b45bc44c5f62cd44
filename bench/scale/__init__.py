"""Simulate one deployment for many workspaces."""
