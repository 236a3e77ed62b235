//! One object of windows-future under test, and the levers of its worker.
//!
//! Everything observed comes from the crate. What is written here is the closure that `spawn` runs on the thread
//! pool: it waits until a lever gives it an order, and returns what the order says. Threads may use a subject at the
//! same time; nothing here takes a lock that they would meet at, so that they meet at the crate's and nowhere else.

use crate::doing::{self, Doing};
use crate::interfaces::{place_of, Asynchronous, Called, Delegate, Listener, Value};
use crate::json::Json;
use crate::pool;
use crate::word::{errored, Handler, Kind, Refusal};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::mpsc::{channel, Sender};
use std::sync::Arc;
use windows_core::{Error, IUnknown, Interface, Result, HRESULT, HSTRING};
use windows_future::*;

const E_ABORT: HRESULT = HRESULT(0x8000_4004_u32 as i32);

pub trait Subject: Send + Sync {
    fn is(&self, sender: Option<&IUnknown>) -> bool;
    /// Drop every reference to the object; nobody may be using it.
    fn release(&self);

    // The object, as its caller sees it, until it is released.
    fn info(&self) -> Option<&IAsyncInfo>;
    fn put_completed(&self, handler: Option<&Arc<Handler>>) -> Result<()>;
    fn get_completed(&self) -> Result<IUnknown>;
    fn put_progress(&self, handler: Option<&Arc<Handler>>) -> Result<()>;
    fn get_progress(&self) -> Result<IUnknown>;
    fn get_results(&self) -> Result<String>;

    // The levers of its worker.
    fn complete(&self, result: Option<&Json>) -> std::result::Result<(), Refusal>;
    fn fail(&self, code: i32) -> std::result::Result<(), Refusal>;
}

/// How a subject ends, where it has ended when it is handed out.
pub enum End<'a> {
    Completed(Option<&'a Json>),
    Failed(i32),
}

/// A new object: spawned, or ready where its end is given.
pub fn subject(
    kind: Kind,
    first_result: Option<&Json>,
    end: Option<End>,
    listener: Listener,
) -> std::result::Result<Box<dyn Subject>, Refusal> {
    let is_text = matches!(first_result, Some(Json::Text(_)));
    match (kind, is_text) {
        (Kind::Action, _) => Object::<IAsyncAction>::new(end, listener),
        (Kind::ActionWithProgress, _) => Object::<IAsyncActionWithProgress<f64>>::new(end, listener),
        (Kind::Operation, false) => Object::<IAsyncOperation<i64>>::new(end, listener),
        (Kind::Operation, true) => Object::<IAsyncOperation<HSTRING>>::new(end, listener),
        (Kind::OperationWithProgress, false) => Object::<IAsyncOperationWithProgress<i64, f64>>::new(end, listener),
        (Kind::OperationWithProgress, true) => Object::<IAsyncOperationWithProgress<HSTRING, f64>>::new(end, listener),
    }
}

/// What the worker is to return, and what the thread that says so is in the middle of.
struct Order<T> {
    end: Result<T>,
    doing: Doing,
    done: Sender<Doing>,
}

/// The way to the closure that waits on the pool; it is given one order.
struct Worker<T> {
    has_ended: AtomicBool,
    orders: Sender<Order<T>>,
}

impl<T: Value> Worker<T> {
    /// A worker, and its closure. While it ends, what it runs counts as what the lever's thread is doing; where that
    /// races, it is the closure that starts with the others, since by way of another thread it would always be last.
    fn new() -> (Self, impl FnOnce() -> Result<T> + Send + 'static) {
        let (orders, waiting) = channel::<Order<T>>();
        let work = move || {
            let order = pool::received(&waiting).ok_or(Error::from_hresult(E_ABORT))?;
            doing::set(order.doing);
            doing::begin();
            pool::afterwards(move || drop(order.done.send(doing::take())));
            order.end
        };
        (Self { has_ended: AtomicBool::new(false), orders }, work)
    }

    /// Have the worker end, and return when all that this brings about has run.
    fn end(&self, end: Result<T>) -> std::result::Result<(), Refusal> {
        if self.has_ended.swap(true, Ordering::SeqCst) {
            return errored("the worker has already ended");
        }
        let (done, finished) = channel();
        let order = Order { end, doing: doing::take(), done };
        self.orders.send(order).map_err(|_| Refusal::Errored("the worker is gone".into()))?;
        doing::set(pool::received(&finished).expect("the pool says when a work item has returned"));
        Ok(())
    }
}

