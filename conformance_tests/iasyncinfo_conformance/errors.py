"""The two ways in which a run ends before it can speak of the subject."""


class UsageFault(Exception):
    """What was asked for cannot be understood: an unknown word, name or file. Exit code 2.

    The message is one paragraph that names the input and says how to mend it.
    """


class HarnessFault(Exception):
    """The adapter, driver or suite is broken, so nothing true can be said of the subject. Exit code 3.

    The message is one paragraph that names the culprit and says how to mend it.
    """
