//! What a table holds, in one figure: the number of its rows and a digest of them that no order changes.

use crate::crypto;
use crate::db::Value;

/// Rows counted and added up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of rows.
    pub rows: u64,
    /// The sum of the rows' digests, as two halves: engines hand rows out in orders of their own.
    sum: [u128; 2],
}

impl Tally {
    /// Adds a row, whose values are in the order of the columns' names.
    pub(super) fn add(&mut self, row: &[Value], buffer: &mut Vec<u8>) {
        buffer.clear();
        for value in row {
            write(value, buffer);
        }
        let digest = crypto::digest(buffer);
        let (high, low) = digest.split_at(16);
        for (half, bytes) in self.sum.iter_mut().zip([high, low]) {
            let number = bytes
                .iter()
                .fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
            *half = half.wrapping_add(number);
        }
        self.rows += 1;
    }

    /// The digest, in hexadecimal digits.
    pub fn digest(&self) -> String {
        let [high, low] = self.sum;
        format!("{high:032x}{low:032x}")
    }
}

/// A value so that no two different rows are written alike: what it is, how long it is, and its bytes.
fn write(value: &Value, buffer: &mut Vec<u8>) {
    let (tag, bytes): (u8, &[u8]) = match value {
        Value::Null => (0, &[]),
        Value::Bool(flag) => (1, if *flag { &[1] } else { &[0] }),
        Value::Int(number) => {
            buffer.push(2);
            buffer.extend_from_slice(&number.to_be_bytes());
            return;
        }
        Value::Text(text) => (3, text.as_bytes()),
        Value::Bytes(bytes) => (4, bytes),
        Value::Uuid(id) => (5, id.as_bytes()),
    };
    buffer.push(tag);
    buffer.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    buffer.extend_from_slice(bytes);
}
