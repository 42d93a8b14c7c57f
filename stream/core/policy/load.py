"""Text of a policy file to a policy, or to everything that is wrong with it."""

from __future__ import annotations

from importlib import resources

from pydantic import ValidationError

from stream.core.policy.build import build
from stream.core.policy.complaints import names_twice, out_of_reach, problems_of, schedule_names
from stream.core.policy.document import read_document
from stream.core.policy.file import PolicyFile
from stream.core.policy.model import Policy
from stream.errors import PolicyError, Problem


def load_policy(text: str, origin: str) -> Policy:
    """Return the policy that `text` describes; `origin` names the file in messages.

    Raises:
        PolicyError: with every problem that was found, in order of the lines.
    """
    document = read_document(text)
    problems = list(document.problems)
    file = None
    if document.value is None:
        problems = problems or [Problem(None, "", "the file is empty; expected at least `version: 1`")]
    else:
        try:
            file = PolicyFile.model_validate(document.value, context=schedule_names(document.value))
        except ValidationError as error:
            problems += problems_of(error, document)
        problems += names_twice(document)
    if file is not None:
        problems += out_of_reach(file, document)
    if file is None or problems:
        raise PolicyError(origin, tuple(sorted(set(problems), key=lambda problem: (problem.line or 0, problem.key))))
    return build(file, text)


def default_policy_text() -> str:
    """Return the text of the policy that ships with the package."""
    return resources.files(__package__).joinpath("default.yaml").read_text("utf-8")


def default_policy() -> Policy:
    """Return the policy that ships with the package."""
    return load_policy(default_policy_text(), "default.yaml")
