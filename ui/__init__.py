"""The window: pages that show plain results; only session and jobs call the core."""
