"""A few hundred odd templates; `python -m bench fuzz_templates` reads 20,000 of them."""

import io
import itertools
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from tests.unit.check.odd_templates import odd_templates
from wellmade.cli import main

INPUTS = 300
SEED = 7


def test_each_ends_with_findings_or_with_a_line_that_says_why(tmp_path: Path) -> None:
    codes = set()
    for number, text in enumerate(itertools.islice(odd_templates(SEED), INPUTS)):
        file = tmp_path / f"{number}.json"
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        err = io.StringIO()
        with redirect_stdout(io.StringIO()), redirect_stderr(err):
            code = main(["check", str(file), "--format", "json"])
        codes.add(code)
        assert (code == 2) is bool(err.getvalue()), err.getvalue()
        assert all(line.startswith("wellmade: ") for line in err.getvalue().splitlines())
    assert codes == {0, 1, 2}
