"""What one sends into each stack to see it work, as commands for its README."""

_DRIVE = ".venv/bin/wellmade local drive"
_INVOICE = '{"order_id": "order-00001", "customer": "ada", "amount_cents": 1250}'
_ORDER = '{"order_id": "o-1", "sku": "A", "quantity": 1}'
_ROWS = r"order_id,customer,item,quantity,price,ordered_on,note\nA-1001,Ada,loom,1,12.00,2026-03-02,\n"


def _message(queue: str, body: str) -> str:
    return f"echo '{body}' | {_DRIVE} sqs:{queue}"


def _table(bucket: str) -> str:
    return f"printf '{_ROWS}' > orders.csv\n{_DRIVE} s3://{bucket}/incoming/ orders.csv"


def _photograph(folder: str) -> str:
    return f"{_DRIVE} s3://PhotosInbox/{folder} photo.jpg  # any photograph of yours"


TRIES = {
    "adopted-worker": _message("Orders", _INVOICE),
    "container-platform": _message("InvoicesMessages", _INVOICE),
    "file-pipeline": _table("FilesInbox"),
    "queue-workers": _message("ByFunctionMessages", _INVOICE),
    "shop": _photograph("incoming/A-1/"),
    "thumbnails": _photograph("incoming/"),
    "uploads": _table("FilesInbox"),
    "work-queues": _message("OrdersMessages", _ORDER),
}
"""By stack; others are called through their API, which `local up` prints, or do their work by a schedule."""

OTHERWISE = ".venv/bin/wellmade local console   # all on one page: messages, executions, logs, alarms"


def try_of(stack: str) -> str:
    """Return the commands that show a stack at work, one a line."""
    return TRIES.get(stack, OTHERWISE)
