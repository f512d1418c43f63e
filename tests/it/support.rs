//! What several integration tests share.

pub mod investigation;
pub mod pty;
pub mod stage;
pub mod svg;
