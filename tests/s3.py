"""A local server that speaks S3."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection

from moto.server import ThreadedMotoServer

BUCKET = "airquote-test"
KEYS = {
    "AWS_ACCESS_KEY_ID": "a-key-of-nothing",
    "AWS_SECRET_ACCESS_KEY": "a-secret-of-nothing",
    "AWS_REGION": "us-east-1",
}


@contextmanager
def running_s3() -> Iterator[Mapping[str, str]]:
    """Run the server with an empty bucket; give the settings that lead to it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        connection = HTTPConnection(host, port)
        connection.request("PUT", f"/{BUCKET}")
        assert connection.getresponse().status == 200
        connection.close()
        yield {**KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    finally:
        server.stop()
