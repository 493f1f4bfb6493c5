"""Requirements against `packaging`, the reference implementation, which is here for tests only."""

from __future__ import annotations

import itertools

import pytest
from packaging import markers as reference_markers
from packaging import requirements as reference
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from neverstale import pinned
from neverstale.source import requirement
from neverstale.source.requirement import Invalid

VERSIONS = (
    "0", "1", "1.0", "1.0.0", "1.1", "1.10", "1.2", "2", "2.0", "2.0.1", "2.13.0", "2.13.0+cpu",
    "2.13.0+cu130", "2.11.0a1", "2.11.0b2", "2.11.0rc1", "2.11.0", "2.11.0.dev3", "2.11.0a1.dev2",
    "2.11.0.post1", "2.11.0.post1.dev4", "2.11.0rc1.post2", "1!1.0", "1!0.5", "v1.3", "1.0-1",
    "1.0-alpha", "1.0_beta.3", "1.0c2", "1.0pre", "1.0-r4", "2026.11.7", "10.0", "2.13.0+cpu.2",
)  # fmt: skip


def test_versions_come_in_the_order_of_the_reference() -> None:
    for left, right in itertools.product(VERSIONS, repeat=2):
        theirs = Version(Version(left).public) < Version(Version(right).public)
        assert (requirement.version(left).key < requirement.version(right).key) == theirs, (
            left,
            right,
        )


def test_conditions_take_the_versions_that_the_reference_takes() -> None:
    """What is installed may come before its release, as pip sees it."""
    tried = 0
    for operator in ("==", "!=", "<=", ">=", "<", ">", "~=", "==*", "!=*"):
        for wanted in VERSIONS:
            star = operator.endswith("*")
            text = f"{operator.rstrip('*')}{wanted}{'.*' if star else ''}"
            try:
                theirs = SpecifierSet(text)
            except ValueError:
                continue
            if "+" in wanted and operator not in ("==", "!="):
                continue
            if star and Version(wanted).is_prerelease:
                continue
            for installed in VERSIONS:
                tried += 1
                expected = theirs.contains(installed, prereleases=True)
                ours = requirement.satisfies(installed, requirement.specifiers(text))
                assert ours == expected, (installed, text)
    assert tried > 3000


@pytest.mark.parametrize(
    "text",
    [
        "torch", "torch>=2.11", "Torch >= 2.11, <3", "scikit_learn~=1.4", "a.b-c==1.*",
        "requests[socks,security] >=2.8.1, ==2.8.* ; python_version < '2.7'",
        "torch==2.13.0+cpu", "numpy (>=2)", "x!=1.0", "x===weird",
        "uvloop; sys_platform != 'win32' and implementation_name == \"cpython\"",
        "x; (os_name == 'nt' or python_version >= '3.9') and python_version < '4'",
        "x; 'linux' in sys_platform", "x; platform_machine not in 'x86_64 aarch64'",
        "x; python_full_version >= '3.11.0rc1'", "x; extra == 'test'",
        "x; python_version ~= '3.9'", "x; platform_system == 'Linux' or os_name < 'posix'",
    ],
)  # fmt: skip
def test_it_is_read_as_the_reference_reads_it(text: str) -> None:
    theirs = reference.Requirement(text)
    ours = requirement.parse(text)
    assert ours.name == pinned.normal(theirs.name)
    assert {"".join(each) for each in ours.versions} == {str(each) for each in theirs.specifier}
    assert ours.here == (theirs.marker is None or theirs.marker.evaluate())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no requirement"),
        ("-torch", "is no requirement"),
        ("torch 2", "is no condition on a version"),
        ("torch=2", "is no condition on a version"),
        ("torch>=two", "'two' is no version"),
        ("torch>=2.*", "is no version"),
        ("torch~=2", "needs two numbers"),
        ("torch @ https://example.org/torch.whl", "is no requirement"),
        ("torch; python == '3'", "no marker is called 'python'"),
        ("torch; python_version", "compares two things"),
        ("torch; python_version > 3.11", "not understood"),
        ("torch; '3' > '2'", "compares a name"),
        ("torch; (python_version > '3'", "not closed"),
        ("torch; python_version > '3' os_name", "goes on after its end"),
        ("torch; sys_platform ~= 'linux'", "compares versions only"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        requirement.parse(text)


def test_markers_of_versions_compare_as_versions() -> None:
    for marker in ("python_version >= '3.9'", "python_version < '3.9'", "python_version > '3.100'"):
        assert requirement.holds(marker) == reference_markers.Marker(marker).evaluate()
