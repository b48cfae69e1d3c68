"""The sample store, and the dashboard over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.data import Archive, Selection, Snapshot, View
from tests.sample_store import make_store


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample store; tests read it and never write."""
    return make_store(tmp_path_factory.mktemp("sample") / "store")


@pytest.fixture(scope="session")
def archive(sample_store: Path) -> Archive:
    """The sample store as the pages read it."""
    return Archive(str(sample_store))


@pytest.fixture(scope="session")
def snapshot(archive: Archive) -> Snapshot:
    """The sample store's newest version."""
    return archive.snapshot()


@pytest.fixture(scope="session")
def view(archive: Archive) -> View:
    """Everything in the sample store."""
    return archive.view(Selection())


@pytest.fixture
def client(sample_store: Path) -> FlaskClient:
    """A caller of the dashboard over the sample store, without a browser."""
    caller: FlaskClient = create_app(sample_store).server.test_client()
    return caller
