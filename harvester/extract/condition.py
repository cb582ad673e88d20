"""Pages that are no company's page: parked domains, robot challenges, and pages that only a script would fill."""

from __future__ import annotations

from harvester.data import load_table
from harvester.extract.page import Document
from harvester.model import CompanyStatus

SHORT_TEXT = 2_000  # characters: a challenge or a parking page says little; longer pages may quote such phrases
BARE_TEXT = 200
FEW_LINKS = 3


def page_condition(document: Document) -> CompanyStatus | None:
    """Return parked, blocked or javascript_only for a page that is one of these, or None."""
    text = f"{document.title}\n{document.text}"
    if len(text) <= SHORT_TEXT:
        folded = text.lower()
        for condition, phrase in load_table("page_conditions"):
            if phrase in folded:
                return CompanyStatus(condition)
    has_scripts = bool(document.script_urls) or any(script.strip() for script in document.scripts)
    if has_scripts and len(document.text.strip()) < BARE_TEXT and len(document.links) < FEW_LINKS:
        return CompanyStatus.JAVASCRIPT_ONLY
    return None
