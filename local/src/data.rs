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

/// Prepares the directory, and returns the clock's offset of its last use. The directory holds keys beside the data that
/// they open, so that only the user who runs the program may enter it.
///
/// # Errors
/// [`DataError`], in particular when another version wrote it.
pub fn open(dir: &Path) -> Result<SignedDuration, DataError> {
    keep_new_files_private();
    aws_emulator::data_dir::prepare(dir)?;
    // A directory of an earlier run may be open to others.
    make_private(dir).map_err(io_error(dir))?;
    let path = dir.join(OFFSET);
    match fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().map(SignedDuration::from_secs).map_err(|_| DataError::Damaged(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(SignedDuration::ZERO),
        Err(error) => Err(io_error(&path)(error)),
    }
}

/// Lets no other user read the files that the services of this process make from now on, the database engine included.
#[cfg(unix)]
fn keep_new_files_private() {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

#[cfg(not(unix))]
fn keep_new_files_private() {}

/// Takes the rights of other users from a directory and everything in it: 0700 and 0600.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_symlink() {
        return Ok(());
    }
    let mode = if metadata.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            make_private(&entry?.path())?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> io::Result<()> {
    Ok(())
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

    #[cfg(unix)]
    #[tokio::test]
    async fn no_other_user_may_read_what_a_run_has_left() {
        use std::os::unix::fs::PermissionsExt;
        fn modes(path: &Path, found: &mut Vec<(PathBuf, u32)>) {
            let metadata = fs::symlink_metadata(path).unwrap();
            found.push((path.to_owned(), metadata.permissions().mode() & 0o777));
            if metadata.is_dir() {
                fs::read_dir(path).unwrap().for_each(|entry| modes(&entry.unwrap().path(), found));
            }
        }
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("data");
        // As an earlier release made it.
        fs::create_dir(&dir).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(dir.join(MARK), format!("{}\n", aws_emulator::data_dir::SCHEMA_VERSION)).unwrap();
        fs::set_permissions(dir.join(MARK), fs::Permissions::from_mode(0o644)).unwrap();
        open(&dir).unwrap();
        let options = crate::Options { data_dir: Some(dir.clone()), ..crate::Options::for_test() };
        let stack = crate::Stack::start(options).await.unwrap();
        crate::accounts::seed(&stack).await.unwrap();
        keep_offset(&dir, SignedDuration::from_mins(1)).unwrap();
        drop(stack);
        let mut found = vec![];
        modes(&dir, &mut found);
        assert!(found.len() > 5, "{found:?}");
        let open: Vec<_> = found.into_iter().filter(|(_, mode)| mode & 0o077 != 0).collect();
        assert!(open.is_empty(), "{open:?}");
    }
}
