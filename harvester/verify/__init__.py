"""Whether mail can reach an address. `verification` puts together what the layers find out.

`syntax` reads the address, `mx` asks the DNS about its domain (`resolver`, `nameservers`, `policies`), `mailbox` asks the
domain's mail server (`dialogue`, `routes`, `pacing`, `replies`). `signs`, `suggestions` and `confidence` weigh what is left,
`vocabularies` translates from and to other services.
"""
