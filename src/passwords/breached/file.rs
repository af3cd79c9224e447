//! The file of digests that the operator has downloaded: searched where it lies, never loaded.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Digest, unhex};

/// Longer than any line of such a file: 40 digits, a colon and a count.
const LINE: usize = 128;
/// How many lines are looked at when the server starts, evenly spread.
const SAMPLES: u64 = 33;

/// A text file with a SHA-1 digest at the beginning of each line, in ascending order.
pub(super) struct DigestFile(Arc<PathBuf>);

impl DigestFile {
    /// Looks whether the file is of that kind. The error is a sentence for the operator.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let told = |what: &str| format!("passwords.breached_file {}: {what}", path.display());
        let lines = Lines::open(path).map_err(|error| told(&error.to_string()))?;
        match lines.are_ascending() {
            Ok(true) => Ok(Self(Arc::new(path.to_owned()))),
            Ok(false) => Err(told(
                "its digests are not in ascending order; download it ordered by hash, or sort it with LC_ALL=C sort",
            )),
            Err(error) => Err(told(&error.to_string())),
        }
    }

    /// Whether the file has the digest. It is opened anew each time, so that it can be replaced while the server runs.
    pub(super) async fn has(&self, digest: Digest) -> bool {
        let path = Arc::clone(&self.0);
        // A disk may be slow, and the threads that answer requests must not wait for it.
        let search = tokio::task::spawn_blocking(move || Lines::open(&path)?.has(&digest));
        let found = search
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)));
        found.unwrap_or_else(|error| {
            tracing::warn!(path = %self.0.display(), %error, "the file of breached passwords cannot be searched; a password was accepted without it");
            false
        })
    }
}

/// An open file.
struct Lines {
    file: File,
    size: u64,
}

/// One line of it.
struct Line {
    digest: Digest,
    begin: u64,
    end: u64,
}

impl Lines {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let size = about.len();
        Ok(Self { file, size })
    }

    /// Halves the part of the file in which the digest can be until nothing is left of it.
    fn has(&self, digest: &Digest) -> io::Result<bool> {
        let (mut low, mut high) = (0, self.size);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.line_from(middle)? {
                Some(line) if line.begin < high => match line.digest.cmp(digest) {
                    std::cmp::Ordering::Equal => return Ok(true),
                    std::cmp::Ordering::Less => low = line.end,
                    std::cmp::Ordering::Greater => high = middle,
                },
                // No line begins between the middle and the end.
                _ => high = middle,
            }
        }
        Ok(false)
    }

    /// The first line that begins at `place` or after it.
    fn line_from(&self, place: u64) -> io::Result<Option<Line>> {
        let begin = match place.checked_sub(1) {
            None => 0,
            Some(before) => match self.break_from(before)? {
                Some(at) => at + 1,
                None => return Ok(None),
            },
        };
        let text = self.read(begin)?;
        let length = text.iter().position(|byte| *byte == b'\n');
        let line = text.get(..length.unwrap_or(text.len())).unwrap_or_default();
        if line.trim_ascii().is_empty() {
            return Ok(None);
        }
        let digest = line.get(..40).and_then(unhex);
        let is_alone = line
            .get(40)
            .is_none_or(|next| !next.is_ascii_alphanumeric());
        let Some(digest) = digest.filter(|_| is_alone) else {
            return Err(io::Error::other(format!(
                "no SHA-1 digest of 40 hexadecimal digits begins the line at byte {begin}"
            )));
        };
        let end = begin + line.len() as u64 + 1;
        Ok(Some(Line { digest, begin, end }))
    }

    /// Where the first line break at `place` or after it is.
    fn break_from(&self, place: u64) -> io::Result<Option<u64>> {
        let text = self.read(place)?;
        let found = text.iter().position(|byte| *byte == b'\n');
        if found.is_none() && text.len() == LINE {
            return Err(io::Error::other(format!(
                "the line at byte {place} is too long"
            )));
        }
        Ok(found.map(|at| place + at as u64))
    }

    /// What stands at `place`, at most a line of it.
    fn read(&self, place: u64) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; LINE];
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, place + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        buffer.truncate(filled);
        Ok(buffer)
    }

    /// Whether some lines, from the first to about the last, are in order: not a proof, but it finds the file that is
    /// ordered by how often a password was seen.
    fn are_ascending(&self) -> io::Result<bool> {
        let mut before: Option<Digest> = None;
        for sample in 0..SAMPLES {
            let place = self.size / SAMPLES * sample;
            let Some(line) = self.line_from(place)? else {
                break;
            };
            if before.is_some_and(|before| line.digest < before) {
                return Ok(false);
            }
            before = Some(line.digest);
        }
        Ok(true)
    }
}
