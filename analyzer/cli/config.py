"""``npov config``: what is in force, and why."""

import os
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

import typer

from analyzer.cli.configuration import OWN, SETTINGS, SHARED, InForce, Origin, names_of, scores_of, shown
from analyzer.cli.inputs import (
    EngineName,
    FailAt,
    Gazetteer,
    Ignore,
    Issues,
    Lexicons,
    MinConfidence,
    ModelName,
    Sources,
    Thresholds,
    Workers,
)
from analyzer.cli.output import JsonText, Output, as_json, screen
from analyzer.vocabulary import LIKELY_ATTRIBUTION

_NAME = 16  # columns of a setting's name
_MODELS = "NPOV_MODELS"


def config(
    context: typer.Context,
    model: ModelName = None,
    engine: EngineName = None,
    sources: Sources = None,
    gazetteer: Gazetteer = None,
    lexicons: Lexicons = None,
    min_confidence: MinConfidence = LIKELY_ATTRIBUTION,
    issues: Issues = None,
    ignore: Ignore = None,
    thresholds: Thresholds = None,
    fail_at: FailAt = None,
    workers: Workers = None,
    json: JsonText = False,
) -> None:
    """Show which settings are in force, and where each is from: a flag, a variable, a line of a file, or the default.

    A file is npov.toml, or pyproject.toml with a table [tool.npov], in this folder or the nearest one above it, up to a
    repository's root. Variables go before the file, flags before variables: docs/configuration.md.
    """
    given: dict[str, Any] = {"engine": engine, "model": model, "min_confidence": min_confidence}
    given |= {"gazetteer": gazetteer, "sources": sources, "lexicons": lexicons, "issues": names_of(issues)}
    given |= {"ignore": names_of(ignore), "thresholds": scores_of(thresholds) or None, "fail_at": fail_at}
    given |= {"workers": workers}
    force: InForce = context.obj
    origins = {name: force.origins[name] for name in SETTINGS}
    if models := os.environ.get(_MODELS):
        given["models"], origins["models"] = models, Origin("variable", _MODELS)
    output = Output(None)
    if json:
        rows = {name: {"value": given[name], **origin._asdict()} for name, origin in origins.items()}
        output.write(as_json({"file": force.file, "passed_over": force.passed_over, "settings": rows}))
        return
    width = screen()[0]
    lines = []
    for name, origin in origins.items():
        value = SETTINGS[name].default if origin.kind == "default" else _told(given[name])
        lines.append(f"{name:<{_NAME - 1}} {value}  ({origin.where})")
    wrap = partial(textwrap.fill, width=width, break_on_hyphens=False)
    output.write("".join(f"{wrap(line)}\n" for line in _file(force)) + "\n")
    output.write("".join(f"{wrap(line, subsequent_indent=' ' * _NAME)}\n" for line in lines))


def _file(force: InForce) -> list[str]:
    """Return which file was read, and which was not."""
    if force.file is None:
        return [f"No configuration file: no {OWN}, and no [tool.npov] in a {SHARED}, here or above."]
    told = [f"Configuration file: {shown(force.file)}"]
    return told + ([f"Passed over: {shown(force.passed_over)}, which stands beside it"] if force.passed_over else [])


def _told(value: Any) -> str:  # noqa: ANN401 - a value of any setting
    if isinstance(value, dict):
        return ", ".join(f"{name} {score:g}" for name, score in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_told, value))
    return shown(value) if isinstance(value, Path) else str(value)
