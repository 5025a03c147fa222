"""`python -m wellmade` is `wellmade`."""

import sys

from wellmade.cli import main

sys.exit(main())
