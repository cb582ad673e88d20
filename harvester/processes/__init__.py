"""One crawl by several processes: the first reads the list and writes the files, the others visit.

A seed goes down a pipe to the process that its owner's name is hashed to (`seeds.shards`), and comes back as the
company that was found, checked, ranked and stored there. What exists once (list, run, progress, files, summary)
stays with the first process, so that the result is that of one. No engine, no broker, no port is opened.
"""
