//! Links in the text of a mail.

/// The addresses in a text, in their order.
pub(super) fn find(text: &str) -> Vec<&str> {
    text.split_whitespace().filter_map(in_word).collect()
}

/// The text as HTML: everything escaped, and addresses made links.
pub(super) fn to_html(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(word_to_html)
        .collect()
}

fn word_to_html(word: &str) -> String {
    let Some((before, link, after)) = in_word(word).and_then(|link| {
        let (before, after) = word.split_once(link)?;
        Some((before, link, after))
    }) else {
        return escape(word);
    };
    let (before, link, after) = (escape(before), escape(link), escape(after));
    format!("{before}<a href=\"{link}\">{link}</a>{after}")
}

fn escape(text: &str) -> String {
    let entities = [
        ('&', "&amp;"),
        ('<', "&lt;"),
        ('>', "&gt;"),
        ('"', "&quot;"),
        ('\'', "&#39;"),
    ];
    // The ampersand goes first: the other entities begin with one.
    entities
        .iter()
        .fold(text.to_owned(), |text, (character, entity)| {
            text.replace(*character, entity)
        })
}

/// The address in a word, without the punctuation of the sentence around it.
fn in_word(word: &str) -> Option<&str> {
    let begin = word.find("https://").or_else(|| word.find("http://"))?;
    let rest = word.get(begin..)?;
    Some(rest.trim_end_matches(|c: char| c.is_whitespace() || ".,;:!?)]>\"'".contains(c)))
}
