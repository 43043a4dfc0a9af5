"""Runs web, worker or matcher with a clock that a journey can move: a visit next Saturday is over in a minute.

Only the clock is replaced, at the one place that reads it; everything else is as it is served.
"""

import asyncio
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from arq import run_worker

from app.kit import clock

AHEAD = Path(os.environ["JOURNEY_CLOCK"])
"""Holds how many seconds the journey's clock is ahead of the real one."""

_real = clock.now


def _moved() -> datetime:
    return _real() + timedelta(seconds=float(AHEAD.read_text() or "0"))


clock.now = _moved

if __name__ == "__main__":
    if sys.argv[1] == "web":
        uvicorn.run("app.main:create_app", factory=True, port=int(sys.argv[2]), log_level="warning", access_log=False)
    elif sys.argv[1] == "matcher":
        from app.matcher import match  # reads the settings when imported

        asyncio.run(match())
    else:
        from app.worker import WorkerSettings  # reads the settings when imported

        run_worker(WorkerSettings)  # type: ignore[arg-type]
