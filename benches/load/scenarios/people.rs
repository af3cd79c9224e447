//! The list of people: the first page with the total, a page deep down by number and by cursor, and a search.

use std::net::SocketAddr;

use super::asked::{Asked, OfGatepost, enter};
use super::stage::Stage;
use crate::http::{Connection, Repeat, Request, Round, by_turns, closed};
use crate::report::Figure;
use crate::subject::{ADMINISTRATOR, Gatepost, Server};
use crate::{Result, fault};

/// How many ask at the same time.
pub const CALLERS: usize = 64;
/// People of a page.
const PAGE: u64 = 10;
/// The first page.
const FIRST_PAGE: &str = "/users/?skip=0&limit=10";
/// The deep page.
const DEEP: u64 = 9000;

/// An installation, and what it is asked.
struct List {
    accounts: u64,
    server: Server,
    token: String,
    /// The deep page's number, from 1.
    page: u64,
}

impl List {
    async fn open(accounts: u64, gatepost: &Gatepost) -> Result<Self> {
        let server = gatepost.start().await?;
        let token = enter(&server, &OfGatepost, ADMINISTRATOR).await?;
        let last = (accounts / PAGE).max(1);
        Ok(Self {
            accounts,
            server,
            token,
            page: DEEP.min(last),
        })
    }

    /// How many people stand before the deep page.
    fn passed(&self) -> u64 {
        (self.page - 1) * PAGE
    }

    /// Those who ask for a page, which must answer.
    async fn callers(&self, path: &str) -> Result<Vec<Repeat>> {
        let request = Request::get(path, Some(&self.token));
        let mut connection = Connection::open(self.server.address).await?;
        let reply = connection.ask(&request).await?;
        if reply.status != 200 {
            return fault(format!("{path}: {}", reply.in_words()));
        }
        Ok(Repeat::together(vec![request], CALLERS))
    }

    /// The pages whose speed is compared: the first and, by cursor, the deep one.
    async fn compared(&self) -> Result<[(SocketAddr, Vec<Repeat>); 2]> {
        let cursor = cursor(&self.server, &self.token, self.passed()).await?;
        let deep = format!("/users/?cursor={cursor}&limit=10");
        let address = self.server.address;
        Ok([
            (address, self.callers(FIRST_PAGE).await?),
            (address, self.callers(&deep).await?),
        ])
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
        let list = List::open(*accounts, gatepost).await?;
        asked.extend(list.compared().await?);
        lists.push(list);
    }
    let compared = by_turns(&asked, stage.rounds()).await?;
    for (list, pair) in lists.iter().zip(compared.chunks(2)) {
        for (case, round) in ["first page", "deep page by cursor"].iter().zip(pair) {
            stage.add(list.figure(case, round))?;
        }
        let found = list.accounts - list.accounts / 7;
        for (case, path) in [
            (
                "deep page by number",
                format!("/users/?skip={}&limit=10", list.passed()),
            ),
            ("search", format!("/users/?q=person{found}&limit=10")),
        ] {
            let callers = list.callers(&path).await?;
            let round = closed(list.server.address, callers, stage.rounds()).await?;
            stage.add(list.figure(case, &round))?;
        }
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

/// The first page of any subject that has one.
pub async fn first_page(stage: &mut Stage<'_>, server: &Server, asked: &dyn Asked) -> Result<()> {
    let credential = enter(server, asked, ADMINISTRATOR).await?;
    let Some(request) = asked.people(&credential) else {
        return Ok(());
    };
    let actors = Repeat::together(vec![request], CALLERS);
    let round = closed(server.address, actors, stage.rounds()).await?;
    stage.add(Figure::of_round("people", "first page", &round))
}
