"""The workshop's commands: train and measure models, pre-label articles for people, compare two people's labels."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from analyzer.cli.inputs import ModelName, Title
from analyzer.cli.output import FOUND, OK, JsonTable, Output, as_json, tell
from analyzer.errors import UsageError
from analyzer.train.evaluate import WHICH
from analyzer.vocabulary import DEFAULT_ENGINE, Engine

if TYPE_CHECKING:
    from analyzer.train.core.fit import Rebuilt

DataDir = Annotated[
    Path | None, Option(help="The folder of the corpora; `shared` beside the checkout if not given.", metavar="DIR")
]


def train(
    name: Annotated[str, Argument(help="A model that has a recipe in models/, or all.", metavar="NAME")],
    data: DataDir = None,
    labels: Annotated[
        Path | None, Option(help="Labels of your own (JSON Lines or CSV), to train on besides ours.", metavar="FILE")
    ] = None,
    labels_only: Annotated[bool, Option("--labels-only", help="Train on your own labels alone.")] = False,
    out: Annotated[
        Path | None, Option(help="Write the model into this folder instead of models/.", metavar="DIR")
    ] = None,
    check: Annotated[
        bool, Option("--check", help="Write nothing; tell whether the model that is there comes out again.")
    ] = False,
    slow: Annotated[bool, Option("--slow", help="With all: the recipes that take hours, too.")] = False,
) -> int:
    """Rebuild a model from its recipe: weights, manifest, metrics and card.

    The same data and seed give the same bytes. Exits with 1 if a figure falls below what the recipe expects.
    """
    from analyzer.train.core import fit
    from analyzer.train.labels.passages import read_labels

    output = Output(None)
    logging.basicConfig(format="%(message)s")
    logging.getLogger("analyzer.train").setLevel(logging.INFO)  # what takes hours says how far it is
    own = read_labels(labels) if labels is not None else None
    options: dict[str, Any] = {"labels": own, "labels_only": labels_only, "out": out, "check": check}
    models = fit.train_all(data, slow=slow, **options) if name == "all" else iter([fit.train(name, data, **options)])
    code = OK
    for model in models:
        output.write(_trained(model, written=not check))
        code = max(code, OK if model.ok and not model.changed else FOUND)
    return code


def _trained(model: "Rebuilt", *, written: bool) -> str:
    """Return what training a model came to, a line for each figure that moved."""
    lines = [f"{model.name}: {'written to' if written else 'compared with'} {model.folder} in {model.seconds:.0f} s"]
    lines += [f"  fell: {line}" for line in model.moved]
    lines += [f"  differs: {name}" for name in model.changed]
    if (own := model.metrics.get("own_held_out")) is not None:
        ours = model.metrics.get("own_by_ours")
        beside = f", the installed model {ours['macro_f1']:.3f}" if ours else ""
        lines.append(f"  on those of your labels that it had not seen: macro-F1 {own['macro_f1']:.3f}{beside}")
        if ours and own["macro_f1"] < ours["macro_f1"]:
            lines.append(
                "  the installed model does better on your articles: correct more labels before you use this one"
            )
        lines.append(f"  use it: NPOV_MODELS={model.folder.parent} npov check --engine fast FILE")
    elif model.ok and not model.changed:
        lines.append("  all expected figures reached" + ("" if written else ", the weights are the same bytes"))
    return "\n".join(lines) + "\n"


def evaluate(
    which: Annotated[str, Argument(help="What to measure.", metavar="|".join(WHICH))],
    file: Annotated[
        Path | None, Argument(help="With gold: labels in the gold format instead of the dev set.", metavar="FILE")
    ] = None,
    data: DataDir = None,
    out: Annotated[Path | None, Option(help="With gold: write the reports here, one a line.", metavar="FILE")] = None,
    json: JsonTable = False,
    full: Annotated[bool, Option("--full", help="Show every figure, not the chief ones alone.")] = False,
    engine: Annotated[Engine, Option(help="With gold: the engine whose figures come first.")] = DEFAULT_ENGINE,
    workers: Annotated[int | None, Option(min=1, help="Processes; two for all, else one.")] = None,
    gate: Annotated[bool, Option("--gate", help="Exit with 1 if a figure fell below its floor, and name it.")] = False,
    raise_floors: Annotated[
        bool, Option("--raise-floors", help="Raise the floors to what was reached, and write docs/quality.md.")
    ] = False,
) -> int:
    """Measure the analyzer on labelled data, with confidence intervals and baselines."""
    from analyzer.train.evaluate import gate as floors
    from analyzer.train.evaluate import run as evaluation

    output = Output(None)
    if raise_floors and which != "all":
        raise UsageError("--raise-floors goes with `evaluate all`: the page of results comes from one run.")
    result = evaluation.run(which, data, file=file, out=out, engine=engine, workers=workers)
    output.write(as_json(result) if json else evaluation.table(result, full=full) + "\n")
    if raise_floors:
        for line in floors.raise_floors(result):
            tell(line)
    fallen = list(floors.fallen(result, floors.Floors.load())) if gate else []
    for move in fallen:
        tell(f"fell: {move}")
    return FOUND if fallen else OK


def annotate(
    files: Annotated[list[str], Argument(help="Articles to label.", metavar="FILE...")],
    out: Annotated[Path, Option(help="Where to write: .csv for a spreadsheet, else JSON Lines.", metavar="FILE")],
    title: Title = None,
    model: ModelName = None,
) -> None:
    """Write articles with the analyzer's own labels, for a person to correct.

    docs/labels.md defines the labels. `npov train --labels` takes the corrected file, `npov agreement` compares two.
    """
    from analyzer.counting import number
    from analyzer.train.labels import passages as labels

    if title is not None and len(files) > 1:
        raise UsageError("--title goes with one article.")
    Output(out, reads=files)  # refuses a place that cannot be written before the work begins
    tell(f"{number(labels.annotate(files, out, title=title, model=model), 'article')} written to {out}")


def agreement(
    first: Annotated[Path, Argument(help="Labels of one person.", metavar="A")],
    second: Annotated[Path, Argument(help="Labels of another person on the same passages.", metavar="B")],
    json: JsonTable = False,
    show: Annotated[bool, Option("--show", help="List the sentences whose stance differs.")] = False,
) -> None:
    """Tell how far two label files agree: Cohen's kappa, matched-source F1, with 95 % intervals."""
    from analyzer.train.labels import agreement as comparison

    output = Output(None)
    found = comparison.agreement(first, second)
    differing = list(comparison.disagreements(first, second)) if show else []
    if json:
        output.write(as_json(found | ({"disagreements": differing} if show else {})))
        return
    output.write(_agreement_table(found, differing))


def _agreement_table(found: dict[str, Any], differing: list[dict[str, str]]) -> str:
    """Return figures, counts, and what stands in one file only; whatever a label file chose is made harmless."""
    from analyzer.report.escape import visible

    lines = []
    for name, value in found["figures"].items():
        interval, shown = found["intervals"].get(name), "not defined" if value is None else f"{value:.3f}"
        lines.append(f"{name:30}{shown:>12}" + (f"  ({interval[0]:.3f} to {interval[1]:.3f})" if interval else ""))
    lines += [f"{name}: {value}" for name, value in found["counts"].items()]
    for side in ("only_first", "only_second"):
        lines += [f"{side.replace('_', ' ')}: {visible(', '.join(found[side]))}"] if found[side] else []
    lines += [visible(f"{row['sentence']}: {row['first']} / {row['second']}: {row['text']}") for row in differing]
    return "\n".join(lines) + "\n"
