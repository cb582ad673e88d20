"""Item pipelines: each calls one function on a company and hands on what it returns."""
