"""Commands about members and accounts."""

from flask.cli import AppGroup

members = AppGroup("members", help="The members of this space.")
accounts = AppGroup("accounts", help="Who may sign in.")
commands = (members, accounts)
