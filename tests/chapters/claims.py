"""What the tests of the chapters that make claims share."""


def failed(claims):
    """The names of the claims that do not hold."""
    return [claim["check"] for claim in claims if not claim["ok"]]
