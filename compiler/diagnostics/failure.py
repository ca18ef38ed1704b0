"""The exceptions that end a command: failures of the surroundings (no Node, a full disk) and a wrong argument."""

from __future__ import annotations


class EnvironmentFailure(Exception):
    """Something outside the platform file is missing or broken; the command ends with exit code 4.

    `message` says in one line what is wrong, `help` what to do about it.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageMistake(Exception):
    """An argument of the command names what is not there; the command ends with exit code 2.

    `message` says in one line what is wrong, `help` what to do about it.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
