//! The crate's four interfaces seen alike, the values that they carry, and the delegates that they call.

use crate::json::{quoted, Json};
use crate::word::{errored, Handler, Refusal};
use std::sync::{Arc, Weak};
use windows_core::{IUnknown, Interface, Result, RuntimeType, HSTRING};
use windows_future::*;

/// Told of each call of a handler: which, the sender, and the JSON member that this kind of handler reports.
pub type Listener = Arc<dyn Fn(&Handler, Option<&IUnknown>, String) -> Result<()> + Send + Sync>;

/// What was put for a handler. It holds no reference, so that nobody but the crate keeps it.
pub struct Delegate {
    place: usize,
    called: Weak<Called>,
}

impl Delegate {
    pub fn new(delegate: &impl Interface, called: Weak<Called>) -> Self {
        Self { place: place_of(delegate), called }
    }

    pub fn is_alive(&self) -> bool {
        self.called.strong_count() > 0
    }

    /// Whether a getter returned it; another may stand in its place once it is gone.
    pub fn is(&self, other: &IUnknown) -> bool {
        self.is_alive() && self.place == place_of(other)
    }
}

/// What a delegate's closure owns: it lives as long as the delegate.
pub struct Called {
    listener: Listener,
    handler: Weak<Handler>,
}

impl Called {
    pub fn new(listener: Listener, handler: &Arc<Handler>) -> Self {
        Self { listener, handler: Arc::downgrade(handler) }
    }

    /// The word holds its handlers; once it is over nobody is told.
    fn call(&self, sender: Option<&IUnknown>, detail: String) -> Result<()> {
        match self.handler.upgrade() {
            Some(handler) => (self.listener)(&handler, sender, detail),
            None => Ok(()),
        }
    }
}

pub fn place_of(interface: &impl Interface) -> usize {
    interface.as_raw() as usize
}

/// A result that an operation carries.
pub trait Value: Clone + Send + 'static {
    fn read(given: Option<&Json>) -> std::result::Result<Self, Refusal>;
    fn text(&self) -> String;
}

impl Value for () {
    fn read(_given: Option<&Json>) -> std::result::Result<Self, Refusal> {
        Ok(())
    }
    fn text(&self) -> String {
        "null".into()
    }
}

impl Value for i64 {
    fn read(given: Option<&Json>) -> std::result::Result<Self, Refusal> {
        match given {
            Some(Json::Whole(value)) => Ok(*value),
            Some(_) => errored("a result is neither an integer nor a string"),
            None => errored("complete without a result"),
        }
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for HSTRING {
    fn read(given: Option<&Json>) -> std::result::Result<Self, Refusal> {
        match given {
            Some(Json::Text(value)) => Ok(value.into()),
            Some(_) => errored("a result is no string, though the first of this word is"),
            None => errored("complete without a result"),
        }
    }
    fn text(&self) -> String {
        quoted(&self.to_string())
    }
}

/// One of the crate's four interfaces, seen alike.
pub trait Asynchronous: Interface + Sized + 'static {
    type Output: Value;
    type Completed: Interface;
    type Progress: Interface;

    fn spawned(work: impl FnOnce() -> Result<Self::Output> + Send + 'static) -> Self;
    fn made_ready(result: Result<Self::Output>) -> Self;
    fn completed(called: Arc<Called>) -> Self::Completed;
    fn progress(called: Arc<Called>) -> Self::Progress;
    fn put_completed(&self, handler: Option<&Self::Completed>) -> Result<()>;
    fn get_completed(&self) -> Result<Self::Completed>;
    fn put_progress(&self, handler: Option<&Self::Progress>) -> Result<()>;
    fn get_progress(&self) -> Result<Self::Progress>;
    fn results(&self) -> Result<Self::Output>;
}

/// What all four have alike, which the crate spells once for each.
macro_rules! alike {
    ($output:ty, $completed:ty) => {
        type Output = $output;
        type Completed = $completed;

        fn spawned(work: impl FnOnce() -> Result<$output> + Send + 'static) -> Self {
            Self::spawn(work)
        }
        fn made_ready(result: Result<$output>) -> Self {
            Self::ready(result)
        }
        fn completed(called: Arc<Called>) -> $completed {
            <$completed>::new(move |sender, status| {
                let sender = sender.as_ref().map(Interface::cast::<IUnknown>).transpose()?;
                called.call(sender.as_ref(), format!("\"status\":{}", status.0))
            })
        }
        fn put_completed(&self, handler: Option<&$completed>) -> Result<()> {
            self.SetCompleted(handler)
        }
        fn get_completed(&self) -> Result<$completed> {
            self.Completed()
        }
        fn results(&self) -> Result<$output> {
            self.GetResults()
        }
    };
}

/// What the two with progress have alike.
macro_rules! with_progress {
    ($progress:ty) => {
        type Progress = $progress;

        fn progress(called: Arc<Called>) -> $progress {
            <$progress>::new(move |sender, value| {
                let sender = sender.as_ref().map(Interface::cast::<IUnknown>).transpose()?;
                called.call(sender.as_ref(), format!("\"value\":{}", *value))
            })
        }
        fn put_progress(&self, handler: Option<&$progress>) -> Result<()> {
            self.SetProgress(handler)
        }
        fn get_progress(&self) -> Result<$progress> {
            self.Progress()
        }
    };
}

/// No word comes here: one that speaks of progress is skipped for these.
macro_rules! without_progress {
    () => {
        type Progress = IUnknown;

        fn progress(_called: Arc<Called>) -> IUnknown {
            unreachable!()
        }
        fn put_progress(&self, _handler: Option<&IUnknown>) -> Result<()> {
            unreachable!()
        }
        fn get_progress(&self) -> Result<IUnknown> {
            unreachable!()
        }
    };
}

impl Asynchronous for IAsyncAction {
    alike!((), AsyncActionCompletedHandler);
    without_progress!();
}

impl Asynchronous for IAsyncActionWithProgress<f64> {
    alike!((), AsyncActionWithProgressCompletedHandler<f64>);
    with_progress!(AsyncActionProgressHandler<f64>);
}

impl<T: Value + RuntimeType> Asynchronous for IAsyncOperation<T> {
    alike!(T, AsyncOperationCompletedHandler<T>);
    without_progress!();
}

impl<T: Value + RuntimeType> Asynchronous for IAsyncOperationWithProgress<T, f64> {
    alike!(T, AsyncOperationWithProgressCompletedHandler<T, f64>);
    with_progress!(AsyncOperationProgressHandler<T, f64>);
}
