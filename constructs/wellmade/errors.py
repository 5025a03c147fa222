"""What goes wrong, said in one line."""


class WellmadeError(Exception):
    """Something the person at the keyboard can fix; the message says what to do.

    The command line prints it as one line, without a traceback, and exits with `exit_code`.
    """

    exit_code = 2
