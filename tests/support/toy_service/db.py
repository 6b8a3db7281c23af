"""The toy's Base, its database and its edges, as every service has them."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from shared.db import NAMING, make_db
from shared.db import read_only as read_only_on
from shared.db import transactional as transactional_on
from shared.idempotency import AnswerMixin


class Base(DeclarativeBase):
    """What the toy's tables derive from."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = make_db(Base)
transactional = transactional_on(db)
read_only = read_only_on(db)


class Answer(AnswerMixin, Base):
    """Answers given."""

    __tablename__ = "answers"
