//! How a standby stands: whether lists may be read there, and if not, why.

use super::place::Place;

/// How a standby stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// It has not been asked yet, or not for long enough.
    #[default]
    Unknown,
    /// It has what the primary had a moment ago: lists are read there.
    Near,
    /// It lacks more than `database.replica_lag_max` allows.
    Behind,
    /// It does not answer.
    Away,
    /// It accepts writes: it is a primary, or has become one.
    NoStandby,
    /// It follows another server.
    OtherServer,
    /// It is the right server, and another database on it.
    OtherDatabase,
    /// It has what the primary never had: after a failover it follows the old one.
    Ahead,
}

impl Standing {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Near => "near",
            Self::Behind => "behind",
            Self::Away => "away",
            Self::NoStandby => "no_standby",
            Self::OtherServer => "other_server",
            Self::OtherDatabase => "other_database",
            Self::Ahead => "ahead",
        }
    }

    /// The same for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unknown => "It is not known yet how far it is behind.",
            Self::Near => "It has what the primary had a moment ago: lists are read there.",
            Self::Behind => "It is further behind than database.replica_lag_max allows.",
            Self::Away => "It does not answer.",
            Self::NoStandby => "It is no standby: it accepts writes.",
            Self::OtherServer => "It is no standby of the server of database.url.",
            Self::OtherDatabase => "It is a standby of the right server, but another database.",
            Self::Ahead => {
                "It has more than the primary: it follows another server since a failover."
            }
        }
    }

    /// Whether the wrong server was named, so that waiting does not help.
    pub fn is_wrong(self) -> bool {
        matches!(
            self,
            Self::NoStandby | Self::OtherServer | Self::OtherDatabase
        )
    }
}

/// How far a standby has replayed, or what is wrong about it as a standby of that primary.
pub(super) fn replayed(primary: &Place, standby: &Place) -> Result<i64, Standing> {
    if standby.cluster != primary.cluster {
        return Err(Standing::OtherServer);
    }
    if standby.database != primary.database {
        return Err(Standing::OtherDatabase);
    }
    standby.position.ok_or(Standing::NoStandby)
}
