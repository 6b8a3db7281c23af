"""A hub on a fresh database of each engine, and a pair of twins."""

import pytest

from tests.support.wire_space import WireHub


@pytest.fixture
def hub(hub_url, tmp_path):
    made = WireHub(hub_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def nyc(hub):
    return hub.join("wecreate-nyc")


@pytest.fixture
def london(hub):
    return hub.join("thecube-london")


@pytest.fixture
def milan(hub):
    return hub.join("cowo-milano")
