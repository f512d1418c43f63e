//! The one integration test binary.

mod import;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod search;
