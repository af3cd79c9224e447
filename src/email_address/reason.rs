//! Why a text is no e-mail address, in words that its author can act on.

use std::fmt;

use super::characters;

/// What is wrong with an address. `Display` is the sentence that the API answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is not built as an address is.
    Shape(Shape),
    /// It has characters that must not stand there.
    Characters(Place, Vec<char>),
    /// It is too long by so much.
    TooLong(Limit, usize),
}

/// Faults in how an address is built; each is its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentences below say it")]
pub enum Shape {
    NotOneAtSign,
    NothingBefore,
    NothingAfter,
    Quoted,
    Bracketed,
    StartsWithPeriod,
    PeriodBefore,
    PeriodAfter,
    EndsWithPeriod,
    TwoPeriods,
    HyphenAfter,
    EndsWithHyphen,
    PeriodNextToHyphen,
    ReservedLabel,
    NotIdna,
    NoPeriod,
    NoTopLevelDomain,
    SpecialUse,
}

/// Where characters are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before the @-sign.
    Before,
    /// After the @-sign.
    After,
    /// Nowhere in an address is it safe.
    Anywhere,
}

/// The lengths that an address must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The characters of the whole address.
    Address,
    /// Its octets in UTF-8.
    Octets,
    /// Its octets with the domain in ASCII.
    AsciiOctets,
    /// The characters before the @-sign (RFC 5321 section 4.5.3.1.1).
    LocalPart,
    /// The octets of the domain in ASCII (RFC 1035 section 2.3.4, without the root's empty label).
    Domain,
    /// The octets of one label in ASCII (RFC 1035 section 2.3.1).
    Label,
}

impl Limit {
    pub(super) fn check(self, length: usize) -> Result<(), Reason> {
        match length.saturating_sub(self.maximum()) {
            0 => Ok(()),
            excess => Err(Reason::TooLong(self, excess)),
        }
    }

    const fn maximum(self) -> usize {
        match self {
            Self::Address | Self::Octets | Self::AsciiOctets => super::MAX_CHARS,
            Self::LocalPart => 64,
            Self::Domain => 253,
            Self::Label => 63,
        }
    }

    /// What is too long, and in which unit.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Address => ("The email address is too long", "character"),
            Self::Octets => ("The email address is too long", "byte"),
            Self::AsciiOctets => (
                "The email address is too long when the part after the @-sign is converted to IDNA ASCII",
                "byte",
            ),
            Self::LocalPart => (
                "The email address is too long before the @-sign",
                "character",
            ),
            Self::Domain => ("The email address is too long after the @-sign", "byte"),
            Self::Label => (
                "After the @-sign, periods cannot be separated by so many characters",
                "character",
            ),
        }
    }
}

impl Shape {
    #[rustfmt::skip]
    const fn sentence(self) -> &'static str {
        match self {
            Self::NotOneAtSign => "The email address is not valid. It must have exactly one @-sign.",
            Self::NothingBefore => "There must be something before the @-sign.",
            Self::NothingAfter => "There must be something after the @-sign.",
            Self::Quoted => "Quoting the part before the @-sign is not allowed here.",
            Self::Bracketed => "A bracketed IP address after the @-sign is not allowed here.",
            Self::StartsWithPeriod => "An email address cannot start with a period.",
            Self::PeriodBefore => "An email address cannot have a period immediately before the @-sign.",
            Self::PeriodAfter => "An email address cannot have a period immediately after the @-sign.",
            Self::EndsWithPeriod => "An email address cannot end with a period.",
            Self::TwoPeriods => "An email address cannot have two periods in a row.",
            Self::HyphenAfter => "An email address cannot have a hyphen immediately after the @-sign.",
            Self::EndsWithHyphen => "An email address cannot end with a hyphen.",
            Self::PeriodNextToHyphen => "An email address cannot have a period and a hyphen next to each other.",
            Self::ReservedLabel => "An email address cannot have two letters followed by two dashes immediately \
                after the @-sign or after a period, except Punycode.",
            Self::NotIdna => "The part after the @-sign is not valid IDNA.",
            Self::NoPeriod => "The part after the @-sign is not valid. It should have a period.",
            Self::NoTopLevelDomain => "The part after the @-sign is not valid. It is not within a valid top-level domain.",
            Self::SpecialUse => "The part after the @-sign is a special-use or reserved name that cannot be used with email.",
        }
    }
}

impl Place {
    const fn opening(self) -> &'static str {
        match self {
            Self::Before => "The email address contains invalid characters before the @-sign",
            Self::After => "The part after the @-sign contains invalid characters",
            Self::Anywhere => "The email address contains unsafe characters",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(shape) => f.write_str(shape.sentence()),
            Self::Characters(place, found) => {
                let mut names: Vec<String> = found.iter().copied().map(characters::name).collect();
                names.sort();
                write!(f, "{}: {}.", place.opening(), names.join(", "))
            }
            Self::TooLong(limit, excess) => {
                let (opening, unit) = limit.words();
                let plural = if *excess == 1 { "" } else { "s" };
                write!(f, "{opening} ({excess} {unit}{plural} too many).")
            }
        }
    }
}

impl std::error::Error for Reason {}

impl From<Shape> for Reason {
    fn from(shape: Shape) -> Self {
        Self::Shape(shape)
    }
}
