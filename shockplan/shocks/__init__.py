"""Shock layers: hazards drawn on the ground and indicators by area, read and understood."""
