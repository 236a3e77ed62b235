"""``iasyncinfo list``: list what there is."""

from iasyncinfo_conformance.commands.arguments import Options, Parser
from iasyncinfo_conformance.commands.telling import say
from iasyncinfo_spec.rendering import listing


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("what", choices=("rules", "points", "families", "profiles", "steps"))
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def run(options: Options) -> int:
    """Print the list."""
    say(listing(options.what, options.format))
    return 0
