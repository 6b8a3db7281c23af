"""Two owners who take each other's role away at the same moment: one of them stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from shared.config import load
from space_node.accounts import queries, service
from space_node.accounts.errors import LastOwner
from space_node.accounts.rules import Role
from space_node.app import create_app
from space_node.config import NodeSettings
from space_node.db import db, read_only, transactional


def test_of_two_who_take_each_others_role_one_stays_owner(node_url: str, tmp_path) -> None:
    app = create_app(load(NodeSettings, {"DATABASE_URL": node_url, "DATA_DIR": str(tmp_path / "data")}))
    now, barrier = app.extensions["clock"].now(), Barrier(2)

    def add(name: str) -> str:
        return service.add_staff(db.session(), role=Role.OWNER, email=f"{name}@x.it", name=name, now=now).id

    def take(account_id: str) -> str:
        with app.app_context():
            barrier.wait()
            try:
                transactional(lambda: service.take_role(db.session(), account_id=account_id, role=Role.OWNER))()
            except LastOwner as refusal:
                return refusal.slug
            return "taken"

    with app.app_context():
        owners = [transactional(lambda name=name: add(name))() for name in ("ada", "bea")]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, owners)) == ["last-owner", "taken"]
    with app.app_context():
        assert read_only(lambda: len(queries.owners(db.session())))() == 1
