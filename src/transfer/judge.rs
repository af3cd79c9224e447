//! Judge a record by the rules of the API, and make the account of it that will be inserted.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::password::Prepared;
use super::record::Record;
use super::report::Report;
use super::systems::{Settings, System, Verified};
use crate::accounts::store::bulk::NewRow;
use crate::accounts::{Account, fields};
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto;
use crate::email_address::EmailAddress;
use crate::error::{Error, Fault};
use crate::http::input::{self, Fields, Patch};
use crate::http_url::HttpUrl;
use crate::ids::AccountId;
use crate::nicknames::Nickname;
use crate::passwords::foreign::Weak;
use crate::roles::Role;
use crate::shape_of;

/// Addresses that are remembered to tell a row that has the address of another one. Of a file with more, such a row counts as one
/// that is there already.
const MOST_REMEMBERED: usize = 2_000_000;

/// An account that can be inserted.
#[derive(Clone)]
pub(super) struct Candidate {
    pub line: u64,
    pub row: NewRow,
    pub email: EmailAddress,
    /// The nickname that the row asks for, if it is one.
    pub nickname: Option<Nickname>,
    /// What has to be hashed before it is inserted.
    pub weak: Option<Weak>,
    /// Which fields of the profile the row has told.
    pub has_password: bool,
}

/// What somebody writes about himself, judged as the API does.
#[derive(Deserialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are those of the API")]
struct Profile {
    #[schema(schema_with = fields::email)]
    email: EmailAddress,
    #[schema(schema_with = fields::nickname_or_null, required = false)]
    #[serde(default)]
    nickname: Patch<Nickname>,
    #[schema(schema_with = fields::first_name, required = false)]
    #[serde(default)]
    first_name: Patch<String>,
    #[schema(schema_with = fields::last_name, required = false)]
    #[serde(default)]
    last_name: Patch<String>,
    #[schema(schema_with = fields::bio, required = false)]
    #[serde(default)]
    bio: Patch<String>,
    #[schema(schema_with = fields::profile_picture_url, required = false)]
    #[serde(default)]
    profile_picture_url: Patch<HttpUrl>,
    #[schema(schema_with = fields::linkedin_profile_url, required = false)]
    #[serde(default)]
    linkedin_profile_url: Patch<HttpUrl>,
    #[schema(schema_with = fields::github_profile_url, required = false)]
    #[serde(default)]
    github_profile_url: Patch<HttpUrl>,
}

impl Fields for Profile {
    shape_of!(Profile);
}

/// Judges the records of a source, one after the other.
pub(super) struct Judge {
    system: System,
    verified: Verified,
    roles: HashMap<String, Role>,
    strict: bool,
    drop_hashes: bool,
    /// A digest of each address, and the line that has it.
    seen: HashMap<[u8; 8], u64>,
}

impl Judge {
    pub fn new(settings: &Settings) -> Self {
        let roles = settings
            .roles
            .iter()
            .map(|(name, role)| (name.to_lowercase(), *role));
        Self {
            system: settings.system,
            verified: settings.verified,
            roles: roles.collect(),
            strict: settings.strict,
            drop_hashes: settings.drop_hashes,
            seen: HashMap::new(),
        }
    }

    /// The account of a record, with what was changed about it; or why it cannot come.
    pub fn judge(
        &mut self,
        app: &App,
        (line, mut record): (u64, Record),
        report: &mut Report,
    ) -> Result<(Candidate, Vec<String>), String> {
        let mut changes = std::mem::take(&mut record.odd);
        let profile = self.profile(app, &mut record, &mut changes)?;
        let email_key = profile.email.key();
        let prepared = self.password(app, &mut record, &mut changes)?;
        self.refuse_repetition(&email_key, line)?;
        let now = app.clock.now();
        let account = self.account(&record, profile, (now, report));
        let Profile {
            email, nickname, ..
        } = account.1;
        let candidate = Candidate {
            line,
            row: NewRow {
                account: account.0,
                email_key,
                password_hash: prepared.stored,
                hash_kind: prepared.kind,
            },
            email,
            nickname: nickname.set(),
            weak: prepared.weak,
            has_password: prepared.has_password,
        };
        Ok((candidate, changes))
    }

    /// Reads what somebody writes about himself. What breaks a rule is left out, unless it is the address.
    fn profile(
        &self,
        app: &App,
        record: &mut Record,
        changes: &mut Vec<String>,
    ) -> Result<Profile, String> {
        let mut sent = told(record).ok_or("it has no e-mail address")?;
        // What is left out may uncover nothing else, so two rounds are enough.
        for _ in 0..2 {
            let faults = match input::judge_object::<Profile>(app, &sent) {
                Ok(profile) => return Ok(profile),
                Err(Error::Invalid(faults)) => faults,
                Err(_) => break,
            };
            for fault in faults {
                let (field, why) = in_words(&fault);
                if field == "email" || self.strict {
                    return Err(format!("{field}: {why}"));
                }
                sent.remove(field);
                changes.push(format!("{field} was left out: {why}"));
            }
        }
        Err("its fields cannot be read".to_owned())
    }

