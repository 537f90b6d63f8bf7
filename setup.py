"""Metadata and dependencies of d2lmx; the version is read from the text of d2lmx/__init__.py, which is not imported."""
import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"

D2L = 'd2l==1.0.3; python_version < "3.12"'  # its pins, numpy==1.23.5 among them, have no builds for newer Python

setup(
    name="d2lmx",
    version=re.search(r'^__version__ = "(.+)"$', (HERE / "d2lmx" / "__init__.py").read_text("utf-8"), re.M).group(1),
    description="Dive into Deep Learning, first edition, on MXNet Gluon: chapters, loaders and training utilities",
    long_description=README.read_text("utf-8") if README.exists() else "",
    long_description_content_type="text/markdown",
    author="The d2lmx authors",
    license="MIT",
    packages=find_packages(include=["d2lmx*", "chapters*", "solutions*"]),
    package_data={"d2lmx": ["*.pyi"]},
    package_dir={"": "."},  # else an editable install loses to the folder of the checkout, where that is in sys.path
    python_requires=">=3.9,<3.15",
    install_requires=[
        # MXNet asks for numpy<2, which from Python 3.13 on pip would compile: there `python -m d2lmx setup` installs
        # MXNet alone, and its other requirements stand here.
        'mxnet==1.9.1; python_version < "3.13"',
        "requests>=2.20,<3",
        "graphviz>=0.8.1,<0.9",
        'setuptools>=65,<85; python_version >= "3.12"',  # gives distutils, which Python no longer has
        "numpy>=1.23,<2.4",  # from 2.4 on `"%f" % x.asnumpy()` is an error, which the book writes
        "matplotlib>=3.5",
        "pooch>=1.6",
        "tqdm>=4.60",
        "scikit-learn>=1.0",
        "scipy>=1.9",
        "pandas>=1.5,<3",  # from 3 on text columns are no longer of dtype object, on which the book relies
    ],
    extras_require={
        "book": ["ipython>=7"],  # what the book's cells import besides
        "notebook": ["ipython>=7", "jupyterlab>=4"],
        "bench": ["d2lzh==1.0.0", "ipython>=7", "torch==2.13.0"],  # the peers
        "dev": [D2L, "ipython>=7", "pytest>=7", "pytest-xdist>=3", "ruff>=0.4"],
    },
)
