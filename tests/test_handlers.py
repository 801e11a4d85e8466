"""Exceptions that a program expects, and handlers that only tell of one."""

from __future__ import annotations

import pytest
from said import said

#: Handlers behind which what has failed is not done by anything else.
TELLING = {
    "prints": "except RuntimeError as error:\n    print('failed', error)",
    "logs": "except Exception as error:\n    logger.warning('%s', error)",
    "prints a traceback": "except:\n    import traceback\n    traceback.print_exc()",
    "passes": "except (TypeError, RuntimeError):\n    pass",
    "counts": "except RuntimeError:\n    failed += 1",
    "collects": "except Exception as error:\n    errors.append(str(error))",
    "keeps": "except Exception as error:\n    last = error",
    "ends the program": "except Exception as error:\n    print(error)\n    sys.exit(1)",
    "asks for another error": (
        "except RuntimeError as error:\n"
        "    if 'out of memory' in str(error):\n"
        "        batch = batch // 2\n"
        "    else:\n"
        "        raise error"
    ),
    "says more or less": (
        "except Exception as error:\n    if verbose:\n        print(error)\n    else:\n        pass"
    ),
    "raises another one": "except RuntimeError as error:\n    raise ValueError(1) from error",
    "raises the others": (
        "except IndexError:\n    weights = 0\nexcept Exception as error:\n    print(error)"
    ),
}
#: Handlers that are another way to go on.
OTHER_WAYS = {
    "converts otherwise": "except RuntimeError:\n    print(np.sort(weights.detach().numpy()))",
    "takes another value": "except Exception as error:\n    print(error)\n    counts = None",
    "gives the error as value": "except Exception as error:\n    counts = {'error': str(error)}",
    "tries again": "except RuntimeError:\n    again()",
    "only some are told": "except TypeError as e:\n    print(e)\nexcept Exception:\n    redo()",
    "depends": (
        "except Exception as e:\n    if verbose:\n        print(e)\n    else:\n        redo()"
    ),
    "asks for this error": (
        "except RuntimeError as e:\n    if 'requires grad' in str(e):\n        redo()"
        "\n    else:\n        raise"
    ),
    "the test is that it fails": "except RuntimeError:\n    pass\nelse:\n    raise AssertionError",
}
PROGRAM = """
weights = model(torch.ones(5, 3))[:, 0]
try:
    counts = np.histogram(np.ones(5), 3, weights=weights)
"""


@pytest.mark.parametrize("handler", TELLING.values(), ids=TELLING)
def test_a_handler_that_only_tells_is_no_other_way(handler: str) -> None:
    """What fails behind it has not been done."""
    assert said(PROGRAM + handler + "\n") == ["101"]


@pytest.mark.parametrize("handler", OTHER_WAYS.values(), ids=OTHER_WAYS)
def test_an_exception_is_expected_where_the_program_goes_on_otherwise(handler: str) -> None:
    """Nothing is said of it there."""
    assert said(PROGRAM + handler + "\n") == []


BODIES = {
    "what it was before stays": (
        """
def to_array(x: torch.Tensor):
    try:
        x = x.numpy()
    except Exception:
        pass
    return x
to_array(model(torch.ones(3)))
""",
        [],
    ),
    "what stands behind is returned": (
        """
def to_array(x):
    try:
        return np.asarray(x)
    except RuntimeError as error:
        print(error)
    return x.detach().numpy()
to_array(model(torch.ones(3)))
""",
        [],
    ),
    "what has no such method is left as it is": (
        """
rows = np.ones(3)
try:
    rows.numpy()
except AttributeError:
    pass
""",
        [],
    ),
    "the next one is tried": (
        """
def to_array(x):
    for way in (np.asarray, lambda x: x.detach().numpy()):
        try:
            return way(x)
        except RuntimeError:
            continue
to_array(model(torch.ones(3)))
""",
        [],
    ),
    "it is asked whether there is one": (
        """
out = None
try:
    out = model(torch.ones(3)).numpy()
except RuntimeError as error:
    print(error)
if out is None:
    out = model(torch.ones(3)).detach().numpy()
""",
        [],
    ),
    "an attribute stays what it was": (
        """
class Cache:
    def __init__(self):
        self.rows = None
    def fill(self, x):
        try:
            self.rows = x.numpy()
        except RuntimeError as error:
            print(error)
Cache().fill(model(torch.ones(3)))
""",
        [],
    ),
    "one that fails is left out of the results": (
        """
rows = {}
for name, value in {"a": model(torch.ones(3))}.items():
    try:
        rows[name] = value.numpy()
    except RuntimeError:
        pass
""",
        [],
    ),
    "a whole program that tells how it ended": (
        """
def train():
    losses = []
    for _ in range(3):
        losses.append(model(torch.ones(1, 3)).sum())
    np.savetxt("losses.txt", np.asarray(losses[0]))
def main():
    try:
        train()
    except Exception as error:
        print("training failed:", error)
main()
""",
        ["101"],
    ),
    "telling inside, another way outside": (
        """
try:
    try:
        np.sort(model(torch.ones(3)))
    except RuntimeError as error:
        print(error)
except Exception:
    redo()
""",
        ["101"],
    ),
    "another way outside": (
        """
try:
    try:
        np.sort(model(torch.ones(3)))
    except RuntimeError as error:
        print(error)
        raise
except Exception:
    redo()
""",
        [],
    ),
    "drawing that fails quietly": (
        """
import logging
def draw(writer, step):
    out = model(torch.ones(3))
    try:
        image = out.reshape(1, 3).numpy()
        writer.add_image("out", image, step)
    except Exception:
        logging.exception("no image")
        return
draw(input(), 3)
""",
        ["101"],
    ),
    "elements that fail are passed over": (
        """
total = 0.0
for row in model(torch.ones(4, 3)):
    try:
        total += np.sort(row)[0]
    except RuntimeError:
        continue
""",
        ["101"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_what_the_body_leaves_to_others(body: str, expected: list[str]) -> None:
    """A value from before, or what stands behind, is another way as well."""
    assert said(body) == expected
