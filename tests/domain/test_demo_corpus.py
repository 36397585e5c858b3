"""The made-up complaints of the demo are distinct, known to the regimes and harmless."""

import re
from importlib import resources

import pytest

from shared.demo import corpus as demo
from shared.demo.shapes import Corpus, Sample
from shared.domain.lifecycle import Role
from shared.domain.regimes import shipped

SIZES = {"township": 400, "county": 40}
CORPORA = {name: demo.load(name) for name in SIZES}
SAMPLES = {name: demo.complaints(CORPORA[name], size, seed=7) for name, size in SIZES.items()}
RAW = {name: resources.files("shared.demo").joinpath(f"{name}.toml").read_text("utf-8") for name in SIZES}

every = pytest.mark.parametrize("name", SIZES)


def runs(text: str) -> set[str]:
    return {text[i : i + 10] for i in range(len(text) - 9)}


def regime(name: str):
    return shipped(CORPORA[name].regime)


def spoken(corpus: Corpus, sample: Sample) -> str:
    return repr((sample.text, sample.wish, sample.respondent, sample.refusal, sample.handling))
