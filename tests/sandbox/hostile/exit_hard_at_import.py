# trick: os._exit(0) while loading
# verdict: error
# ruff: noqa
import os

os._exit(0)
