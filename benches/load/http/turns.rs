//! Rounds that are held against each other: in many short turns, so that a machine whose speed changes changes it for all of
//! them.

use std::net::SocketAddr;

use super::{Actor, Round, Rounds, closed};
use crate::Result;

/// How often each has its turn: so often that what else the machine does weighs less than the twentieth that is looked for.
const TURNS: u32 = 30;

/// How many turns are as long as a round.
const OF_A_ROUND: u32 = 10;

/// Some rounds for each server and those who ask it, taken by turns.
pub async fn by_turns<A: Actor + Clone + 'static>(
    asked: &[(SocketAddr, Vec<A>)],
    rounds: Rounds,
) -> Result<Vec<Round>> {
    let turn = Rounds {
        warm: rounds.warm / OF_A_ROUND,
        counted: rounds.counted / OF_A_ROUND,
    };
    let mut found = vec![Round::default(); asked.len()];
    for _ in 0..TURNS {
        for ((address, actors), round) in asked.iter().zip(&mut found) {
            round.merge(closed(*address, actors.clone(), turn).await?);
        }
    }
    Ok(found)
}
