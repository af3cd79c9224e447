//! The address of a page with what was chosen there: filters, order and place are kept in it, so that it can be sent to others.

/// A path and the parameters behind it.
#[derive(Debug, Clone, Default)]
pub struct Address {
    path: String,
    pairs: Vec<(String, String)>,
}

/// What the button before has done: told once, and no part of what was chosen.
const PASSING: [&str; 2] = ["done", "outcome"];

impl Address {
    /// The address of a request. Empty parameters, as forms send them, are left out.
    pub fn of(path: &str, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let given = pairs.filter(|(_, value)| !value.is_empty());
        Self {
            path: path.to_owned(),
            pairs: given
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        }
    }

    /// The parameter `name`; of a repeated one the last.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).pop()
    }

    /// All values of the parameter `name`.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let fitting = self.pairs.iter().filter(|(known, _)| known == name);
        fitting.map(|(_, value)| value.as_str()).collect()
    }

    /// The last part of the path.
    pub fn last_part(&self) -> &str {
        let part = self.path.rsplit_once('/');
        part.map_or(&self.path, |(_, part)| part)
    }

    /// The parameters, in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The same with some parameters changed, or with `None` taken out.
    #[must_use]
    pub fn with(&self, changes: &[(&str, Option<&str>)]) -> Self {
        let is_kept = |name: &str| {
            !PASSING.contains(&name) && !changes.iter().any(|(changed, _)| *changed == name)
        };
        let kept = self.pairs.iter().filter(|(name, _)| is_kept(name)).cloned();
        let new = changes
            .iter()
            .filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.to_owned())));
        Self {
            path: self.path.clone(),
            pairs: kept.chain(new).collect(),
        }
    }

    /// What stands behind the question mark.
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.pairs).finish()
    }

    /// The whole address.
    pub fn href(&self) -> String {
        let query = self.query();
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{query}", self.path)
        }
    }
}
