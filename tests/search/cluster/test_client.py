"""What is said where a cluster cannot even be asked; tests/library/test_clustered.py asks one."""

from pathlib import Path

import pytest

from bot.engine_address import parse_engine
from bot.errors import EngineError
from bot.search.cluster.client import Cluster


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_end_in_a_sentence(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "authority.pem"
    if content:
        path.write_text(content)
    cluster = Cluster(parse_engine(f"opensearchs://search.example.org/?ca={path}"))

    with pytest.raises(EngineError, match="no certificates can be read") as raised:
        cluster.aliases("any")

    assert "ca=file" in str(raised.value)
    cluster.close()
