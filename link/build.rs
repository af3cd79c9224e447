//! Tells the linker which functions stand together: those of `functions.txt`, and behind them all others.
//!
//! A page of code is in memory as soon as one function in it has run, and the system maps its neighbours with it. In the order in
//! which a compiler leaves them, those that run lie everywhere between those that do not.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=link/functions.txt");
    if !takes_scripts() {
        return Ok(());
    }
    let functions = fs::read_to_string("link/functions.txt")?;
    let script = Path::new(&env::var("OUT_DIR")?).join("order.ld");
    fs::write(&script, script_of(&functions)?)?;
    println!("cargo::rustc-link-arg-bins=-T{}", script.display());
    Ok(())
}

/// Whether the program is built to be used, and by a linker that is known to read such a script: lld, which comes with Rust, or
/// GNU ld. With another one that somebody has chosen the functions stay as they are.
fn takes_scripts() -> bool {
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let is_chosen = env::var_os("RUSTC_LINKER").is_some() || flags.contains("link");
    is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && !is_chosen
}

/// A linker script that is added to the linker's own (`INSERT`, in the GNU ld manual, "Other Linker Script Commands"). Each function
/// has a section of its own, and what is never run, as far as the compiler knows, one with `unlikely` in its name.
///
/// Behind all functions of the list come those that are called like them but for a hash. Where the compiler or a library has changed
/// since the list was written, those that run are among them.
fn script_of(functions: &str) -> Result<String, std::fmt::Error> {
    let mut script = String::from("SECTIONS {\n  .text.first : {\n");
    let names = functions
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let patterns: BTreeSet<String> = names.clone().map(pattern).collect();
    for name in names.chain(patterns.iter().map(String::as_str)) {
        writeln!(script, "    *(.text.{name} .text.unlikely.{name})")?;
    }
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    Ok(script)
}

/// The name with `*` for what changes with the compiler or with a library: the hashes of both of Rust's manglings, and AWS-LC's version.
fn pattern(name: &str) -> String {
    if let Some(mangled) = name.strip_prefix("_R") {
        // A crate is `Cs`, its hash to the base 62, and `_` (RFC 2603, "Disambiguator"). Behind a full stop stands a copy's number.
        let path = mangled.split('.').next().unwrap_or_default();
        let mut parts = path.split("Cs");
        let first = parts.next().unwrap_or_default().to_owned();
        let crates = parts.map(|part| {
            let named = part.trim_start_matches(|sign: char| sign.is_ascii_alphanumeric());
            let is_crate = named.len() < part.len() && named.starts_with('_');
            if is_crate {
                format!("Cs*{named}")
            } else {
                format!("Cs{part}")
            }
        });
        return format!("_R{first}{}*", crates.collect::<String>());
    }
    if let Some((path, hash)) = name.rsplit_once("17h")
        && is_hash(hash)
    {
        return format!("{path}17h*");
    }
    if let Some((before, rest)) = name.split_once("aws_lc_") {
        let called = rest.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '_');
        return format!("{before}aws_lc_*_{called}");
    }
    name.to_owned()
}

/// Whether it begins with sixteen digits and the end of a path.
fn is_hash(text: &str) -> bool {
    text.split_once('E').is_some_and(|(digits, _)| {
        digits.len() == 16 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    })
}
