//! The list of people: the first page with the total, a page deep down by number and by cursor, and a search.

use super::asked::{Asked, OfGatepost, enter};
use super::stage::Stage;
use crate::http::{Connection, Repeat, Request, closed};
use crate::report::Figure;
use crate::subject::{ADMINISTRATOR, Server};
use crate::{Result, fault};

/// How many ask at the same time.
pub const CALLERS: usize = 64;
/// People of a page.
const PAGE: u64 = 10;
/// The deep page.
const DEEP: u64 = 9000;

/// Measures them.
pub async fn run(stage: &mut Stage<'_>, server: &Server) -> Result<()> {
    let token = enter(server, &OfGatepost, ADMINISTRATOR).await?;
    let last = (stage.accounts / PAGE).max(1);
    let page = DEEP.min(last);
    let cursor = cursor(server, &token, (page - 1) * PAGE).await?;
    let skip = (page - 1) * PAGE;
    let found = stage.accounts - stage.accounts / 7;
    let cases = [
        ("first page", "/users/?skip=0&limit=10".to_owned()),
        (
            "deep page by number",
            format!("/users/?skip={skip}&limit=10"),
        ),
        (
            "deep page by cursor",
            format!("/users/?cursor={cursor}&limit=10"),
        ),
        ("search", format!("/users/?q=person{found}&limit=10")),
    ];
    for (case, path) in cases {
        measure(stage, server, (case, &path, &token), page).await?;
    }
    Ok(())
}

async fn measure(
    stage: &mut Stage<'_>,
    server: &Server,
    (case, path, token): (&str, &str, &str),
    page: u64,
) -> Result<()> {
    let request = Request::get(path, Some(token));
    let mut connection = Connection::open(server.address).await?;
    let reply = connection.ask(&request).await?;
    if reply.status != 200 {
        return fault(format!("{path}: {}", reply.in_words()));
    }
    let actors = Repeat::together(vec![request], CALLERS);
    let round = closed(server.address, actors, stage.rounds()).await?;
    let mut figure = Figure::of_round("people", case, &round);
    if case.starts_with("deep") && page < DEEP {
        figure = figure.noting(format!("page {page}, the last"));
    }
    stage.add(figure)
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
