//! Reading exports: one file a format, found by content, damage costing only itself.
