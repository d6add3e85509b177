//! One set of features for the crates of others, for every selection of packages of the workspace: this crate has no code, and every package
//! has it as a dependency of its tests.
//!
//! Cargo unites features over the packages that are built together. Without this crate, `cargo test --package directory` would want
//! other features of Tokio, and of what stands on it, than `cargo test --workspace`: it would compile the SDKs once more, and so would
//! the next package. A Lambda binary is built without its tests, and so without this crate.
//! `local` depends on it as such, so that `cargo local` and the documentation find what the tests have built.
//!
//! The list names no crate that the workspace would not have anyway. A test of the system (`one_set_of_features`) compares what
//! each package asks for alone with what all ask for together, and prints what is missing here.
