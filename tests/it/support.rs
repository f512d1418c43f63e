//! What several integration tests share.

pub mod investigation;
pub mod pty;
pub mod report;
pub mod stage;
pub mod svg;
pub mod webdriver;
