//! Verifies an export of the audit trail, offline: with the events, the checkpoints and the public key, and nothing
//! else. `docs/audit-format.md` says what these are, byte by byte.
//!
//! Chains and checkpoints are read once, side by side, from their beginning to their end: a checkpoint, then the
//! segment of each chain that it closes. What is in memory at any moment is a checkpoint, a line of each chain and the
//! tree of one segment, which is one hash for each of its levels; it does not grow with the archive.
//!
//! A tampering is a [`Finding`] with chain, position and the checkpoint against which it was found. After one the
//! verifier goes on with what the trail says of itself, so that one change is found once, and a second one behind it
//! too.
//!
//! | to find | look in |
//! |---|---|
//! | how an export lies on the disk | [`export`] |
//! | how chains and checkpoints are compared | [`verify`](mod@verify) |
//! | what can be found | [`finding`] |
//! | inclusion proofs | [`proof`] |
//! | public keys in PEM | [`keys`] |

mod chain;
pub mod cli;
pub mod export;
pub mod finding;
pub mod keys;
pub mod proof;
pub mod verify;

pub use export::{Export, Lines, Place};
pub use finding::{Finding, Kind};
pub use verify::{Options, Report, verify};
