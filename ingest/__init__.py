"""Readers of foreign course formats, and the jobs that run them."""
