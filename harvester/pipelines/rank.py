"""Which address to write to first."""

from __future__ import annotations

from typing import Any

from harvester.model import Company
from harvester.priority import rank_company


class RankPipeline:
    """Gives each contact its priority and puts the best first."""

    def process_item(self, item: Any) -> Any:
        """Return a company with ranked contacts; anything else unchanged."""
        return rank_company(item) if isinstance(item, Company) and not item.stored else item
