"""The command's settings: command line over `[tool.tensorconv]` over flake8's own section.

flake8's section is read by flake8's code, so that flake8 and the command report the same.
"""

from __future__ import annotations

import configparser
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flake8_tensorconv.config import Options
from flake8_tensorconv.settings.codes import PREFIX
from flake8_tensorconv.settings.options import add_options, options_from

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: Folders that flake8 does not leave out by itself, but nobody means to check.
ALSO_EXCLUDED = (".venv",)


class SettingsError(Exception):
    """A setting is wrong; the message is one line that names it."""


@dataclass(frozen=True)
class Settings:
    """What the user asked for, merged.

    Attributes:
        options: what the rules and fixes obey.
        flake8: flake8's merged options: select, ignore, per-file-ignores, exclude and so on.
    """

    options: Options
    flake8: Namespace


def load_settings(chosen: Mapping[str, Any]) -> Settings:
    """Merge all sources of settings, as seen from the current folder.

    Args:
        chosen: what the command line says, by the names that `[tool.tensorconv]` has.

    Raises:
        SettingsError: a key is unknown or a value is wrong.
    """
    flake8 = _flake8_options()
    _override(flake8, chosen, Path.cwd(), "command line")
    try:
        options = options_from(flake8)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    return Settings(options, flake8)


def _flake8_options() -> Namespace:
    """Read flake8's section and then `[tool.tensorconv]`."""
    from flake8.exceptions import ExecutionError
    from flake8.main.options import register_default_options, stage1_arg_parser
    from flake8.options.aggregator import aggregate_options
    from flake8.options.config import load_config
    from flake8.options.manager import OptionManager
    from flake8.utils import parse_files_to_codes_mapping

    manager = OptionManager(
        version="", plugin_versions="", parents=[stage1_arg_parser()], formatter_names=[]
    )
    register_default_options(manager)
    add_options(manager)
    manager.extend_default_select([PREFIX])
    try:
        config, folder = load_config(None, [])
        keys = config.options("flake8") if config.has_section("flake8") else []
        for key in keys:
            if key.startswith("tensorconv") and key not in manager.config_options_dict:
                raise SettingsError(f"flake8 configuration: unknown option {key}")
        options: Namespace = aggregate_options(manager, config, folder, [])
        if "exclude" not in keys:
            options.exclude = [*options.exclude, *ALSO_EXCLUDED]
        pyproject, table = _find_table(Path.cwd())
        _override(options, table, pyproject.parent, str(pyproject))
        parse_files_to_codes_mapping(options.per_file_ignores)  # complains now, not on first use
    except (ExecutionError, ValueError, configparser.Error) as error:
        raise SettingsError(f"flake8 configuration: {_one_line(error)}") from None
    return options


def _find_table(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Find the nearest pyproject.toml that has a table for us, from `folder` upwards."""
    for candidate in (folder, *folder.parents):
        path = candidate / "pyproject.toml"
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:
            raise SettingsError(f"{path}: {_one_line(error)}") from None
        tool = document.get("tool")
        table = tool.get("tensorconv") if isinstance(tool, dict) else None
        if table is not None:
            if not isinstance(table, dict):
                raise SettingsError(f"{path}: tool.tensorconv must be a table")
            return path, table
    return folder / "pyproject.toml", {}


def _override(options: Namespace, table: Mapping[str, Any], folder: Path, origin: str) -> None:
    for key, value in table.items():
        if key not in _KEYS:
            known = ", ".join(sorted(_KEYS))
            raise SettingsError(f"{origin}: unknown key {key} (known: {known})")
        attribute, read = _KEYS[key]
        try:
            setattr(options, attribute, read(value, folder))
        except ValueError as error:
            raise SettingsError(f"{origin}: {key} {error}") from None


def _text(value: object, folder: Path) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def _truth(value: object, folder: Path) -> str:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return str(value).lower()


def _strings(value: object, folder: Path) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return value


def _codes(value: object, folder: Path) -> list[str]:
    from flake8.defaults import VALID_CODE_PREFIX

    codes = _strings(value, folder)
    for code in codes:
        if not VALID_CODE_PREFIX.match(code) or code[:3] != PREFIX[: len(code)]:
            raise ValueError(f"has {code!r}, but the codes here begin with {PREFIX}")
    return codes


def _patterns(value: object, folder: Path) -> list[str]:
    from flake8.utils import normalize_paths

    return list(normalize_paths(_strings(value, folder), str(folder)))


def _codes_by_file(value: object, folder: Path) -> str:
    if not isinstance(value, dict):
        raise ValueError("must be a table of file pattern = [codes]")
    return "\n".join(f"{name}:{','.join(_codes(codes, folder))}" for name, codes in value.items())


#: Key of `[tool.tensorconv]`: the attribute of flake8's options, and how to read the value.
_KEYS: dict[str, tuple[str, Callable[[object, Path], object]]] = {
    "fix-style": ("tensorconv_fix_style", _text),
    "min-torch": ("tensorconv_min_torch", _text),
    "device": ("tensorconv_device", _text),
    "project": ("tensorconv_project", _truth),
    "select": ("select", _codes),
    "ignore": ("ignore", _codes),
    "extend-select": ("extend_select", _codes),
    "extend-ignore": ("extend_ignore", _codes),
    "per-file-ignores": ("per_file_ignores", _codes_by_file),
    "exclude": ("exclude", _patterns),
    "extend-exclude": ("extend_exclude", _patterns),
}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
