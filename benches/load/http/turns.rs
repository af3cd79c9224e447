//! Rounds that are held against each other: in many short turns, so that a machine whose speed changes changes it for all of
//! them.

use std::net::SocketAddr;

use super::{Actor, Round, Rounds, closed};
use crate::Result;

/// How often each has its turn.
const TURNS: u32 = 10;

/// A round for each server and those who ask it, taken by turns; together each is as long as `rounds` says.
pub async fn by_turns<A: Actor + Clone + 'static>(
    asked: &[(SocketAddr, Vec<A>)],
    rounds: Rounds,
) -> Result<Vec<Round>> {
    let turn = Rounds {
        warm: rounds.warm / TURNS,
        counted: rounds.counted / TURNS,
    };
    let mut found = vec![Round::default(); asked.len()];
    for _ in 0..TURNS {
        for ((address, actors), round) in asked.iter().zip(&mut found) {
            round.merge(closed(*address, actors.clone(), turn).await?);
        }
    }
    Ok(found)
}
