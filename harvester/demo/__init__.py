"""The small web: invented companies (`.example`) on loopback with their own DNS, for `harvester demo` and the tests.

    async with serve_demo_web() as web: ...      in the running event loop
    with DemoWeb() as web: ...                   in a thread of its own (a crawl needs the main thread for its reactor)

Either way `web` is a `SmallWeb`: where its nameserver listens, its seeds, and `write_list(path)`.
"""

from harvester.demo.companies import DemoCompany, ExpectedContact, load_companies
from harvester.demo.small_web import DemoWeb, SmallWeb, serve_demo_web

__all__ = ["DemoCompany", "DemoWeb", "ExpectedContact", "SmallWeb", "load_companies", "serve_demo_web"]
