//! Places at which a test lets the program panic, to see that nothing is lost by a bug of ours.
//!
//! Only a debug build has them; in a release build they are nothing.

/// Names, in the environment, the place at which to panic.
#[cfg(debug_assertions)]
const VARIABLE: &str = "MEANWHILE_TEST_PANIC";

/// Panics where the environment names this place.
#[cfg(debug_assertions)]
pub fn point(place: impl FnOnce() -> String) {
    let Some(wanted) = std::env::var_os(VARIABLE) else { return };
    assert!(wanted.to_str() != Some(place().as_str()), "a mishap that a test asked for, in `foreign text`");
}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub fn point(_: impl FnOnce() -> String) {}
