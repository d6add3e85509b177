//! The pool as its callers see it: through the real SDK, and through a browser of few skills.

mod admin;
mod hosted;
mod log_in;
mod persistence;
mod second_factor;
mod sessions;
mod sign_up;
mod support;
mod tokens;
