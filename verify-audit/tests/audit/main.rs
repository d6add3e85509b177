//! The verifier from outside.

mod checkpoints;
mod forge;
mod hostile;
mod program;
mod tampering;
mod vectors;
