"""An OpenAPI file out of the map of addresses, so that a generator of requests knows every door and every field."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, MapAdapter, Rule

from tests.support import crawl

Json = dict[str, Any]
QUERY = "_query"
"""Among the fields of a form, the names that addresses carry stand apart."""
LEAVES = {"office.sign_out", "portal.case_leave", "office.password"}
"""Doors behind which the scan would stand outside."""


def document(app: Flask, fields: dict[str, set[str]], ids: int, words: dict[str, list[str]], *, office: bool) -> Json:
    """Every rule of one surface with its parameters; the fields of a form are those that its page shows."""
    paths: Json = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in LEAVES | {"static"} or rule.rule.startswith("/office") is not office:
            continue
        path = "".join(part if not dynamic else f"{{{part}}}" for dynamic, part in rule._trace if part != "|")
        paths[path] = {
            method.lower(): _operation(rule, method, fields, ids, words)
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        }
    return {"openapi": "3.0.3", "info": {"title": "Huiyin", "version": "1"}, "paths": paths}


def _operation(rule: Rule, method: str, known: dict[str, set[str]], ids: int, words: dict[str, list[str]]) -> Json:
    parameters = [_in_path(rule, name, ids, words) for name in sorted(rule.arguments - set(rule.defaults or ()))]
    asked = sorted(known.get(rule.endpoint + QUERY, set()) | {"v"}) if method == "GET" else []
    parameters += [{"name": n, "in": "query", "required": False, "schema": {"type": "string"}} for n in asked]
    made: Json = {"parameters": parameters, "responses": {"default": {"description": "a page"}}}
    if method == "POST":
        schema = {
            "type": "object",
            "properties": {name: {"type": "string"} for name in sorted(known.get(rule.endpoint, set()))},
        }
        made["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    return made


def _in_path(rule: Rule, name: str, ids: int, words: dict[str, list[str]]) -> Json:
    number = isinstance(rule._converters[name], IntegerConverter)
    known: Json = {"type": "integer", "minimum": 1, "maximum": ids} if number else {"enum": words.get(name, ["x"])}
    schema = {"anyOf": [known, {"type": "integer" if number else "string"}]}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def fields_of(app: Flask, clients: list[FlaskClient], starts: list[str]) -> dict[str, set[str]]:
    """The names of all fields by the endpoint that their form is sent to, and of what addresses carry, apart."""
    found: dict[str, set[str]] = defaultdict(set)
    adapter = app.url_map.bind("localhost")
    for client in clients:
        for address, answer in crawl.walk(client, starts):
            if answer.mimetype != "text/html" or not answer.text.strip():
                continue
            page = html.fromstring(answer.text)
            for form in page.xpath("//form"):
                names = form.xpath(".//@name[parent::input or parent::textarea or parent::select or parent::button]")
                method = (form.get("method") or "get").upper()
                if endpoint := _door(adapter, form.get("action") or address, method):
                    own = endpoint if method == "POST" else endpoint + QUERY
                    found[own] |= {str(name) for name in names} - {"csrf_token"}
            for link in {str(href) for href in page.xpath("//a/@href") if "?" in str(href)}:
                if endpoint := _door(adapter, link, "GET"):
                    found[endpoint + QUERY] |= set(parse_qs(urlsplit(link).query, keep_blank_values=True))
    return dict(found)


def _door(adapter: MapAdapter, address: str, method: str) -> str:
    """The endpoint behind an address of ours, '' where there is none."""
    try:
        return str(adapter.match(address.partition("?")[0], method=method)[0])
    except HTTPException:
        return ""
