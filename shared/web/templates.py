"""Templates that hold their words already: each is compiled once for every language it is shown in."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from babel.support import NullTranslations
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from shared.language import language


class Worded(Environment):
    """Jinja's environment; `get_template` gives the template in the language spoken here."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.words: NullTranslations | None = None
        self.spoken: dict[str, Worded] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """As Jinja's; what such a template extends and includes is in its language too."""
        here = self if self.words is not None else self._here()
        return super(Worded, here).get_template(name, parent, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows: ours alone, as one dictionary; Jinja's chain of them is slow to copy."""
        return super().make_globals(d) if d else self.globals

    def _here(self) -> Worded:
        now = language()
        if now.code not in self.spoken:
            one = self.overlay()
            one.words = now.words
            self.spoken[now.code] = one
        return self.spoken[now.code]

    def _generate(self, source: nodes.Template, *rest: Any, **more: Any) -> str:
        """Jinja's hook between reading a template and writing its program."""
        if self.words is not None:
            source = _Wording(self.words).visit(source)
        return super()._generate(source, *rest, **more)


class _Wording(NodeTransformer):
    """Puts the words in the place of every `_("…")` that waits for no facts."""

    def __init__(self, words: NullTranslations) -> None:
        self.words = words

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  Jinja's name
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_"),
                args=[nodes.Const(value=str() as text)],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ):
                said = self.words.ugettext(text)
                return nodes.TemplateData(said % {} if "%" in said else said, lineno=node.lineno)
        return node
