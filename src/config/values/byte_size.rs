//! A number of bytes as people write it: `64KiB`, `19MiB`, `10MB`.

use std::fmt;
use std::str::FromStr;

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize {
    bytes: u64,
}

/// The units; of those that divide a size the first one writes it.
const UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1000),
    ("B", 1),
];

const EXPECTED: &str = "a size such as 64KiB, 19MiB or 10MB";

impl ByteSize {
    /// So many times 1024 bytes.
    pub const fn of_kib(kib: u64) -> Self {
        Self {
            bytes: kib.saturating_mul(1 << 10),
        }
    }

    /// So many times 1024 × 1024 bytes.
    pub const fn of_mib(mib: u64) -> Self {
        Self {
            bytes: mib.saturating_mul(1 << 20),
        }
    }

    /// In bytes.
    pub fn bytes(self) -> usize {
        usize::try_from(self.bytes).unwrap_or(usize::MAX)
    }

    /// In KiB, the unit in which Argon2 counts memory (RFC 9106 section 3.1).
    pub fn kib(self) -> u32 {
        u32::try_from(self.bytes >> 10).unwrap_or(u32::MAX)
    }
}

impl FromStr for ByteSize {
    type Err = &'static str;

    /// A whole number and a unit, a space between them or not. A number alone says too little.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or(EXPECTED)?;
        let (number, name) = text.split_at(end);
        let unit = UNITS
            .iter()
            .find(|(unit, _)| unit.eq_ignore_ascii_case(name.trim_start()));
        let (_, unit) = unit.ok_or(EXPECTED)?;
        let number: u64 = number.parse().map_err(|_| EXPECTED)?;
        number
            .checked_mul(*unit)
            .map(|bytes| Self { bytes })
            .ok_or(EXPECTED)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |unit: u64| self.bytes >= unit && self.bytes.is_multiple_of(unit);
        let (name, unit) = UNITS
            .iter()
            .find(|(_, unit)| fits(*unit))
            .unwrap_or(&("B", 1));
        write!(f, "{}{name}", self.bytes / unit)
    }
}
