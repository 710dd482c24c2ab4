# trick: leaves with status 0 while loading
# verdict: error
import sys

sys.exit(0)
