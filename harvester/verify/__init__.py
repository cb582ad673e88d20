"""Whether mail can reach an address. `verification` puts together what the layers find out.

`syntax` reads the address, `mx` asks the DNS about its domain (`resolver`, `nameservers`, `policies`), `mailboxes` asks
the domain's mail server (`mail_hosts`, `dialogue`, `routes`, `pacing`, `replies`). `signs`, `suggestions` and
`confidence` weigh what is left, `vocabularies` translates from and to other services.
"""
