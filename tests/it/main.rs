//! The one integration test binary.

#![allow(clippy::string_slice, clippy::format_collect, reason = "a test may panic, and is to be read")]

// Marked as tests so that the lints which tests are freed from know what is one.
#[cfg(test)]
mod access;
#[cfg(test)]
mod add;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod bytes;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod export;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod import;
#[cfg(test)]
mod interviews;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod marks;
#[cfg(test)]
mod merge;
#[cfg(test)]
mod mishaps;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod piped;
#[cfg(test)]
mod project;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod report_checks;
#[cfg(test)]
mod report_page;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod screens_chat;
#[cfg(test)]
mod screens_panes;
#[cfg(test)]
mod screens_people;
#[cfg(test)]
mod screens_popups;
#[cfg(test)]
mod screens_report;
#[cfg(test)]
mod screens_scroll;
#[cfg(test)]
mod screens_sources;
#[cfg(test)]
mod screens_timeline;
#[cfg(test)]
mod search;
#[cfg(test)]
mod stats;
#[cfg(test)]
mod supply;
#[cfg(test)]
mod support;
#[cfg(test)]
mod surroundings;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod together;
