//! Work on many rows in small portions, so that whoever wants to write waits for one of them, and not for all.

use std::time::Duration;

use super::{Db, Result, Run, Value};

/// Rows of one portion.
const PORTION: u32 = 200;

/// Between two portions others have the disk, and the processor.
const PAUSE: Duration = Duration::from_millis(10);

impl Db {
    /// Repeats a statement until it finds nothing more, and answers how many rows it has changed in all. Its last parameter,
    /// behind `params`, is how many it changes at most; what it has changed must not fit its condition any more.
    pub async fn in_portions(&self, sql: &str, params: &[Value]) -> Result<u64> {
        let mut params = params.to_vec();
        params.push(PORTION.into());
        let mut count = 0;
        loop {
            let changed = self.execute(sql, &params).await?;
            count += changed;
            if changed < u64::from(PORTION) {
                return Ok(count);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
