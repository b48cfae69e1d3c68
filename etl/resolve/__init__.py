"""Mention → identifier: which metric, whose figure, which period, which status a quantity in its sentence has."""
