"""Data that a first start shows: two small courses of our own, and some people who take and teach them."""

from demo.load import Demo, load_demo

__all__ = ["Demo", "load_demo"]
