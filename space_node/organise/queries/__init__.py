"""Reads for the manager: all that this space organises at a glance, and one event with all that belongs to it."""

from space_node.organise.queries.board import Board as Board
from space_node.organise.queries.board import board as board
from space_node.organise.queries.board import everything as everything
from space_node.organise.queries.board import own_slug as own_slug
from space_node.organise.queries.detail import HOLDING as HOLDING
from space_node.organise.queries.detail import Organised as Organised
from space_node.organise.queries.detail import local_times as local_times
from space_node.organise.queries.detail import organised as organised
from space_node.organise.queries.detail import relayable as relayable
