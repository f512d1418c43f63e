//! What people think about the evidence: small, saved at once, joined without loss.

pub mod edit;
pub mod model;

pub use edit::{Edit, Set};
pub use model::Project;
