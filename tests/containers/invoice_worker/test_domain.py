import pytest

from invoice_worker.domain import Invoice, MalformedError, invoice_of


def test_reads_an_order_and_leaves_what_later_versions_add() -> None:
    body = '{"order_id": "o-1", "customer": "ada", "amount_cents": 250, "gift": true}'
    assert invoice_of(body) == Invoice("o-1", "ada", 250)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("no json", "the body is no JSON"),
        ("[]", "the body is no object"),
        ('{"order_id": "o-1", "customer": "ada"}', "amount_cents is no positive whole number"),
        (
            '{"order_id": "o-1", "customer": "ada", "amount_cents": true}',
            "amount_cents is no positive whole number",
        ),
        (
            '{"order_id": "o-1", "customer": "ada", "amount_cents": -1}',
            "amount_cents is no positive whole number",
        ),
        ('{"order_id": 1, "customer": "ada", "amount_cents": 1}', "order_id is no text"),
        ('{"order_id": "o-1", "customer": "", "amount_cents": 1}', "customer is no text"),
    ],
)
def test_names_what_is_malformed(body: str, reason: str) -> None:
    with pytest.raises(MalformedError, match=f"^{reason}$"):
        invoice_of(body)
