//! `scrypt` (RFC 7914): Django, Werkzeug, Auth0, and the PHC form of passlib and others.

use ::scrypt::Params;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::adopt::{Adopted, Refusal};
use super::encoding::{Phc, base64, hex, write};

/// Bytes that `r` counts.
const BLOCK: usize = 128;
/// `N·r` in blocks of 128 bytes: 128 MiB.
const MOST_BLOCKS: u64 = 1 << 20;
/// `N·r·p`: less than a second of a core.
const MOST_WORK: u64 = 1 << 21;
const SHORTEST: usize = 16;
const LONGEST: usize = 128;

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScryptCost {
    pub log_n: u32,
    pub r: u32,
    pub p: u32,
}

impl ScryptCost {
    /// What the algorithm allows, when it is within the bounds as well.
    pub fn params(self) -> Option<Params> {
        let n = 1_u64
            .checked_shl(self.log_n)
            .filter(|_| (1..=24).contains(&self.log_n))?;
        let blocks = n.checked_mul(u64::from(self.r))?;
        let work = blocks.checked_mul(u64::from(self.p))?;
        if blocks > MOST_BLOCKS || work > MOST_WORK {
            return None;
        }
        Params::new(u8::try_from(self.log_n).ok()?, self.r, self.p).ok()
    }

    /// Memory that it takes (RFC 7914 section 2).
    pub fn bytes(self) -> usize {
        let blocks = (1 << self.log_n.min(24)) * u64::from(self.r);
        usize::try_from(blocks).map_or(usize::MAX, |blocks| blocks.saturating_mul(BLOCK))
    }

    /// Why it is not taken.
    pub fn refusal(self) -> Refusal {
        let Self { log_n, r, p } = self;
        Refusal(format!(
            "scrypt with N=2^{log_n}, r={r}, p={p}, which costs more than is allowed"
        ))
    }
}

/// A stored hash, within the bounds.
pub(super) struct Hash {
    cost: ScryptCost,
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Hash {
    pub fn parse(stored: &str) -> Option<Self> {
        let phc = Phc::parse(stored.strip_prefix("$scrypt$")?)?;
        let cost = ScryptCost {
            log_n: phc.number("ln")?,
            r: phc.number("r")?,
            p: phc.number("p")?,
        };
        let fits = (SHORTEST..=LONGEST).contains(&phc.hash.len());
        fits.then_some(Self {
            params: cost.params()?,
            cost,
            salt: phc.salt,
            output: phc.hash,
        })
    }

    /// Memory that [`Self::verify`] takes.
    pub fn bytes(&self) -> usize {
        self.cost.bytes()
    }

    pub fn verify(&self, password: &str) -> bool {
        let mut out = Zeroizing::new(vec![0; self.output.len()]);
        let done = ::scrypt::scrypt(password.as_bytes(), &self.salt, &self.params, &mut out);
        done.is_ok() && bool::from(out.ct_eq(&self.output))
    }
}

/// A hash of the parts that a system has written down: `[N, r, p]`, salt and hash.
pub fn scrypt([n, r, p]: [u32; 3], (salt, hash): (&[u8], &[u8])) -> Result<Adopted, Refusal> {
    if !n.is_power_of_two() || !(SHORTEST..=LONGEST).contains(&hash.len()) {
        return Err(Refusal::broken("scrypt"));
    }
    let log_n = n.trailing_zeros();
    let cost = ScryptCost { log_n, r, p };
    cost.params().ok_or_else(|| cost.refusal())?;
    let params = format!("ln={log_n},r={r},p={p}");
    Ok(Adopted::Kept(write("scrypt", &params, (salt, hash))))
}

/// Django: `scrypt$N$salt$r$p$Base64`; the salt is text. Some libraries that read it write the salt first.
pub(super) fn adopt_django(rest: &str) -> Result<Adopted, Refusal> {
    let broken = || Refusal::broken("scrypt");
    let parts: Vec<&str> = rest.split('$').collect();
    let [first, second, r, p, hash]: [&str; 5] = parts.try_into().map_err(|_| broken())?;
    let number = |text: &str| text.parse::<u32>().map_err(|_| broken());
    let (salt, n) = match number(first) {
        Ok(n) if n.is_power_of_two() => (second, n),
        _ => (first, number(second)?),
    };
    let hash = base64(hash).ok_or_else(broken)?;
    scrypt([n, number(r)?, number(p)?], (salt.as_bytes(), &hash))
}

/// Werkzeug: `scrypt:32768:8:1$salt$hex`; the salt is text.
pub(super) fn adopt_werkzeug(rest: &str) -> Result<Adopted, Refusal> {
    let broken = || Refusal::broken("scrypt");
    let parts: Vec<&str> = rest.split('$').collect();
    let [cost, salt, hash]: [&str; 3] = parts.try_into().map_err(|_| broken())?;
    let cost: Vec<u32> = cost
        .split(':')
        .filter_map(|number| number.parse().ok())
        .collect();
    let cost: [u32; 3] = cost.try_into().map_err(|_| broken())?;
    scrypt(cost, (salt.as_bytes(), &hex(hash).ok_or_else(broken)?))
}

/// `$scrypt$ln=16,r=8,p=1$salt$hash`.
pub(super) fn adopt_phc(text: &str) -> Result<Adopted, Refusal> {
    let broken = || Refusal::broken("scrypt");
    let phc = text
        .strip_prefix("$scrypt$")
        .and_then(Phc::parse)
        .ok_or_else(broken)?;
    let number = |name| phc.number(name).ok_or_else(broken);
    let n = 1_u32.checked_shl(number("ln")?).ok_or_else(broken)?;
    scrypt([n, number("r")?, number("p")?], (&phc.salt, &phc.hash))
}
