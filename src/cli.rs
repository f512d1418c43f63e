//! The command line: one file a verb, exit codes and JSON as promised to scripts.
