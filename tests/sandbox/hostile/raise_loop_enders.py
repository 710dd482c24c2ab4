# trick: raises what ends generators and loops, by turns
# verdict: error
KINDS = [StopIteration, StopAsyncIteration, GeneratorExit, IndexError]


def f(x):
    raise KINDS[x % 4]
