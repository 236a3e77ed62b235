//! A thread pool: each work item has a thread for itself, and threads that are done are used again.

use std::cell::RefCell;
use std::ffi::c_void;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Mutex;
use std::thread;

pub type Callback = unsafe extern "system" fn(instance: isize, context: *mut c_void);

struct Item {
    callback: Callback,
    context: *mut c_void,
}

unsafe impl Send for Item {} // what the crate submits is a closure that is Send

static IDLE: Mutex<Vec<Sender<Item>>> = Mutex::new(Vec::new());

thread_local! {
    static AFTERWARDS: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// Run a work item on a thread of the pool.
pub fn submit(callback: Callback, context: *mut c_void) {
    let idle = IDLE.lock().expect("nobody panics here").pop();
    let thread = idle.unwrap_or_else(start);
    thread.send(Item { callback, context }).expect("a thread of the pool goes on as long as the process");
}

/// Have the pool call this on the present thread once its work item has returned.
pub fn afterwards(call: impl FnOnce() + 'static) {
    AFTERWARDS.set(Some(Box::new(call)));
}

fn start() -> Sender<Item> {
    let (own, items) = channel::<Item>();
    let again = own.clone();
    thread::spawn(move || {
        while let Some(item) = received(&items) {
            unsafe { (item.callback)(0, item.context) };
            IDLE.lock().expect("nobody panics here").push(again.clone());
            if let Some(call) = AFTERWARDS.take() {
                call();
            }
        }
    });
    own
}

/// Some tens of microseconds: about the time until a racing thread's lever, or the next word, has come.
const PATIENCE: usize = 100;

/// What comes next; None where nothing will. To be woken takes longer than a race, so at first nobody sleeps.
pub fn received<T>(channel: &Receiver<T>) -> Option<T> {
    for _ in 0..PATIENCE {
        if let Ok(value) = channel.try_recv() {
            return Some(value);
        }
        thread::yield_now();
    }
    channel.recv().ok()
}
