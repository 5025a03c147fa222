"""What the pair of `bucket-cors` does not show."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

BUCKET = """
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration: {CorsRules: [{AllowedMethods: %s, AllowedOrigins: %s}]}"""


@pytest.mark.parametrize(
    ("methods", "origins", "is_found"),
    [
        ("[GET, HEAD]", "['*']", False),
        ("[GET, POST]", "['https://shop.example', '*']", True),
        ("[DELETE]", "!If [Open, ['*'], ['https://shop.example']]", True),
        ("[PUT]", "[!Ref Origin]", False),
        ("[PUT]", "['https://*.shop.example']", False),
    ],
)
def test_finds_writes_from_everywhere(tmp_path: Path, methods: str, origins: str, *, is_found: bool) -> None:
    assert bool(findings(tmp_path, "bucket-cors", BUCKET % (methods, origins))) is is_found
