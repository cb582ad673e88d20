"""A bug on the way to a CRM: its traceback names no secret, whichever CRM it is."""

import traceback
from pathlib import Path
from typing import Any

import pytest

from harvester.crm import sending
from tests.crm.pushing import fill, open_store, push, settings

SECRETS = {
    "HARVESTER_HUBSPOT_TOKEN": "s3cret-hubspot",
    "HARVESTER_SALESFORCE_TOKEN": "s3cret-salesforce",
    "HARVESTER_ODOO_KEY": "s3cret-odoo",
    "HARVESTER_WEBHOOK_URL": "http://127.0.0.1:9/s3cret-path",
    "HARVESTER_WEBHOOK_SECRET": "s3cret-webhook",
}
URLS = {f"HARVESTER_{name}_URL": "http://127.0.0.1:9" for name in ("HUBSPOT", "SALESFORCE", "ODOO")}
ODOO = {"HARVESTER_ODOO_DATABASE": "nord"}
CASES = [
    ("hubspot", {}), ("salesforce", {}), ("odoo", ODOO), ("odoo", {**ODOO, "HARVESTER_ODOO_USER": "bot"}),
    ("webhook", {}),
]  # fmt: skip


@pytest.mark.parametrize(("target", "more"), CASES)
def test_a_traceback_names_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, more: dict[str, str]
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    async def broken(session: Any, request: Any) -> Any:
        raise RuntimeError(f"a bug at {request!r}")

    monkeypatch.setattr(sending, "_send", broken)
    with open_store(tmp_path) as store:
        fill(store, [1])
        with pytest.raises(RuntimeError) as error:
            push(store, target, settings(tmp_path, **URLS, **more))
    shown = "".join(traceback.format_exception(error.value))
    assert "a bug at Request" in shown
    assert "s3cret" not in shown
    assert all(b"s3cret" not in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
