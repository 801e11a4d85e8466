"""How many programs: 300 by default, `--hypothesis-profile nightly` for 20,000."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "few",
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    "nightly", settings.get_profile("few"), max_examples=20_000, derandomize=False
)


def chosen_profile() -> settings:
    """The profile that the command line names, or the small one."""
    name = settings.get_current_profile_name()
    return settings.get_profile(name if name == "nightly" else "few")
