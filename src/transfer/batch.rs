//! Insert a batch of accounts, in one transaction: who has an address already stays as he is, and the others come.

use std::collections::{HashMap, HashSet};

use super::invite::{self, Invited};
use super::judge::Candidate;
use super::report::{Issue, Report};
use super::update::{self, Update};
use crate::accounts::store::{self, bulk, bulk::NewRow};
use crate::app::App;
use crate::crypto;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::nicknames::{self, Nickname};
use crate::unicode;

/// How often a row is tried whose nickname or id others take at the same moment.
const TRIES: usize = 5;

/// What is to be done besides inserting.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wishes {
    pub update: Option<Update>,
    pub invite: Option<Invited>,
    pub dry_run: bool,
}

/// Inserts the candidates, or with a dry run only looks at who is there; answers what became of them.
pub(super) async fn insert(app: &App, candidates: &[Candidate], wishes: Wishes) -> Result<Report> {
    if wishes.dry_run {
        let (fresh, present) = split(&app.db, candidates).await?;
        let taken = taken_nicknames(&app.db, &fresh).await?;
        let mut report = Report::default();
        let rows = name(&fresh, &taken, &mut report);
        for (_, candidate) in rows {
            count(&mut report, candidate);
        }
        report.present = present.len() as u64;
        return Ok(report);
    }
    app.db
        .transaction(|tx| async move { insert_in(app, &tx, candidates, wishes).await })
        .await
}

async fn insert_in(app: &App, tx: &Tx, candidates: &[Candidate], wishes: Wishes) -> Result<Report> {
    let mut report = Report::default();
    let (fresh, mut present) = split(tx, candidates).await?;
    let taken = taken_nicknames(tx, &fresh).await?;
    let named = name(&fresh, &taken, &mut report);
    let rows: Vec<NewRow> = named.iter().map(|(row, _)| row.clone()).collect();
    let mut inserted: HashSet<AccountId> = bulk::insert_all(tx, &rows).await?.into_iter().collect();
    for (row, candidate) in named {
        // Taken out: of two rows with the same id one is there.
        let row = if inserted.remove(&row.account.id) {
            row
        } else {
            match settle(tx, (row, candidate), &mut report).await? {
                Settled::Inserted(row) => *row,
                Settled::Present(id) => {
                    present.push((candidate, id));
                    continue;
                }
            }
        };
        count(&mut report, candidate);
        if invite::send(app, tx, (&row.account, candidate), wishes.invite).await? {
            report.invited += 1;
        }
    }
    for (candidate, id) in present {
        let is_changed = match wishes.update {
            Some(update) => update::apply(app, tx, (id, candidate), update).await?,
            None => false,
        };
        if is_changed {
            report.updated += 1;
        } else {
            report.present += 1;
        }
    }
    Ok(report)
}

type Present<'a> = Vec<(&'a Candidate, AccountId)>;

/// Those whose address is free, and those whose address somebody has.
async fn split<'a>(
    run: &impl crate::db::Run,
    candidates: &'a [Candidate],
) -> Result<(Vec<&'a Candidate>, Present<'a>)> {
    let keys: Vec<String> = candidates
        .iter()
        .map(|candidate| candidate.row.email_key.clone())
        .collect();
    let takers = bulk::list_email_takers(run, &keys).await?;
    let (mut fresh, mut present) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match takers.get(&candidate.row.email_key) {
            Some(id) => present.push((candidate, *id)),
            None => fresh.push(candidate),
        }
    }
    Ok((fresh, present))
}

async fn taken_nicknames(
    run: &impl crate::db::Run,
    fresh: &[&Candidate],
) -> Result<HashMap<String, AccountId>> {
    let wished = fresh
        .iter()
        .filter_map(|candidate| candidate.nickname.as_ref());
    let keys: Vec<String> = wished.map(Nickname::key).collect();
    Ok(bulk::list_nickname_takers(run, &keys).await?)
}

/// Gives each the nickname that he has, when nobody else has it, or a new one.
fn name<'a>(
    fresh: &[&'a Candidate],
    taken: &HashMap<String, AccountId>,
    report: &mut Report,
) -> Vec<(NewRow, &'a Candidate)> {
    let mut given = HashSet::new();
    let mut rows = Vec::with_capacity(fresh.len());
    for candidate in fresh {
        let mut row = candidate.row.clone();
        let wished = candidate.nickname.as_ref();
        let free =
            wished.filter(|name| !taken.contains_key(&name.key()) && given.insert(name.key()));
        row.account.nickname = match free {
            Some(nickname) => nickname.to_string(),
            None => made_up(candidate, report),
        };
        rows.push((row, *candidate));
    }
    rows
}

fn made_up(candidate: &Candidate, report: &mut Report) -> String {
    report.nicknames_made += 1;
    let made = nicknames::generate(&mut crypto::rng()).to_string();
    if let Some(wished) = &candidate.nickname {
        let why = format!(
            "the nickname {wished:?} is taken, and the account gets another one",
            wished = wished.as_str()
        );
        report.note(Issue::changed(
            candidate.line,
            candidate.email.as_str(),
            why,
        ));
    }
    made
}

enum Settled {
    Inserted(Box<NewRow>),
    Present(AccountId),
}

/// Finds out why a row was left out, and inserts it with another nickname or id.
async fn settle(
    tx: &Tx,
    (mut row, candidate): (NewRow, &Candidate),
    report: &mut Report,
) -> Result<Settled> {
    for _ in 0..TRIES {
        if let Some(id) = store::find_by_email(tx, &row.email_key).await? {
            return Ok(Settled::Present(id));
        }
        if store::find(tx, row.account.id).await?.is_some() {
            row.account.id = AccountId::new();
            let why = "another account has its id, and it gets a new one".to_owned();
            report.note(Issue::changed(
                candidate.line,
                candidate.email.as_str(),
                why,
            ));
        }
        let key = unicode::fold(&row.account.nickname);
        if store::find_by_nickname(tx, &key).await?.is_some() {
            row.account.nickname = made_up(candidate, report);
        }
        if !bulk::insert_all(tx, std::slice::from_ref(&row))
            .await?
            .is_empty()
        {
            return Ok(Settled::Inserted(Box::new(row)));
        }
    }
    Err(Error::Internal(format!(
        "line {} cannot be inserted",
        candidate.line
    )))
}

fn count(report: &mut Report, candidate: &Candidate) {
    let account = &candidate.row.account;
    report.imported += 1;
    report.without_password += u64::from(!candidate.has_password);
    report.unverified += u64::from(account.email_verified_at.is_none());
    report.locked += u64::from(account.locked_at.is_some());
}
