"""Issuing and withdrawing passports of our own members. The hub learns the ref of each, never the passport."""

import datetime as dt
import secrets
import uuid
from functools import partial

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared.constraints import refused
from shared.errors import Conflict
from shared.ids import sha256_hex
from shared.keys import jwk, passport
from shared.keys.status_list import DEFAULT_SIZE
from shared.marking import N_
from shared.protocol.passports import PassportRef
from shared.protocol.version import BASE_PATH
from space_node.config import present_node
from space_node.db import Base
from space_node.members import queries as members
from space_node.members.models import Member
