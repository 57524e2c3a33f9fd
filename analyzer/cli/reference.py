"""The reference of the command line; ``python -m analyzer.cli.reference > docs/cli.md`` writes it."""

import inspect
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_type_hints

from typer import Context
from typer.models import ArgumentInfo, OptionInfo, ParameterInfo

from analyzer.cli.app import COMMANDS


def reference() -> str:
    """Return the reference of every command as Markdown."""
    introduction = (files(__package__) / "reference.md").read_text("utf-8")
    return "\n".join([introduction, *(_section(f"npov {each.__name__}", each, example) for each, example in COMMANDS)])


def _section(names: str, command: Callable[..., Any], example: str) -> str:
    hints = get_type_hints(command, include_extras=True)
    arguments, options = [], []
    for name, parameter in inspect.signature(command).parameters.items():
        if hints[name] is Context:
            continue
        declared, info = get_args(hints[name])[:2]
        if isinstance(info, ArgumentInfo):
            shown = info.metavar or name.upper()
            optional = parameter.default is not inspect.Parameter.empty
            arguments.append((f"[{shown}]" if optional else shown, _help(info, parameter)))
        else:
            options.append((_names(name, declared, info), _help(info, parameter)))
    call = " ".join([names, *(["[OPTIONS]"] if options else []), *(argument for argument, _ in arguments)])
    lines = [f"## {names}", "", inspect.cleandoc(command.__doc__ or ""), "", "```", call, "```", ""]
    lines += [f"Example: `{example}`", ""]
    lines += ["| | |", "|---|---|"] if arguments or options else []
    lines += [f"| `{argument}` | {text} |" for argument, text in arguments]
    lines += [f"| {option} | {text} |" for option, text in options]
    return "\n".join(lines).rstrip() + "\n"


def _names(name: str, declared: Any, info: OptionInfo) -> str:  # noqa: ANN401 - a type of any kind
    kinds = [kind for kind in get_args(declared) if kind is not type(None)]
    plain = kinds[0] if type(None) in get_args(declared) else declared
    words = {bool: "", str: " TEXT", int: " N", float: " NUMBER", Path: " FILE"}
    taken = words[plain] if plain in words else " " + "\\|".join(map(str, get_args(plain)))
    if info.metavar:
        taken = f" {info.metavar}"
    # Inside Annotated, typer keeps the first name as the "default" of the option.
    first = (info.default,) if isinstance(info.default, str) and info.default.startswith("-") else ()
    named = (*first, *(info.param_decls or ())) or (f"--{name.replace('_', '-')}",)
    return ", ".join(f"`{option}{taken}`" for option in named)


def _help(info: ParameterInfo, parameter: inspect.Parameter) -> str:
    """Return the help of a parameter, with its default where it has a telling one."""
    default = parameter.default
    told = default not in (inspect.Parameter.empty, None, False, "")
    return f"{info.help or ''}{f' Default: `{default}`.' if told else ''}".replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
