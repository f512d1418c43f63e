//! Counts over what was said and what was made of it: who was there, when, and what somebody read.
//!
//! Plain data, derived anew each time and never saved. Counts serve to find people to relieve and to
//! learn from, so nothing here sorts people by a count.

pub mod activity;
pub mod agreement;
pub mod busiest;
pub mod calendar;
pub mod duty;
pub mod identity;
pub mod kept;
pub mod participation;
pub mod presence;
pub mod response;
pub mod stats;
