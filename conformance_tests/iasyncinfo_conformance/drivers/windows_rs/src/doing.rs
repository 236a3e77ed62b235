//! What one thread is in the middle of: the events of its innermost step, and a fault met inside a handler.

use crate::race::Start;
use crate::word::Refusal;
use std::cell::RefCell;

/// While a worker ends on a thread of the pool, it has that of the thread whose lever it obeys.
#[derive(Default)]
pub struct Doing {
    events: Vec<String>,
    /// It may not cross the crate's frames, which take every failure of a handler for the handler's own.
    fault: Option<Refusal>,
    /// Where it is to wait for those it races with, before it goes on.
    start: Option<Start>,
}

thread_local! {
    static DOING: RefCell<Doing> = RefCell::default();
}

pub fn set(doing: Doing) {
    DOING.set(doing);
}

pub fn take() -> Doing {
    DOING.take()
}

pub fn race(start: Start) {
    set(Doing { start: Some(start), ..Doing::default() });
}

/// Wait for those that the thread races with, unless it has.
pub fn begin() {
    if let Some(start) = DOING.with_borrow_mut(|doing| doing.start.take()) {
        start.together();
    }
}

/// Run a step, and return what came of it with the events that came meanwhile.
pub fn listening<T>(step: impl FnOnce() -> Result<T, Refusal>) -> Result<(T, Vec<String>), Refusal> {
    let outer = DOING.with_borrow_mut(|doing| std::mem::take(&mut doing.events));
    let came = step();
    let (events, fault) =
        DOING.with_borrow_mut(|doing| (std::mem::replace(&mut doing.events, outer), doing.fault.clone()));
    match fault {
        Some(fault) => Err(fault),
        None => Ok((came?, events)),
    }
}

pub fn add(event: String) {
    DOING.with_borrow_mut(|doing| doing.events.push(event));
}

pub fn fail(fault: Refusal) {
    DOING.with_borrow_mut(|doing| doing.fault = Some(fault));
}

pub fn has_failed() -> bool {
    DOING.with_borrow(|doing| doing.fault.is_some())
}
