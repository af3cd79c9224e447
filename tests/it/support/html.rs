//! As much of HTML as our own pages use: tags with quoted attributes, forms, and the text between.

use std::collections::BTreeSet;

/// A form with the values that its fields have.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub method: String,
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Types `value` into the field `name`, which must be there.
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        let Some(field) = field else {
            panic!("no field {name:?} in {:?}", self.fields)
        };
        value.clone_into(&mut field.1);
        self
    }

    /// What stands in the field `name`.
    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(known, _)| known == name);
        field.map_or_else(
            || panic!("no field {name:?} in {:?}", self.fields),
            |(_, value)| value.as_str(),
        )
    }

    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

/// A tag with its attributes, and the text up to the next tag.
struct Tag<'a> {
    name: String,
    attributes: Vec<(String, String)>,
    text: &'a str,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(begin) = rest.find('<') {
        let inside = &rest[begin + 1..];
        let Some(end) = end_of_tag(inside) else { break };
        let text = &inside[end + 1..];
        let text = &text[..text.find('<').unwrap_or(text.len())];
        let (name, attributes) = read(&inside[..end]);
        tags.push(Tag {
            name,
            attributes,
            text,
        });
        rest = &inside[end + 1..];
    }
    tags
}

/// Where the tag ends: at the first `>` outside of quotes.
fn end_of_tag(inside: &str) -> Option<usize> {
    let mut is_quoted = false;
    inside.find(|c| {
        is_quoted ^= c == '"';
        c == '>' && !is_quoted
    })
}

fn read(inside: &str) -> (String, Vec<(String, String)>) {
    let (name, mut rest) = inside
        .split_once(char::is_whitespace)
        .unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let (value, after) = match after
            .strip_prefix("=\"")
            .and_then(|quoted| quoted.split_once('"'))
        {
            Some((value, after)) => (decode(value), after),
            None => (String::new(), after.strip_prefix('=').unwrap_or(after)),
        };
        attributes.push((key.to_ascii_lowercase(), value));
        rest = after;
    }
    (name.to_ascii_lowercase(), attributes)
}

/// Where a page leads, and what it loads.
pub fn targets(html: &str) -> BTreeSet<String> {
    let attributes = tags(html).into_iter().flat_map(|tag| tag.attributes);
    let targets = attributes.filter(|(name, _)| ["href", "src", "action"].contains(&name.as_str()));
    targets
        .map(|(_, target)| target)
        .filter(|target| !target.is_empty())
        .collect()
}

/// Every form of the page.
pub fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let (mut is_inside, mut is_choosing) = (false, false);
    for tag in tags(html) {
        let value = |name: &str| tag.attribute(name).unwrap_or_default();
        match tag.name.as_str() {
            "form" => {
                is_inside = true;
                forms.push(Form {
                    method: value("method"),
                    action: value("action"),
                    fields: Vec::new(),
                });
            }
            "/form" => is_inside = false,
            // A browser sends the first choice unless another is marked.
            "select" if is_inside => {
                let form = forms.last_mut().expect("the form has begun");
                form.fields
                    .extend(tag.attribute("name").map(|name| (name, String::new())));
                is_choosing = true;
            }
            "/select" => is_choosing = false,
            "option" if is_inside && is_choosing => {
                let form = forms.last_mut().expect("the form has begun");
                let (_, chosen) = form.fields.last_mut().expect("the choice has a name");
                if chosen.is_empty() || tag.attribute("selected").is_some() {
                    *chosen = value("value");
                }
            }
            "input" | "textarea" if is_inside => {
                let content = if tag.name == "input" {
                    value("value")
                } else {
                    typed(tag.text)
                };
                let form = forms.last_mut().expect("the form has begun");
                form.fields
                    .extend(tag.attribute("name").map(|name| (name, content)));
            }
            _ => {}
        }
    }
    forms
}

/// What stands in a text area: the first line break after the tag is not part of it.
fn typed(text: &str) -> String {
    decode(text.strip_prefix('\n').unwrap_or(text))
}

/// The text of a page, without its tags, each run of spaces as one.
pub fn text(html: &str) -> String {
    let parts: Vec<String> = tags(html).iter().map(|tag| decode(tag.text)).collect();
    let words: Vec<&str> = parts
        .iter()
        .flat_map(|part| part.split_whitespace())
        .collect();
    words.join(" ")
}

fn decode(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
    ];
    // The ampersand last, so that an escaped escape stays one.
    let decoded = named
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    decoded.replace("&amp;", "&")
}
