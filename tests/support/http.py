"""A browser without JavaScript over real HTTP that tells three things apart: done, not done, unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from lxml import html


class Lost(Exception):
    """The request left and no answer came: it may have been done."""


class NotSent(Exception):
    """No server took the request: it was not done."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: dict[str, str]
    body: bytes

    @property
    def location(self) -> str:
        """Where it leads, or nothing."""
        return self.headers.get("location", "")


@dataclass
class Browser:
    """Cookies and the ports behind which the same site answers; a port that refuses is passed over."""

    ports: list[int]
    timeout: float = 15
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        """Asks for a page."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        """Sends a form."""
        return self._ask("POST", path, urlencode(fields, doseq=True).encode(), FORM)

    def upload(self, path: str, fields: dict[str, Any], name: str, data: bytes) -> Answer:
        """Sends a form with one file in the field `files`."""
        parts = [f'name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
        parts.append(f'name="files"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'.encode() + data)
        body = b"".join(b"--cut\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
        return self._ask("POST", path, body + b"--cut--\r\n", {"Content-Type": "multipart/form-data; boundary=cut"})

    def form(self, path: str, **fields: Any) -> dict[str, Any]:
        """What the first form of a page that has these fields would send, with these fields changed."""
        page = html.fromstring(self.get(path).text)
        found = [one for one in page.xpath("//form[@method='post']") if fields.keys() <= set(one.fields)]
        if not found:
            raise NotSent(f"no such form on {path}")
        return {name: value for name, value in found[0].form_values() if name not in fields} | fields

    def send(self, path: str, **fields: Any) -> Answer:
        """Opens a page, fills its form in and sends it to the same address."""
        return self.post(path, self.form(path, **fields))

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        for port in self.ports:
            connection = HTTPConnection("127.0.0.1", port, timeout=self.timeout)
            try:
                connection.connect()
            except OSError:
                connection.close()
                continue
            try:
                return self._over(connection, method, path, body, headers)
            except (OSError, HTTPException) as fault:
                raise Lost(type(fault).__name__) from fault
            finally:
                connection.close()
        raise NotSent("no port answers")

    def _over(
        self, connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, headers | ({"Cookie": kept} if kept else {}))
        answer = connection.getresponse()
        data = answer.read()
        for given in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: one.value for name, one in SimpleCookie(given).items()}
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, data.decode("utf-8", "replace"), named, data)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
