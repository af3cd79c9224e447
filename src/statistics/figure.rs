//! The figures that are kept, each with the name it has in the database.

/// Declares the figures: name and code.
macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)+) => {
        /// A figure that is kept for each day.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Figure { $($(#[$doc])* $name),+ }

        impl Figure {
            /// Every figure there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name in the database.
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code),+ } }
        }
    };
}

figures! {
    /// Accounts that were made: by registering, by staff, by an invitation.
    SignUps = "sign_ups";
    /// Log-ins that succeeded.
    LogIns = "log_ins";
    /// Log-ins that were refused.
    Failures = "failures";
    /// Addresses that wrong passwords have locked.
    LockOuts = "lock_outs";
    /// People who were there on that day.
    ActiveDay = "active_day";
    /// People who were there on that day or the six before.
    ActiveWeek = "active_week";
    /// People who were there on that day or the 29 before.
    ActiveMonth = "active_month";
    /// Accounts made on that day that there are still.
    Cohort = "cohort";
    /// Those of them whose address is verified.
    CohortVerified = "cohort_verified";
    /// Those made on that day who were there one day later.
    KeptDay = "kept_1";
    /// Those made on that day who were there seven days later.
    KeptWeek = "kept_7";
    /// Those made on that day who were there 30 days later.
    KeptMonth = "kept_30";
    /// Accounts, as last counted on that day.
    Accounts = "accounts";
    /// Those whose address is verified.
    Verified = "verified";
    /// Those that staff have locked.
    Locked = "locked";
    /// Managers and administrators.
    Staff = "staff";
    /// Those who have not logged in for 24 hours.
    AwayDay = "away_1";
    /// Those who have not logged in for 48 hours.
    AwayTwoDays = "away_2";
    /// Those who have not logged in for a week.
    AwayWeek = "away_7";
    /// Those who have not logged in for a year.
    AwayYear = "away_365";
    /// Those who have never logged in.
    AwayAlways = "away_always";
}

impl Figure {
    /// The figure with that name.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }
}
