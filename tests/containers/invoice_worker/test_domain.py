import pytest

from invoice_worker.domain import Invoice, MalformedError, invoice_of


def test_reads_an_order_and_leaves_what_later_versions_add() -> None:
    body = '{"order_id": "order-001", "customer": "ada", "amount_cents": 250, "gift": true}'
    assert invoice_of(body) == Invoice("order-001", "ada", 250)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("no json", "the body is no JSON: Expecting value at character 0"),
        ("[]", "the body is no object"),
        (
            '{"order_id": "order-001", "customer": "ada"}',
            "amount_cents is no whole number from 1 to 100000000",
        ),
        (
            '{"order_id": "order-001", "customer": "ada", "amount_cents": true}',
            "amount_cents is no whole number from 1 to 100000000",
        ),
        (
            '{"order_id": "order-001", "customer": "ada", "amount_cents": -1}',
            "amount_cents is no whole number from 1 to 100000000",
        ),
        (
            '{"order_id": 1, "customer": "ada", "amount_cents": 1}',
            "order_id is no text of 1 to 64 characters",
        ),
        (
            '{"order_id": "order-001", "customer": "", "amount_cents": 1}',
            "customer is no text of 1 to 64 characters",
        ),
    ],
)
def test_names_what_is_malformed(body: str, reason: str) -> None:
    with pytest.raises(MalformedError, match=f"^{reason}$"):
        invoice_of(body)
