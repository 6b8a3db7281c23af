"""Sign-in by e-mail and password, for the operators of the hub and the people of a node alike.

A service derives its tables from the mixins, says who its people are (`Accounts`), and uses the pages and gates:

    service = SignInService(db, accounts, Tables(BrowserSession, WelcomeLink, SignInThrottle, Mail))
    app.register_blueprint(signin_blueprint(service))
    app.register_blueprint(own_blueprint(service))
    access.install(app, {"public": recognise(service), "manager": require(service, "manager"), …})
"""

from shared.signin.accounts import Account, Accounts
from shared.signin.gates import current_session, drop_session, recognise, require, session_token, set_session
from shared.signin.letters import invite
from shared.signin.links import LinkSpent, OneTimeLinkMixin, make_link, peek_link, use_link
from shared.signin.own_pages import own_blueprint
from shared.signin.pages import signin_blueprint
from shared.signin.passwords import check_password_rules, hash_password, verify_password
from shared.signin.service import SignedIn, SignInService, Tables, Visitor, sweep
from shared.signin.sessions import SessionMixin, end_session, end_sessions_of, start_session
from shared.signin.throttle import ThrottleMixin, TooManyAttempts

__all__ = [
    "Account",
    "Accounts",
    "LinkSpent",
    "OneTimeLinkMixin",
    "SessionMixin",
    "SignInService",
    "SignedIn",
    "Tables",
    "ThrottleMixin",
    "TooManyAttempts",
    "Visitor",
    "check_password_rules",
    "current_session",
    "drop_session",
    "end_session",
    "end_sessions_of",
    "hash_password",
    "invite",
    "make_link",
    "own_blueprint",
    "peek_link",
    "recognise",
    "require",
    "session_token",
    "set_session",
    "signin_blueprint",
    "start_session",
    "sweep",
    "use_link",
    "verify_password",
]
