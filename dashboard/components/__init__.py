"""Frames → parts of a page, each a pure function."""
