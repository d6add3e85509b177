//! The verifier from outside.

#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod checkpoints;
mod forge;
mod hostile;
mod program;
mod tampering;
mod vectors;
