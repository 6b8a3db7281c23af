"""A whole network on one machine: a hub and two spaces as real processes, and the story of a day between them.

Everything here drives the command lines and HTTP, as a person would; nothing of the services is imported.
"""
