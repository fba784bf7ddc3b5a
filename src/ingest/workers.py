"""Child processes that run one function on many jobs, with limits that a hostile document cannot pass.

pdfium crashes under threads, and some files need gigabytes or run without end in every PDF library. So each
job runs in a child that the kernel stops: memory by RLIMIT_AS, CPU time by RLIMIT_CPU, waiting by a timer.
A child serves many jobs, which spreads its start-up; one that dies takes only its own job with it.

A library such as pebble would do, but its licence (LGPL) and its one pool-wide limit do not suit.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import queue
import resource
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, BinaryIO, Self

from ingest.collector import collector_at_rest
from ingest.errors import IngestError, LimitError, UnreadableError

_HEADER = struct.Struct(">Q")
WAIT_FACTOR = 3
"""A job may wait (on a disk, on a busy machine) this many times its CPU time."""
START_SECONDS = 60.0
AHEAD = 128
"""Results that wait for the caller at most; the children rest until it takes some."""


class WorkerPool:
    """Runs `module:function` on pickled jobs in `size` children; a context manager.

    Args:
        target: the function, by its import path; it takes one argument.
        size: number of children.
        cpu_seconds: CPU time for one job.
        megabytes: address space of a child.
    """

    def __init__(self, target: str, *, size: int, cpu_seconds: int, megabytes: int) -> None:
        self._command = [sys.executable, "-m", "ingest.workers", target, str(cpu_seconds), str(megabytes)]
        self._limits = f"{cpu_seconds} s of CPU time or {megabytes} MB of memory"
        self._patience = float(cpu_seconds * WAIT_FACTOR)
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._size = size
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children that wait for work, and every later one."""
        with self._lock:
            self._closed = True
            children, self._idle = self._idle, []
        for child in children:
            child.stop()

    def run(self, jobs: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Yield (index of the job, its result or the IngestError that it raised) as they are done.

        A job that exceeds a limit or kills its child gives a LimitError; other errors of the function are
        bugs and are raised here. The children work on while the caller deals with a result.
        """
        todo: queue.SimpleQueue[tuple[int, Any] | None] = queue.SimpleQueue()
        count = 0
        for job in enumerate(jobs):
            todo.put(job)
            count += 1
        done: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        room = threading.Semaphore(AHEAD)
        stop = threading.Event()
        threads = [
            threading.Thread(target=self._serve, args=(todo, done, room, stop), daemon=True)
            for _ in range(min(self._size, count))
        ]
        for _ in threads:
            todo.put(None)
        for thread in threads:
            thread.start()
        try:
            for _ in range(count):
                index, result = done.get()
                room.release()
                if isinstance(result, Exception) and not isinstance(result, IngestError):
                    raise result
                yield index, result
        finally:
            stop.set()
            room.release(self._size)
            for thread in threads:
                thread.join(timeout=self._patience)

    def _serve(
        self,
        todo: queue.SimpleQueue[tuple[int, Any] | None],
        done: queue.SimpleQueue[tuple[int, Any]],
        room: threading.Semaphore,
        stop: threading.Event,
    ) -> None:
        child: _Child | None = None
        while not stop.is_set() and (job := todo.get()) is not None:
            index, argument = job
            room.acquire()
            if stop.is_set():
                break
            try:
                child = child or self._take()
                done.put((index, child.ask(argument, self._patience)))
            except _ChildGoneError as gone:
                child = None
                done.put(
                    (
                        index,
                        LimitError(
                            f"reading it needed more than {self._limits}, or broke its reader ({gone})."
                        ),
                    )
                )
            except Exception as error:
                done.put((index, error))
        if child:
            self._give_back(child)

    def _take(self) -> _Child:
        with self._lock:
            return self._idle.pop() if self._idle else _Child(self._command)

    def _give_back(self, child: _Child) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(child)
                return
        child.stop()


class _ChildGoneError(Exception):
    """The child died or did not answer in time."""


class _Child:
    """One child process and the pipe to it."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._deadline_for_start = time.monotonic() + START_SECONDS

    def ask(self, argument: Any, patience: float) -> Any:
        """Return the function's result, or the IngestError that it raised.

        Raises:
            _ChildGoneError: the child died or took longer than `patience` seconds; it is gone now.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _write(self._process.stdin, pickle.dumps(argument, protocol=pickle.HIGHEST_PROTOCOL))
            limit = max(patience, self._deadline_for_start - time.monotonic())
            if not select.select([self._process.stdout], [], [], limit)[0]:
                self.stop()
                raise _ChildGoneError(f"no answer in {limit:.0f} s")
            answer = _read(self._process.stdout)
        except (BrokenPipeError, EOFError) as error:
            raise _ChildGoneError(self._ending()) from error
        with collector_at_rest():
            return pickle.loads(answer)  # noqa: S301  written by our own child

    def stop(self) -> None:
        """Kill the child; it holds nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def _ending(self) -> str:
        code = self._process.wait()
        self.stop()
        return f"stopped by signal {-code}" if code < 0 else f"ended with code {code}"


def _write(pipe: BinaryIO | Any, data: bytes) -> None:
    pipe.write(_HEADER.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _read(pipe: BinaryIO | Any) -> bytes:
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise EOFError
    (size,) = _HEADER.unpack(header)
    data: bytes = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _serve_jobs(target: str, cpu_seconds: int, megabytes: int) -> None:
    """Answer jobs from standard input until it closes: what a child does all its life."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not break the answers
    module, _, name = target.partition(":")
    function: Callable[[Any], Any] = getattr(importlib.import_module(module), name)
    _limit(resource.RLIMIT_AS, megabytes * 1024 * 1024)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    is_warm = False
    while True:
        try:
            job = pickle.loads(_read(sys.stdin.buffer))  # noqa: S301  written by our own parent
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds)
        _write(answers, _answer(function, job))
        if not is_warm:
            # The first job loads rules and names that live as long as the child; looking through them
            # for garbage again and again took a sixth of its time.
            gc.freeze()
            is_warm = True


def _limit(what: int, wanted: int) -> None:
    """Limit this process, but never to more than its user may have (`ulimit`)."""
    most = resource.getrlimit(what)[1]
    resource.setrlimit(what, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def _answer(function: Callable[[Any], Any], job: Any) -> bytes:
    result: Any
    try:
        result = function(job)
    except IngestError as error:
        result = error
    except MemoryError:
        result = LimitError("reading it needed more memory than allowed.")
    except RecursionError:
        result = UnreadableError("it is nested too deeply.")
    except Exception as error:
        result = RuntimeError(f"{type(error).__name__} in {function.__name__}: {error}")
        result.__cause__ = error
    return pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    try:
        _serve_jobs(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except KeyboardInterrupt:
        sys.exit(130)
