"""Writes about the people of this space: their accounts and sign-in, members."""

from space_node.accounts.service import KIND as KIND
from space_node.accounts.service import TABLES as TABLES
from space_node.accounts.service import Role as Role
from space_node.accounts.service import sign_in_link as sign_in_link
from space_node.members.rules.people import state_on as state_on
from space_node.members.service.accounts import account_of as account_of
from space_node.members.service.accounts import add_account as add_account
from space_node.members.service.accounts import invite_member as invite_member
from space_node.members.service.accounts import member_link as member_link
from space_node.members.service.accounts import sign_in_service as sign_in_service
from space_node.members.service.people import add_member as add_member
from space_node.members.service.people import change_member as change_member
from space_node.members.service.people import end_memberships as end_memberships
from space_node.members.service.people import following as following
from space_node.members.service.people import forget_member as forget_member
from space_node.members.service.people import new_values as new_values
from space_node.members.service.people import today as today
