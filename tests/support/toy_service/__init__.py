"""A small service with everything that the tests of the database need, and nothing of a coworking space."""
