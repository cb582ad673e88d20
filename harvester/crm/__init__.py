"""Contacts into CRMs and news of them back: one module a CRM. Who sends, sleeps and remembers is injected.

`push.py` takes rows to any of them in batches: read what stands there, compare, write the intent down, write, write
the outcome down. A CRM's module turns that into its requests. `calling.py` waits for rate limits and gives up in time.
"""
