"""No way to write a block of code is overlooked."""

import pytest

from tests.pages.blocks import HTML, INDENTED, blocks_in


@pytest.mark.parametrize(
    ("page", "language"),
    [
        ("```python\nx = 1\n```", "python"),
        ("~~~python\nx = 1\n~~~", "python"),
        ("````python\nx = 1\n````", "python"),
        ("```python title=x\nx = 1\n```", "python"),
        ("- an item\n\n  ```python\n  x = 1\n  ```", "python"),
        ("> ```python\n> x = 1\n> ```", "python"),
        ("```python\nx = 1", "python"),
        ("``` {.python}\nx = 1\n```", "{.python}"),
        ("```Python\nx = 1\n```", "Python"),
        ("Text:\n\n    x = 1", INDENTED),
        ("Text:\n\n\tx = 1", INDENTED),
        ("<pre>x = 1</pre>", HTML),
        ("Text <code>x = 1</code>.", HTML),
    ],
)
def test_a_block_is_found_however_it_is_written(page: str, language: str) -> None:
    assert [each.language for each in blocks_in(page)] == [language]
