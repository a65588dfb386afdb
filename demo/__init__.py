"""Demo data of a first start: small courses, and people who take and teach them."""

from demo.load import Demo, load_demo, retire_demo

__all__ = ["Demo", "load_demo", "retire_demo"]
