//! A lookup that the first of several streams makes for all of them. The hub never waits for it.

use std::sync::Arc;
use std::time::Duration;

use causerie_store::StoreError;
use tokio::sync::OnceCell;

/// Time limit of a lookup, including the wait for read models. After it the streams that need the
/// lookup end, and their clients resume.
pub(super) const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

/// The result of a lookup that is made once.
#[derive(Debug)]
pub(super) struct SharedLookup<T>(OnceCell<Result<T, Arc<StoreError>>>);

impl<T> SharedLookup<T> {
    pub(super) const fn pending() -> Self {
        Self(OnceCell::const_new())
    }

    pub(super) fn resolved(value: T) -> Self {
        Self(OnceCell::new_with(Some(Ok(value))))
    }

    /// Only the first caller polls its `look_up`. A failure is shared too, so that streams do not
    /// repeat a slow lookup. If the first caller is dropped, the next one starts again.
    pub(super) async fn get(
        &self,
        look_up: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<&T, Arc<StoreError>> {
        let made = || async { with_timeout(look_up).await.map_err(Arc::new) };
        let found = match self.0.get() {
            Some(found) => found,
            // Boxed, so that a waiting stream does not hold the memory of the lookup.
            None => Box::pin(self.0.get_or_init(made)).await,
        };
        found.as_ref().map_err(Arc::clone)
    }
}

/// Applies [`LOOKUP_TIMEOUT`].
pub(super) async fn with_timeout<T>(look_up: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let result = tokio::time::timeout(LOOKUP_TIMEOUT, look_up).await;
    result.unwrap_or_else(|elapsed| Err(StoreError::unavailable("lookup of a live stream", elapsed)))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn lookup_is_made_once_for_all_callers() {
        let (shared, made) = (SharedLookup::pending(), AtomicUsize::new(0));
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
    async fn lookup_that_times_out_fails_once_for_all_callers() {
        let shared: SharedLookup<u32> = SharedLookup::pending();
        let begun = tokio::time::Instant::now();
        let waiting = join_all((0..20).map(|_| shared.get(std::future::pending()))).await;
        assert!(waiting.iter().all(Result::is_err));
        assert_eq!(begun.elapsed().as_secs(), LOOKUP_TIMEOUT.as_secs(), "each caller repeated the lookup");
    }

    #[tokio::test]
    async fn lookup_of_a_dropped_caller_is_made_by_the_next() {
        let shared: SharedLookup<u32> = SharedLookup::pending();
        {
            let mut first = Box::pin(shared.get(std::future::pending()));
            assert!(futures::poll!(&mut first).is_pending());
        }
        assert!(matches!(shared.get(async { Ok(7) }).await, Ok(7)));
    }
}