/// What a caller holds.
struct References<A> {
    operation: A,
    info: IAsyncInfo,
}

struct Object<A: Asynchronous> {
    /// Null once they are released.
    references: AtomicPtr<References<A>>,
    identity: usize,
    worker: Option<Worker<A::Output>>,
    listener: Listener,
}

unsafe impl<A: Asynchronous> Send for Object<A> {} // the four interfaces are, each by the crate's word
unsafe impl<A: Asynchronous> Sync for Object<A> {}

impl<A: Asynchronous> Object<A> {
    fn new(end: Option<End>, listener: Listener) -> std::result::Result<Box<dyn Subject>, Refusal> {
        let (operation, worker) = match end {
            None => {
                let (worker, work) = Worker::new();
                (A::spawned(work), Some(worker))
            }
            Some(End::Completed(result)) => (A::made_ready(Ok(Value::read(result)?)), None),
            Some(End::Failed(code)) => (A::made_ready(Err(Error::from_hresult(HRESULT(code)))), None),
        };
        let (Ok(info), Ok(unknown)) = (operation.cast(), operation.cast::<IUnknown>()) else {
            return errored("the object is no IAsyncInfo");
        };
        let references = AtomicPtr::new(Box::into_raw(Box::new(References { operation, info })));
        Ok(Box::new(Self { references, identity: place_of(&unknown), worker, listener }))
    }

    fn references(&self) -> Option<&References<A>> {
        unsafe { self.references.load(Ordering::SeqCst).as_ref() }
    }

    fn operation(&self) -> &A {
        &self.references().expect("a step of the object is refused once it is released").operation
    }

    fn end(&self, end: Result<A::Output>) -> std::result::Result<(), Refusal> {
        match &self.worker {
            Some(worker) => worker.end(end),
            None => errored("an object that is ready has no worker"),
        }
    }

    /// The delegate of a handler, if there is one.
    fn delegate<D: Interface>(&self, handler: Option<&Arc<Handler>>, made: impl FnOnce(Arc<Called>) -> D) -> Option<D> {
        let handler = handler?;
        let called = Arc::new(Called::new(self.listener.clone(), handler));
        let watched = Arc::downgrade(&called);
        let delegate = made(called);
        drop(handler.delegate.set(Delegate::new(&delegate, watched)));
        Some(delegate)
    }
}

impl<A: Asynchronous> Subject for Object<A> {
    fn is(&self, sender: Option<&IUnknown>) -> bool {
        sender.map(place_of) == Some(self.identity)
    }
    fn release(&self) {
        let references = self.references.swap(null_mut(), Ordering::SeqCst);
        if !references.is_null() {
            drop(unsafe { Box::from_raw(references) });
        }
    }
    fn info(&self) -> Option<&IAsyncInfo> {
        self.references().map(|references| &references.info)
    }
    fn put_completed(&self, handler: Option<&Arc<Handler>>) -> Result<()> {
        self.operation().put_completed(self.delegate(handler, A::completed).as_ref())
    }
    fn get_completed(&self) -> Result<IUnknown> {
        Ok(self.operation().get_completed()?.cast()?)
    }
    fn put_progress(&self, handler: Option<&Arc<Handler>>) -> Result<()> {
        self.operation().put_progress(self.delegate(handler, A::progress).as_ref())
    }
    fn get_progress(&self) -> Result<IUnknown> {
        Ok(self.operation().get_progress()?.cast()?)
    }
    fn get_results(&self) -> Result<String> {
        Ok(self.operation().results()?.text())
    }
    fn complete(&self, result: Option<&Json>) -> std::result::Result<(), Refusal> {
        self.end(Ok(Value::read(result)?))
    }
    fn fail(&self, code: i32) -> std::result::Result<(), Refusal> {
        self.end(Err(Error::from_hresult(HRESULT(code))))
    }
}

/// A closure that still waits would keep its thread and the object for ever.
impl<A: Asynchronous> Drop for Object<A> {
    fn drop(&mut self) {
        drop(self.end(Err(Error::from_hresult(E_ABORT))));
        self.release();
    }
}
