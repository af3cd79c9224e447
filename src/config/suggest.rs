//! The setting that a wrong name was probably meant to be.

use super::schema::Key;
use super::settings;

/// Names that people try and that no spelling brings near the right one.
const GUESSES: [(&str, &str); 9] = [
    ("port", "listen"),
    ("host", "listen"),
    ("bind", "listen"),
    ("address", "listen"),
    ("base_url", "public_url"),
    ("site_url", "public_url"),
    ("domain", "public_url"),
    ("data_dir", "data"),
    ("data_folder", "data"),
];

/// Below this, a name is more confusing than none.
const LIKELY: f64 = 0.5;

/// The setting whose name is nearest to `wrong`, if one is near enough.
pub fn nearest(wrong: &str) -> Option<&'static Key> {
    let wrong = wrong.to_lowercase().replace('-', "_");
    if let Some((_, right)) = GUESSES.iter().find(|(guess, _)| *guess == wrong) {
        return settings::key(right);
    }
    settings::keys()
        .map(|key| (likeness(&wrong, key), key))
        .filter(|(likeness, _)| *likeness >= LIKELY)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, key)| key)
}

/// From 0 to 1. The section may have been forgotten, which weighs a little; in a variable the dot
/// is a line.
fn likeness(wrong: &str, key: &Key) -> f64 {
    let alike = strsim::normalized_damerau_levenshtein;
    let whole = alike(wrong, key.name).max(alike(wrong, &key.name.replace('.', "_")));
    whole.max(alike(wrong, key.short_name()) * 0.95)
}
