"""What Kafka and MongoDB are started with when somebody tries the walls: made once, and good for its purpose only."""

import ssl
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from redress.acl.secrets import ADMIN, kafka_passwords, make_secrets, mongo_urls
from redress.acl.servers import AUTHORITY, make_servers
from shared.adapters.clock import SystemClock
from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_users import password_in


@pytest.fixture
def users(tmp_path: Path) -> Path:
    make_secrets(tmp_path / "users", (ADMIN,), (ADMIN,), "mongo:27017", "tls=true")
    return tmp_path / "users"


def made(folder: Path, users: Path, now: datetime | None = None) -> bool:
    return make_servers(folder, users, now or SystemClock().now(), kafka="kafka", mongo="mongo")


def shaken_hands(folder: Path, server: str, host: str) -> bool:
    """Whether a client that trusts our authority alone believes that this server is that host."""
    own, theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(folder / AUTHORITY))
    own.load_cert_chain(folder / server / "server.pem")
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = theirs.wrap_bio(back, there, server_hostname=host)
    served = own.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (client, served):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return client.version() == "TLSv1.3" and bool(client.getpeercert())


@pytest.mark.parametrize("server", ["kafka", "mongo"])
def test_a_server_is_believed_to_be_itself_and_this_machine(tmp_path: Path, users: Path, server: str) -> None:
    made(tmp_path, users)

    assert shaken_hands(tmp_path, server, server)
    assert shaken_hands(tmp_path, server, "localhost")
    assert shaken_hands(tmp_path, server, "127.0.0.1")


def test_a_server_is_not_believed_to_be_the_other_one(tmp_path: Path, users: Path) -> None:
    made(tmp_path, users)

    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shaken_hands(tmp_path, "mongo", "kafka")


def test_a_server_of_another_authority_is_not_believed(tmp_path: Path, users: Path) -> None:
    made(tmp_path, users)
    made(tmp_path / "others", users)
    (tmp_path / AUTHORITY).chmod(0o600)
    (tmp_path / AUTHORITY).write_bytes((tmp_path / "others" / AUTHORITY).read_bytes())

    with pytest.raises(ssl.SSLCertVerificationError):
        shaken_hands(tmp_path, "kafka", "kafka")


def test_certificates_end(tmp_path: Path, users: Path) -> None:
    made(tmp_path, users, SystemClock().now() - timedelta(days=826))

    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        shaken_hands(tmp_path, "kafka", "kafka")


def test_both_know_the_administrator_and_no_other_file_is_for_everybody(tmp_path: Path, users: Path) -> None:
    """INVARIANT: nothing but the authority's certificate may be read by others, and the authority's key is nowhere."""
    folder = tmp_path / "servers"
    made(folder, users)
    kafka, mongo = kafka_passwords(users, [ADMIN])[ADMIN], password_in(mongo_urls(users, [ADMIN])[ADMIN])
    files = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}

    assert files["kafka/jaas.conf"].read_text().count(f'user_{ADMIN}="{kafka}"') == 2
    assert f'password="{kafka}"' in files["kafka/admin.properties"].read_text()
    assert files["mongo/password"].read_text().strip() == mongo
    assert {name: stat.S_IMODE(file.stat().st_mode) for name, file in files.items()} == {
        **dict.fromkeys(files, 0o400),
        AUTHORITY: 0o444,
    }
    issuer = x509.load_pem_x509_certificate(files[AUTHORITY].read_bytes())
    keys = [name for name, file in files.items() if b"PRIVATE KEY" in file.read_bytes()]
    assert sorted(keys) == ["kafka/server.pem", "mongo/server.pem"]
    for name in keys:
        (own, _) = x509.load_pem_x509_certificates(files[name].read_bytes())
        assert own.public_key() != issuer.public_key()


def test_what_is_there_is_kept_and_what_broke_off_is_made_anew(tmp_path: Path, users: Path) -> None:
    folder = tmp_path / "servers"
    assert made(folder, users)
    before = (folder / "kafka/server.pem").read_bytes()
    assert not made(folder, users)
    assert (folder / "kafka/server.pem").read_bytes() == before

    (folder / AUTHORITY).unlink()
    assert made(folder, users)
    assert (folder / "kafka/server.pem").read_bytes() != before
    assert shaken_hands(folder, "kafka", "kafka")


def test_without_an_administrator_there_is_nothing_to_start_with(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"redress-admin/kafka__password cannot be read: .*redress acl secrets"):
        made(tmp_path, tmp_path / "users")
    assert not (tmp_path / AUTHORITY).exists()


def test_where_nothing_can_be_left_it_says_so(tmp_path: Path, users: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Misconfigured, match="nothing can be left in"):
        made(tmp_path / "file", users)