    fn password(
        &self,
        app: &App,
        record: &mut Record,
        changes: &mut Vec<String>,
    ) -> Result<Prepared, String> {
        let adopted = match record.password.take() {
            None => return Ok(Prepared::nothing()),
            Some(Ok(adopted)) => adopted,
            Some(Err(refusal)) if self.drop_hashes => {
                changes.push(format!(
                    "it comes without a password: its hash is {}",
                    refusal.0
                ));
                return Ok(Prepared::nothing());
            }
            Some(Err(refusal)) => return Err(format!("its password hash is {}", refusal.0)),
        };
        Ok(Prepared::of(app, adopted))
    }

    fn refuse_repetition(&mut self, email_key: &str, line: u64) -> Result<(), String> {
        let digest = crypto::digest(email_key.as_bytes());
        let Some(digest) = digest.first_chunk::<8>().copied() else {
            return Ok(());
        };
        if let Some(first) = self.seen.get(&digest) {
            return Err(format!("it has the same address as line {first}"));
        }
        if self.seen.len() < MOST_REMEMBERED {
            self.seen.insert(digest, line);
        }
        Ok(())
    }

    fn account(
        &self,
        record: &Record,
        profile: Profile,
        (now, report): (Timestamp, &mut Report),
    ) -> (Account, Profile) {
        let past = |moment: Option<Timestamp>| moment.filter(|moment| *moment <= now);
        let created_at = past(record.created_at).unwrap_or(now);
        let is_verified = match self.verified {
            Verified::Source => record.verified.unwrap_or_else(|| self.system.trusts()),
            Verified::All => true,
            Verified::None => false,
        };
        let role = self.role(record, report);
        let pending = record
            .pending_role
            .as_ref()
            .and_then(|role| self.given(role));
        let url = |url: &Patch<HttpUrl>| url.get().map(ToString::to_string);
        let account = Account {
            id: id(record).unwrap_or_else(AccountId::new),
            email: profile.email.to_string(),
            nickname: String::new(),
            first_name: profile.first_name.get().cloned(),
            last_name: profile.last_name.get().cloned(),
            bio: profile.bio.get().cloned(),
            profile_picture_url: url(&profile.profile_picture_url),
            linkedin_profile_url: url(&profile.linkedin_profile_url),
            github_profile_url: url(&profile.github_profile_url),
            role: if is_verified { role } else { Role::Anonymous },
            pending_role: (!is_verified).then(|| pending.unwrap_or(role.max(Role::Authenticated))),
            is_professional: record.is_professional,
            email_verified_at: is_verified.then(|| past(record.verified_at).unwrap_or(created_at)),
            locked_at: record
                .is_locked
                .then(|| past(record.locked_at).unwrap_or(now)),
            locked_until: None,
            created_at,
            updated_at: past(record.updated_at)
                .unwrap_or(created_at)
                .max(created_at),
            last_login_at: past(record.last_login_at),
        };
        (account, profile)
    }

    /// The highest role that the record has and that may be given.
    fn role(&self, record: &Record, report: &mut Report) -> Role {
        let mut highest = None;
        for name in &record.roles {
            match self.given(name) {
                Some(role) => highest = highest.max(Some(role)),
                None => *report.roles_not_given.entry(name.clone()).or_default() += 1,
            }
        }
        highest.unwrap_or(Role::Authenticated)
    }

    /// What `--map-role` says of the name; without it, no role of the staff: a file must not make administrators by itself.
    fn given(&self, name: &str) -> Option<Role> {
        let mapped = self.roles.get(&name.to_lowercase()).copied();
        mapped.or_else(|| name.parse().ok().filter(|role: &Role| !role.is_staff()))
    }
}

/// The fields that were told, as the API would get them.
fn told(record: &mut Record) -> Option<Map<String, Value>> {
    let mut sent = Map::new();
    sent.insert("email".to_owned(), record.email.take()?.into());
    let others = [
        ("nickname", &mut record.nickname),
        ("first_name", &mut record.first_name),
        ("last_name", &mut record.last_name),
        ("bio", &mut record.bio),
        ("profile_picture_url", &mut record.profile_picture_url),
        ("linkedin_profile_url", &mut record.linkedin_profile_url),
        ("github_profile_url", &mut record.github_profile_url),
    ];
    for (name, value) in others {
        if let Some(value) = value.take() {
            sent.insert(name.to_owned(), value.into());
        }
    }
    Some(sent)
}

/// The field, and what is wrong with it.
fn in_words(fault: &Fault) -> (&str, &str) {
    let field = fault.loc.last().and_then(Value::as_str).unwrap_or("input");
    let why = fault
        .msg
        .strip_prefix("Value error, ")
        .unwrap_or(&fault.msg);
    (field, why)
}

/// The identifier, when it is of the kind that we have: other systems that know the account by it go on doing so.
fn id(record: &Record) -> Option<AccountId> {
    let id = Uuid::parse_str(record.id.as_deref()?.trim()).ok()?;
    (!id.is_nil() && !id.is_max()).then_some(AccountId(id))
}
