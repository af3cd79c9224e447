//! The text format of Prometheus (version 0.0.4): families with their meaning, and a line for each value.

use std::fmt::{Display, Write};

use crate::metering::Histogram;

/// What kind of number a family has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// A label: its name and its value.
pub(super) type Label<'a> = (&'a str, &'a str);

/// The text, as far as it is written.
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    family: &'static str,
}

impl Text {
    /// Begins a family; what follows are its values.
    pub(super) fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> &mut Self {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.family = name;
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
        self
    }

    /// A value.
    pub(super) fn value(&mut self, labels: &[Label<'_>], value: impl Display) -> &mut Self {
        let (family, labels) = (self.family, joined(labels));
        self.line(format_args!("{family}{labels} {value}"));
        self
    }

    /// A value, if there is one.
    pub(super) fn optional(&mut self, value: Option<impl Display>) {
        if let Some(value) = value {
            self.value(&[], value);
        }
    }

    /// All values of a histogram.
    pub(super) fn histogram(&mut self, labels: &[Label<'_>], histogram: &Histogram) -> &mut Self {
        let family = self.family;
        let mut count = 0;
        for (bound, sum) in histogram.cumulated() {
            let labels = joined(&[labels, &[("le", bound.as_str())]].concat());
            self.line(format_args!("{family}_bucket{labels} {sum}"));
            count = sum;
        }
        let labels = joined(labels);
        self.line(format_args!("{family}_sum{labels} {}", histogram.sum()));
        // The same as the last bucket, even while others go on counting.
        self.line(format_args!("{family}_count{labels} {count}"));
        self
    }

    /// The whole.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, line: impl Display) {
        // Writing into a string does not fail.
        let _ = writeln!(self.text, "{line}");
    }
}

fn joined(labels: &[Label<'_>]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

fn escaped(value: &str) -> String {
    let value = value.replace('\\', "\\\\");
    value.replace('"', "\\\"").replace('\n', "\\n")
}
