"""The built-in demo event and the national registry for benchmarks. Everything in them is made up."""

from shockplan.demo.event import write_demo
from shockplan.demo.national import write_national_registry

__all__ = ["write_demo", "write_national_registry"]
