"""Secrets come from files, are made once, and are read by their user alone."""

import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from redress.acl.kafka_rights import USERS
from redress.acl.mongo_rights import MONGO_USERS
from redress.acl.secrets import ADMIN, kafka_passwords, make_secrets, mongo_urls
from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_users import password_in
from shared.adapters.settings import KafkaSettings, Settings


def made(folder: Path) -> list[str]:
    return make_secrets(folder, (*USERS, ADMIN), (*MONGO_USERS, ADMIN), "mongo:27017", "replicaSet=rs0")


def test_every_user_gets_secrets_of_its_own_that_nobody_else_reads(tmp_path: Path) -> None:
    assert set(made(tmp_path)) == {*USERS, ADMIN}

    passwords = kafka_passwords(tmp_path, USERS).values()
    assert len(set(passwords)) == len(USERS)
    assert all(len(password) >= 32 for password in passwords)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o700}
    assert not (tmp_path / "redress-platform" / "mongo__url").exists()


def test_what_was_given_out_is_not_changed_by_asking_twice(tmp_path: Path) -> None:
    made(tmp_path)
    before = {file: file.read_text() for file in tmp_path.rglob("*") if file.is_file()}
    lost = tmp_path / "redress-intake" / "kafka__password"
    lost.unlink()

    assert made(tmp_path) == ["redress-intake"]
    assert {file: file.read_text() for file in before if file != lost} == {
        file: text for file, text in before.items() if file != lost
    }


def test_a_process_reads_what_lies_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """INVARIANT: every secret may come from a file; none needs to stand in an environment or on a command line."""
    made(tmp_path)
    own = tmp_path / "redress-intake"
    (own / "files__link_secret").write_text("l" * 32)
    (own / "files__secret_access_key").write_text("s3-key\n")
    (own / "keys__master").write_text("own:" + "A" * 43 + "=")
    monkeypatch.setenv("REDRESS_SECRETS", str(own))
    monkeypatch.setenv("REDRESS_KAFKA__SECURITY_PROTOCOL", "SASL_SSL")

    read = Settings()

    assert read.kafka.username == "redress-intake"
    assert read.kafka.password
    assert read.kafka.password.get_secret_value() == kafka_passwords(tmp_path, ["redress-intake"])["redress-intake"]
    assert read.mongo.url.get_secret_value() == mongo_urls(tmp_path, ["redress-intake"])["redress-intake"]
    assert read.files.link_secret
    assert read.files.secret_access_key
    assert read.files.secret_access_key.get_secret_value() == "s3-key"
    assert read.keys.given


def test_settings_that_are_printed_show_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path)
    monkeypatch.setenv("REDRESS_SECRETS", str(tmp_path / "redress-intake"))
    monkeypatch.setenv("REDRESS_KAFKA__SECURITY_PROTOCOL", "SASL_SSL")
    secrets = [
        *kafka_passwords(tmp_path, USERS).values(),
        *map(password_in, mongo_urls(tmp_path, MONGO_USERS).values()),
    ]

    shown = f"{Settings()!r} {Settings()} {Settings().model_dump()} {Settings().model_dump_json()}"

    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_a_secret_that_is_not_there_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "redress-intake" / "kafka__password"
    file.parent.mkdir()
    if content is not None:
        file.write_text(content)

    with pytest.raises(Misconfigured, match=str(file)):
        kafka_passwords(tmp_path, ["redress-intake"])


@pytest.mark.parametrize("url", ["mongodb://mongo:27017/", "postgres://u:s3cret@h/", "mongodb://u:s3cret"])
def test_a_url_without_a_password_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        print(password_in(url))  # noqa: T201

    assert "s3cret" not in str(refused.value)


def test_a_password_is_found_in_a_url_that_names_files_of_another_machine() -> None:
    """Whoever sets users up reads the URLs of all of them, and has not what each mounts beside its own."""
    url = "mongodb://redress-intake:s3cr%40t@mongo:27017/?authSource=admin&tls=true&tlsCAFile=/nowhere/ca.crt"

    assert password_in(url) == "s3cr@t"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"security_protocol": "SASL_SSL", "username": "x"}, "needs password"),
        ({"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"}, "needs token_file"),
        ({"security_protocol": "SSL", "password": "x"}, "never sends"),
        ({"username": "x", "password": "x"}, "never sends"),
        ({"security_protocol": "SSL", "key_file": "x"}, "needs cert_file"),
    ],
)
def test_half_a_setting_is_refused(settings: Mapping[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        KafkaSettings.model_validate(settings)
