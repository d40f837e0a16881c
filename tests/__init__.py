"""The tests, in one folder for each thing that a user relies on.

- `runtime`: what `isinstance`, `issubclass` and subclasses do.
- `verdicts`: what type checkers say of each declared shape and use, and the tables about it.
- `pages`: the code, the tables and the links of the README and the docs; the example resume.py.
- `interop`: PyTorch and the libraries around it.
- `orbax`: Orbax, without PyTorch.
- `package`: the wheel and the sdist.
- `site`: the site that Sphinx builds.
- `bench`: measures speed and size, and writes docs/performance.md.

`suite.py` says what a run is about: the declarations and pages of `verdicts` or of `interop`.
"""
