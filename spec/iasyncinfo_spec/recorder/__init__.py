"""A recorder for live programs: what they notice of their operations, written as a log that ``trace`` judges.

An operation is put behind an object that behaves as it does (``operation``) and tells a log (``log``) of every
call, return and handler (``track``, ``handlers``); what ``get``, ``wait`` and ``await`` do inside is told as calls
of which nothing more is known (``waits``). ``members`` records whatever a program's API hands out. The standard
library is enough: the suite's fixture needs it without the reference implementation, and that without the suite.
"""

from iasyncinfo_spec.recorder.log import Log
from iasyncinfo_spec.recorder.members import recording_calls
from iasyncinfo_spec.recorder.operation import recording

__all__ = ["Log", "recording", "recording_calls"]
