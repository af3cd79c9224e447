//! Sizes and times for people.

/// Units of memory, each a thousand of the one before.
const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];

/// `1.4 GB`
pub fn bytes(count: u64) -> String {
    let (mut whole, mut rest, mut unit) = (count, 0, 0);
    while whole >= 1000 && unit + 1 < UNITS.len() {
        (rest, whole) = (whole % 1000, whole / 1000);
        unit += 1;
    }
    let name = UNITS.get(unit).unwrap_or(&"");
    match (unit, whole) {
        (0, _) | (_, 100..) => format!("{whole} {name}"),
        _ => format!("{whole}.{} {name}", rest / 100),
    }
}

/// `3 days, 4 hours`: the two greatest units, which is as exactly as anybody wants to know.
pub fn span(seconds: u64) -> String {
    let units = [
        (seconds / 86400, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let first = units.iter().position(|(count, _)| *count > 0);
    let units = units.iter().skip(first.unwrap_or(units.len() - 1)).take(2);
    let units = units.enumerate();
    let shown = units.filter(|(place, (count, _))| *place == 0 || *count > 0);
    let words = shown.map(|(_, (count, name))| {
        let s = if *count == 1 { "" } else { "s" };
        format!("{count} {name}{s}")
    });
    words.collect::<Vec<_>>().join(", ")
}

/// `1.42 ms` or `420 µs`, with as many digits as say something.
pub fn millis(time: f64) -> String {
    match time {
        time if time < 0.01 => format!("{:.1} µs", time * 1000.0),
        time if time < 1.0 => format!("{:.0} µs", time * 1000.0),
        time if time < 10.0 => format!("{time:.2} ms"),
        time if time < 100.0 => format!("{time:.1} ms"),
        time => format!("{time:.0} ms"),
    }
}
