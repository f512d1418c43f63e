//! What leaves the project: Markdown, JSON, CSV and text, each through its sanitiser.
