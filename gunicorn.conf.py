"""For who runs gunicorn by hand, in front of an app that `federation.app` or `space_node.app` makes.

`federation serve` and `space-node serve` need no such file: they use the same settings, and run the worker as well.
"""

import os

from shared.serving import gunicorn_settings

globals().update(gunicorn_settings(os.environ.get("BIND", "127.0.0.1:8000"), int(os.environ.get("THREADS", "8"))))
# More than one process is for PostgreSQL only, with the worker as a process of its own.
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
