"""A site that answers as told, path by path: section 11 of the newspaper and what a test adds."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.builders import SENTENCES
from tests.serving import Asked, Reply, Server

Answer = tuple[int, dict[str, str], str]
Told = Answer | Callable[[Mapping[str, str]], Answer]
"""An answer, or what makes one of the request's headers."""

NAVIGATION = '<nav><a href="/11/CHINH-TRI.htm">Chính trị</a> <a href="/12/KINH-TE.htm">Kinh tế</a></nav>'
SECTION_11 = ("editions=vi", "sections=11")
MAINTENANCE = "<html><title>Bảo trì</title><h1>Hệ thống đang bảo trì</h1><p>" + SENTENCES[0] + "</p></html>"


class SmallSite(Server):
    """Answers as told, path by path."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.answers: dict[str, Told] = {"/robots.txt": page("User-agent: *\nAllow: /\n")}
        self.asked: list[str] = []

    def _answer(self, asked: Asked) -> Reply:
        self.asked.append(asked.target)
        told = self.answers.get(asked.target, (404, {}, ""))
        status, headers, body = told(asked.headers) if callable(told) else told
        headers = {"Content-Type": "text/html; charset=utf-8"} | headers
        return status, headers, body.encode("utf-8", "surrogatepass")

    def speak_tls(self) -> None:
        """Answer to https only, with a certificate that this site has made itself."""
        self._server.socket = self_signed().wrap_socket(self._server.socket, server_side=True)

    def body(self, path: str) -> str:
        """The page that lies at a path."""
        answer = self.answers[path]
        assert not callable(answer)
        return answer[2]

    def list_of(self, numbers: list[int], slug: str = "CHINH-TRI", pages: int = 1) -> None:
        """Section 11 with a list of these articles over so many pages, and a front page that leads to it."""
        self.answers.setdefault("/", page(NAVIGATION))
        size = -(-len(numbers) // pages)
        pager = "".join(f'<a href="/11/page/{page}/{slug}.htm">{page}</a>' for page in range(2, pages + 1))
        for number in range(1, pages + 2):  # the page past the end repeats the last one
            last = min(number, pages)
            shown = numbers[(last - 1) * size : last * size]
            links = "".join(f'<p><a href="/11/{n}/Bai-{n}.htm">Bài viết số {n}</a></p>' for n in shown)
            path = f"/11/{slug}.htm" if number == 1 else f"/11/page/{number}/{slug}.htm"
            self.answers[path] = page(NAVIGATION.replace("CHINH-TRI", slug) + links + pager)
        for number in numbers:
            self.answers[f"/11/{number}/Bai-{number}.htm"] = page(article(number))


def self_signed() -> ssl.SSLContext:
    """A server's side of TLS, with a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile() as file:
        file.write(private + certificate)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def page(body: str) -> Answer:
    return 200, {}, body


def article(number: int) -> str:
    paragraphs = "".join(f'<div style="text-align: justify;">{text}</div>' for text in SENTENCES[1:])
    return (
        f"<html><title>Bài viết số {number}</title>{NAVIGATION}<div class='post clearfix'>"
        f"<header class='page-header'><div class='page-title'><h2 class='title'>Bài viết số {number}</h2>"
        "<div class='meta-wrapper'><span class='meta'>24/4/2024 9:56</span></div></div></header>"
        f"<div class='summary'>(HBĐT) - {SENTENCES[0]}</div>{paragraphs}</div></html>"
    )
