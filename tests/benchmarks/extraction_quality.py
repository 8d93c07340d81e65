"""Score the shipped pipeline on the annotated abstracts kept for measuring.

    python tests/benchmarks/extraction_quality.py [GOLD.jsonl] [--errors N]

GOLD is ../shared/gold/dev.jsonl by default; the scorer is the score.py beside it.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from kg.model import Abstract, encode
from kg.pipeline import load_pipeline

SHARED = Path(__file__).parents[3] / "shared"


def main(arguments: list[str]) -> int:
    """Extract, score, print the figures."""
    named = [a for a in arguments[:1] if not a.startswith("-")]
    gold = Path(named[0]) if named else SHARED / "gold" / "dev.jsonl"
    pipeline = load_pipeline()
    with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as predicted:
        with gold.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                abstract = Abstract(key=row["id"], id=row["id"], title=row.get("title"), text=row["text"])
                predicted.write(encode(pipeline.extract(abstract)) + b"\n")
        predicted.flush()
        command = [sys.executable, str(SHARED / "gold" / "score.py"), str(gold), predicted.name]
        return subprocess.run(command + arguments[len(named) :], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
