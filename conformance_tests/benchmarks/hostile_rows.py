"""The rows of the table of hostile cases: what is run, what has to come. Literal; :mod:`hostile` runs them.

A subject or driver is a text that is written into an empty folder, where the command runs. ``hold("x")`` in it says
that it has come so far and stays there, ``reach("x")`` says so and goes on: a row's signal is sent at that moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Final

OK, FAILS, USAGE, BROKEN, INCOMPLETE = 0, 1, 2, 3, 4
ENDS: Final = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


@dataclass(frozen=True)
class Row:
    """One case. ``files`` are written beforehand; ``{python}`` in an argument is this interpreter.

    ``signals`` are sent one after the other once ``at`` is reached: a text that the subject says, ``"spawned"`` (the
    command has a child) or ``"begun"`` (it has just been started). ``says`` has to be in the output, and ``never``
    must not be. ``terminal`` gives it one for standard error; ``around`` is a line of the shell with ``{}`` for the command.
    """

    name: str
    arguments: tuple[str, ...]
    exits: tuple[int, ...]
    files: dict[str, str] = field(default_factory=dict)
    signals: tuple[str, ...] = ()
    at: str = ""
    says: str = ""
    never: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 60.0
    megabytes: int = 300
    terminal: bool = False
    around: str = "{}"


SUBJECT: Final = """\
import os, re, signal, sys, threading, time
from pathlib import Path
from iasyncinfo_conformance import Kind, Subject
from iasyncinfo_conformance.counterexamples import plain

WORKER = "pool_worker" in sys.argv[0]

def reach(name):
    Path(name + ".reached").touch()

def hold(name):
    reach(name)
    threading.Event().wait()

def busy():
    re.match(r"(a+)+$", "a" * 60 + "b")  # with the interpreter's lock held

class Op(plain.Plain):
    looks = 0

    @property
    def status(self):
        type(self).looks += 1
        look(type(self).looks)
        return super().status

def look(number): pass
def begin(): pass

def start(kind):
    if kind is not Kind.ACTION:
        raise NotImplementedError
    begin()
    return plain.subject(Op, kind)

"""

DRIVER: Final = """\
import json, os, signal, subprocess, sys, threading, time
from pathlib import Path
from iasyncinfo_conformance import Kind
from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.targets.inprocess import InProcess

def reach(name):
    Path(name + ".reached").touch()

def hold(name):
    reach(name)
    threading.Event().wait()

def start(kind):
    if kind is not Kind.ACTION:
        raise NotImplementedError
    return plain.start(kind)

target = InProcess(start, "fake")
SUPPORTS = ["fail", "acknowledge_cancel", "cancel_notifications", "reentrancy", "raise"]
READY = {"ready": True, "kinds": ["action"], "supports": SUPPORTS}

def say(message):
    print(json.dumps(message), flush=True)

def answer(message):
    say({"seq": message["seq"], "results": target.run(message["kind"], message["steps"])})

def ready(): say(READY)
def run(message): answer(message)
def stop(): sys.exit()

"""

SERVE: Final = """
for line in sys.stdin:
    message = json.loads(line)
    match message["cmd"]:
        case "start": ready()
        case "run": run(message)
        case _: stop()
