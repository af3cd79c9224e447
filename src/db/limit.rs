//! The limits of lists, which stand in their statements' text.
//!
//! For a limit that is a parameter PostgreSQL plans as if a tenth of the table were asked for, finds that dear, and so plans anew
//! each time, which takes longer than to read a page. Each text is prepared once and kept, so they have to be few.

/// What a list's limit can be: pages as they are usual, one more for those that tell whether there is another, and blocks.
const STEPS: [u16; 12] = [10, 11, 20, 21, 50, 51, 100, 101, 200, 201, 500, 501];

/// The limit of a statement that finds `wanted` rows, which may find more; above the last step there is none for company.
pub fn limit_in_steps<N: From<u16> + PartialOrd + Copy>(wanted: N) -> N {
    STEPS
        .into_iter()
        .map(N::from)
        .find(|step| *step >= wanted)
        .unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_next_step_and_never_less_than_wanted() {
        for (wanted, step) in [
            (0_i64, 10),
            (10, 10),
            (11, 11),
            (12, 20),
            (102, 200),
            (502, 502),
        ] {
            assert_eq!(limit_in_steps(wanted), step, "{wanted}");
        }
        assert!(STEPS.is_sorted());
    }
}
