"""Jobs: a whole round, from the list to the files, as `[jobs.NAME]` of harvester.toml says it."""
