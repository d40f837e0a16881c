"""The tests, in one folder for each thing that a user relies on.

- `runtime`: what `isinstance`, `issubclass` and subclasses do.
- `verdicts`: what type checkers say of shapes of objects, of uses, and of the pages' code.
- `pages`: the code of the README and the docs, the tests to copy, resume.py.
- `interop`: PyTorch and the libraries around it.
- `orbax`: Orbax, without PyTorch.
- `package`: the wheel and the sdist.
- `site`: the site that Sphinx builds.
"""
