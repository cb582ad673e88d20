"""`harvester push` and `harvester pull` without their options: settings, tokens, store and network put together."""
