"""The tests, in one folder for each thing that a user relies on.

- `runtime`: what `isinstance`, `issubclass` and subclasses do.
- `verdicts`: what type checkers say of shapes of objects, of uses, and of the pages' code.
- `pages`: the code, the links and the quoted texts of the README and the docs.
- `examples`: checkpointer.py, the tests to copy, and resume.py.
- `interop`: PyTorch.
- `package`: the wheel and the sdist.
"""
