"""Formulas: every figure that is made of counts, as a row of data."""

from stream.core.formulas.formula import Better, Formula, Scope, Terms, Unit
from stream.core.formulas.table import ARRIVED, BY_KEY, FORMULAS, KEYS, SERVICE_LEVELS

__all__ = [
    "ARRIVED",
    "BY_KEY",
    "FORMULAS",
    "KEYS",
    "SERVICE_LEVELS",
    "Better",
    "Formula",
    "Scope",
    "Terms",
    "Unit",
]