"""

CHECK: Final = ("check", "subject:start", "--quick", "--json", "r.json", "--junit", "r.xml", "--start-timeout", "4")
SMOKE: Final = ("smoke", "subject:start", "--start-timeout", "4")
REPLAY: Final = ("replay", "subject:start", "status cancel status", "--start-timeout", "4")
IDENTIFY: Final = ("identify", "subject:start", "--start-timeout", "4")
VERBS: Final = {"check": CHECK, "smoke": SMOKE, "replay": REPLAY, "identify": IDENTIFY}


def driven(verb: tuple[str, ...]) -> tuple[str, ...]:
    """A verb of a driver in place of a subject."""
    return tuple("exec:{python} driver.py" if each == "subject:start" else each for each in verb)


def subject(body: str) -> dict[str, str]:
    """The file of a subject that begins like :data:`SUBJECT`."""
    return {"subject.py": SUBJECT + body}


def driver(body: str) -> dict[str, str]:
    """The file of a driver that begins like :data:`DRIVER`."""
    return {"driver.py": DRIVER + body + SERVE}


# -- what a module does at its import, and a start ------------------------------------------------

AT_ONCE: Final = {
    "ends its process": ("os._exit(0)", BROKEN, "exit code 0"),
    "ends its process with 1": ("os._exit(1)", BROKEN, "exit code 1"),
    "calls sys.exit": ("sys.exit(0)", BROKEN, "SystemExit"),
    "raises KeyboardInterrupt": ("raise KeyboardInterrupt", BROKEN, ""),
    "hangs": ("threading.Event().wait()", BROKEN, "no answer within 4 s"),
    "hangs with the interpreter's lock": ("busy()", BROKEN, "no answer within 4 s"),
    "stops itself": ("os.kill(os.getpid(), signal.SIGSTOP)", BROKEN, "no answer within 4 s"),
    "is killed": ("os.kill(os.getpid(), signal.SIGKILL)", BROKEN, "SIGKILL"),
    "crashes": ("os.kill(os.getpid(), signal.SIGSEGV)", BROKEN, "SIGSEGV"),
    "dies of a real-time signal": ("os.kill(os.getpid(), 40)", BROKEN, "SIGRTMIN+6"),
    "closes every file": ("os.closerange(0, 100)", BROKEN, ""),
    "leaves a thread": ("threading.Thread(target=threading.Event().wait).start()", OK, ""),
    "leaves a daemon": ("threading.Thread(target=threading.Event().wait, daemon=True).start()", OK, ""),
    "prints garbage": ("print('{}'); os.write(1, b'garbage\\n'); sys.stdout.flush()", OK, ""),
    "floods standard error": ("[os.write(2, b'x' * 65536) for _ in range(5000)]", OK, ""),
    "ignores signals": ("[signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]", OK, ""),
    "stops the clock": ("time.monotonic = time.time = time.perf_counter = lambda: 0.0", OK, ""),
    "forks and goes on twice": ("os.fork()", OK, ""),
    "forks a child that stays": ("os.fork() or threading.Event().wait()", OK, ""),
    "forks and ends, the child stays": ("os.fork() and os._exit(0) or threading.Event().wait()", BROKEN, "exit code 0"),
    "leaves a daemon process": (
        "import subprocess; subprocess.Popen(['setsid', 'sleep', '1000'], stdout=1, stderr=2)", OK, "",
    ),
    "leaves an orphan in a session of its own": ("os.system('setsid sleep 1000 >/dev/null 2>&1 &')", OK, ""),
    "hangs at its exit": ("import atexit; atexit.register(threading.Event().wait)", OK, ""),
    "clears the environment of a daemon": (
        "import subprocess; subprocess.Popen(['/bin/sleep', '1000'], env={}, start_new_session=True)", OK, "",
    ),
    "reads its input": ("try: input()\nexcept EOFError: pass", OK, ""),
    "kills its group": ("os.killpg(0, signal.SIGKILL)", BROKEN, "SIGKILL"),
    "fails and leaves a thread": ("threading.Thread(target=threading.Event().wait).start(); 1 / 0", BROKEN, "division"),
    "replaces its process": ("os.execv('/bin/sleep', ['sleep', '1000'])", BROKEN, "closed its output"),
    "closes the pipe from the suite": ("os.close(0)", OK, ""),
    "deletes its folder": ("import shutil; shutil.rmtree(os.getcwd())", OK, ""),
    "leaves it to a daemon that forks on": (
        "os.fork() or [os.fork() and os._exit(0) or time.sleep(0.001) for _ in range(10 ** 6)]", OK, "",
    ),
    "leaves it to a daemon that forks on in ever new sessions": (
        "os.fork() or [os.fork() and os._exit(0) or os.setsid() or time.sleep(0.001) for _ in range(10**6)]",
        OK,
        "",
    ),
    "leaves its folder": ("os.chdir('/')", OK, ""),
    "raises what is no Exception": ("raise type('No', (BaseException,), {})('x')", BROKEN, "No: x"),
    "raises what ends the program that it is told in": (
        "raise type('No', (Exception,), {'__str__': lambda _: sys.exit(0)})", BROKEN, "No: it cannot say what it is",
    ),
    "raises GeneratorExit": ("raise GeneratorExit", BROKEN, "GeneratorExit"),
    "takes json away": ("import json; json.dumps = json.loads = None", OK, ""),
    "hardly leaves a stack": ("sys.setrecursionlimit(50)", OK, ""),
    "traces every line": ("sys.settrace(lambda *_: None); threading.settrace(lambda *_: None)", OK, ""),
    "has its files limited": ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))", OK, ""),
    "has a timer that interrupts": (
        "signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)", OK, "",
    ),
    "fails in a thread": ("threading.Thread(target=sys.exit).start(); threading.Thread(target=lambda: 1 / 0).start()", OK, ""),
    "writes garbage to every file": (
        "for n in range(1, 30):\n    try: os.write(n, b'garbage\\n')\n    except OSError: pass", BROKEN,
        "leave alone the files that they did not open",
    ),
    "writes to what it should not know": ("[os.write(n, b'debug: hello\\n') for n in range(1, 4)]", BROKEN, ""),
}  # fmt: skip


def at_once() -> Iterator[Row]:
    """What modules do at their import, and adapters when they are called first."""
    for name, (does, exits, says) in AT_ONCE.items():
        clean = (exits,) if exits == BROKEN else (OK, INCOMPLETE)
        yield Row(f"import {name}", SMOKE, clean, subject(f"reach('import')\n{does}\n"), says=says)
    for name in (
        "ends its process",
        "hangs",
        "hangs with the interpreter's lock",
        "stops itself",
        "floods standard error",
    ):
        does, exits, says = AT_ONCE[name]
        clean = (exits,) if exits == BROKEN else (OK, INCOMPLETE)
        yield Row(f"import {name}, check", CHECK, clean, subject(f"{does}\n"), says=says)
        yield Row(f"import {name}, replay", REPLAY, clean, subject(f"{does}\n"), says=says)
        yield Row(f"start {name}", SMOKE, clean, subject(f"def begin(): {does}\n"), says=says)


# -- in a word, and in a worker -------------------------------------------------------------------

AT_A_WORD: Final = {
    "hangs": "threading.Event().wait()",
    "hangs with the interpreter's lock": "busy()",
    "ends its process": "os._exit(0)",
    "is killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "dies of a real-time signal": "os.kill(os.getpid(), 40)",
    "stops itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "forks and goes on twice": "os.fork()",
    "stops the clock": "time.monotonic = time.time = time.perf_counter = lambda: 0.0",
    "floods standard error": "[os.write(2, b'x' * 65536) for _ in range(200)]",
    "reads its input": "os.read(0, 1)",
}
HARMLESS: Final = {"reads its input", "forks and goes on twice", "stops the clock", "floods standard error"}
IN_A_WORKER: Final = {
    "ends at import": "if WORKER: os._exit(0)",
    "hangs at import": "if WORKER: threading.Event().wait()",
    "hangs at import with the lock": "if WORKER: busy()",
    "stops itself at import": "if WORKER: os.kill(os.getpid(), signal.SIGSTOP)",
    "wants what the host holds": (
        "import fcntl\nheld = open('held', 'a')\nfcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)"
    ),
    "waits for what the host holds": "import fcntl\nheld = open('held', 'a')\nfcntl.flock(held, fcntl.LOCK_EX)",
    "wants a port": "import socket\nheld = socket.socket()\nheld.bind(('127.0.0.1', {port}))",
}


def at_work() -> Iterator[Row]:
    """What subjects do in a word: of the host, or of a worker alone."""
    for name, does in AT_A_WORD.items():
        body = f"def look(number):\n    if number == 9: {does}\n"
        exits = (OK, INCOMPLETE) if name in HARMLESS else (FAILS, BROKEN)
        yield Row(f"ninth look {name}", (*CHECK, "--timeout", "1"), exits, subject(body))
        yield Row(
            f"look {name}, replay",
            (*REPLAY, "--timeout", "1"),
            (OK, FAILS, BROKEN),
            subject(f"def look(number): {does}\n"),
        )
        late = f"def look(number):\n    if WORKER and number == 50: {does}\n"
        yield Row(
            f"fiftieth look in a worker {name}",
            (*CHECK, "--timeout", "1"),
            (OK, INCOMPLETE),  # it does nothing of the kind in the host, and the report says what became of the worker
            subject(late),
            says="" if name in HARMLESS else "was checked in the host itself",
        )
    for name, does in IN_A_WORKER.items():
        body = does.replace("{port}", "47111") + "\n"
        yield Row(f"worker {name}", CHECK, (OK, INCOMPLETE), subject(body), says="was checked in the host itself")


# -- drivers --------------------------------------------------------------------------------------

DRIVERS: Final = {
    "never ready": ("def ready(): hold('ready')", BROKEN, "no answer within 4 s"),
    "dies of a real-time signal": ("def run(message): os.kill(os.getpid(), 40)", None, "SIGRTMIN+6"),
    "stops itself": ("def run(message): os.kill(os.getpid(), signal.SIGSTOP)", None, "no answer within"),
    "a stray line before it is ready": ("def ready(): print('debug: hello'); say(READY)", BROKEN, "debug: hello"),
    "a stray line beside each answer": ("def run(m): answer(m); print('debug: hello', flush=True)", BROKEN, "debug: hello"),
    "a line without end": ("def run(m):\n    while True: sys.stdout.write('x' * 65536)", BROKEN, "without an end of line"),
    "300 MB of errors": ("[os.write(2, b'x' * 65536) for _ in range(4800)]", OK, ""),
    "300 MB of errors in lines": ("[os.write(2, b'x\\n' * 32768) for _ in range(4800)]", OK, ""),
    "a flood of lines": ("def run(m):\n    while True: print('{}')", BROKEN, ""),
    "closes its output and goes on": ("def run(m):\n    os.close(1); hold('word')", None, "closed its output"),
    "a grandchild": ("subprocess.Popen(['sleep', '1000'])", OK, ""),
    "a grandchild in a session of its own": ("subprocess.Popen(['sleep', '1000'], start_new_session=True)", OK, ""),
    "an orphan": ("os.system('setsid sleep 1000 >/dev/null 2>&1 &')", OK, ""),
    "a grandchild without an environment": (
        "subprocess.Popen(['/bin/sleep', '1000'], env={}, start_new_session=True)", OK, "",
    ),
    "does not stop": ("def stop(): hold('stop')", OK, ""),
    "does not stop and ignores signals": ("[signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]\ndef stop(): hold('stop')", OK, ""),
    "ends and leaves its pipe to a child": ("def run(m):\n    os.fork() and os._exit(0) or hold('word')", None, "exit code 0"),
    "bytes that are no text": ("def run(m): os.write(1, b'\\xff\\xfe\\n')", BROKEN, "not JSON"),
    "a seq that was not asked": ("def run(m): say({'seq': 99, 'results': []})", BROKEN, "seq 99"),
    "answers twice": ("def run(m): answer(m); answer(m)", BROKEN, ""),
    "an end that is none": ("READY['born'] = {'action': [['x']]}", BROKEN, "not understood: \"born\""),
    "ends of kinds that there are not": ("READY['born'] = {'zzz': []}", BROKEN, "not understood: \"born\""),
    "a name that is no text": ("READY['name'] = [[]]", BROKEN, "\"name\" is a text"),
    "kinds that are no list": ("READY['kinds'] = {'action': 1}", BROKEN, "\"kinds\" is a list of words"),
    "is not ready": ("READY['ready'] = False", BROKEN, "has no \"ready\":true"),
    "speaks as the suite's own process": ("READY = {'fault': 'no'}", BROKEN, "driver.py"),
    "declines as the suite's own process": ("def run(m): say({'seq': m['seq'], 'unschedulable': 'no'})", BROKEN, "a fault of the driver"),
    "UTF-16": ("def say(m): os.write(1, json.dumps(m).encode('utf-16') + b'\\n')", BROKEN, "not JSON"),
    "a mark of its byte order": ("os.write(1, b'\\xef\\xbb\\xbf')", OK, ""),
    "lines that end with two characters": ("def say(m): os.write(1, json.dumps(m).encode() + b'\\r\\n')", OK, ""),
    "bytes that are zero": ("def run(m): os.write(1, b'\\0'); answer(m)", BROKEN, "not JSON"),
    "no number": ("def run(m): say({'seq': m['seq'], 'results': [{'ok': float('nan')} for _ in m['steps']]})", BROKEN, "not JSON"),
    "a number beyond all": ("def run(m): os.write(1, b'{\"seq\":%d,\"results\":[{\"ok\":1e999}]}\\n' % m['seq'])", BROKEN, "not JSON"),
    "thousands of digits": ("def run(m): os.write(1, b'{\"seq\":' + b'9' * 5000 + b'}\\n')", BROKEN, "not JSON"),
    "a line hundreds deep": ("def run(m): os.write(1, b'[' * 500 + b']' * 500 + b'\\n')", BROKEN, "deep"),
    "a line beyond any depth": ("def run(m): os.write(1, b'[' * 100000 + b'\\n')", BROKEN, "deep"),
    "drips": ("def run(m):\n    while True: os.write(1, b' '); time.sleep(0.05)", None, "no answer within"),
    "does not stop and floods": ("def stop():\n    while True: os.write(1, b'x' * 65536)", OK, ""),
    "last words in bytes": ("os.write(2, bytes(range(256)) * 100)\ndef run(m): os._exit(3)", None, "exit code 3"),
    "ends with a traceback": ("def run(m): 1 / 0", None, "ZeroDivisionError"),
}  # fmt: skip
LONG_WORD: Final = "status " * 12000
"""More than a pipe holds."""


def drivers() -> Iterator[Row]:
    """What drivers do."""
    for name, (does, exits, says) in DRIVERS.items():
        expected = (FAILS, BROKEN) if exits is None else (OK, INCOMPLETE) if exits == OK else (exits,)
        for verb in ("smoke", "check"):
            arguments = (*driven(VERBS[verb]), "--timeout", "1")
            yield Row(f"driver: {name}, {verb}", arguments, expected, driver(does + "\n"), says=says)
    asleep = "def ready():\n    say(READY); hold('reading')\n"
    yield Row(
        "driver: does not read a long word", (*driven(("replay", "subject:start", LONG_WORD)), "--timeout", "1"),
        (FAILS, BROKEN), driver(asleep), says="it did not read",
    )  # fmt: skip
    yield Row("driver: is no program", ("smoke", "exec:./nothing"), (BROKEN,), says="cannot be started")
    yield Row("driver: says nothing and ends", ("smoke", "exec:true"), (BROKEN,), says="exit code 0")
    yield Row("driver: zeros", ("smoke", "exec:cat /dev/zero"), (BROKEN,), says="without an end of line")


# -- signals --------------------------------------------------------------------------------------

PHASES: Final = {
    "import": "hold('phase')",
    "start": "def begin(): hold('phase')",
    "word": "def look(number): hold('phase')",
    "word with the lock held": "def look(number): reach('phase'); busy()",
}
WORKER_PHASES: Final = {
    "import in a worker": "if WORKER: hold('phase')",
    "word in a worker": "def look(number): WORKER and hold('phase')",
    "word in a worker with the lock held": "def look(number):\n    if WORKER: reach('phase'); busy()",
}
DRIVER_PHASES: Final = {
    "ready": "def ready(): hold('phase')",
    "word": "def run(message): hold('phase')",
    "stop": "def stop(): hold('phase')",
    "word with a grandchild": "subprocess.Popen(['setsid', 'sleep', '1000'])\ndef run(message): hold('phase')",
}
HANGING_COMPILER: Final = '#!/bin/sh\ncase "$*" in *-E*) touch phase.reached; sleep 1000;; esac\n'


def signals() -> Iterator[Row]:
    """Each signal in each phase of each verb, once and twice."""
    for signal, exits in ENDS.items():
        for verb, (phase, does) in product(VERBS, PHASES.items()):
            arguments = (*VERBS[verb], "--timeout", "30", "--start-timeout", "30")
            yield Row(f"{signal}, {verb}, {phase}", arguments, (exits,), subject(does + "\n"), (signal,), "phase")
        for phase, does in WORKER_PHASES.items():
            arguments = (*CHECK, "--timeout", "30", "--start-timeout", "30")
            yield Row(f"{signal}, check, {phase}", arguments, (exits,), subject(does + "\n"), (signal,), "phase")
        for verb, (phase, does) in product(VERBS, DRIVER_PHASES.items()):
            arguments = (*driven(VERBS[verb]), "--timeout", "30", "--start-timeout", "30")
            # The answer to a word came before its driver was told to stop.
            yield Row(
                f"{signal}, {verb} a driver, {phase}", arguments, (exits,), driver(does + "\n"), (signal,), "phase"
            )
        twice = (signal, signal)
        for verb in ("check", "smoke"):
            body = subject(PHASES["word"] + "\n")
            yield Row(f"{signal} twice, {verb}", (*VERBS[verb], "--timeout", "30"), (exits,), body, twice, "phase")
        yield Row(f"{signal}, selftest", ("selftest", "-n", "2"), (exits,), {}, (signal,), "spawned")
        yield Row(f"{signal} twice, selftest", ("selftest", "-n", "2"), (exits,), {}, twice, "spawned")
        files = {"--json": "r.json", "--junit": "r.xml"}
        types = ("types", "reference", *(word for pair in files.items() for word in pair))
        yield Row(f"{signal}, types", types, (exits,), {}, (signal,), "spawned")
        compiler = {"CXX": "./cxx", "XDG_CACHE_HOME": "{folder}/cache"}
        yield Row(
            f"{signal}, a compiler that hangs",
            ("smoke", "cppwinrt"),
            (exits,),
            {"cxx": HANGING_COMPILER},
            (signal,),
            "phase",
            environment=compiler,
        )
        yield Row(
            f"{signal}, at once",
            CHECK,
            (exits, -{"SIGINT": 2, "SIGTERM": 15, "SIGHUP": 1}[signal]),
            subject(""),
            (signal,),
            "begun",
        )
        yield Row(
            f"{signal}, check on a terminal",
            (*CHECK, "--timeout", "30"),
            (exits,),
            subject(PHASES["word"] + "\n"),
            (signal,),
            "phase",
            terminal=True,
        )


# -- the current folder ---------------------------------------------------------------------------

SHADOWS: Final = (
    "queue", "random", "json", "re", "types", "threading", "subprocess", "tempfile", "select", "struct", "pickle", "mmap",
    "signal", "logging", "dataclasses", "enum", "hypothesis", "greenlet", "mypy", "pip",
)  # fmt: skip


def folders() -> Iterator[Row]:
    """What lies in the current folder and is nobody's module."""
    text = "import os\nos.write(2, b'code of the current folder ran')\n"
    for name in SHADOWS:
        yield Row(
            f"{name}.py in the folder",
            ("smoke", "reference"),
            (OK,),
            {f"{name}.py": text},
            never="code of the current folder ran",
        )
    every = {f"{name}.py": text for name in SHADOWS}
    yield Row(
        "all of them, check", ("check", "reference", "--quick"), (OK,), every, never="code of the current folder ran"
    )
    yield Row("all of them, types", ("types", "reference"), (OK,), {**every}, never="code of the current folder ran")
    yield Row(
        "all of them, a subject of the folder",
        SMOKE,
        (OK,),
        {**every, **subject("")},
        never="code of the current folder ran",
    )
    yield Row(
        "all of them, selftest",
        ("selftest", "-n", "2"),
        (130,),
        every,
        ("SIGINT",),
        "spawned",
        never="code of the current folder ran",
    )
    path = {"PYTHONPATH": "{folder}/elsewhere"}
    yield Row("a subject of PYTHONPATH", SMOKE, (OK,), {"elsewhere/subject.py": SUBJECT}, environment=path)
    yield Row(
        "a subject that ends at its import, types and check", (*CHECK, "--types"), (BROKEN,), subject("os._exit(0)\n")
    )


