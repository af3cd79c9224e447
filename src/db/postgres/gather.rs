//! Reads by key that go to PostgreSQL together: what every request asks, whose session this is.
//!
//! A read by key costs the server more for being a statement than for the row. So whoever comes while others are on their
//! way waits until one of those has its answer, and then all who wait are one statement: `id = $1` becomes `id = ANY($1)`.
//! Nobody waits when nobody else asks, and nobody is answered from before he asked.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_postgres::types::ToSql;

use super::{Fault, OnTheWay, Postgres, Result, Row, Value, borrowed};

/// Statements of one text that are on their way at once: the server works on one while another's answers are handed out.
const WAYS: usize = 2;

/// A statement that takes longer does not keep others from going: its connection may hang, and theirs may not.
const LONG: Duration = Duration::from_millis(100);

/// Keys of one statement at most.
const MOST: usize = 128;

/// Keys of a statement for several at least: one of them is repeated. PostgreSQL keeps a plan that is meant for ten keys, and
/// would plan anew for each three of them.
const LEAST: usize = 16;

/// Whoever waits, by statement. There are so few of those that they are looked through.
pub(super) struct Gather {
    lines: Mutex<Vec<Line>>,
    pub on_the_way: OnTheWay,
}

/// Those who wait with one statement.
struct Line {
    sql: &'static str,
    waiting: Vec<Asked>,
    /// The latest of all who wait: they are moments, and the latest is right for all.
    params: Vec<Value>,
    ways: usize,
}

struct Asked {
    key: Value,
    answer: oneshot::Sender<Result<Option<Row>>>,
}

impl Gather {
    /// For reads that are counted in `on_the_way`.
    pub fn of(on_the_way: OnTheWay) -> Self {
        Self {
            lines: Mutex::default(),
            on_the_way,
        }
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins the line, and answers whether somebody has to go.
    fn join(&self, sql: &'static str, params: &[Value], asked: Asked) -> bool {
        let mut lines = self.lines();
        let place = lines.iter().position(|line| line.sql == sql);
        let place = place.unwrap_or_else(|| {
            lines.push(Line::of(sql));
            lines.len() - 1
        });
        lines
            .get_mut(place)
            .is_some_and(|line| line.join(params, asked))
    }

    fn line<T>(&self, sql: &str, act: impl FnOnce(&mut Line) -> T) -> Option<T> {
        let mut lines = self.lines();
        lines.iter_mut().find(|line| line.sql == sql).map(act)
    }
}

impl Line {
    fn of(sql: &'static str) -> Self {
        Self {
            sql,
            waiting: Vec::new(),
            params: Vec::new(),
            ways: 0,
        }
    }

    fn join(&mut self, params: &[Value], asked: Asked) -> bool {
        if self.waiting.is_empty() {
            // Also where the clock was set back.
            self.params = params.to_vec();
        }
        self.waiting.push(asked);
        for (latest, new) in self.params.iter_mut().zip(params) {
            if let (Value::Int(latest), Value::Int(new)) = (latest, new) {
                *latest = (*latest).max(*new);
            }
        }
        let goes = self.ways < WAYS;
        self.ways += usize::from(goes);
        goes
    }

    /// Those who go next. Whoever has hung up does not.
    fn take(&mut self) -> Option<(Vec<Asked>, Vec<Value>)> {
        self.waiting.retain(|asked| !asked.answer.is_closed());
        if self.waiting.is_empty() {
            return None;
        }
        let rest = self.waiting.split_off(self.waiting.len().min(MOST));
        let taken = std::mem::replace(&mut self.waiting, rest);
        Some((taken, self.params.clone()))
    }
}

/// One of the ways, for as long as it is gone.
struct Way {
    db: Postgres,
    sql: &'static str,
    is_held: bool,
}

impl Way {
    /// Goes as long as somebody waits.
    async fn go(mut self) {
        let db = self.db.clone();
        let statements = (self.sql, of_many(self.sql));
        while let Some((asked, params)) = self.next() {
            let rows = {
                let mut rows = pin!(db.rows(&statements, &asked, &params));
                if let Ok(rows) = tokio::time::timeout(LONG, &mut rows).await {
                    rows
                } else {
                    self.pass_on();
                    rows.await
                }
            };
            hand_out(asked, rows);
            if !self.is_held {
                return;
            }
        }
    }

