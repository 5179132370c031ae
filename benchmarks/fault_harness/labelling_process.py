"""A client process: one annotator who labels until nothing is left. Job and outcome are JSON on the pipes."""

import json
import sys
import time
from dataclasses import asdict
from typing import Any

from benchmarks.fault_harness.person import Person


def label_until_over(*, person: Person, most_at_once: int, until: float) -> None:
    """Lease and answer until the study is over. Raises TimeoutError where it is not by then."""
    person.join(until=until)
    while not person.over:
        promised = person.lease(count=person.chance.randint(1, most_at_once), until=until)
        for assignment in promised:
            person.submit(person.new_answer(assignment), until=until)
        if not promised and not person.over:
            time.sleep(0.02)  # what is left is with the others
        if time.monotonic() > until:
            raise TimeoutError("The study is not over in time.")


def main() -> None:
    job: dict[str, Any] = json.loads(sys.stdin.readline())
    person = Person(ports=job["ports"], link=job["link"], seed=job["seed"])
    gave_up = ""
    try:
        until = time.monotonic() + job["seconds"]
        label_until_over(person=person, most_at_once=job["most_at_once"], until=until)
    except TimeoutError as error:
        gave_up = str(error)
    json.dump(
        {
            "sent": person.sent,
            "acknowledged": list(person.acknowledged),
            "tally": asdict(person.tally),
            "gave_up": gave_up,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
