//! Work of the moment in as many shares as there are cores.
//!
//! The threads are of its own: those of `rayon` may be busy with a load for longer than a key may
//! wait.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// More threads than this only take turns with each other on memory.
const MOST: usize = 8;
/// A thread costs more than looking at so many pieces.
const FEW: usize = 512;

/// Makes something of each piece, in the order of the pieces.
pub fn map_in_shares<T: Sync, R: Send>(pieces: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(MOST);
    let share = pieces.len().div_ceil(cores).max(FEW);
    let Some((own, others)) = pieces.split_at_checked(share).filter(|(_, others)| !others.is_empty()) else {
        return pieces.iter().map(make).collect();
    };
    let make = &make;
    thread::scope(|scope| {
        let all_of = |share: &[T]| share.iter().map(make).collect::<Vec<R>>();
        let others: Vec<_> = others.chunks(share).map(|share| scope.spawn(move || all_of(share))).collect();
        let mut results = all_of(own);
        for thread in others {
            results.extend(thread.join().unwrap_or_else(|failure| resume_unwind(failure)));
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_in_shares_stands_in_the_order_of_the_pieces() {
        for count in [0, 1, FEW, FEW + 1, 20 * FEW + 3] {
            let pieces: Vec<usize> = (0..count).collect();
            let made = map_in_shares(&pieces, |piece| piece * 2);
            assert!(made.iter().copied().eq((0..count).map(|piece| piece * 2)), "{count}");
        }
    }
}
