"""Files of rows as other software exports them: any common encoding, delimiter and way to write dates, read strictly.

`read_table` finds the form of a file; its records are then read one by one, each with its line, as often as needed.
"""
