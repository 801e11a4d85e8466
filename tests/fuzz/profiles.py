"""How many programs: 300 by default, many more with `--hypothesis-profile nightly`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "few",
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile("nightly", settings.get_profile("few"), derandomize=False)


def chosen_profile(nightly: int) -> settings:
    """The small profile, or `nightly` programs if the command line asks for that."""
    if settings.get_current_profile_name() != "nightly":
        return settings.get_profile("few")
    return settings(settings.get_profile("nightly"), max_examples=nightly)
