"""Hop 1: from any extract of the social registry to typed rows that remember where they stood."""
