"""The toy's app, and a few commands on it."""

from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests.support.toy_service.db import db, read_only, transactional
from tests.support.toy_service.purses.models import Purse

FIRST = 1


def create_app(url: str, **engine_options: Any) -> Flask:
    """An app on a migrated database."""
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options)
    db.init_app(app)
    return app


@transactional
def open_purse(owner: str = "ada", **columns: Any) -> int:
    """Add a purse; its id."""
    purse = Purse(owner=owner, **columns)
    db.session.add(purse)
    db.session.flush()
    return purse.id


@transactional
def put_in(purse_id: int = FIRST, amount: int = 1) -> int:
    """Read, add, write: the way that loses updates where transactions do not hold. What is in it then."""
    purse = db.session.scalars(sa.select(Purse).where(Purse.id == purse_id).with_for_update()).one()
    purse.credits = purse.credits + amount
    db.session.flush()
    return purse.credits


@read_only
def credits_in(purse_id: int = FIRST) -> int:
    """What is in it."""
    return db.session.scalars(sa.select(Purse.credits).where(Purse.id == purse_id)).one()


@read_only
def purse_count() -> int:
    """How many there are."""
    return db.session.scalars(sa.select(sa.func.count()).select_from(Purse)).one()
