//! The list of people: the first page with the total, a page deep down by number and by cursor, and a search.

use std::net::SocketAddr;
use std::time::Instant;

use super::asked::{Asked, OfGatepost, Page, enter};
use super::stage::Stage;
use crate::http::{Connection, Repeat, Request, Round, by_turns, closed};
use crate::report::Figure;
use crate::subject::{ADMINISTRATOR, Gatepost, Server};
use crate::{Result, fault};

/// How many ask at the same time.
pub const CALLERS: usize = 64;
/// People of a page.
const PAGE: u64 = 10;
/// The deep page.
const DEEP: u64 = 9000;
/// For a slow peer: turns of every caller that are not counted, and that are.
const TURNS: (f64, f64) = (1.0, 2.0);

/// A server, and what it is asked by its administrator.
struct List {
    accounts: u64,
    server: Server,
    token: String,
    /// The deep page's number, from 1.
    page: u64,
}

impl List {
    async fn open(accounts: u64, server: Server, asked: &dyn Asked) -> Result<Self> {
        let token = enter(&server, asked, ADMINISTRATOR).await?;
        let last = (accounts / PAGE).max(1);
        Ok(Self {
            accounts,
            server,
            token,
            page: DEEP.min(last),
        })
    }

    /// The pages that are asked for one after the other.
    fn pages(&self) -> [(&'static str, Page); 3] {
        let found = self.accounts - self.accounts / 7;
        [
            ("first page", Page::Behind(0)),
            ("deep page by number", Page::Behind(self.passed())),
            ("search", Page::Search(found)),
        ]
    }

    /// How many people stand before the deep page.
    fn passed(&self) -> u64 {
        (self.page - 1) * PAGE
    }

    /// Those who ask for a page, which must answer; and how many seconds it takes for one of them.
    async fn callers(&self, request: Vec<u8>) -> Result<(Vec<Repeat>, f64)> {
        let mut connection = Connection::open(self.server.address).await?;
        // The first answer waits for whatever the round before has left to do.
        connection.ask(&request).await?;
        let begun = Instant::now();
        let reply = connection.ask(&request).await?;
        if reply.status != 200 {
            let line = String::from_utf8_lossy(&request);
            let line = line.lines().next().unwrap_or_default();
            return fault(format!("{line}: {}", reply.in_words()));
        }
        let took = begun.elapsed().as_secs_f64();
        Ok((Repeat::together(vec![request], CALLERS), took))
    }

    /// A round of those who ask for a page, as long as it takes until everybody has had some.
    async fn round(&self, stage: &Stage<'_>, request: Vec<u8>) -> Result<Round> {
        let (callers, took) = self.callers(request).await?;
        let rounds = stage.rounds_of(took * CALLERS as f64, TURNS);
        closed(self.server.address, callers, rounds).await
    }

    /// The pages whose speed is compared: the first and, by cursor, the deep one.
    async fn compared(&self) -> Result<Vec<(SocketAddr, Vec<Repeat>)>> {
        let cursor = cursor(&self.server, &self.token, self.passed()).await?;
        let deep = format!("/users/?cursor={cursor}&limit=10");
        let pages = [
            OfGatepost.people(&self.token, Page::Behind(0)),
            Some(Request::get(&deep, Some(&self.token))),
        ];
        let mut callers = Vec::new();
        for request in pages.into_iter().flatten() {
            callers.push((self.server.address, self.callers(request).await?.0));
        }
        Ok(callers)
    }

    /// Measures some pages, as far as there are such.
    async fn measure(
        &self,
        stage: &mut Stage<'_>,
        asked: &dyn Asked,
        pages: &[(&str, Page)],
    ) -> Result<()> {
        for (case, page) in pages {
            if let Some(request) = asked.people(&self.token, *page) {
                let round = self.round(stage, request).await?;
                stage.add(self.figure(case, &round))?;
            }
        }
        Ok(())
    }

    fn figure(&self, case: &str, round: &Round) -> Figure {
        let figure = Figure::of_round("people", case, round).at(self.accounts);
        if case.starts_with("deep") && self.page < DEEP {
            return figure.noting(format!("page {}, the last", self.page));
        }
        figure
    }
}

/// Measures them: the first page and the one by cursor of all installations by turns, because they are compared.
pub async fn run(stage: &mut Stage<'_>, grown: &[(u64, Gatepost)]) -> Result<()> {
    let (mut lists, mut asked) = (Vec::new(), Vec::new());
    for (accounts, gatepost) in grown {
        let list = List::open(*accounts, gatepost.start().await?, &OfGatepost).await?;
        asked.extend(list.compared().await?);
        lists.push(list);
    }
    let compared = by_turns(&asked, stage.rounds()).await?;
    for (list, pair) in lists.iter().zip(compared.chunks(2)) {
        for (case, round) in ["first page", "deep page by cursor"].iter().zip(pair) {
            stage.add(list.figure(case, round))?;
        }
        let [_, others @ ..] = list.pages();
        list.measure(stage, &OfGatepost, &others).await?;
    }
    for list in lists {
        list.server.stop().await?;
    }
    Ok(())
}

/// The cursor behind the first `passed` people, by walking there in steps of a hundred.
async fn cursor(server: &Server, token: &str, passed: u64) -> Result<String> {
    let mut connection = Connection::open(server.address).await?;
    let (mut cursor, mut walked) = (String::new(), 0);
    while walked < passed {
        let step = (passed - walked).min(100);
        let path = format!("/users/?cursor={cursor}&limit={step}");
        let reply = connection.ask(&Request::get(&path, Some(token))).await?;
        let body: serde_json::Value = serde_json::from_slice(&reply.body)?;
        let Some(next) = body.get("next_cursor").and_then(serde_json::Value::as_str) else {
            return fault(format!("the walk has ended: {}", reply.in_words()));
        };
        next.clone_into(&mut cursor);
        walked += step;
    }
    Ok(cursor)
}

/// Measures a peer: the first page, the deep one by number and a search, one after the other.
pub async fn run_alone(stage: &mut Stage<'_>, server: Server, asked: &dyn Asked) -> Result<()> {
    let list = List::open(stage.accounts, server, asked).await?;
    list.measure(stage, asked, &list.pages()).await?;
    list.server.stop().await
}
