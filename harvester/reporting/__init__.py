"""Pages for people: what the store holds, and how a job went. Each is one file that needs nothing else."""
