//! The Windows functions that the crates import, as little of each as they need here.
//!
//! One process, no apartments and no restricted error info: what would marshal says that it cannot, and what would
//! describe an error keeps nothing, so that an HRESULT is all that is left of one. The thread pool is real. What a
//! linker asks for depends on the linker, so all that the crates name outside of generic code is here.

#![allow(non_snake_case)]

use crate::pool;
use std::alloc::{alloc, dealloc, Layout};
use std::ffi::c_void;
use std::ptr::null_mut;

type Pointer = *mut c_void;

const OK: i32 = 0;
const NOT_IMPLEMENTED: i32 = 0x8000_4001_u32 as i32;
const YES: i32 = 1;
const NO: i32 = 0;

/// Before each block stands its size, which Rust wants to hear when the block is freed.
const HEADER: usize = 16;

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes + HEADER, HEADER).expect("no text is that long")
}

unsafe fn allocate(bytes: usize) -> Pointer {
    let block = alloc(layout(bytes));
    if block.is_null() {
        return null_mut();
    }
    block.cast::<usize>().write(bytes);
    block.add(HEADER).cast()
}

unsafe fn free(memory: Pointer) {
    if !memory.is_null() {
        let block = memory.cast::<u8>().sub(HEADER);
        dealloc(block, layout(block.cast::<usize>().read()));
    }
}

#[no_mangle]
unsafe extern "system" fn HeapAlloc(_heap: Pointer, _flags: u32, bytes: usize) -> Pointer {
    allocate(bytes)
}

#[no_mangle]
unsafe extern "system" fn HeapFree(_heap: Pointer, _flags: u32, memory: Pointer) -> i32 {
    free(memory);
    YES
}

#[no_mangle]
unsafe extern "system" fn CoTaskMemAlloc(bytes: usize) -> Pointer {
    allocate(bytes)
}

#[no_mangle]
unsafe extern "system" fn CoTaskMemFree(memory: Pointer) {
    free(memory);
}

/// Windows' pool runs a work item on a thread of its own, and so does this one.
#[no_mangle]
extern "system" fn TrySubmitThreadpoolCallback(
    callback: pool::Callback,
    context: Pointer,
    _environment: Pointer,
) -> i32 {
    pool::submit(callback, context);
    YES
}

/// Functions that always answer alike.
macro_rules! always {
    ($($name:ident($($argument:ty),*) -> $answer:ty = $value:expr;)*) => {
        $(
            #[no_mangle]
            extern "system" fn $name($(_: $argument),*) -> $answer {
                $value
            }
        )*
    };
}

/// The same, for those that also empty what their last argument points to.
macro_rules! empty {
    ($($name:ident($($argument:ty),*; out) -> i32 = $value:expr;)*) => {
        $(
            #[no_mangle]
            unsafe extern "system" fn $name($(_: $argument,)* out: *mut Pointer) -> i32 {
                *out = null_mut();
                $value
            }
        )*
    };
}

empty! {
    CoCreateFreeThreadedMarshaler(Pointer; out) -> i32 = NOT_IMPLEMENTED;
    CoIncrementMTAUsage(; out) -> i32 = OK;
    GetErrorInfo(u32; out) -> i32 = OK;
    RoGetActivationFactory(Pointer, Pointer; out) -> i32 = NOT_IMPLEMENTED;
    RoGetAgileReference(i32, Pointer, Pointer; out) -> i32 = NOT_IMPLEMENTED;
}

always! {
    CloseHandle(Pointer) -> i32 = NO;
    CoCreateGuid(Pointer) -> i32 = NOT_IMPLEMENTED;
    CreateEventW(Pointer, i32, i32, Pointer) -> Pointer = null_mut(); // for the crate's join, which nobody calls
    EncodePointer(Pointer) -> Pointer = null_mut();
    FormatMessageW(u32, Pointer, u32, u32, Pointer, u32, Pointer) -> u32 = 0;
    FreeLibrary(Pointer) -> i32 = NO;
    GetCurrentThreadId() -> u32 = 0;
    GetLastError() -> u32 = 0;
    GetProcAddress(Pointer, Pointer) -> Pointer = null_mut();
    GetProcessHeap() -> Pointer = null_mut();
    LoadLibraryExA(Pointer, Pointer, u32) -> Pointer = null_mut();
    RoOriginateErrorW(i32, u32, Pointer) -> i32 = NO;
    SetErrorInfo(u32, Pointer) -> i32 = OK;
    SetEvent(Pointer) -> i32 = NO;
    Sleep(u32) -> () = ();
    SysAllocStringLen(Pointer, u32) -> Pointer = null_mut();
    SysFreeString(Pointer) -> () = ();
    SysStringLen(Pointer) -> u32 = 0;
    UuidCreate(Pointer) -> i32 = NOT_IMPLEMENTED;
    WaitForSingleObject(Pointer, u32) -> u32 = u32::MAX;
}
