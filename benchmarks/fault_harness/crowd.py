"""People who label at once, each in a thread of their own, while something goes wrong."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.fault_harness.person import Person, Tally, Unreachable

_LONGEST_WAIT = 60.0  # seconds for one answer to be acknowledged, whatever goes wrong


@dataclass(frozen=True)
class Habits:
    """How people label.

    Somebody leaves after `each` answers and is followed by somebody new. `gives_up` is the share of answers
    whose sender goes away for good where no reply comes: nobody ever learns what became of them; the others
    are sent again until they are acknowledged. `walks_off` is the share of promises that somebody leaves
    unanswered for good, `loses` the share of lease replies that are lost on the way. `pause` is the longest
    time over an image, in seconds.
    """

    each: int
    gives_up: float = 0.0
    walks_off: float = 0.0
    loses: float = 0.0
    pause: float = 0.0
    at_once: int = 5


class Crowd:
    """`size` people at any moment, who label until they are told to end or the study is over."""

    def __init__(self, *, link: str, ports: list[int], size: int, habits: Habits, seed: int) -> None:
        self.people: list[Person] = []
        self.failures: list[str] = []
        self._link = link
        self._ports = ports
        self._habits = habits
        self._seed = seed
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(size)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self, *, seconds: float) -> None:
        """Let everybody finish the answer they are at."""
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=seconds)
            if thread.is_alive():
                self.failures.append(f"somebody still waits for an answer after {seconds} s")

    @property
    def at_work(self) -> bool:
        """Whether anybody is still there."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def saved(self) -> int:
        """How many answers are acknowledged."""
        return sum(len(person.acknowledged) for person in list(self.people))

    @property
    def sent(self) -> dict[str, dict[str, Any]]:
        """Every answer of which a byte may have left, by its key."""
        return {key: answer for person in self.people for key, answer in person.sent.items()}

    @property
    def acknowledged(self) -> list[str]:
        """The keys of the answers whose success was read."""
        return [key for person in self.people for key in person.acknowledged]

    @property
    def tally(self) -> Tally:
        return sum((person.tally for person in self.people), Tally())

    def _run(self) -> None:
        while not self._ended.is_set():
            person = self._newcomer()
            try:
                self._label(person)
            except Unreachable:
                pass  # gave up
            except TimeoutError as error:
                self.failures.append(str(error))
            finally:
                person.hang_up()
            if person.over:
                return

    def _newcomer(self) -> Person:
        with self._lock:
            seed = self._seed * 100_000 + len(self.people)
            person = Person(ports=self._ports, link=self._link, seed=seed)
            self.people.append(person)
            return person

    def _label(self, person: Person) -> None:
        person.join(until=_later())
        while not (self._ended.is_set() or person.over or len(person.acknowledged) >= self._habits.each):
            promised = person.lease(count=self._habits.at_once, until=_later())
            if person.chance.random() < self._habits.loses:
                continue
            if not promised and not person.over:
                self._ended.wait(0.1)  # what is left is with the others
            for assignment in promised:
                if self._ended.wait(person.chance.random() * self._habits.pause):
                    return
                if person.chance.random() < self._habits.walks_off:
                    return
                self._answer(person, assignment)

    def _answer(self, person: Person, assignment: str) -> None:
        answer = person.new_answer(assignment)
        if person.chance.random() < self._habits.gives_up:
            person.submit_once(answer)
        else:
            person.submit(answer, until=_later())


def _later() -> float:
    return time.monotonic() + _LONGEST_WAIT
