//! The file in which a pool survives a restart: `user-pool.json`, replaced whole and atomically, readable by its owner alone.
//! The file holds the signing key, so it is as secret as the pool.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::state::State;

/// The version of the file's form; a file of another one is refused, not guessed at.
const SCHEMA: u32 = 1;

#[derive(Deserialize)]
struct Stored {
    schema: u32,
    pool_id: String,
    signing_key: String,
    state: State,
}

#[derive(Serialize)]
struct ToStore<'a> {
    schema: u32,
    pool_id: &'a str,
    signing_key: &'a str,
    state: &'a State,
}

pub struct Store {
    path: PathBuf,
    pool_id: String,
    signing_key: String,
    last: Vec<u8>,
}

impl Store {
    /// The key and the state that `dir` holds, if it holds any.
    pub fn read(dir: &Path, pool_id: &str) -> io::Result<Option<(String, State)>> {
        fs::create_dir_all(dir)?;
        let bytes = match fs::read(file(dir)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let stored: Stored = serde_json::from_slice(&bytes)?;
        if stored.schema != SCHEMA || stored.pool_id != pool_id {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("it holds pool {} in form {}, not {pool_id} in form {SCHEMA}", stored.pool_id, stored.schema),
            ));
        }
        Ok(Some((stored.signing_key, stored.state)))
    }

    pub fn new(dir: &Path, pool_id: &str, signing_key: &str) -> Self {
        Self { path: file(dir), pool_id: pool_id.to_owned(), signing_key: signing_key.to_owned(), last: Vec::new() }
    }

    /// Writes the state, unless it is what was written last.
    pub fn write(&mut self, state: &State) -> io::Result<()> {
        let bytes = serde_json::to_vec(&ToStore {
            schema: SCHEMA,
            pool_id: &self.pool_id,
            signing_key: &self.signing_key,
            state,
        })?;
        if bytes == self.last {
            return Ok(());
        }
        let beside = self.path.with_extension("json.new");
        let mut new = private_file(&beside)?;
        new.write_all(&bytes)?;
        new.sync_all()?;
        fs::rename(&beside, &self.path)?;
        self.last = bytes;
        Ok(())
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("user-pool.json")
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
