"""`python -m etl`: the command line without the dashboard."""

from __future__ import annotations

from etl.cli import app

if __name__ == "__main__":
    app()
