"""nginx with the configuration of docs/proxies.md, before a server."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from support.server import ROOT

_PAGE = ROOT / "docs/proxies.md"
_NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Nginx:
    def __init__(self, folder: Path, grpc: str, http: str) -> None:
        self._folder = folder
        self._grpc, self._http = grpc, http
        self._ports = {"50443": _free_port(), "443": _free_port()}
        self.grpc = f"https://localhost:{self._ports['50443']}"
        self.web = f"https://localhost:{self._ports['443']}"
        self._key, self._certificate = folder / "syntha.key", folder / "syntha.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost"]
        names = ["-addext", "subjectAltName=DNS:localhost"]
        subprocess.run([*command, *names, "-keyout", self._key, "-out", self._certificate], check=True, capture_output=True)
        self.authority = self._certificate.read_bytes()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Nginx:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, **changes: str) -> None:
        """changes: directives of the first location, in place of the page's or added to them."""
        config = self._folder / "nginx.conf"
        config.write_text(self._whole(changes), "utf-8")
        self._process = subprocess.Popen([_NGINX, "-p", self._folder, "-c", config])
        while True:
            try:
                for port in self._ports.values():
                    socket.create_connection(("127.0.0.1", port)).close()
                return
            except ConnectionRefusedError:
                assert self._process.poll() is None, "nginx has ended"

    def stop(self) -> None:
        """Ends nginx at once, with all its connections."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _whole(self, changes: dict[str, str]) -> str:
        (block,) = re.findall(r"^```nginx\n(.*?)^```$", _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        for written, port in self._ports.items():
            block = block.replace(f"listen {written} ", f"listen 127.0.0.1:{port} ")
        block = block.replace("/etc/nginx/syntha.pem", str(self._certificate)).replace("/etc/nginx/syntha.key", str(self._key))
        block = block.replace("127.0.0.1:50051", self._grpc).replace("127.0.0.1:8080", self._http)
        block = block.replace("keepalive_requests 100000;", "keepalive_requests 50;")
        for directive, value in changes.items():
            block = block.replace("        grpc_pass ", f"        {directive} {value};\n        grpc_pass ", 1)
        paths = "".join(
            f"{name}_temp_path {self._folder / name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        return (
            f"daemon off;\nmaster_process on;\nworker_processes 1;\n{user}pid {self._folder / 'nginx.pid'};\n"
            f"error_log {self._folder / 'error.log'};\nevents {{ worker_connections 512; }}\n"
            f"http {{\naccess_log off;\n{paths}{block}}}\n"
        )
