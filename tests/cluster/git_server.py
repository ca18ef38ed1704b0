"""A Git repository behind smart HTTP on this machine, and commits of whole folders into it; knows no Argo CD."""

from __future__ import annotations

import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

HOST = "127.0.0.1"
_PATIENCE_S = 60
_PASSED = {"Content-Type": "CONTENT_TYPE", "Content-Encoding": "HTTP_CONTENT_ENCODING", "Git-Protocol": "GIT_PROTOCOL"}
"""Headers that git-http-backend wants, as its manual page names them."""


class GitServer:
    """One bare repository with the branch `main`; a context manager that serves it inside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bare = folder / "platform.git"
        _git("init", "--quiet", "--bare", "--initial-branch=main", str(self._bare))
        self._server = ThreadingHTTPServer((HOST, 0), _handler(folder))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Return the repository's URL."""
        return f"http://{HOST}:{self._server.server_port}/{self._bare.name}"

    def commit(self, tree: Path, message: str) -> str:
        """Make all files of a folder the branch's next commit and return its hash."""
        base = ("--git-dir", str(self._bare), "--work-tree", str(tree), "-c", "core.bare=false")
        who = ("-c", "user.name=test", "-c", "user.email=test@acme.com", "-c", "commit.gpgSign=false")
        _git(*base, "add", "--all", "--force", ".", cwd=tree)
        _git(*base, *who, "commit", "--quiet", "--allow-empty", "--message", message, cwd=tree)
        return _git(*base, "rev-parse", "HEAD").strip()

    def __enter__(self) -> Self:
        """Start serving."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def _git(*words: str, cwd: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *words],
        cwd=cwd,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE_S,
    )
    return done.stdout


def _handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Backend(BaseHTTPRequestHandler):
        """Passes requests to Git's own CGI program."""

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def log_message(self, format: str, *args: object) -> None:
            del format, args

        def _answer(self, body: bytes) -> None:
            url = urlsplit(self.path)
            request = {
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": url.path,
                "QUERY_STRING": url.query,
                "CONTENT_LENGTH": str(len(body)),
            }
            request |= {variable: self.headers[name] for name, variable in _PASSED.items() if name in self.headers}
            done = subprocess.run(
                ["git", "http-backend"],
                env=os.environ | request,
                input=body,
                capture_output=True,
                check=False,
                timeout=_PATIENCE_S,
            )
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Backend
