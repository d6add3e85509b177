//! The data directory, as the program handles it: emptied on request, and the clock's offset kept in it.
//!
//! The services own their files in it; [`aws_emulator::data_dir`] marks the directory with the layout's version.

use jiff::SignedDuration;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The mark of a Vaidya directory of any version: see [`aws_emulator::data_dir`].
const MARK: &str = "schema-version";
const OFFSET: &str = "clock-offset-seconds";

/// Why the data directory can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The directory holds other files.
    #[error("{} holds no Vaidya data, so it is not emptied", .0.display())]
    NotOurs(PathBuf),
    /// The directory is of another version, or is not Vaidya's.
    #[error(transparent)]
    Refused(#[from] aws_emulator::OpenError),
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The path that was read or written.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The offset can't be read.
    #[error("{} is damaged: start with --reset", .0.display())]
    Damaged(PathBuf),
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> DataError {
    move |source| DataError::Io { path: path.to_owned(), source }
}

/// Empties the directory, if it is Vaidya's. A directory that does not exist counts as empty.
///
/// # Errors
/// [`DataError`]; a directory with other data is left unchanged.
pub fn reset(dir: &Path) -> Result<(), DataError> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(io_error(dir))?,
    };
    if entries.is_empty() {
        return Ok(());
    }
    if !entries.iter().any(|entry| entry.file_name() == MARK) {
        return Err(DataError::NotOurs(dir.to_owned()));
    }
    // The mark goes last, so that a reset that was cut short can be repeated.
    let (mark, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.file_name() == MARK);
    for entry in others.into_iter().chain(mark) {
        let path = entry.path();
        // A link is removed, never followed.
        let is_dir = entry.file_type().map_err(io_error(&path))?.is_dir();
        if is_dir { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }.map_err(io_error(&path))?;
    }
    Ok(())
}

/// Prepares the directory, and returns the clock's offset of its last use.
///
/// # Errors
/// [`DataError`], in particular when another version wrote it.
pub fn open(dir: &Path) -> Result<SignedDuration, DataError> {
    aws_emulator::data_dir::prepare(dir)?;
    let path = dir.join(OFFSET);
    match fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().map(SignedDuration::from_secs).map_err(|_| DataError::Damaged(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(SignedDuration::ZERO),
        Err(error) => Err(io_error(&path)(error)),
    }
}

/// Keeps the clock's offset for the next run.
///
/// # Errors
/// The file system's error.
pub fn keep_offset(dir: &Path, offset: SignedDuration) -> Result<(), DataError> {
    let path = dir.join(OFFSET);
    fs::write(&path, format!("{}\n", offset.as_secs())).map_err(io_error(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_ours_is_emptied_and_can_be_used_again() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("data");
        reset(&dir).unwrap();
        assert_eq!(open(&dir).unwrap(), SignedDuration::ZERO);
        fs::create_dir(dir.join("mail")).unwrap();
        fs::write(dir.join("mail/1.json"), "{}").unwrap();
        reset(&dir).unwrap();
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
        assert_eq!(open(&dir).unwrap(), SignedDuration::ZERO);
    }

    #[test]
    fn one_of_another_version_is_refused_until_it_is_reset() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(MARK), "999\n").unwrap();
        assert!(open(dir.path()).unwrap_err().to_string().contains("layout 999"));
        reset(dir.path()).unwrap();
        open(dir.path()).unwrap();
    }

    #[test]
    fn a_directory_with_other_things_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.txt"), "chapter 1").unwrap();
        assert!(matches!(reset(dir.path()), Err(DataError::NotOurs(_))));
        assert!(dir.path().join("thesis.txt").exists());
    }

    #[test]
    fn the_clock_stays_ahead_from_run_to_run() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).unwrap();
        keep_offset(dir.path(), SignedDuration::from_mins(11)).unwrap();
        assert_eq!(open(dir.path()).unwrap(), SignedDuration::from_mins(11));
    }
}
