"""The rules: plain values and functions. No I/O, clock, log, randomness or library."""
