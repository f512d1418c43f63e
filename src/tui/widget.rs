//! Small parts of screens: pure state that says what to draw, and the drawing of it.

pub mod completion;
pub mod edit_buffer;
pub mod line_editor;
pub mod narrowed;
pub mod picker;
pub mod prose_editor;
pub mod side_by_side;
pub mod wrap;
