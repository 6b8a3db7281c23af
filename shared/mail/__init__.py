"""Mail: letters are written in the transaction of what they tell, and sent by the worker outside of any, never twice.

A service derives its table from `MailMixin`, opens its post office once, and gives the worker `deliver_due`:

    open_post_office(app, PostOffice(db, Mail, settings.mail_backend(), clock, sender=...))
    post(session, Mail, Recipient(address, language), kind="booking", write=lambda: Letter(...), now=now)

Without settings for mail there is no post office, and what is posted goes nowhere: pages then show links to copy.
"""

from shared.mail.letters import Letter
from shared.mail.queue import MailMixin, MailState, Recipient, is_on, post
from shared.mail.sending import PostOffice, deliver_due, open_post_office

__all__ = ["Letter", "MailMixin", "MailState", "PostOffice", "Recipient", "deliver_due", "is_on", "open_post_office", "post"]
