"""One set of options for every front end."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class FixStyle(enum.Enum):
    """How a missing guard is written: `.detach().cpu().numpy()` or `.numpy(force=True)`."""

    EXPLICIT = "explicit"
    FORCE = "force"


class DevicePolicy(enum.Enum):
    """Where the project's tensors may live: anywhere, or never on an accelerator."""

    ANY = "any"
    CPU = "cpu"


#: The oldest torch whose API the fixes may use when the user says nothing.
DEFAULT_MIN_TORCH = (2, 2)
#: `Tensor.numpy(force=True)` appeared in torch 1.13.
FORCE_SINCE = (1, 13)


@dataclass(frozen=True)
class Options:
    """What the user may choose.

    Attributes:
        fix_style: how missing guards are written.
        min_torch: the oldest torch the project supports, as (major, minor).
        device: whether tensors may live on an accelerator at all.
        project: whether values are followed into other files of the project, and from there.
        unwanted: codes that the front end will not show anyway. Looking for what only such a rule
            reports costs time.
    """

    fix_style: FixStyle = FixStyle.EXPLICIT
    min_torch: tuple[int, int] = DEFAULT_MIN_TORCH
    device: DevicePolicy = DevicePolicy.ANY
    project: bool = True
    unwanted: frozenset[str] = frozenset()


def parse_version(text: str) -> tuple[int, int]:
    """Read "2.4" or "1.13.1" as (major, minor).

    Raises:
        ValueError: `text` is not a version number.
    """
    parts = text.strip().split(".")
    if len(parts) < 2 or not all(part.isdigit() for part in parts):
        raise ValueError(f"not a torch version: {text!r} (expected something like 2.4)")
    return int(parts[0]), int(parts[1])


def make_options(fix_style: str, min_torch: str, device: str, project: str) -> Options:
    """Build `Options` from the strings of a configuration file or command line.

    Raises:
        ValueError: a value is unknown, or `force` is asked for with a torch that lacks it.
    """
    try:
        style = FixStyle(fix_style)
    except ValueError:
        raise ValueError(f"fix-style must be explicit or force, not {fix_style!r}") from None
    try:
        policy = DevicePolicy(device)
    except ValueError:
        raise ValueError(f"device must be any or cpu, not {device!r}") from None
    version = parse_version(min_torch)
    if style is FixStyle.FORCE and version < FORCE_SINCE:
        raise ValueError("fix-style force needs min-torch 1.13 or newer")
    if project not in ("true", "false"):
        raise ValueError(f"project must be true or false, not {project!r}")
    return Options(style, version, policy, project == "true")
