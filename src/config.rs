//! Settings and the folders of this machine: what a person prefers, never what a project holds.
