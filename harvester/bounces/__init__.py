"""Bounces: what a mail that came back says, and what follows from it."""
