"""The Hypothesis walk: the state machine, and how its rounds are run."""
