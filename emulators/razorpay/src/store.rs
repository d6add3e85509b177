//! Keeping the books in one JSON file, where a data directory is given.
//!
//! The file is replaced whole and atomically after each change. That is enough for one machine and a few
//! thousand payments; it is no database. Secrets are not in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::books::Books;
use crate::webhook::Outbox;

/// Everything that outlives the process.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) books: Books,
    pub(crate) outbox: Outbox,
}

/// The reason why a data directory could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or the file can't be read or made.
    #[error("can't use {}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The file is there, but these are no books.
    #[error("{} does not hold the books of this simulator", path.display())]
    Corrupt {
        /// Which.
        path: PathBuf,
        /// The reason.
        source: serde_json::Error,
    },
}

/// The file.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
}

impl Store {
    /// Opens the directory, creating it if necessary, and reads its books.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Option<State>), OpenError> {
        let path = dir.join("razorpay.json");
        let at = |source| OpenError::Io { path: path.clone(), source };
        fs::create_dir_all(dir).map_err(at)?;
        let state = match fs::read(&path) {
            Ok(text) => {
                let corrupt = |source| OpenError::Corrupt { path: path.clone(), source };
                Some(serde_json::from_slice(&text).map_err(corrupt)?)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(at(error)),
        };
        Ok((Self { path }, state))
    }

    pub(crate) fn save(&self, state: &State) -> io::Result<()> {
        let draft = self.path.with_extension("json.new");
        fs::write(&draft, serde_json::to_vec(state)?)?;
        fs::rename(&draft, &self.path)
    }
}
