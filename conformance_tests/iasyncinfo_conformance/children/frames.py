"""Pickled values between the suite and a process of its own: each with its length before it."""

import pickle
import struct
from collections.abc import Iterator
from typing import IO, Any, Final

_LENGTH: Final = struct.Struct("<Q")
_LONGEST: Final = 1 << 28
"""Bytes of a frame: a journal has millions, and what is longer is none of ours."""


class Garbled(Exception):
    """What came is no frame."""


def packed(value: object) -> bytes:
    """Return a value as a frame."""
    data = pickle.dumps(value)
    return _LENGTH.pack(len(data)) + data


class Unpacking:
    """Bytes as they come, cut into frames."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Yield the values whose frames are complete; raises Garbled where what came is none."""
        self._rest += data
        while len(self._rest) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._rest)
            if length > _LONGEST:
                raise Garbled(f"a frame of {length} bytes")
            end = _LENGTH.size + length
            if len(self._rest) < end:
                return
            frame = bytes(self._rest[_LENGTH.size : end])
            del self._rest[:end]
            yield _unpickled(frame)


def _unpickled(frame: bytes) -> Any:
    try:
        return pickle.loads(frame)
    except Exception as error:
        raise Garbled(str(error)) from error


def received(pipe: IO[bytes]) -> Iterator[Any]:
    """Yield, within a process, what is sent to it, until that is closed."""
    while len(header := pipe.read(_LENGTH.size)) == _LENGTH.size:
        yield pickle.loads(pipe.read(_LENGTH.unpack(header)[0]))
