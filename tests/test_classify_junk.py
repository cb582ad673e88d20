"""Which addresses of a page are nobody's."""

from __future__ import annotations

import pytest

from harvester.classify.junk import glued_words, is_key, is_placeholder, junk_reason

# --- what is nobody's ---

JUNK = [
    ("you@acme.example", "placeholder"),
    ("your.email@acme.example", "placeholder"),
    ("firstname.lastname@acme.example", "placeholder"),
    ("max.mustermann@firma.de", "placeholder"),
    ("info@example.com", "placeholder"),
    ("name@mail.example.org", "placeholder"),
    ("correo@ejemplo.com", "placeholder"),
    ("tu@email.com", "placeholder"),
    ("username@domain.com", "placeholder"),
    ("support@yourdomain.com", "placeholder"),
    ("you@yoursite.com", "placeholder"),
    ("hello@my-restaurant.fr", "placeholder"),
    ("hello@votre-entreprise.fr", "placeholder"),
    ("0123456789abcdef0123456789abcdef@acme.example", "error_tracker"),
    ("abc@o12345.ingest.sentry.io", "error_tracker"),
    ("info@themewagon.com", "template"),
    ("support@wix.com", "platform"),
    ("poststelle@bfdi.bund.de", "privacy_authority"),
    ("abuse@ovh.net", "hosting"),
    ("logo@2x.png", "image"),
    ("popper.js@1.16.1", "version"),
    ("shopping@here.our-store", "not_an_address"),
]
NOT_JUNK = [
    "info@acme.example",
    "info@example",
    "123456789@qq.com",
    "1234567890123456@qq.com",
    "user@acme.example",
    "name@acme.example",
    "info@other.example",
    "you.ning@acme.example",
    "test@acme.example",
    "beef@acme.example",
    "jane@gmail.com",
    "info@not-wix.com",
    "info@mystery.com",
    "info@yourway.com",
    "info@minsite-services.com",
]


@pytest.mark.parametrize(("address", "reason"), JUNK)
def test_junk(address: str, reason: str) -> None:
    assert junk_reason(address, domain="acme.example") == reason


@pytest.mark.parametrize("address", [address for address in NOT_JUNK if "." in address.rpartition("@")[2]])
def test_not_junk(address: str) -> None:
    assert junk_reason(address, domain="acme.example") is None


def test_own_domain_is_no_third_party() -> None:
    assert junk_reason("press@wix.com", domain="wix.com") is None
    assert junk_reason("press@kompass.com", domain="kompass.fr") is None
    assert junk_reason("jane@company.com", domain="company.com") is None


def test_keys_and_placeholders_alone() -> None:
    assert is_key("0123456789ABCDEF0123456789abcdef")
    assert not is_key("12345678901234567890123456789012")
    assert is_placeholder("JohnDoe", "acme.example")
    assert not is_placeholder("john", "acme.example")


def test_glued_words() -> None:
    known = ["info@acme.example", "hello@acme.example", "sales@other.example"]
    assert glued_words("emailinfo@acme.example", known) == "email"
    assert glued_words("acme.examplehello@acme.example", known) == "acme.example"
    assert glued_words("sayhello@acme.example", known) is None
    assert glued_words("emailsales@acme.example", known) is None
    assert glued_words("info@acme.example", known) is None
