//! Ids, times, text and order keys: what every other layer speaks in. Imports nothing of ours.

pub mod id;
pub mod mishap;
pub mod rank;
pub mod reading;
pub mod shared_map;
pub mod shares;
pub mod text;
pub mod time;
pub mod token;
