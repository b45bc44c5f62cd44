"""Assistants that speak MCP, the Model Context Protocol: they ask, and nobody sees a chat.

Needs the extra `mcp`. Only `adapter` loads without it.
"""
