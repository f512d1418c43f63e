//! The report: templates, sections, citations, drafts. Plain data; drawing and files are others.
//!
//! A report is made anew of project and archive each time; only the prose of its sections is saved.

pub mod build;
pub mod cite;
pub mod compare;
pub mod draft;
pub mod evidence;
pub mod interview;
pub mod lint;
pub mod meeting;
pub mod surroundings;
pub mod tagged;
pub mod template;
pub mod versions;

pub use build::{Policy, Report, build, build_with};
pub use cite::{Citation, Resolved, Standing, citations, resolve};
pub use evidence::SectionEvidence;
pub use surroundings::Surroundings;
pub use template::{Template, TemplateSection};
pub use versions::Versions;
