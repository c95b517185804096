//! A look-up that several streams need: the first of them makes it, all of them share what comes of it. The reader of the log
//! never waits for one.

use std::sync::Arc;
use std::time::Duration;

use causerie_store::StoreError;
use tokio::sync::OnceCell;

/// How long a look-up may take, waiting for read models included. The streams that need it end then; their clients resume.
pub(super) const LOOK_UP_LIMIT: Duration = Duration::from_secs(5);

/// The result of a look-up, made once.
#[derive(Debug)]
pub(super) struct Shared<T>(OnceCell<Result<T, Arc<StoreError>>>);

impl<T> Shared<T> {
    /// No stream has needed it yet.
    pub(super) const fn pending() -> Self {
        Self(OnceCell::const_new())
    }

    /// It needs no look-up.
    pub(super) fn known(value: T) -> Self {
        Self(OnceCell::new_with(Some(Ok(value))))
    }

    /// What was found. `look_up` is polled by the first caller only; a failure is shared as well, so that a thousand streams
    /// do not try one after the other what takes too long. Where the first caller goes away meanwhile, the next one starts
    /// over.
    pub(super) async fn get(
        &self,
        look_up: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<&T, Arc<StoreError>> {
        let made = || async { limited(look_up).await.map_err(Arc::new) };
        let found = match self.0.get() {
            Some(found) => found,
            // In a box: a stream that waits should not hold the room that its queries take.
            None => Box::pin(self.0.get_or_init(made)).await,
        };
        found.as_ref().map_err(Arc::clone)
    }
}

/// A look-up that ends in time.
pub(super) async fn limited<T>(look_up: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let in_time = tokio::time::timeout(LOOK_UP_LIMIT, look_up).await;
    in_time.unwrap_or_else(|elapsed| Err(StoreError::unavailable("looking up what a stream shows", elapsed)))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn look_up_is_made_once_for_all_who_wait() {
        let (shared, made) = (Shared::pending(), AtomicUsize::new(0));
        let waiting = (0..20).map(|_| {
            shared.get(async {
                made.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(7)
            })
        });
        assert!(join_all(waiting).await.into_iter().all(|found| matches!(found, Ok(7))));
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn look_up_that_takes_too_long_fails_once_for_all() {
        let shared: Shared<u32> = Shared::pending();
        let begun = tokio::time::Instant::now();
        let waiting = join_all((0..20).map(|_| shared.get(std::future::pending()))).await;
        assert!(waiting.iter().all(Result::is_err));
        assert_eq!(begun.elapsed().as_secs(), LOOK_UP_LIMIT.as_secs(), "each of them tried for itself");
    }

    #[tokio::test]
    async fn look_up_whose_caller_goes_away_is_made_by_the_next() {
        let shared: Shared<u32> = Shared::pending();
        {
            let mut first = Box::pin(shared.get(std::future::pending()));
            assert!(futures::poll!(&mut first).is_pending());
        }
        assert!(matches!(shared.get(async { Ok(7) }).await, Ok(7)));
    }
}
