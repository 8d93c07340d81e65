"""Wall seconds of whole processes: `kg --help`, and a prebuilt query on the graph of the examples.

python tests/benchmarks/startup.py [RUNS]
"""

import statistics
import subprocess
import sys
import tempfile
import time


def time_command(*arguments: str, runs: int) -> list[float]:
    """Seconds of each run of `kg ARGUMENTS`, after one that is not counted."""
    seconds = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kg", *arguments], check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return seconds[1:]


def main() -> None:
    """Run the benchmark."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "kg", "demo", "--folder", folder], check=True, capture_output=True)
        for arguments in (
            ["--help"],
            ["query", "methods-by-hardware", "--hardware", "GPU", "--store", f"{folder}/graph"],
            ["stats", "--store", f"{folder}/graph"],
        ):
            seconds = time_command(*arguments, runs=runs)
            low, median, high = min(seconds), statistics.median(seconds), max(seconds)
            print(f"kg {' '.join(arguments[:4])}: {low:.2f} / {median:.2f} / {high:.2f} s (least, median, most)")


if __name__ == "__main__":
    main()
