//! What scenarios ask of a server, whoever wrote it.

use std::time::Duration;

use crate::http::{Connection, Reply, Request};
use crate::subject::{Gatepost, Server, address_of};
use crate::{Result, fault};

/// How long a login is waited for: some peers have a minute's work left over from a round.
const PATIENCE: Duration = Duration::from_mins(5);
/// How often a login is tried.
const TRIES: u32 = 5;

/// A page of the list of people, ten of them, with how many there are altogether.
#[derive(Debug, Clone, Copy)]
pub enum Page {
    /// The one behind so many people, by their number; behind none is the first.
    Behind(u64),
    /// Of those who are found by the address of this account.
    Search(u64),
}

/// How a server is asked for what all of them can do.
pub trait Asked {
    /// Whether it knows passwords.
    fn has_logins(&self) -> bool;

    /// The request by which an account logs in.
    fn login(&self, number: u64) -> Vec<u8>;

    /// What proves the login in later requests.
    fn credential(&self, reply: &Reply<'_>) -> Option<String>;

    /// The request by which what a login or a renewal has answered is renewed; `None` where there is no such thing.
    fn renewal(&self, reply: &Reply<'_>) -> Option<Vec<u8>>;

    /// The request for one's own account.
    fn read(&self, credential: &str) -> Vec<u8>;

    /// The request for a page of people; `None` where there is none.
    fn people(&self, credential: &str, page: Page) -> Option<Vec<u8>>;
}

/// Gatepost itself.
#[derive(Debug, Clone, Copy)]
pub struct OfGatepost;

impl Asked for OfGatepost {
    fn has_logins(&self) -> bool {
        true
    }

    fn login(&self, number: u64) -> Vec<u8> {
        Gatepost::login(&address_of(number), crate::subject::PASSWORD)
    }

    fn credential(&self, reply: &Reply<'_>) -> Option<String> {
        Gatepost::tokens(&reply.body).map(|tokens| tokens.access)
    }

    fn renewal(&self, reply: &Reply<'_>) -> Option<Vec<u8>> {
        Gatepost::tokens(&reply.body).map(|tokens| Gatepost::refresh(&tokens.refresh))
    }

    fn read(&self, credential: &str) -> Vec<u8> {
        Request::get("/myaccount", Some(credential))
    }

    fn people(&self, credential: &str, page: Page) -> Option<Vec<u8>> {
        let path = match page {
            Page::Behind(people) => format!("/users/?skip={people}&limit=10"),
            Page::Search(number) => format!("/users/?q=person{number}&limit=10"),
        };
        Some(Request::get(&path, Some(credential)))
    }
}

/// Logs an account in and answers its credential.
pub async fn enter(server: &Server, asked: &dyn Asked, number: u64) -> Result<String> {
    log_in(server, asked, number, |reply| asked.credential(reply)).await
}

/// Logs an account in and answers what is taken from the reply.
pub async fn log_in<T>(
    server: &Server,
    asked: &dyn Asked,
    number: u64,
    take: impl Fn(&Reply<'_>) -> Option<T>,
) -> Result<T> {
    let mut connection = Connection::open(server.address).await?;
    let request = asked.login(number);
    let mut why = String::new();
    for _ in 0..TRIES {
        let answer = tokio::time::timeout(PATIENCE, connection.ask(&request)).await;
        let Ok(reply) = answer else {
            return fault(format!("account {number} gets no answer to its login"));
        };
        let reply = reply?;
        match take(&reply) {
            Some(taken) if reply.status == 200 => return Ok(taken),
            _ => why = reply.in_words(),
        }
        // It may have something left to do of the round before.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    fault(format!("account {number} cannot log in: {why}"))
}

/// The requests by which so many accounts read themselves.
pub async fn reads(server: &Server, asked: &dyn Asked, accounts: u64) -> Result<Vec<Vec<u8>>> {
    let mut requests = Vec::new();
    for number in 1..=accounts {
        requests.push(asked.read(&enter(server, asked, number).await?));
    }
    Ok(requests)
}

/// The requests by which the accounts log in, from the second one on: the first is the administrator.
pub fn logins(asked: &dyn Asked, accounts: u64) -> Vec<Vec<u8>> {
    (1..accounts.max(2))
        .map(|number| asked.login(number))
        .collect()
}
