"""The manager's pages about members."""

from flask import Blueprint

from shared.access import audience

members_pages = audience(Blueprint("members", __name__, template_folder="templates"), "manager")
