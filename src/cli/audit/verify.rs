//! `gatepost audit verify`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Broken, Head, Verifier};
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;

/// The longest line that is read: an entry is far shorter, and a file without breaks must not fill the memory.
const LONGEST: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(in crate::cli) struct Verify {
    /// A file that `gatepost audit export` has written; without it, the log in the database
    file: Option<PathBuf>,
    /// The head that an earlier verification has printed: the log must still hold it
    #[arg(long, value_name = "SEQ:DIGEST")]
    expect: Option<Head>,
    #[command(flatten)]
    format: Format,
}

impl Verify {
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

/// Verifies the log of the database.
pub(super) async fn database(app: &App, args: &Verify) -> Outcome {
    let verified = audit::verify(app, args.expect.clone()).await?;
    tell(verified, args.format)
}

/// Verifies an export.
pub(super) fn file(args: &Verify, path: &Path) -> Outcome {
    let unreadable = |error| Failure::Failed(format!("{} cannot be read: {error}", path.display()));
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut verifier = Verifier::new(args.expect.clone());
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = file.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if read.map_err(unreadable)? == 0 {
            break;
        }
        if let Err(broken) = check(&mut verifier, &line, number) {
            return tell(Err(broken), args.format);
        }
    }
    tell(verifier.finish(), args.format)
}

fn check(verifier: &mut Verifier, line: &[u8], number: u64) -> Result<(), Broken> {
    let text = std::str::from_utf8(line).map_err(|_| "it is no text in UTF-8".to_owned());
    match text.and_then(audit::read_line) {
        Ok(entry) => verifier.check(&entry),
        Err(why) => Err(Broken {
            seq: verifier.head().seq.saturating_add(1),
            id: None,
            what: format!("line {number} cannot be read: {why}"),
        }),
    }
}

fn tell(verified: Result<Head, Broken>, format: Format) -> Outcome {
    let head = verified
        .map_err(|broken| Failure::Failed(format!("the audit log is broken at {broken}")))?;
    if format.json {
        return output::json(&json!({"entries": head.seq, "head": head.to_string()}));
    }
    output::say(&format!(
        "{} entries, all of them as they were written.",
        head.seq
    ))?;
    output::say(&format!("Head: {head}"))
}
