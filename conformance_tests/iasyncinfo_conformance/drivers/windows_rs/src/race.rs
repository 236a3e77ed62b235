//! Threads that race: each runs a task of its own, all at the same time.
//!
//! What is raced for is a matter of a hundred nanoseconds, and to start a thread takes some hundred times as long; so
//! nobody begins before all have arrived, and those who wait for the last one do not sleep. Left at that, the same one
//! would win nearly every time, because its step is the shorter: each also begins a little late, by a time drawn anew
//! for each race.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread;

/// Run the tasks at the same time, each on a thread of its own; return what came of each when all have ended.
///
/// Each is given its start, which it, or whoever it hands it to, has to call.
pub fn race<T: Send>(tasks: Vec<impl FnOnce(Start) -> T + Send>) -> Vec<T> {
    let all = tasks.len();
    let arrived = Arc::new(AtomicUsize::new(0));
    thread::scope(|scope| {
        let threads: Vec<_> = tasks
            .into_iter()
            .map(|task| {
                let start = Start { arrived: arrived.clone(), all, late: drawn_delay() };
                scope.spawn(move || task(start))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a task does not panic")).collect()
    })
}

/// Where one racer waits for the others.
pub struct Start {
    arrived: Arc<AtomicUsize>,
    all: usize,
    late: u32,
}

impl Start {
    /// Return when all have arrived, and a little later.
    pub fn together(self) {
        self.arrived.fetch_add(1, Ordering::SeqCst);
        let mut spins = 0;
        while self.arrived.load(Ordering::SeqCst) < self.all {
            spins += 1;
            if spins > PATIENCE {
                thread::yield_now();
            } else {
                spin_loop();
            }
        }
        for _ in 0..self.late {
            spin_loop();
        }
    }
}

/// Where processors are fewer than racers, those who wait yield to those who have not arrived.
const PATIENCE: u32 = 2_000;

const LONGEST_DELAY: u32 = 1 << 12;
const DELAY_MAGNITUDES: u32 = 9;

/// Each order of magnitude up to some microseconds is as likely as any other.
fn drawn_delay() -> u32 {
    (random() % LONGEST_DELAY) >> (random() % DELAY_MAGNITUDES)
}

/// The next number of a minimal standard generator; races are drawn by one thread.
fn random() -> u32 {
    static STATE: AtomicU32 = AtomicU32::new(1);
    let next = (u64::from(STATE.load(Ordering::Relaxed)) * 48_271 % 0x7fff_ffff) as u32;
    STATE.store(next, Ordering::Relaxed);
    next
}
