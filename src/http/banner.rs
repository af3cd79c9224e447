//! What stands above every page of a request, whichever page that is: that somebody is signed in as somebody else.

use std::cell::RefCell;

use serde_json::Value;

tokio::task_local! {
    static BANNER: RefCell<Option<Value>>;
}

/// Does the work of a request; what is announced within it is shown by the pages that it renders.
pub(super) fn around<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    BANNER.scope(RefCell::default(), work)
}

/// Announces something for the rest of the request. Outside of a request there is no page to show it.
pub fn announce(banner: Value) {
    // Outside of a request nothing is lost.
    let _ = BANNER.try_with(|shown| shown.replace(Some(banner)));
}

/// What was announced.
pub(super) fn announced() -> Option<Value> {
    BANNER.try_with(|shown| shown.borrow().clone()).ok()?
}
