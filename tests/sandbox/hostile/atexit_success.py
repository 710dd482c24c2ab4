# trick: an atexit hook that leaves with status 0 after an error
# verdict: error
import atexit, os

atexit.register(os._exit, 0)
raise ValueError
