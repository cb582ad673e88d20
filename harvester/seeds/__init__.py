"""The list: lines and tables in, seeds out, and a reason for each line that is none."""

from harvester.seeds.parse import SeedError, parse_seed
from harvester.seeds.reading import check_list, file_name, read_seeds
from harvester.seeds.text import SeedListError

__all__ = ["SeedError", "SeedListError", "check_list", "file_name", "parse_seed", "read_seeds"]
