"""Webhooks: signed, each batch once however often it is sent, nothing of the secret URL in what is shown or kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from harvester.crm.exchange import CrmError, TokenRefused
from harvester.crm.webhook import parse_secret, signed
from tests.crm.pushing import fill, open_store, push, settings
from tests.crm.serving import Faults
from tests.crm.webhook_server import PATH, SECRET, WebhookServer
from tests.sample_companies import NOW


def test_the_specifications_own_example() -> None:
    # https://github.com/standard-webhooks/standard-webhooks: the example of its libraries' tests
    key = parse_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_batches_once_and_changed_records_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WebhookServer(Faults(share=0.4, seed=2)) as hook, open_store(tmp_path) as store:
        monkeypatch.setenv("HARVESTER_WEBHOOK_URL", hook.hook)
        monkeypatch.setenv("HARVESTER_WEBHOOK_SECRET", SECRET)
        fill(store, range(200))
        assert push(store, "webhook", settings(tmp_path)).summary.created == 600
        assert (len(hook.contacts), hook.writes) == (600, 6)
        assert push(store, "webhook", settings(tmp_path)).usage.writes == 0
        fill(store, [3], version=1, seen=NOW + timedelta(days=1))
        assert push(store, "webhook", settings(tmp_path)).summary.updated == 3
        anna = next(c for c in hook.contacts.values() if c["email"] == "anna.berg3@c3.example")
        assert (anna["person"], anna["new"], anna["company"]) == ("Anna Berg1", False, "Nord 3 GmbH 1")
    assert PATH.encode() not in (tmp_path / "harvester.db").read_bytes()


def test_a_body_that_is_too_long_is_halved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WebhookServer(most_bytes=20_000) as hook, open_store(tmp_path) as store:
        monkeypatch.setenv("HARVESTER_WEBHOOK_URL", hook.hook)
        monkeypatch.setenv("HARVESTER_WEBHOOK_SECRET", SECRET)
        fill(store, range(40))
        assert push(store, "webhook", settings(tmp_path)).summary.created == 120
        assert len(hook.contacts) == 120


@pytest.mark.parametrize("url", ["http://hooks.example/x", "ftp://127.0.0.1/x", "https://user:pw@hooks.example/"])
def test_urls_that_a_secret_is_not_sent_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HARVESTER_WEBHOOK_URL", url)
    monkeypatch.setenv("HARVESTER_WEBHOOK_SECRET", SECRET)
    with open_store(tmp_path) as store, pytest.raises(CrmError, match="https://"):
        push(store, "webhook", settings(tmp_path))


def test_a_wrong_secret_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WebhookServer() as hook, open_store(tmp_path) as store:
        monkeypatch.setenv("HARVESTER_WEBHOOK_URL", hook.hook)
        monkeypatch.setenv("HARVESTER_WEBHOOK_SECRET", "another")
        fill(store, [1])
        result = push(store, "webhook", settings(tmp_path))
        assert isinstance(result.error, TokenRefused)
        assert "secret-path" not in str(result.error)
