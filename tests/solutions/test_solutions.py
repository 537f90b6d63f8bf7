import pkgutil
import re

import pytest

import solutions
from chapters import CHAPTERS
from solutions import __main__ as command, exercises, show

MODULES = [module.name for module in pkgutil.iter_modules(solutions.__path__) if module.name != "__main__"]


def second():
    """3.2.10 Is ten after nine?

    Yes.
    """
    return {"nine": 9, "ten": 10}


def first():
    """3.2.9 Is nine before ten?

    Yes.
    """
    return 9


def helper():
    """Answers nothing."""


def test_exercises_come_in_the_order_of_their_numbers():
    assert list(exercises(globals())) == ["3.2.9", "3.2.10"]


def test_question_answer_and_numbers_are_shown(capsys):
    show(globals())
    assert capsys.readouterr().out == ("3.2.9 Is nine before ten?\n\nYes.\n    first: 9\n\n"
                                       "3.2.10 Is ten after nine?\n\nYes.\n    nine: 9\n    ten: 10\n\n")


@pytest.mark.parametrize("name", MODULES)
def test_module_is_named_as_a_chapter_and_each_answer_has_a_question(name):
    assert name in [chapter.module for chapter in CHAPTERS]
    module = __import__(f"solutions.{name}", fromlist=["*"])
    for number, function in exercises(vars(module)).items():
        question, blank, answer, *_ = [*function.__doc__.splitlines(), "", ""]
        assert re.fullmatch(rf"{number} [A-Z`].*[?.]", question), question
        assert blank == "" and answer.strip(), f"{number} has no answer"


def test_list_of_exercises(capsys):
    command.main()
    lines = capsys.readouterr().out.splitlines()
    assert "python -m solutions.linreg" in lines
    assert "    3.2.3 What does the reader of minibatches do where n is not divisible by the batch size?" in lines
