"""Writes about people: cards, asks, whom they are put to, the letters of an introduction."""

from space_node.people.service.asking import Wanted, ask, ask_told, close
from space_node.people.service.cards import add_card, drop_card, set_limit
from space_node.people.service.endings import end_due, forget, forget_member, tell_untold
from space_node.people.service.helping import Heard, hear, over
from space_node.people.service.letters import letter_told, not_taken, open_letter, take
from space_node.people.service.words import end, say_no, say_yes

__all__ = [
    "Heard",
    "Wanted",
    "add_card",
    "ask",
    "ask_told",
    "close",
    "drop_card",
    "end",
    "end_due",
    "forget",
    "forget_member",
    "hear",
    "letter_told",
    "not_taken",
    "open_letter",
    "over",
    "say_no",
    "say_yes",
    "set_limit",
    "take",
    "tell_untold",
]
