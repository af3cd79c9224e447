//! What has become of each of many: carried to the next page in its address, sealed for the one who has asked for it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::Desk;
use crate::app::App;
use crate::error::{Error, Problem, Result};

/// Bytes of an identifier, and one for what became of it.
const ROW: usize = 17;

const DONE: u8 = 255;
const GONE: u8 = 254;

/// What became of one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It was done.
    Done,
    /// It is not there (any more).
    Gone,
    /// It was refused.
    Refused(Problem),
}

impl Told {
    /// Reads an operation's answer. What no person can do anything about goes back to the caller.
    pub fn of<T>(done: Result<T>) -> Result<Self> {
        match done {
            Ok(_) => Ok(Self::Done),
            Err(Error::NoSuchAccount(_)) => Ok(Self::Gone),
            Err(Error::Problem(problem) | Error::TryLater(problem, _)) => {
                Ok(Self::Refused(problem))
            }
            Err(error) => Err(error),
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Done => "Done.",
            Self::Gone => "Not there any more.",
            Self::Refused(problem) => problem.detail(),
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Done => DONE,
            Self::Gone => GONE,
            Self::Refused(problem) => {
                let place = Problem::ALL.iter().position(|known| *known == problem);
                place
                    .and_then(|place| u8::try_from(place).ok())
                    .unwrap_or(GONE)
            }
        }
    }

    fn of_byte(byte: u8) -> Option<Self> {
        match byte {
            DONE => Some(Self::Done),
            GONE => Some(Self::Gone),
            place => Problem::ALL
                .get(usize::from(place))
                .copied()
                .map(Self::Refused),
        }
    }
}

/// What became of each, in the order in which they were done.
#[derive(Debug, Clone, Default)]
pub struct Outcomes(pub Vec<(Uuid, Told)>);

impl Outcomes {
    /// As a parameter of an address. Sealed: nobody can send somebody a link that claims what never happened.
    pub fn seal(&self, app: &App, desk: &Desk) -> String {
        let rows = self.0.iter();
        let plain: Vec<u8> = rows
            .flat_map(|(id, told)| id.into_bytes().into_iter().chain([told.byte()]))
            .collect();
        URL_SAFE_NO_PAD.encode(app.secrets.seal(&place(desk), &plain))
    }

    /// What the parameter `outcome` of the address says, if it is one of ours.
    pub fn of(app: &App, desk: &Desk) -> Option<Self> {
        let sealed = desk.address.get("outcome")?;
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let plain = app.secrets.open(&place(desk), &sealed)?;
        let rows = plain.chunks_exact(ROW).map(|row| {
            let (told, id) = row.split_last()?;
            Some((Uuid::from_slice(id).ok()?, Told::of_byte(*told)?))
        });
        rows.collect::<Option<Vec<_>>>().map(Self)
    }
}

fn place(desk: &Desk) -> String {
    format!("outcomes:{}", desk.caller.account)
}
