//! The timeline, derived from a project and what archives are at hand.
