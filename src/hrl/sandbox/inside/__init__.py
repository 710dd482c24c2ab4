"""What runs inside a box: plain standard library, sent over the box's own standard input.

These files never import the rest of the project. The host uses those that both sides need: the codec, text,
the reading of test programs, and the look at processes.
"""
