//! The report: templates, sections, citations, drafts. Plain data; drawing and files are others.
