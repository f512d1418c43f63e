//! Finding messages: the query language, filters, exact and fuzzy hits.
