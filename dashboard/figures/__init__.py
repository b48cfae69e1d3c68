"""Observations → figures: pure functions, one chart family a module, compared whole in tests without a browser."""
