// The four asynchronous objects of Windows.Foundation, one class: a caller's face, and a worker's.
//
// JavaScript runs one piece of code at a time, so nothing here needs a lock. A handler runs within the call that makes
// it due, and what it throws is nobody's affair. Rules are cited by their ids; `iasyncinfo explain RULE` has them.

export const Status = Object.freeze({ STARTED: 0, COMPLETED: 1, CANCELED: 2, ERROR: 3 });

const E_ILLEGAL_STATE_CHANGE = 0x8000000d;
const E_ILLEGAL_METHOD_CALL = 0x8000000e;
const E_ILLEGAL_DELEGATE_ASSIGNMENT = 0x80000018;

/** A call that is refused, or a handler that fails; `hresult` is the code. */
export class HResultError extends Error {
  constructor(hresult) {
    super(`0x${(hresult >>> 0).toString(16).toUpperCase()}`);
    this.hresult = hresult;
  }
}

let lastId = 0;

/** What a caller of an asynchronous API gets; `Worker` is the other face of it. */
export class AsyncOperation {
  #id = ++lastId;
  #status = Status.STARTED;
  #closed = false;
  #result = null;
  #errorCode = 0;
  #completed = null;
  #completedWasSet = false;
  #progress = null;

  get id() {
    this.#requireOpen();
    return this.#id;
  }

  get status() {
    this.#requireOpen();
    return this.#status;
  }

  get errorCode() {
    this.#requireOpen();
    return this.#errorCode;
  }

  get completed() {
    this.#requireOpen();
    return this.#completed;
  }

  set completed(handler) {
    this.#requireOpen();
    if (this.#completedWasSet) throw new HResultError(E_ILLEGAL_DELEGATE_ASSIGNMENT); // SECOND
    this.#completedWasSet = true;
    this.#completed = handler;
    if (this.#status !== Status.STARTED) this.#callCompleted(); // LATE-SET, and LATE_R: now
  }

  get progress() {
    this.#requireOpen();
    return this.#progress;
  }

  set progress(handler) {
    this.#requireOpen();
    this.#progress = handler; // PROG-REPLACE
  }

  getResults() {
    this.#requireOpen();
    if (this.#status === Status.COMPLETED) return this.#result;
    throw new HResultError(this.#status === Status.ERROR ? this.#errorCode : E_ILLEGAL_METHOD_CALL); // ERR, EARLY-RESULT
  }

  cancel() {
    if (this.#status !== Status.STARTED) return; // CANCEL-ONCE, TERMINAL-CANCEL
    this.#status = Status.CANCELED; // CANCEL-VISIBLE: before the worker hears of it
    this.#worker.cancelRequests += 1;
  }

  close() {
    if (this.#status === Status.STARTED) throw new HResultError(E_ILLEGAL_STATE_CHANGE);
    this.#closed = true;
  }

  // -- shared by both faces ---------------------------------------------------------------------------

  #working = true; // after a cancel the worker still runs, until it says how it ends
  #worker = new (class Worker {
    #operation;
    cancelRequests = 0;

    constructor(operation) {
      this.#operation = operation;
    }

    complete(result) {
      this.#operation.#end(Status.COMPLETED, result, 0);
    }

    fail(hresult) {
      this.#operation.#end(Status.ERROR, null, hresult);
    }

    acknowledgeCancel() {
      if (this.#operation.#status === Status.CANCELED) this.#operation.#end(Status.CANCELED, null, 0); // SPONT-CANCEL
    }

    reportProgress(value) {
      this.#operation.#report(value);
    }
  })(this);

  /** Return a started operation and the worker that ends it. */
  static create() {
    const operation = new AsyncOperation();
    return [operation, operation.#worker];
  }

  #requireOpen() {
    if (this.#closed) throw new HResultError(E_ILLEGAL_METHOD_CALL); // CLOSED-FIRST
  }

  #end(status, result, errorCode) {
    if (!this.#working) throw new Error("the worker has ended before");
    this.#working = false;
    if (this.#status === Status.STARTED) {
      [this.#status, this.#result, this.#errorCode] = [status, result, errorCode]; // a cancel came first otherwise
    }
    this.#callCompleted(); // FIRE-ORDER: everything above can be seen by the handler
  }

  #callCompleted() {
    this.#progress = null; // GETP
    if (this.#completed !== null) call(this.#completed, this, this.#status);
    this.#completed = null; // FIRE-ONCE
  }

  #report(value) {
    if (this.#working && this.#progress !== null) call(this.#progress, this, value); // PROG-ONCE
  }
}

function call(handler, sender, argument) {
  try {
    handler(sender, argument);
  } catch {
    // THROW: a handler's failure changes nothing for anybody else
  }
}
