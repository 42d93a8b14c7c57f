"""The mutants of a module: each is its syntax tree with one thing changed."""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMED = {"min": "max", "max": "min", "bisect_left": "bisect_right", "bisect_right": "bisect_left", "any": "all"}
NAMED |= {"ceil": "floor", "sorted": "list"}
# What says nothing about a rule: types, texts for people, what a class needs to be one.
SKIPPED = (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Assert)
SKIPPED_FIELDS = {"annotation", "returns", "decorator_list", "bases", "type_comment"}
SKIPPED_NAMES = {"__slots__", "__all__", "__repr__", "TYPE_CHECKING"}


@dataclass(frozen=True, eq=False)
class Mutant:
    """One change of a module.

    Attributes:
        path: of the module, as it was given.
        number: of the mutant among those of the module.
        line: where the change is, and `text`, what stands there.
        function: qualified name and first line of the outermost function around it, or None: it is done when the
            module is imported.
        change: what becomes of what; numbered from the second on, where a function has it twice on equal lines.
    """

    path: Path
    number: int
    line: int
    text: str
    function: tuple[str, int] | None
    change: str
    _tree: ast.Module
    _place: tuple[Any, str, int | None]
    _new: ast.AST

    def __str__(self) -> str:
        return f"{self.path}:{self.line} in {self.within}: {self.change}"

    @property
    def within(self) -> str:
        """Name of the function, or of the module's own level."""
        return self.function[0] if self.function else "the module"

    @property
    def name(self) -> tuple[str, str, str, str]:
        """What it is judged by: no number of a line, which the next edit changes."""
        return str(self.path), self.within, self.text, self.change

    @property
    def file(self) -> str:
        """The module's file, as its code names it."""
        return os.path.abspath(self.path)  # noqa: PTH100  resolves no link, as Python does not

    @property
    def key(self) -> tuple[str, str, int]:
        """What a run knows the function by."""
        return self.file, *(self.function or ("", 0))

    def compile(self) -> CodeType:
        """Return the module's code with the change in it."""
        old = _replace(self._place, self._new)
        try:
            code: CodeType = compile(ast.fix_missing_locations(self._tree), self.file, "exec")
        finally:
            _replace(self._place, old)
        return code


def mutants(path: Path) -> list[Mutant]:
    """Return all mutants of a module, in the order of its lines."""
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    lines = source.splitlines()
    found: list[Mutant] = []
    seen: Counter[tuple[str | None, str, str]] = Counter()
    for place, node, new, function in _changes(tree, None, ()):
        line = node.target.lineno if isinstance(node, ast.comprehension) else getattr(node, "lineno", 1)
        ast.copy_location(new, node)
        text, change = lines[line - 1].strip(), f"{_text(node)} → {_text(new)}"
        equal = function and function[0], text, change
        seen[equal] += 1
        if seen[equal] > 1:
            change += f" ({seen[equal]})"
        found.append(Mutant(path, len(found), line, text, function, change, tree, place, new))
    return found


def _changes(
    node: ast.AST, function: tuple[str, int] | None, names: tuple[str, ...]
) -> Iterator[tuple[tuple[Any, str, int | None], ast.AST, ast.AST, tuple[str, int] | None]]:
    for field, value in ast.iter_fields(node):
        if field in SKIPPED_FIELDS or (field in {"args", "keywords"} and isinstance(node, ast.ClassDef)):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _says_nothing(child):
                continue
            inner, inner_names = function, names
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                inner_names = (*names, child.name)
            if function is None and isinstance(node, ast.FunctionDef) and field == "body":
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                inner = (".".join(names), first)
            for new in _instead(child, inside=inner is not None):
                yield (node, field, index), child, new, inner
            if not isinstance(child, ast.Raise):  # what it says is a text for people
                yield from _changes(child, inner, inner_names)


def _says_nothing(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name in SKIPPED_NAMES
        case ast.FunctionDef(name=name) | ast.If(test=ast.Name(id=name)):
            return name in SKIPPED_NAMES
    return isinstance(node, SKIPPED)


def _instead(node: ast.AST, *, inside: bool) -> Iterator[ast.AST]:
    """Yield what may stand in a node's place, alone."""
    if isinstance(node, ast.expr):
        yield from _expressions(node)
    elif inside:
        yield from _statements(node)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=None) | ast.Raise() | ast.Delete() | ast.Break() | ast.Continue():
            yield ast.Pass()
        case ast.Return(value=ast.Constant(value=None | False)):
            pass
        case ast.Return():
            yield ast.Return(value=ast.Constant(value=None))
        case ast.Expr(value=ast.Yield()):
            # Without any `yield` left it would be no generator.
            yield ast.If(test=ast.Constant(value=False), body=[node], orelse=[])
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.AnnAssign(value=ast.expr()):
            yield ast.Pass()
    match node:
        case ast.If(test=test) | ast.While(test=test) if not _is_negated_anyway(test):
            yield _like(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.AugAssign(op=op) if type(op) in COMPUTED:
            yield _like(node, op=COMPUTED[type(op)]())
        case ast.comprehension(ifs=[*tests]):
            for index, test in enumerate(tests):
                others = [*tests[:index], ast.UnaryOp(ast.Not(), test), *tests[index + 1 :]]
                yield _like(node, ifs=others)


def _expressions(node: ast.expr) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                yield _like(node, ops=[*ops[:index], COMPARED[type(op)](), *ops[index + 1 :]])
        case ast.BinOp(op=op) if type(op) in COMPUTED:
            yield _like(node, op=COMPUTED[type(op)]())
        case ast.BoolOp(op=op, values=values):
            yield _like(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for index in range(len(values)):
                rest = [*values[:index], *values[index + 1 :]]
                yield rest[0] if len(rest) == 1 else _like(node, values=rest)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield operand
        case ast.IfExp(test=test) if not _is_negated_anyway(test):
            yield _like(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Call(func=ast.Name(id=name)) if name in NAMED:
            yield _like(node, func=ast.Name(NAMED[name], ast.Load()))
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(value=str() as value):
            yield ast.Constant(f"{value}?")


def _is_negated_anyway(test: ast.expr) -> bool:
    """Tell whether what is done to an expression itself makes it its contrary."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Compare(ops=[op]):
            return isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot | ast.In | ast.NotIn)
    return False


def _like(node: ast.AST, **fields: Any) -> ast.AST:
    """Return a node with some other fields; what it shares with the first one is not changed by anybody."""
    given = {name: getattr(node, name) for name in node._fields if hasattr(node, name)}
    return ast.copy_location(type(node)(**(given | fields)), node)


def _replace(place: tuple[Any, str, int | None], new: ast.AST) -> ast.AST:
    """Put a node in a place and return what was there."""
    parent, field, index = place
    old: ast.AST
    if index is None:
        old = getattr(parent, field)
        setattr(parent, field, new)
    else:
        old = getattr(parent, field)[index]
        getattr(parent, field)[index] = new
    return old


def _text(node: ast.AST) -> str:
    """Return the first line of what a node reads like."""
    if isinstance(node, ast.comprehension):
        return f"if {' if '.join(ast.unparse(each) for each in node.ifs)}"
    lines = ast.unparse(ast.fix_missing_locations(ast.copy_location(node, node))).splitlines()
    return lines[0] if len(lines) == 1 else f"{lines[0]} …"
