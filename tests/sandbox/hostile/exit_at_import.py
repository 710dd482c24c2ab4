# trick: leaves with status 0 while loading
# verdict: error
# ruff: noqa
import sys

sys.exit(0)
