"""Cartography: one scene for screen and paper."""
