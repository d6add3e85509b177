//! An export on the disk, and its lanes as streams of lines.
//!
//! ```text
//! checkpoints.jsonl                   a checkpoint a line, from the first on
//! keys.pem                            the public keys
//! events/lane=03/day=2026-11-30/00000000000000000001.jsonl
//!                                     an event a line; the files of a lane, in the order of their paths, are its chain
//! ```

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use domain::audit::LANES;

/// No line of ours comes near; a longer one is reported, not kept.
pub const LONGEST_LINE: usize = 64 * 1024;

/// Where a line was read: the number of the file in its lane, and the line's number in it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The number of the file, from 0.
    pub file: usize,
    /// The number of the line, from 1.
    pub line: u64,
}

/// A stream of lines.
pub trait Lines {
    /// Reads the next line into `line`, whatever was in it before, without its end; `None` after the last one.
    ///
    /// # Errors
    /// Those of the disk.
    fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<Option<Place>>;

    /// A place in words.
    fn describe(&self, place: Place) -> String;
}

/// Lines that are in memory already.
impl Lines for &[u8] {
    fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<Option<Place>> {
        Ok(read_line(self, line)?.then(Place::default))
    }

    fn describe(&self, _: Place) -> String {
        "memory".to_owned()
    }
}

/// The files of a lane, or any others, one after the other.
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

/// Reads up to the end of a line. Of one that is longer than [`LONGEST_LINE`] a byte more is kept, and the rest is
/// passed over.
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

/// What [`Export::lanes`] found.
#[derive(Debug)]
pub struct Lanes {
    /// The files of each lane, from lane 0 on.
    pub lanes: Vec<Files>,
    /// What has no business among them.
    pub strangers: Vec<String>,
}

impl Export {
    /// The export in this directory.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where its public keys are.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys.pem")
    }

    /// Where its checkpoints are.
    pub fn checkpoints(&self) -> PathBuf {
        self.root.join("checkpoints.jsonl")
    }

    /// The files of its lanes.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn lanes(&self) -> io::Result<Lanes> {
        let mut strangers = vec![];
        let mut lanes: Vec<Vec<PathBuf>> = (0..LANES).map(|_| vec![]).collect();
        for path in sorted(&self.root.join("events"))? {
            let lane = path.file_name().and_then(|name| lane_number(name.to_str()?)).filter(|_| path.is_dir());
            match lane.and_then(|lane| lanes.get_mut(lane)) {
                Some(files) => collect(&path, files, &mut strangers)?,
                None => strangers.push(path),
            }
        }
        let relative = |path: PathBuf| path.strip_prefix(&self.root).unwrap_or(&path).display().to_string();
        Ok(Lanes {
            lanes: lanes.into_iter().map(|files| Files::new(&self.root, files)).collect(),
            strangers: strangers.into_iter().map(relative).collect(),
        })
    }
}

/// `lane=03` is lane 3.
fn lane_number(name: &str) -> Option<usize> {
    let digits = name.strip_prefix("lane=").filter(|digits| digits.len() == 2)?;
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
    fn files_of_a_lane_come_in_the_order_of_their_paths_and_strangers_are_named() {
        let root = tempfile::tempdir().unwrap();
        for path in
            ["lane=03/day=2026-12-01/2.jsonl", "lane=03/day=2026-11-30/9.jsonl", "lane=16/1.jsonl", "lane=3/1.jsonl"]
        {
            let file = root.path().join("events").join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, format!("{path}\n")).unwrap();
        }
        fs::write(root.path().join("events/lane=03/day=2026-11-30/notes.txt"), "").unwrap();
        let mut found = Export::at(root.path()).lanes().unwrap();
        assert_eq!(found.strangers, ["events/lane=03/day=2026-11-30/notes.txt", "events/lane=16", "events/lane=3"]);
        let (lane, mut line, mut read) = (&mut found.lanes[3], vec![], vec![]);
        while let Some(place) = lane.next_line(&mut line).unwrap() {
            read.push((String::from_utf8(line.clone()).unwrap(), lane.describe(place)));
        }
        let expected = ["lane=03/day=2026-11-30/9.jsonl", "lane=03/day=2026-12-01/2.jsonl"];
        assert_eq!(read, expected.map(|path| (path.to_owned(), format!("events/{path}:1"))));
    }
}
