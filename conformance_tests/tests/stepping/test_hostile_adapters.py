"""Adapters that say odd things of themselves: each gets one paragraph, and nothing that they say is shown raw."""

from collections.abc import Callable

import pytest

Refusal = Callable[..., tuple[int, str]]
Cli = Callable[..., tuple[int, str, str]]
Source = Callable[..., str]

ODD = """
ODD = "\\x1b[2J\\nconforms\\u202e\\ud800"
class Rude(Exception):
    def __str__(self): raise RuntimeError
    __repr__ = __str__
class Forged(type):
    @property
    def __name__(cls): raise RuntimeError
class Thing(metaclass=Forged):
    def __repr__(self): raise RuntimeError
def fail(error):
    raise error
def start(kind):
    only(kind, Kind.ACTION)
    print(ODD.encode("utf-8", "replace").decode())
    {body}
"""


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("raise ValueError(ODD)", "ValueError: \\x1b[2J conforms\\u202e\\ud800"),
        ("raise Rude", "Rude: it cannot say what it is"),
        ("raise type('A' + chr(10) + chr(27), (Exception,), {})(5)", "A\\n\\x1b: 5"),
        ("return Thing()", "returned Thing for action, not a Subject"),
        ("return replace(plain.start(kind), fail=Thing())", "whose fail is '<Thing>'"),
        ("return replace(plain.start(kind), fail=ODD)", "whose fail is '\\x1b[2J\\nconforms\\u202e\\ud800'"),
        (
            "return replace(plain.start(kind), dispose=lambda: fail(Rude()))",
            "dispose of the adapter's Subject failed: Rude",
        ),
        ("return replace(plain.start(kind), settle=lambda: fail(ValueError(ODD)))", "settle of the adapter's Subject"),
        (
            "return replace(plain.start(kind), complete=lambda _: fail(OSError()), hresult_of=lambda _: Thing())",
            "hresult_of of the adapter's Subject returned '<Thing>'",
        ),
        ("return replace(plain.start(kind), cancel_notifications=lambda: 10 ** 5000)", "'<int of 16,610 bits>'"),
        ("return replace(plain.start(kind), cancel_notifications=lambda: ODD)", "'\\x1b[2J\\nconforms"),
    ],
)
@pytest.mark.parametrize("verb", ["smoke", "check"])
def test_an_adapter_that_speaks_oddly_gets_one_paragraph(
    refusal: Refusal, module: Source, verb: str, body: str, says: str
) -> None:
    """What it prints is nowhere."""
    code, complaint = refusal(verb, f"{module(ODD.replace('{body}', body))}:start")
    assert code == 3
    assert says in complaint
    assert complaint[:-1].isprintable()


def test_a_worker_thread_that_dies_loudly_is_not_heard(cli: Cli, module: Source) -> None:
    """Its traceback is the subject's affair."""
    body = "import threading\n    thread = threading.Thread(target=fail, args=(ValueError(ODD),))\n    thread.start()\n"
    name = module(ODD.replace("{body}", f"{body}    thread.join()\n    return plain.start(kind)"))
    for verb in ("smoke", "check"):
        code, out, err = cli(verb, f"{name}:start", *(("--quick",) if verb == "check" else ()))
        assert (code, err) == (0, "")
        assert out.replace("\n", "").isprintable()
        assert "\nconforms\n" not in out[:-10]
