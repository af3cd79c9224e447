//! Tells the linker which functions stand together: those of `functions.txt`, and behind them all others.
//!
//! A page of code is in memory as soon as one function in it has run, and the system maps its neighbours with it. In the order in
//! which a compiler leaves them, those that run lie everywhere between those that do not.

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
fn script_of(functions: &str) -> Result<String, std::fmt::Error> {
    let mut script = String::from("SECTIONS {\n  .text.first : {\n");
    let names = functions
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for name in names {
        writeln!(script, "    *(.text.{name} .text.unlikely.{name})")?;
    }
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    Ok(script)
}
