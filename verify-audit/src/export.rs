//! An export on the disk, and its chains as streams of lines.
//!
//! ```text
//! checkpoints.jsonl                   a checkpoint a line, from the first on
//! keys.pem                            the public keys
//! events/chain=03/day=2026-11-30/00000000000000000001.jsonl
//!                                     an event a line; the files of a chain, in the order of their paths, are its chain
//! ```

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use domain::audit::CHAINS;

/// The longest line, in bytes, from docs/audit-format.md; a longer one is reported, not kept.
pub const LONGEST_LINE: usize = 64 * 1024;

/// The place of a line: the number of the file in its chain, and the line's number in it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The number of the file, from 0.
    pub file: usize,
    /// The number of the line, from 1.
    pub line: u64,
}

/// A stream of lines.
pub trait Lines {
    /// Reads the next line into `line`, replacing its content, without its end; `None` after the last one.
    ///
    /// # Errors
    /// The errors of the disk.
    fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<Option<Place>>;

    /// A place in words.
    fn describe(&self, place: Place) -> String;
}

/// Lines in memory.
impl Lines for &[u8] {
    fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<Option<Place>> {
        Ok(read_line(self, line)?.then(Place::default))
    }

    fn describe(&self, _: Place) -> String {
        "memory".to_owned()
    }
}

/// The files of a chain, or any others, one after the other.
#[derive(Debug, Default)]
pub struct Files {
    root: PathBuf,
    files: Vec<PathBuf>,
    /// The number of the file that is open, plus one.
    opened: usize,
    open: Option<BufReader<File>>,
    line: u64,
}

impl Files {
    /// Some files below `root`, in this order.
    pub fn new(root: &Path, files: Vec<PathBuf>) -> Self {
        Self { root: root.to_owned(), files, ..Self::default() }
    }
}

impl Lines for Files {
    fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<Option<Place>> {
        loop {
            if let Some(open) = &mut self.open {
                if read_line(open, line)? {
                    self.line += 1;
                    return Ok(Some(Place { file: self.opened - 1, line: self.line }));
                }
                self.open = None;
            }
            let Some(path) = self.files.get(self.opened) else { return Ok(None) };
            self.open = Some(BufReader::with_capacity(128 * 1024, File::open(path)?));
            self.opened += 1;
            self.line = 0;
        }
    }

    fn describe(&self, place: Place) -> String {
        let path = self.files.get(place.file).map(|path| path.strip_prefix(&self.root).unwrap_or(path));
        format!("{}:{}", path.unwrap_or(Path::new("?")).display(), place.line)
    }
}

/// Reads up to the end of a line. Of a line longer than [`LONGEST_LINE`] one byte more is kept, and the rest is
/// skipped.
fn read_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = source.by_ref().take(LONGEST_LINE as u64 + 1).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if read > LONGEST_LINE {
        source.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

/// An export on the disk.
#[derive(Debug, Clone)]
pub struct Export {
    root: PathBuf,
}

/// The result of [`Export::chains`].
#[derive(Debug)]
pub struct Chains {
    /// The files of each chain, from chain 0 on.
    pub chains: Vec<Files>,
    /// Files that do not belong to an export.
    pub strangers: Vec<String>,
}

impl Export {
    /// The export in this directory.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The path of the public keys.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys.pem")
    }

    /// The path of the checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        self.root.join("checkpoints.jsonl")
    }

    /// The files of its chains.
    ///
    /// # Errors
    /// The errors of the disk.
    pub fn chains(&self) -> io::Result<Chains> {
        let mut strangers = vec![];
        let mut chains: Vec<Vec<PathBuf>> = (0..CHAINS).map(|_| vec![]).collect();
        for path in sorted(&self.root.join("events"))? {
            let chain = path.file_name().and_then(|name| chain_number(name.to_str()?)).filter(|_| path.is_dir());
            match chain.and_then(|chain| chains.get_mut(chain)) {
                Some(files) => collect(&path, files, &mut strangers)?,
                None => strangers.push(path),
            }
        }
        let relative = |path: PathBuf| path.strip_prefix(&self.root).unwrap_or(&path).display().to_string();
        Ok(Chains {
            chains: chains.into_iter().map(|files| Files::new(&self.root, files)).collect(),
            strangers: strangers.into_iter().map(relative).collect(),
        })
    }
}

/// `chain=03` is chain 3.
fn chain_number(name: &str) -> Option<usize> {
    let digits = name.strip_prefix("chain=").filter(|digits| digits.len() == 2)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>, strangers: &mut Vec<PathBuf>) -> io::Result<()> {
    for path in sorted(directory)? {
        if path.is_dir() {
            collect(&path, files, strangers)?;
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(path);
        } else {
            strangers.push(path);
        }
    }
    Ok(())
}

fn sorted(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort_unstable();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
        // A small buffer, so that lines come in pieces.
        let mut reader = BufReader::with_capacity(3, bytes);
        let (mut lines, mut line) = (vec![], vec![]);
        while read_line(&mut reader, &mut line).unwrap() {
            lines.push(line.clone());
        }
        lines
    }

    #[test]
    fn a_line_ends_at_its_end_or_at_the_end_of_the_file() {
        assert_eq!(lines(b"one\n\ntwo\nthree"), [b"one".as_slice(), b"", b"two", b"three"]);
        assert_eq!(lines(b"one\n"), [b"one"]);
        assert_eq!(lines(b""), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn a_line_without_end_takes_no_memory_without_end() {
        let long = vec![b'x'; 3 * LONGEST_LINE];
        let read = lines(&[long.as_slice(), b"\nshort\n"].concat());
        assert_eq!(read[0].len(), LONGEST_LINE + 1);
        assert_eq!(read[1], b"short");
    }

    #[test]
    fn files_of_a_chain_come_in_the_order_of_their_paths_and_strangers_are_named() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "chain=03/day=2026-12-01/2.jsonl",
            "chain=03/day=2026-11-30/9.jsonl",
            "chain=16/1.jsonl",
            "chain=3/1.jsonl",
        ] {
            let file = root.path().join("events").join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, format!("{path}\n")).unwrap();
        }
        fs::write(root.path().join("events/chain=03/day=2026-11-30/notes.txt"), "").unwrap();
        let mut found = Export::at(root.path()).chains().unwrap();
        assert_eq!(found.strangers, ["events/chain=03/day=2026-11-30/notes.txt", "events/chain=16", "events/chain=3"]);
        let (chain, mut line, mut read) = (&mut found.chains[3], vec![], vec![]);
        while let Some(place) = chain.next_line(&mut line).unwrap() {
            read.push((String::from_utf8(line.clone()).unwrap(), chain.describe(place)));
        }
        let expected = ["chain=03/day=2026-11-30/9.jsonl", "chain=03/day=2026-12-01/2.jsonl"];
        assert_eq!(read, expected.map(|path| (path.to_owned(), format!("events/{path}:1"))));
    }
}
