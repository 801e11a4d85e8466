"""The options of the plugin, which the command and the codemod obey too."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from flake8_tensorconv.config import DEFAULT_MIN_TORCH, Options, make_options
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT

if TYPE_CHECKING:
    from flake8.options.manager import OptionManager


def add_options(manager: OptionManager) -> None:
    """Register the options, which flake8 also reads from its configuration files."""
    manager.add_option(
        "--tensorconv-fix-style",
        metavar="style",
        default="explicit",
        parse_from_config=True,
        help="How fixes write a missing guard: explicit (.detach().cpu().numpy()) or force "
        "(.numpy(force=True)). (Default: %(default)s)",
    )
    manager.add_option(
        "--tensorconv-min-torch",
        metavar="version",
        default=".".join(map(str, DEFAULT_MIN_TORCH)),
        parse_from_config=True,
        help="The oldest torch that the project supports. (Default: %(default)s)",
    )
    manager.add_option(
        "--tensorconv-device",
        metavar="device",
        default="any",
        parse_from_config=True,
        help="Where tensors may live: any, or cpu if the project never uses an accelerator. "
        "(Default: %(default)s)",
    )
    manager.add_option(
        "--tensorconv-project",
        metavar="choice",
        default="true",
        parse_from_config=True,
        help="Whether values are followed through the files of the project: true, or false to look "
        "at each file as if there were no other. (Default: %(default)s)",
    )
    manager.extend_default_ignore(OFF_BY_DEFAULT)


def options_from(namespace: Namespace) -> Options:
    """Read our options out of flake8's merged ones.

    Raises:
        ValueError: a value is wrong.
    """
    return make_options(
        namespace.tensorconv_fix_style,
        namespace.tensorconv_min_torch,
        namespace.tensorconv_device,
        namespace.tensorconv_project,
    )
