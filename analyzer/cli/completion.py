"""``npov completion``: what makes a shell complete commands, options and their values; the script is typer's."""

from typing import Annotated, Literal

import typer

from analyzer.cli.output import Output

Shell = Literal["bash", "zsh", "fish"]
COMPLETE = "_NPOV_COMPLETE"  # the variable by which the script asks


def completion(
    shell: Annotated[Shell, typer.Argument(help="The shell: bash, zsh or fish.", metavar="SHELL")],
) -> None:
    """Print the script that makes a shell complete what is typed behind npov.

    For bash put the example below into ~/.bashrc; for zsh, behind compinit, the same into ~/.zshrc; for fish write it
    to ~/.config/fish/completions/npov.fish.
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    output = Output(None)
    output.write(get_completion_script(prog_name="npov", complete_var=COMPLETE, shell=shell) + "\n")
