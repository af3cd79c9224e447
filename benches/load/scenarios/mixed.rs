//! A mixed day: of a hundred requests 95 read, 4 refresh and one logs in, 64 callers with a session each.

use super::asked::{Asked, OfGatepost, log_in};
use super::stage::Stage;
use crate::Result;
use crate::http::{Actor, Reply, Round, Rounds, closed};
use crate::report::{Figure, Latency};
use crate::subject::Server;

/// How many callers.
const CALLERS: u64 = 64;
/// What the kinds are called.
const KINDS: [&str; 3] = ["reads", "refreshes", "logins"];

/// What somebody has of his last login or refresh.
struct Session {
    read: Vec<u8>,
    renewal: Option<Vec<u8>>,
}

impl Session {
    fn of(asked: &dyn Asked, reply: &Reply<'_>) -> Option<Self> {
        let credential = asked.credential(reply)?;
        Some(Self {
            read: asked.read(&credential),
            renewal: asked.renewal(reply),
        })
    }
}

/// Somebody through a day. Whose sessions are not renewed, he reads instead.
struct Person<A> {
    asked: A,
    login: Vec<u8>,
    session: Session,
    /// Of a generator that needs no quality (Marsaglia's xorshift): which request comes next.
    state: u64,
    kind: usize,
}

impl<A> Person<A> {
    fn next(&mut self) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        match self.state % 100 {
            0 => 2,
            1..=4 if self.session.renewal.is_some() => 1,
            _ => 0,
        }
    }
}

impl<A: Asked + Send> Actor for Person<A> {
    fn request(&mut self, out: &mut Vec<u8>) -> usize {
        self.kind = self.next();
        out.extend_from_slice(match (self.kind, &self.session.renewal) {
            (0, _) => &self.session.read,
            (1, Some(renewal)) => renewal,
            _ => &self.login,
        });
        self.kind
    }

    fn accepts(&mut self, reply: &Reply<'_>) -> bool {
        if self.kind > 0 {
            let Some(session) = Session::of(&self.asked, reply) else {
                return false;
            };
            self.session = session;
        }
        reply.status == 200
    }
}

/// Measures Gatepost.
pub async fn run(stage: &mut Stage<'_>, server: &Server) -> Result<()> {
    let round = round(server, OfGatepost, stage.rounds()).await?;
    let hashes = stage.hash_limit().await?;
    note(stage, &round, hashes)
}

/// One round of it.
pub async fn round<A: Asked + Copy + Send + 'static>(
    server: &Server,
    asked: A,
    rounds: Rounds,
) -> Result<Round> {
    let mut people = Vec::new();
    for number in 1..=CALLERS {
        let first = |reply: &Reply<'_>| Session::of(&asked, reply);
        people.push(Person {
            asked,
            login: asked.login(number),
            session: log_in(server, &asked, number, first).await?,
            state: number.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            kind: 0,
        });
    }
    closed(server.address, people, rounds).await
}

/// Its figures, beside the hashes that all cores reach together: one in a hundred is a login, so that a hundred times those
/// are as many requests as there can be.
pub fn note(stage: &mut Stage<'_>, round: &Round, hashes: f64) -> Result<()> {
    let all = Figure::of_round("mixed", "all requests", round)
        .beside("100 × hashes of all cores", hashes * 100.0);
    stage.add(all)?;
    let kinds = round.kinds.iter().zip(KINDS);
    for (kind, name) in kinds.filter(|(kind, _)| kind.count() > 0) {
        let rate = kind.count() as f64 / round.seconds;
        stage.add(Figure {
            latency: Some(Latency::from(kind)),
            ..Figure::of("mixed", name, rate, "/s")
        })?;
    }
    Ok(())
}
