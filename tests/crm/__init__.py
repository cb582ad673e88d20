"""CRMs that hold to their published rules, on loopback, with faults; and pushes that are killed."""
