"""Random programs: a reported sharing is visible in the run, a corrupted read is reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from memory_oracle import Place, printed, printed_copying
from memory_programs import HEADER, HELPERS, programs
from profiles import chosen_profile

from flake8_tensorconv import Finding, Options
from flake8_tensorconv.rewriting import fix_text
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.rules import all_rules

CODES = {"TNC301", "TNC302"}
USUAL = {rule.code for rule in all_rules() if rule.default}


def reported(text: str) -> set[Place]:
    found = check_text(text, Options(), whole=True)
    spans = [each.span for each in found if each.code in CODES]
    return {(span.line, span.column) for span in spans}


def fixed(text: str, codes: set[str], *, unsafe: bool) -> str:
    def keep(_: str, findings: list[Finding]) -> list[Finding]:
        return [finding for finding in findings if finding.code in codes]

    return fix_text(text, Options(), unsafe=unsafe, keep=keep).text


def check(text: str) -> None:
    """Compare what the analysis says of a program with what happens when it runs."""
    real = printed(text)
    if real is None:
        return
    safely = fixed(text, USUAL, unsafe=False)
    assert safely == text or printed(safely) == real, f"the safe fix\n{safely}\nof\n{text}"
    places = reported(text)
    for place in places:
        assert printed_copying(text, {place}) != real, f"nothing comes of {place} in\n{text}"
    if not places:
        assert printed_copying(text) == real, f"not reported:\n{text}"
    else:
        assert printed(fixed(text, CODES, unsafe=True)) == printed_copying(text), (
            f"the fix of\n{text}"
        )


@chosen_profile(nightly=20_000)
@given(programs())
def test_the_analysis_agrees_with_the_run(text: str) -> None:
    check(text)


#: Programs on which the analysis and the run once disagreed.
REGRESSIONS = {
    "out among the arguments": """
v1 = np.arange(1, 7, dtype=np.float64)
v4 = torch.asarray(v1)
v4 += 1
np.add(v1, 1, out=v1)
print(v1.tolist())
""",
    "a row overwritten": """
v2 = torch.arange(1, 7)
v3 = v2.numpy()
v3[0] = 1051
v2[0] = 1068
print(v2.tolist(), v3[1:].tolist())
""",
    "a name put away is no conversion": """
v1 = torch.arange(1, 7, dtype=torch.float32)
v4 = to_array(v1)
v5 = []
v5.append(v4)
v6 = v5[0]
v7 = torch.asarray(v6)
v7 += 1
v6[1:] += 1
print(v4.tolist())
""",
    "rows counted after a reshape": """
v1 = torch.arange(1, 13).reshape(4, 3)
v3 = v1.numpy()
v3[0] = 1102
v8 = v1[1]
print(v8.tolist())
""",
    "a row of a matrix is a view": """
v2 = torch.arange(101, 113, dtype=torch.float64).reshape(4, 3)
v3 = v2.numpy()
v5 = v3[0]
v2 += 1
print(v5.tolist())
""",
    "a row of a matrix that has been added to": """
v1 = torch.arange(1, 13, dtype=torch.float32).reshape(4, 3)
v2 = v1[1:]
v3 = v1[1:]
v4 = v1[1:]
v1 += 1
v6 = []
for i in range(2):
    print(v1.tolist())
    v7 = v1.numpy()
    v8 = v7[0]
    v8 += 1
    v6.append(v7)
print([each.tolist() for each in v6])
""",
    "the same, with an older name of the matrix": """
v1 = torch.arange(1, 13, dtype=torch.float32).reshape(4, 3)
print(v1.tolist())
v2 = v1.numpy()
v3 = v1[1:]
v4 = v1[1:]
v1 += 1
v6 = []
for i in range(2):
    print(v1.tolist())
    v7 = v1.numpy()
    v8 = v7[0]
    v8 += 1
    v6.append(v7)
print([each.tolist() for each in v6])
v1 += 1
print(v2.tolist())
""",
    "a row of what was computed from a matrix": """
v1 = torch.arange(1, 13, dtype=torch.float32).reshape(4, 3)
v2 = (-(v1 * 2))[[1, 2]].numpy()
v3 = torch.Tensor(v2)
v4 = v2[0]
v4 += 1
print(v3.tolist())
""",
    "overwritten in the rows that are read": """
v1 = np.arange(1, 7, dtype=np.float32)
v3 = v1[1:]
v4 = torch.as_tensor(v3, dtype=torch.float32)
v1 += 1
v8 = v4[1:]
v4[:] = 1153
print(v8.tolist())
""",
    "overwritten in other rows than those that are read": """
v1 = np.arange(1, 7, dtype=np.float32)
v4 = torch.as_tensor(v1)
v8 = v4[2:]
v1 += 1
v4[1:3] = 1153
print(v8.tolist())
""",
    "every other row overwritten": """
v1 = np.arange(1, 7, dtype=np.float64)
v3 = v1[::2]
v4 = torch.from_numpy(v3)
v1 += 1
v4[:] = 1085
print(v4.tolist())
v5 = v4[1:]
print(v5.tolist())
""",
    "every other row overwritten, but not those that are read": """
v1 = np.arange(1, 13, dtype=np.float64).reshape(4, 3)
v3 = v1[1:]
v4 = torch.from_numpy(v1)
v5 = v4[::2]
v3 += 1
v5[:] = 1085
v6 = v4[1:][::2]
print(v6.tolist())
""",
    "all overwritten through a reshaped view": """
v1 = np.arange(1, 7, dtype=np.float64)
v2 = v1.reshape(-1)
v3 = torch.from_numpy(v1)
v3 += 1
v2[:] = 1085
print(v1.tolist())
""",
    "all overwritten through a transposed view": """
v1 = np.arange(1, 13, dtype=np.float64).reshape(4, 3)
v3 = torch.from_numpy(v1)
v3 += 1
v1.T[...] = 1085
print(v1.tolist())
""",
    "not all overwritten through a transposed view": """
v1 = np.arange(1, 13, dtype=np.float64).reshape(4, 3)
v3 = torch.from_numpy(v1)
v3 += 1
v1.T[1:] = 1085
print(v1.tolist())
""",
    "an element of what was computed from a vector": """
v1 = torch.arange(1, 13, dtype=torch.float32)
v2 = (-(v1 * 2))[[1, 2]].numpy()
v3 = torch.Tensor(v2)
v4 = v2[0]
v4 += 1
print(v3.tolist())
""",
    "rows gathered in a loop, of which some are changed": """
v7 = np.arange(1, 7, dtype=np.float64)
v8 = []
for i in range(2):
    v9 = torch.from_numpy(v7)
    v10 = v9[::2]
    v11 = v7[1:]
    v8.append(v10)
    v11 += 1
print([each.tolist() for each in v8])
""",
}


@pytest.mark.parametrize("body", REGRESSIONS.values(), ids=REGRESSIONS)
def test_what_once_went_wrong(body: str) -> None:
    check("\n".join([*HEADER, *HELPERS, body]))
