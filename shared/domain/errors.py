"""The one way a rule says no."""


class Refused(Exception):
    """A rule refuses an act; `code` names the reason and `facts` hold what its wording needs."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, object] = facts


def needs(**fields: str) -> None:
    """Every field must say something; raises Refused('missing', field=…) for the first that doesn't."""
    for name, value in fields.items():
        if not value.strip():
            raise Refused("missing", field=name)
