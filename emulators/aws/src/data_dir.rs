//! The directory in which the services keep their state between runs (`--data DIR`).
//!
//! A file named `schema-version` says which release of the layout wrote the directory; another release's directory
//! is refused before anything in it is touched. There are no migrations: this is a development machine's data, and
//! starting afresh is the remedy.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The layout that this build reads and writes. Raise it with every incompatible change of a stored format.
pub const SCHEMA_VERSION: u32 = 1;

const VERSION_FILE: &str = "schema-version";

/// The reason why a service could not open its state.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory was written by another release.
    #[error(
        "{} holds local data of layout {found}, and this build reads layout {SCHEMA_VERSION}: \
         start with --reset, or give another --data directory", dir.display()
    )]
    OtherVersion {
        /// The data directory.
        dir: PathBuf,
        /// The content of the version file.
        found: String,
    },
    /// The directory has files, but none that says which layout they have.
    #[error("{} is not empty and holds no Vaidya data: give an empty --data directory", dir.display())]
    NotOurs {
        /// The directory.
        dir: PathBuf,
    },
    /// A stored file can't be read back.
    #[error("{} is damaged: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The fault of the file.
        detail: String,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The database engine refused to open its file or to create a table.
    #[error("the database engine: {0}")]
    Engine(String),
}

impl OpenError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// Makes `dir` ready for use: creates and marks it when it is missing or empty, otherwise checks its mark.
///
/// # Errors
/// [`OpenError::OtherVersion`] and [`OpenError::NotOurs`] when the content is not of this layout.
pub fn prepare(dir: &Path) -> Result<(), OpenError> {
    fs::create_dir_all(dir).map_err(OpenError::io(dir))?;
    let file = dir.join(VERSION_FILE);
    match fs::read_to_string(&file) {
        Ok(found) if found.trim() == SCHEMA_VERSION.to_string() => Ok(()),
        Ok(found) => Err(OpenError::OtherVersion { dir: dir.to_owned(), found: found.trim().to_owned() }),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
            if fs::read_dir(dir).map_err(OpenError::io(dir))?.next().is_some() {
                return Err(OpenError::NotOurs { dir: dir.to_owned() });
            }
            fs::write(&file, format!("{SCHEMA_VERSION}\n")).map_err(OpenError::io(&file))
        }
        Err(source) => Err(OpenError::Io { path: file, source }),
    }
}

/// A value that is kept in one JSON file and replaced as a whole; without a directory it is kept nowhere.
///
/// Meant for small states (queues, secrets, key material): each change writes the file anew.
#[derive(Debug)]
pub(crate) struct JsonFile(Option<PathBuf>);

impl JsonFile {
    /// The file `name` in the data directory, if there is one; its content, if there is any.
    pub(crate) fn open<T: DeserializeOwned>(dir: Option<&Path>, name: &str) -> Result<(Self, Option<T>), OpenError> {
        let Some(dir) = dir else { return Ok((Self(None), None)) };
        prepare(dir)?;
        let path = dir.join(name);
        let value = match fs::read(&path) {
            Ok(bytes) => Some(
                serde_json::from_slice(&bytes)
                    .map_err(|error| OpenError::Damaged { path: path.clone(), detail: error.to_string() })?,
            ),
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(OpenError::Io { path, source }),
        };
        Ok((Self(Some(path)), value))
    }

    /// Replaces the content. A reader of the file sees the old value or the new one, never half of either.
    ///
    /// # Errors
    /// The file system's error; the old content is then still there.
    pub(crate) fn store<T: Serialize>(&self, value: &T) -> io::Result<()> {
        match &self.0 {
            Some(path) => replace(path, &serde_json::to_vec(value)?),
            None => Ok(()),
        }
    }
}

/// Writes a file whole: under another name first, then renamed into place.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = fs::File::create(&temporary)?;
    file.write_all(content)?;
    drop(file);
    fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_directory_is_marked_and_accepted_again() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("data");
        prepare(&dir).unwrap();
        prepare(&dir).unwrap();
    }

    #[test]
    fn a_directory_of_another_layout_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(VERSION_FILE), "999\n").unwrap();
        let refusal = prepare(dir.path()).unwrap_err();
        assert!(matches!(&refusal, OpenError::OtherVersion { found, .. } if found == "999"), "{refusal}");
        assert!(refusal.to_string().contains("layout 999"), "{refusal}");
    }

    #[test]
    fn a_directory_with_other_files_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.txt"), "chapter 1").unwrap();
        assert!(matches!(prepare(dir.path()), Err(OpenError::NotOurs { .. })));
        assert!(!dir.path().join(VERSION_FILE).exists());
    }

    #[test]
    fn a_damaged_file_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path()).unwrap();
        fs::write(dir.path().join("queues.json"), "{").unwrap();
        let refusal = JsonFile::open::<Vec<String>>(Some(dir.path()), "queues.json").unwrap_err();
        assert!(refusal.to_string().contains("queues.json is damaged"), "{refusal}");
    }
}
