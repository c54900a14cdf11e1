"""The demo: a whole workshop in a minute, made by the same actions that people use."""
