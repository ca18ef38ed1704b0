"""Encrypted files: only those of clusters that have such a backend are read, and each is judged by its backend."""

from __future__ import annotations

import pytest

from compiler.encrypted.read import with_encrypted_files
from compiler.model.platform import Cluster, SecretsBackend
from tests.mistakes.casebook import files_of
from tests.unit.lowering.installed import cluster, installation, platform

PATH = "secrets/c/auth/dex-oidc-client.yaml"
SOUND = files_of("sealed")["secrets/prod/auth/dex-oidc-client.yaml"]
DEX = installation("dex", "26.03")


def sealing(backend: str = "sealed-secrets") -> Cluster:
    """Return a cluster with one Secret to be kept."""
    return cluster([DEX], secrets=SecretsBackend(backend))


class Files:
    """A folder that writes down what is read of it."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files, self.read = files, list[str]()

    def __call__(self, path: str) -> bytes | None:
        self.read.append(path)
        if path.endswith("/"):
            return "\n".join(sorted(each for each in self.files if each.startswith(path))).encode()
        return self.files[path].encode() if path in self.files else None


@pytest.mark.parametrize("backend", ["manual", "external-secrets", "generated"])
def test_other_backends_read_nothing(backend: str) -> None:
    files = Files({PATH: SOUND})
    assert with_encrypted_files(platform(sealing(backend)), files) == (platform(sealing(backend)), [])
    assert files.read == []


def test_a_sound_file_belongs_to_the_platform() -> None:
    files = Files({PATH: SOUND, "secrets/c/README.md": "", "secrets/certificate.pem": ""})
    found, findings = with_encrypted_files(platform(sealing()), files)
    assert findings == []
    assert list(found.encrypted) == [PATH]
    # The folder too, as what appears there later must be noticed.
    assert files.read == [PATH, "secrets/"]


def test_all_that_is_missing_is_one_finding_where_the_backend_stands() -> None:
    found, (finding,) = with_encrypted_files(platform(sealing()), Files({}))
    assert (finding.code, finding.path) == ("missing-secret-file", ("clusters", 0, "secrets", "backend"))
    assert finding.notes == (f"{PATH}: for dex",)
    assert found.encrypted == {}


def test_a_file_with_a_mistake_is_left_out_and_what_is_only_loose_is_not() -> None:
    found, findings = with_encrypted_files(platform(sealing()), Files({PATH: SOUND.replace("auth", "else")}))
    assert {each.code for each in findings} == {"misplaced-secret"}
    assert found.encrypted == {}
    wide = "metadata:\n  annotations: {sealedsecrets.bitnami.com/namespace-wide: 'true'}\n  name"
    found, findings = with_encrypted_files(platform(sealing()), Files({PATH: SOUND.replace("metadata:\n  name", wide)}))
    assert {each.code for each in findings} == {"loosely-sealed-secret"}
    assert list(found.encrypted) == [PATH]


@pytest.mark.parametrize("text", ["", "- a\n", "word\n", "# only\n"])
def test_what_is_no_object_gets_a_way_out_that_fits(text: str) -> None:
    _, (finding,) = with_encrypted_files(platform(sealing()), Files({PATH: text}))
    assert finding.code == "bad-secret-file"
    assert finding.help
    assert "platform/v1alpha1" not in finding.help


def test_what_yaml_cannot_say_is_told_where_it_stands() -> None:
    _, findings = with_encrypted_files(platform(sealing()), Files({PATH: SOUND + "---\nkind: Secret\n"}))
    (span,) = [finding.span for finding in findings if finding.code == "several-documents"]
    assert span is not None
    assert (span.file, span.line) == (PATH, SOUND.count("\n") + 1)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("secrets/c/auth/old.yml", "nothing on cluster c reads"),
        ("secrets/cc/auth/dex-oidc-client.yaml", "there is no cluster cc"),
        ("secrets/other/auth/dex-oidc-client.yaml", "from backend manual"),
        ("secrets/dex-oidc-client.yaml", "there is no cluster dex-oidc-client.yaml"),
    ],
)
def test_a_file_that_nothing_reads_is_named(path: str, why: str) -> None:
    other = cluster([DEX], name="other", secrets=SecretsBackend("manual"))
    _, (finding,) = with_encrypted_files(platform(sealing(), other), Files({PATH: SOUND, path: ""}))
    assert finding.code == "unread-secret-file"
    assert why in finding.message
    assert finding.span is not None
    assert finding.span.file == path
