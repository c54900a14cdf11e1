"""The app for a WSGI server: `gunicorn -c workshop/gunicorn_conf.py wsgi:app`."""

from __future__ import annotations

from workshop import create_app

app = create_app()
