"""Program in, verdict out; visible, self-written and hidden tests stay apart."""
