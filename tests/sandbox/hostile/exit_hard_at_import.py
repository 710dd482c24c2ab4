# trick: os._exit(0) while loading
# verdict: error
import os

os._exit(0)
