"""Make all that the extractor learns, from the annotated abstracts to the shipped files.

    python -m kg.training SHARED [--work FOLDER] [--passes N] [--seed N]

Every stage keeps what it made in FOLDER (default `.cache/training`) and is skipped where that is there, so that a run
that was cut off goes on; remove the folder to begin anew.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
import numpy as np

from kg.components.results import Models
from kg.evaluation.annotations import read_gold
from kg.language.document import data_path
from kg.language.linear import parse_model
from kg.language.reading import read
from kg.training import blending, calibrating, facts, heads, phrases, stacking, vocabulary
from kg.training.held_out import held_out_pipeline, mark_docs, match, read_all
from kg.training.logistic import to_table
from kg.training.neural.learning import Recipe
from kg.training.neural.stages import Stages

DATA: Final = data_path("openers.txt").parent


class Run:
    """One run over all stages."""

    def __init__(self, shared: Path, work: Path, recipe: Recipe) -> None:
        self.shared = shared
        self.work = work
        self.neural = Stages(shared, work, _report, recipe)
        self.apart = work / "held-out"
        self.apart.mkdir(exist_ok=True)

    def all(self) -> None:
        """Every stage in order."""
        given = [str(self.shared)]
        self._once("vocabulary", lambda: vocabulary.main(given))
        self._once("heads", lambda: heads.main(given))
        self._once("phrases", lambda: phrases.main(given))
        self._once("facts", lambda: facts.main(self.shared))
        self._once("held-out phrases", self._held_out_phrases)
        self._once("held-out facts", self._held_out_facts)
        self._once("held-out network", lambda: self.neural.export(held_out=True, folder=self.apart))
        self._once("network", lambda: self.neural.export(held_out=False, folder=DATA / "network"))
        self._once("ensemble", self._ensemble)
        self._once("blend", self._blend)
        self._once("calibration", self._calibration)

    def _once(self, name: str, stage: Callable[[], Any]) -> None:
        stamp = self.work / f"{name.replace(' ', '-')}.done"
        if not stamp.exists():
            started = time.monotonic()
            stage()
            stamp.touch()
            _report(f"{name}: done in {time.monotonic() - started:.0f} s")

    def _held_out_phrases(self) -> None:
        raw = vocabulary.read_raw(self.shared / "vocabulary")
        arrays = phrases.round_weights(*phrases.train(phrases.collect(raw, self.neural.split()[0])))
        np.savez_compressed(self.apart / "phrases.npz", **arrays)  # type: ignore[arg-type]

    def _held_out_facts(self) -> None:
        papers = facts.load_papers(self.shared / "gold" / "train.jsonl")
        seen = [p for i, p in enumerate(papers) if i % phrases.FOLDS != phrases.FOLDS - 1]
        roles = facts.unseen_roles(seen)
        models = {"roles": facts.train_roles(seen), "relations": facts.train_relations(seen, roles)}
        for part, model in zip(Models._fields, facts.train_results(seen, roles), strict=True):
            models[f"results_{part}"] = model
        for name, model in models.items():
            (self.apart / f"{name}.tsv").write_text(to_table(model, least=0), encoding="utf-8")

    def _pipeline(self) -> Any:
        """The pipeline of the held-out models with the weights that are fitted so far."""
        apart, files = self.apart, {}
        files["phrases"] = {"weights": str(apart / "phrases.npz")}
        files["neural"] = {"manifest": str(apart / "network.json")}
        files["roles"] = {"weights": str(apart / "roles.tsv")}
        files["relations"] = {"weights": str(apart / "relations.tsv")}
        files["results"] = {
            "quantities": str(apart / "results_quantity.tsv"),
            "metrics": str(apart / "results_metric.tsv"),
            "links": str(apart / "results_link.tsv"),
        }
        raw = vocabulary.read_raw(self.shared / "vocabulary")
        return held_out_pipeline(raw, self.neural.split()[0], files, self.apart)

    def _ensemble(self) -> None:
        pipeline, unseen = self._pipeline(), self.neural.split()[1]
        docs = mark_docs(pipeline, unseen, last="phrases", gold=False)
        weights = stacking.fit_weights(stacking.collect_cases(docs, unseen))
        (DATA / "ensemble.tsv").write_text(stacking.to_table(weights), encoding="utf-8")

    def _blend(self) -> None:
        pipeline, unseen = self._pipeline(), self.neural.split()[1]
        docs = mark_docs(pipeline, unseen, last="neural", gold=True)
        papers = [facts.Paper(d, read(doc), doc) for d, doc in zip(unseen, docs, strict=True)]
        names = ("roles", "relations", *(f"results_{part}" for part in Models._fields))
        found = [parse_model((self.apart / f"{name}.tsv").read_text(encoding="utf-8")) for name in names]
        linear = blending.Linear(found[0], found[1], Models(*found[2:]))
        blends = blending.fit_blends(blending.collect_evidence(papers, linear, reach=1))
        (DATA / "blend.tsv").write_text(blending.to_table(blends), encoding="utf-8")

    def _calibration(self) -> None:
        pipeline, unseen = self._pipeline(), self.neural.split()[1]
        pipeline.nlp.remove_pipe("calibration")
        extractions = read_all(pipeline, unseen)
        matches = match(_as_gold(unseen, self.apart / "gold.jsonl"), extractions)
        cases = (c for e, m in zip(extractions, matches, strict=True) for c in calibrating.iter_cases(e, m))
        (DATA / "calibration.tsv").write_text(
            calibrating.to_table(calibrating.fit_calibration(cases)), encoding="utf-8"
        )


def _as_gold(documents: list[vocabulary.Document], path: Path) -> list[Any]:
    path.write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")
    return read_gold(path)


def _report(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, flush=True)


@click.command()
@click.argument("shared", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), default=Path(".cache/training"))
@click.option("--passes", default=Recipe().passes, show_default=True, help="Over the annotated abstracts.")
@click.option("--seed", default=1, show_default=True)
def main(shared: Path, work: Path, passes: int, seed: int) -> None:
    """Make all that the extractor learns from SHARED (gold, vocabulary, corpora).

    Example: python -m kg.training ../shared
    """
    work.mkdir(parents=True, exist_ok=True)
    Run(shared, work.resolve(), Recipe(passes=passes, seed=seed)).all()


if __name__ == "__main__":
    main()
