"""ShockPlan's core: from a shock and a registry to an explained, funded list. No Qt, no screen."""

__version__ = "0.1.0"
