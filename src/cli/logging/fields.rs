//! The fields of a log line in plain text.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;

/// Writes `name=value` for each field, and the message as it is. Without colours: they are worked out for each field, also where
/// none are shown, and took a third of the time for a line.
///
/// Whatever a value holds, the line stays one line: control characters are written as escapes, so that nobody who is
/// mentioned in the log can add to it (CWE-117), or talk to the terminal of whoever reads it (CWE-150).
pub(super) struct PlainFields;

impl<'a> FormatFields<'a> for PlainFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'a>, fields: R) -> fmt::Result {
        let mut line = Line {
            writer: &mut writer,
            is_begun: false,
            result: Ok(()),
        };
        fields.record(&mut line);
        line.result
    }
}

struct Line<'a, W> {
    writer: &'a mut W,
    is_begun: bool,
    result: fmt::Result,
}

impl<W: Write> Line<'_, W> {
    /// A field, unless one before it could not be written.
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut W) -> fmt::Result) {
        // What a library says through `log` has its target and its line as fields, which stand in the line already.
        if self.result.is_ok() && !field.name().starts_with("log.") {
            self.result = self.begin(field).and_then(|()| value(self.writer));
        }
    }

    /// The name of a field, unless it is what the line says.
    fn begin(&mut self, field: &Field) -> fmt::Result {
        if std::mem::replace(&mut self.is_begun, true) {
            self.writer.write_char(' ')?;
        }
        match field.name() {
            "message" => Ok(()),
            name => {
                self.writer.write_str(name)?;
                self.writer.write_char('=')
            }
        }
    }
}

impl<W: Write> Visit for Line<'_, W> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, |writer| write!(Escaped(writer), "{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // Nearly always nothing in it is written otherwise than it stands, which is found out much faster than how it would be.
        let is_as_it_stands = |byte| is_plain(byte) && byte != b'"' && byte != b'\\';
        if value.bytes().all(is_as_it_stands) {
            self.write(field, |writer| {
                writer.write_char('"')?;
                writer.write_str(value)?;
                writer.write_char('"')
            });
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let mut digits = zmij::Buffer::new();
        self.write(field, |writer| writer.write_str(digits.format(value)));
    }
}

/// A letter, a digit or a sign of ASCII.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Writes control characters as escapes.
struct Escaped<'a, W>(&'a mut W);

impl<W: Write> Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // Nearly always.
        if text.bytes().all(is_plain) {
            return self.0.write_str(text);
        }
        for piece in text.split_inclusive(char::is_control) {
            let plain = piece.strip_suffix(char::is_control).unwrap_or(piece);
            let control = piece.get(plain.len()..).unwrap_or_default();
            self.0.write_str(plain)?;
            if !control.is_empty() {
                write!(self.0, "{}", control.escape_default())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt::format::DefaultFields;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that `say` has written with these fields.
    fn lines<F>(fields: F, say: fn()) -> String
    where
        F: for<'a> FormatFields<'a> + Send + Sync + 'static,
    {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt()
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .fmt_fields(fields)
            .finish();
        tracing::subscriber::with_default(log, say);
        let lines = lines.0.lock().unwrap().clone();
        String::from_utf8(lines).unwrap()
    }

    #[test]
    fn a_line_is_written_as_usual() {
        fn say() {
            let (id, absent, millis) = ("7f", None::<u64>, 0.3);
            tracing::info!(id, method = "GET", status = 200, millis, absent, "request");
            let (quoted, path, foreign) = ("a \"b\"", "C:\\", String::from("Zoë 林"));
            tracing::info!(quoted, path, foreign, empty = "", is_new = false);
            let (whole, tiny) = (12.0, 1e-7);
            tracing::warn!(whole, tiny, network = %"::1", list = ?["a"], is_new = true);
            tracing::error!("name {:?} is {}", "A", 1);
        }
        assert_eq!(lines(PlainFields, say), lines(DefaultFields::new(), say));
    }

    #[test]
    fn nobody_begins_a_line_of_his_own() {
        fn say() {
            let host = "a\n INFO forged";
            tracing::warn!(cause = %"550 no\n INFO forged", host, "said\r\nforged too");
        }
        let written = lines(PlainFields, say);
        let end = "said\\r\\nforged too cause=550 no\\n INFO forged host=\"a\\n INFO forged\"\n";
        assert!(written.ends_with(end), "{written}");
        assert_eq!(written.lines().count(), 1);
    }

    #[test]
    fn a_value_stays_on_its_line() {
        for (text, written) in [
            ("", ""),
            ("GET", "GET"),
            ("a\nb", "a\\nb"),
            ("\r\n", "\\r\\n"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("bell\u{7}", "bell\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("Zoë 林", "Zoë 林"),
        ] {
            let mut line = String::new();
            write!(Escaped(&mut line), "{text}").unwrap();
            assert_eq!(line, written);
        }
    }
}
