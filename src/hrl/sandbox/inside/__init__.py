"""What runs inside a box: plain standard library, sent over the box's own standard input.

These files never import the rest of the project, and the host imports only `codec` from them.
"""
