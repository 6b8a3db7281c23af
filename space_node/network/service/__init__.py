"""Writes for the manager: joining a network, terms with partners, and what becomes of parked messages."""

from space_node.network.service.joining import give_up, prove_hub, resume, sign_application
from space_node.network.service.parked import discard_message, discard_news, retry_message, retry_news
from space_node.network.service.profile import set_profile
from space_node.network.service.terms import Wanted, agree, propose

__all__ = [
    "Wanted",
    "agree",
    "discard_message",
    "discard_news",
    "give_up",
    "propose",
    "prove_hub",
    "resume",
    "retry_message",
    "retry_news",
    "set_profile",
    "sign_application",
]