# -- what members raise and return ----------------------------------------------------------------

RAISED: Final = ("KeyboardInterrupt", "SystemExit", "GeneratorExit", "MemoryError", "RecursionError")
RETURNED: Final = {
    "thousands of digits": "10**5000",
    "what no JSON can hold": "{(1, 2): b'x'}",
    "what holds itself": "(lambda held: (held.append(held), held)[1])([])",
    "what is hundreds deep": "__import__('functools').reduce(lambda held, _: [held], range(100000), 1)",
    "half of a pair": "'\\ud800'",
    "lines and escapes": "'\\u202e\\x1b[2J\\nconforms'",
    "no number": "float('nan')",
    "what ends the process when it is compared": "type('E', (), {'__eq__': lambda *_: os._exit(0), '__hash__': None})()",
    "what ends the process when it is shown": "type('E', (int,), {'__repr__': lambda _: os._exit(0)})(5)",
    "megabytes": "'x' * 10**7",
}


def members() -> Iterator[Row]:
    """What members, and the adapter's own functions, raise and return."""
    for name in RAISED:
        yield Row(f"each look raises {name}", CHECK, (FAILS,), subject(f"def look(number): raise {name}\n"), says=name)
        yield Row(f"start raises {name}", SMOKE, (BROKEN,), subject(f"def begin(): raise {name}\n"), says=name)
        spoilt = f"""
def spoil():
    raise {name}
whole = start
def start(kind):
    from dataclasses import replace
    return replace(whole(kind), dispose=spoil)
"""
        yield Row(
            f"dispose raises {name}",
            SMOKE,
            (BROKEN,),
            subject(spoilt),
            says=f"dispose of the adapter's Subject failed: {name}",
        )
    for name, value in RETURNED.items():
        odd = f"class Op(plain.Plain):\n    def get_results(self): return {value}\n"
        word = ("replay", "subject:start", "complete(5) get_results", "--timeout", "1")
        yield Row(f"results are {name}", word, (FAILS, BROKEN, INCOMPLETE), subject(odd), says="get_results")


ROWS: Final = (*at_once(), *at_work(), *drivers(), *signals(), *folders(), *members())
