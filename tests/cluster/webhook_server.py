"""Plays the admission and conversion webhooks and the aggregated APIs of components whose pods do not exist.

The API server calls a webhook at its Service's address, which stands on loopback here (`control_plane.SERVICES`). Says
yes to all; what a webhook would refuse is not what is tested.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme


def forbidden(address: str = "127.96.255.254") -> str:
    """Return why this user may not listen where the API server will call, or nothing."""
    try:
        with socket.create_server((address, 443)):
            return ""
    except OSError as failure:
        return f"webhooks cannot be answered at {address}:443: {failure.strerror}"


class WebhookServers:
    """The listeners, one for each address and port, with certificates of one authority."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self._running: dict[tuple[str, int], ThreadingHTTPServer] = {}
        self.answered = 0

    @property
    def authority(self) -> bytes:
        """Return the certificate, as PEM, by which the API server can know the listeners."""
        return self._authority.cert_pem.bytes()

    def listen(self, address: str, port: int, host: str) -> None:
        """Answer at an address under the host's name; once."""
        if (address, port) in self._running:
            return
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(host).configure_cert(tls)
        server = ThreadingHTTPServer((address, port), self._handler())
        server.daemon_threads = True
        # The handshake is the handler's: one slow caller must not hold up the others.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self._running[address, port] = server
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        for server in self._running.values():
            server.shutdown()
            server.server_close()
        self._running.clear()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Webhook(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def do_POST(self) -> None:
                review = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
                owner.answered += 1
                self._say(answer(review))

            def _say(self, body: dict[str, Any]) -> None:
                said = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def do_GET(self) -> None:
                """Answer what the API server asks of an aggregated API: there it is, and it serves nothing."""
                parts = self.path.partition("?")[0].strip("/").split("/")
                if parts[0] != "apis" or len(parts) != 3:
                    self.send_error(404)
                    return
                self._say(
                    {
                        "kind": "APIResourceList",
                        "apiVersion": "v1",
                        "groupVersion": "/".join(parts[1:]),
                        "resources": [],
                    }
                )

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        return Webhook


def answer(review: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a review: admitted as it is, or converted in name alone."""
    request = review["request"]
    response: dict[str, Any] = {"uid": request["uid"]}
    if review["kind"] == "ConversionReview":
        version = request["desiredAPIVersion"]
        response["convertedObjects"] = [item | {"apiVersion": version} for item in request["objects"]]
        response["result"] = {"status": "Success"}
    else:
        response["allowed"] = True
    return {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": response}
