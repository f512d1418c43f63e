//! What several integration tests share.

pub mod investigation;
pub mod pty;
