//! What a run has found: figures, the machine they are of, and every form in which they are shown.

mod figure;
mod machine;
mod markdown;
mod outcome;
mod page;
mod peers;
mod pictures;
mod svg;
mod table;
mod targets;

use std::fs;

pub use figure::{FAILED, Figure, Latency};
pub use machine::Machine;
pub use outcome::Outcome;

use crate::Result;
use crate::args::Args;

/// Writes the table, the JSON file and the pictures, and on demand the page of the documentation.
pub fn write_all(args: &Args, outcome: &Outcome) -> Result<()> {
    let text = table::plain(outcome) + &targets::plain(&targets::judge(outcome));
    print!("{text}");
    fs::create_dir_all(&args.out)?;
    fs::write(args.out.join("table.txt"), &text)?;
    outcome.write(&args.out.join("result.json"))?;
    for (name, picture) in pictures::all(outcome) {
        fs::write(args.out.join(format!("bench-{name}.svg")), &picture)?;
        if args.docs {
            fs::write(format!("docs/pictures/bench-{name}.svg"), picture)?;
        }
    }
    if args.docs {
        let beside = args.beside.as_deref().filter(|path| path.exists());
        let beside = beside.map(Outcome::read).transpose()?;
        fs::write("docs/benchmarks.md", page::page(outcome, beside.as_ref()))?;
    }
    println!("\nWritten: {}", args.out.display());
    Ok(())
}
