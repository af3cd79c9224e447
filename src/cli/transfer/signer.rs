//! The hash parameters of a Firebase project, read from a file: they hold a secret, and arguments can be read by everybody.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::failure::{Failure, Outcome};
use crate::passwords::foreign::Signer;

/// Far more than the five lines need.
const LONGEST: u64 = 16 * 1024;

/// Reads what the console shows (`base64_signer_key: …`), or the same as JSON.
pub(super) fn read(path: &Path) -> Outcome<Signer> {
    let name = path.display();
    let failed = |why: String| Failure::Failed(format!("{name}: {why}"));
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(|error| failed(error.to_string()))?;
    let wanted = |key: &str| value(&text, key).ok_or_else(|| failed(format!("{key} is missing")));
    let number = |key: &str| {
        let digits = wanted(key)?;
        digits
            .parse::<u32>()
            .map_err(|_| failed(format!("{key} is no number")))
    };
    let secrets = (
        wanted("base64_signer_key")?,
        wanted("base64_salt_separator")?,
    );
    Signer::new(secrets, (number("rounds")?, number("mem_cost")?)).map_err(failed)
}

fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(key)?;
    let rest = rest
        .trim_start_matches(['"', ' ', '\t'])
        .strip_prefix(':')?;
    let rest = rest.trim_start_matches([' ', '\t', '"']);
    rest.split(['"', ',', '\n', '\r', '}'])
        .next()
        .map(str::trim)
}
