# trick: shuts the channel down in both directions
# verdict: error
import socket


def f(x):
    socket.socket(fileno=3).shutdown(socket.SHUT_RDWR)
    return 4
