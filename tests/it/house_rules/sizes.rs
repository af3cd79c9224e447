//! Sizes: what fits on a screen is read, what does not is skipped.

use crate::support::source::{self, Source, assert_none};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
const FOLDER_FILES: usize = 15;

fn all() -> Vec<Source> {
    let mut files = source::files("src", ".rs");
    files.extend(source::files("tests/it", ".rs"));
    files.extend(source::files("benches", ".rs"));
    files
}

#[test]
fn files_are_short() {
    let long = all()
        .into_iter()
        .filter(|file| file.text.lines().count() > FILE_LINES);
    let long: Vec<String> = long
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert_none(
        &long,
        &format!(
            "A file has at most {FILE_LINES} lines: take a part with a name of its own into another file."
        ),
    );
}

#[test]
fn most_files_are_much_shorter() {
    let mut sizes: Vec<usize> = source::files("src", ".rs")
        .iter()
        .map(|file| file.text.lines().count())
        .collect();
    sizes.sort_unstable();
    let (median, p95) = (sizes[sizes.len() / 2], sizes[sizes.len() * 95 / 100]);
    assert!(
        median <= 100,
        "the median of the source files is {median} lines, it should be 100 at most"
    );
    assert!(
        p95 <= 250,
        "one source file in twenty has more than {p95} lines, it should be 250 at most"
    );
}

/// The functions of a file: the line of the name, and how many lines it has.
pub fn functions(file: &Source) -> Vec<(usize, String, usize)> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut found = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        let words: Vec<&str> = bare
            .split_whitespace()
            .take_while(|word| !word.contains('('))
            .collect();
        if bare.starts_with("//")
            || bare.starts_with('"')
            || !bare.contains("fn ")
            || !words.contains(&"fn") && !bare.starts_with("fn ")
        {
            continue;
        }
        let indent = &line[..line.len() - bare.len()];
        // The formatter puts the closing brace below the beginning of the function.
        let close = format!("{indent}}}");
        let begins = lines[place..]
            .iter()
            .position(|line| line.ends_with('{') || line.ends_with(';') || line.ends_with('}'));
        let Some(begin) = begins.filter(|begin| lines[place + begin].ends_with('{')) else {
            continue;
        };
        let end = lines[place + begin..]
            .iter()
            .position(|line| **line == close)
            .unwrap_or(0);
        found.push((place + 1, bare.to_owned(), begin + end + 1));
    }
    found
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    for file in all() {
        let above = functions(&file)
            .into_iter()
            .filter(|(.., lines)| *lines > FUNCTION_LINES);
        long.extend(
            above.map(|(number, name, lines)| {
                format!("{}:{number}: {lines} lines: {name}", file.path)
            }),
        );
    }
    assert_none(
        &long,
        &format!("A function has at most {FUNCTION_LINES} lines: give a step of it a name."),
    );
}

#[test]
fn most_functions_are_much_shorter() {
    let files = source::files("src", ".rs");
    let mut sizes: Vec<usize> = files
        .iter()
        .flat_map(functions)
        .map(|(.., lines)| lines)
        .collect();
    sizes.sort_unstable();
    assert!(
        sizes.len() > 200,
        "only {} functions were recognized",
        sizes.len()
    );
    let (median, p95) = (sizes[sizes.len() / 2], sizes[sizes.len() * 95 / 100]);
    assert!(
        median <= 10,
        "the median of the functions is {median} lines, it should be 10 at most"
    );
    assert!(
        p95 <= 40,
        "one function in twenty has more than {p95} lines, it should be 40 at most"
    );
}

#[test]
fn folders_are_small() {
    let mut full = Vec::new();
    for folder in [
        "src",
        "tests/it",
        "benches",
        "migrations",
        "templates",
        "scripts",
    ] {
        let above = source::folders(folder)
            .into_iter()
            .filter(|(_, files)| *files > FOLDER_FILES);
        full.extend(above.map(|(folder, files)| format!("{folder}: {files} files")));
    }
    // Migrations only ever become more.
    full.retain(|line| !line.starts_with("migrations:"));
    assert_none(
        &full,
        &format!(
            "A folder has at most {FOLDER_FILES} files: find the subject that some of them share."
        ),
    );
}
