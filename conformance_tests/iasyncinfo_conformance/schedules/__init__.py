"""The schedules of a race on a pure Python subject, each chosen and each repeatable."""
