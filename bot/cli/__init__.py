"""The command line, a file for each command. Answers go to stdout, everything else to stderr."""
