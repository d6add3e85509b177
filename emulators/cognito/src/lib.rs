//! A small, strict stand-in for one Amazon Cognito user pool.
//!
//! The emulator lets the whole backend run on one machine: the same SDK calls, the same error codes, the same RS256
//! tokens and the same hosted log-in as in AWS, in one process and without an account. Strict means that it
//! refuses what Cognito refuses: wrong and reused codes, weak passwords, a redirect address that was not
//! registered, a rotated refresh token, a code exchanged without its verifier.
//!
//! [`UserPool::handle`] speaks the JSON 1.1 protocol of the SDKs, [`UserPool::page`] is the hosted domain, and
//! [`UserPool::verify_access`] is what a JWT authorizer asks. Time, randomness, mail and triggers are arguments
//! ([`Outlets`]), so that tests decide them.
//!
//! Deliberately not here: SRP and passkeys, federation, device tracking, SMS, custom attributes, several pools,
//! threat protection, and the checking of SigV4 signatures (their presence is checked).
//!
//! PreventUserExistenceErrors is on, and leaks where it leaks in AWS, since callers have to cope with that: `SignUp` says
//! that an account exists, `ConfirmSignUp` that it was confirmed, `ConfirmForgotPassword` that no code was asked for.

mod api;
mod config;
mod error;
mod keys;
mod limits;
mod mail;
mod password;
mod pool;
mod random;
mod request_context;
mod seed;
mod sessions;
mod sign_in;
mod state;
mod store;
mod tokens;
pub mod totp;
mod user;
mod web;

pub use config::{Client, Clock, Config, Lifetimes, MailOutlet, Outlets, PasswordPolicy, Trigger};
pub use keys::{KeyError, SigningKey};
pub use mail::Mail;
pub use pool::{OpenError, UserPool};
pub use random::Random;
pub use tokens::{Claims, TokenRefusal};
