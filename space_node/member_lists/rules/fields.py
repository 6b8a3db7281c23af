"""What a column of a file can hold."""

from enum import StrEnum


class Field(StrEnum):
    """The words of `--map`, and of the choices in the preview."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PLAN = "plan"
    COMPANY = "company"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    STATUS = "status"
    SOURCE_KEY = "source_key"
