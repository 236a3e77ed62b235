"""Recording a live program; the recorder itself is the specification's, for it knows no implementation."""

from iasyncinfo_spec.recorder import Log as Log
from iasyncinfo_spec.recorder import recording as recording
from iasyncinfo_spec.recorder import recording_calls as recording_calls
