"""The scan of rib folders: sorted, and strict about what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.registry import scan_folders


def test_ribs_come_sorted_and_other_files_do_not_count(tmp_path: Path) -> None:
    for name in ("zeta", "alpha", "__pycache__", ".cache"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "component.yaml").touch()
    (tmp_path / "README.md").touch()
    assert [folder.name for folder in scan_folders(tmp_path, "component.yaml")] == ["alpha", "zeta"]


def test_a_rib_without_its_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"empty has no component\.yaml"):
        scan_folders(tmp_path, "component.yaml")


@pytest.mark.parametrize("name", ["Katib", "my_rib", "rib.d"])
def test_a_rib_name_is_a_label(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "component.yaml").touch()
    with pytest.raises(ValueError, match="no rib name"):
        scan_folders(tmp_path, "component.yaml")
