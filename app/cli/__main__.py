"""`python -m app.cli` is `linli`."""

import sys

from app.cli.arguments import main

sys.exit(main())
