//! Measures the kernels against each other, in turn, so that neither has the better minutes of the machine.
//!
//! `cargo run --release -p argon2-kernel --example measure [ROUNDS] [MEMORY_KIB] [PASSES]`

use std::time::{Duration, Instant};

use argon2_kernel::{Algorithm, Cost, Input, Kernel, Memory, Work};

fn main() {
    let numbers: Vec<u32> = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok())
        .collect();
    let number = |place: usize, default| numbers.get(place).copied().unwrap_or(default);
    let (rounds, memory_kib, passes) = (number(0, 200), number(1, 19_456), number(2, 2));
    let work = Work {
        algorithm: Algorithm::Argon2id,
        cost: Cost {
            memory_kib,
            passes,
            lanes: 1,
        },
        input: Input {
            password: b"correct horse battery staple",
            salt: b"0123456789abcdef",
            ..Input::default()
        },
    };
    let kernels = [Kernel::best(), Kernel::RustCrypto];
    let mut times = [Vec::new(), Vec::new()];
    let mut memory = Memory::new();
    for _ in 0..rounds {
        for (kernel, times) in kernels.iter().zip(&mut times) {
            let mut out = [0; 32];
            let start = Instant::now();
            let done = kernel.hash(&mut memory, &work, &mut out);
            times.push(start.elapsed());
            assert!(done.is_ok(), "{done:?}");
        }
    }
    println!("m={memory_kib} KiB, t={passes}, p=1; {rounds} rounds in turn");
    let figures = kernels.iter().zip(&mut times).map(|(kernel, times)| {
        times.sort_unstable();
        let (least, median) = (times[0], times[times.len() / 2]);
        println!(
            "{:<10} least {:>7.3} ms, median {:>7.3} ms",
            kernel.name(),
            milliseconds(least),
            milliseconds(median)
        );
        (milliseconds(least), milliseconds(median))
    });
    let figures: Vec<_> = figures.collect();
    println!(
        "ratio      least {:>7.2},    median {:>7.2}",
        figures[1].0 / figures[0].0,
        figures[1].1 / figures[0].1
    );
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