    /// Those who go next; where there is nobody, the way is free.
    fn next(&mut self) -> Option<(Vec<Asked>, Vec<Value>)> {
        let next = self.db.gather.line(self.sql, |line| {
            let next = line.take();
            if next.is_none() {
                line.ways -= 1;
            }
            next
        });
        let next = next.flatten();
        self.is_held = next.is_some();
        next
    }

    /// Lets another one go the way, while this one still waits for what it has sent.
    fn pass_on(&mut self) {
        self.is_held = false;
        let other = Self {
            db: self.db.clone(),
            sql: self.sql,
            is_held: true,
        };
        tokio::spawn(other.go());
    }
}

impl Drop for Way {
    /// Whoever goes does not come back if the program ends, or has a fault: those who wait must not wait for him.
    fn drop(&mut self) {
        if self.is_held {
            self.db.gather.line(self.sql, |line| {
                line.ways -= 1;
                line.waiting.clear();
            });
        }
    }
}

impl Postgres {
    /// The row whose key is `key`. Of `sql` the first column is the key, and `= $1` compares it; `params` come behind it, and
    /// are moments: a later one serves as well.
    pub(in crate::db) async fn by_key(
        &self,
        sql: &'static str,
        key: Value,
        params: &[Value],
    ) -> Result<Option<Row>> {
        let _underway = self.gather.on_the_way.enter();
        if bytes(&key).is_none() {
            return self.point(sql, &[&[key], params].concat()).await;
        }
        let (answer, answered) = oneshot::channel();
        if self.gather.join(sql, params, Asked { key, answer }) {
            let way = Way {
                db: self.clone(),
                sql,
                is_held: true,
            };
            // Not in this request: its client may hang up, and the others still want to know.
            tokio::spawn(way.go());
        }
        let stopped = || Fault::Unavailable("whoever asked for others has stopped".into());
        answered.await.map_err(|_| stopped())?
    }

    /// The rows of all who ask, by the statement for one or that for many.
    async fn rows(
        &self,
        (of_one, of_many): &(&str, String),
        asked: &[Asked],
        params: &[Value],
    ) -> Result<Vec<Row>> {
        let mut keys: Vec<&Value> = asked.iter().map(|asked| &asked.key).collect();
        if let [key] = *keys {
            let answer = self.point_answer(of_one, &with_key(key, params)).await;
            return answer?.all();
        }
        if let Some(key) = keys.first().copied() {
            keys.resize(keys.len().max(LEAST), key);
        }
        let answer = self.point_answer(of_many, &with_key(&keys, params)).await;
        answer?.all()
    }
}

fn with_key<'a>(key: &'a (dyn ToSql + Sync), params: &'a [Value]) -> Vec<&'a (dyn ToSql + Sync)> {
    std::iter::once(key).chain(borrowed(params)).collect()
}

/// The statement for one key as one for many.
pub(in crate::db) fn of_many(sql: &str) -> String {
    sql.replacen("= $1", "= ANY($1)", 1)
}

fn hand_out(mut asked: Vec<Asked>, rows: Result<Vec<Row>>) {
    let rows = match rows {
        Ok(rows) => rows,
        Err(fault) => {
            for Asked { answer, .. } in asked {
                // Whoever has hung up wants no answer, here and below.
                let _ = answer.send(Err(fault.clone()));
            }
            return;
        }
    };
    let by_key = rows.into_iter().filter_map(|row| {
        let key = row.values.first().and_then(bytes)?.to_vec();
        Some((key, row))
    });
    let mut rows: HashMap<Vec<u8>, Row> = by_key.collect();
    asked.sort_unstable_by(|one, other| bytes(&one.key).cmp(&bytes(&other.key)));
    let mut asked = asked.into_iter().peekable();
    while let Some(Asked { key, answer }) = asked.next() {
        let is_last = asked.peek().is_none_or(|next| next.key != key);
        let row = bytes(&key).and_then(|key| {
            if is_last {
                rows.remove(key)
            } else {
                rows.get(key).cloned()
            }
        });
        let _ = answer.send(Ok(row));
    }
}

/// A key as it is compared.
fn bytes(key: &Value) -> Option<&[u8]> {
    match key {
        Value::Uuid(id) => Some(id.as_bytes()),
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}
