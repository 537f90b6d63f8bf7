"""`python -m solutions` lists the exercises that are answered, by chapter."""
import importlib.util
import inspect

from chapters import CHAPTERS
from solutions import exercises


def main():
    """Print the number and the question of each exercise."""
    for chapter in CHAPTERS:
        if importlib.util.find_spec(f"solutions.{chapter.module}"):
            print(f"python -m solutions.{chapter.module}")
            module = importlib.import_module(f"solutions.{chapter.module}")
            for function in exercises(vars(module)).values():
                print(f"    {inspect.getdoc(function).splitlines()[0]}")


if __name__ == "__main__":
    main()
