"""Lists of addresses in, the same lists with what is known of each address out: `harvester verify` and `recheck`."""
