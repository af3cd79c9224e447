//! A mixed day: of a hundred requests 95 read, 4 refresh and one logs in, 64 callers with a session each.

use super::refresh::CHAINS;
use super::stage::Stage;
use crate::Result;
use crate::http::{Actor, Reply, Request, closed};
use crate::report::{Figure, Latency};
use crate::subject::{Gatepost, PASSWORD, Server, address_of};

/// What the kinds are called.
const KINDS: [&str; 3] = ["reads", "refreshes", "logins"];

/// Somebody through a day.
struct Person {
    number: u64,
    access: String,
    refresh: String,
    /// Of a generator that needs no quality (Marsaglia's xorshift): which request comes next.
    state: u64,
    kind: usize,
}

impl Person {
    fn next(&mut self) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        match self.state % 100 {
            0 => 2,
            1..=4 => 1,
            _ => 0,
        }
    }
}

impl Actor for Person {
    fn request(&mut self, out: &mut Vec<u8>) -> usize {
        self.kind = self.next();
        out.extend(match self.kind {
            0 => Request::get("/myaccount", Some(&self.access)),
            1 => Gatepost::refresh(&self.refresh),
            _ => Gatepost::login(&address_of(self.number), PASSWORD),
        });
        self.kind
    }

    fn accepts(&mut self, reply: &Reply<'_>) -> bool {
        if self.kind > 0 {
            let Some(tokens) = Gatepost::tokens(&reply.body) else {
                return false;
            };
            self.access = tokens.access;
            self.refresh = tokens.refresh;
        }
        reply.status == 200
    }
}

/// Measures it.
pub async fn run(stage: &mut Stage<'_>, server: &Server) -> Result<()> {
    let mut people = Vec::new();
    for number in 1..=CHAINS {
        let tokens = Gatepost::enter(server, &address_of(number)).await?;
        people.push(Person {
            number,
            access: tokens.access,
            refresh: tokens.refresh,
            state: number.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            kind: 0,
        });
    }
    let round = closed(server.address, people, stage.rounds()).await?;
    let limit = stage.hash_limit().await?;
    // One in a hundred is a login: a hundred times the hashes are as many requests as there can be.
    let all = Figure::of_round("mixed", "all requests", &round)
        .beside("100 × hashes of all cores", limit * 100.0);
    stage.add(all)?;
    for (kind, name) in round.kinds.iter().zip(KINDS) {
        let rate = kind.count() as f64 / round.seconds;
        stage.add(Figure {
            latency: Some(Latency::from(kind)),
            ..Figure::of("mixed", name, rate, "/s")
        })?;
    }
    Ok(())
}
