"""Whether mail can reach an address: what the DNS says. Nothing is sent to anybody."""
