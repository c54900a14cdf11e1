"""The bare handler is served exactly as the app is; it starts its checkpointer by itself."""

from workshop.gunicorn_conf import *  # noqa: F403


def post_worker_init(worker: object) -> None:
    """Nothing is left to do."""
