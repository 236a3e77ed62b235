//! One run: a fresh object, the steps of one word, and the text of their results.

use crate::doing;
use crate::interfaces::{Delegate, Listener};
use crate::json::{quoted, Json};
use crate::race::{race, Start};
use crate::subject::{subject, End, Subject};
use crate::word::{errored, first_result, handlers, steps, Handler, Kind, Refusal, Step};
use std::sync::{Arc, OnceLock, Weak};
use windows_core::{Error, IUnknown, HRESULT};

/// What the object answered, as JSON.
type Answer = windows_core::Result<String>;

pub struct Run {
    steps: Vec<Step>,
    handlers: Vec<Arc<Handler>>,
    /// How many steps of the word were taken by whoever made the object: an object that is ready has ended.
    given: usize,
    subject: OnceLock<Box<dyn Subject>>,
}

impl Run {
    pub fn new(kind: Kind, listed: &[Json], is_ready: bool) -> Result<Arc<Self>, Refusal> {
        let steps = steps(kind, listed)?;
        let given = usize::from(is_ready);
        let run = Arc::new(Self { handlers: handlers(&steps), steps, given, subject: OnceLock::new() });
        let made = subject(kind, first_result(&run.steps), run.end()?, listener(Arc::downgrade(&run)))?;
        drop(run.subject.set(made));
        Ok(run)
    }

    /// How the object has ended when it is handed out.
    fn end(&self) -> Result<Option<End<'_>>, Refusal> {
        match (self.given, self.steps.first()) {
            (0, _) => Ok(None),
            (_, Some(Step::Complete(result))) => Ok(Some(End::Completed(result.as_ref()))),
            (_, Some(Step::Fail(code))) => Ok(Some(End::Failed(*code))),
            _ => errored("a word on an object that is ready begins with its end"),
        }
    }

    fn subject(&self) -> &dyn Subject {
        &**self.subject.get().expect("it is made before anything is run")
    }

    /// The text of the list of results.
    pub fn results(&self) -> Result<String, Refusal> {
        doing::set(doing::Doing::default());
        let mut results = vec![String::from("{\"ok\":null}"); self.given];
        results.extend(self.each(&self.steps[self.given..])?);
        Ok(list(&results))
    }

    fn each(&self, steps: &[Step]) -> Result<Vec<String>, Refusal> {
        steps.iter().map(|step| self.result(step)).collect()
    }

    fn result(&self, step: &Step) -> Result<String, Refusal> {
        if let Step::Race(threads) = step {
            return self.race(threads);
        }
        let (answer, events) = doing::listening(|| self.take(step))?;
        let events = if events.is_empty() { String::new() } else { format!(",\"events\":{}", list(&events)) };
        Ok(match answer {
            Ok(value) => format!("{{\"ok\":{value}{events}}}"),
            Err(error) if error.code().is_ok() => format!("{{\"ok\":null{events}}}"), // S_OK, and null for an object
            Err(error) => format!("{{\"hr\":{}{events}}}", error.code().0 as u32),
        })
    }

    fn race(&self, threads: &[Vec<Step>]) -> Result<String, Refusal> {
        let tasks = threads.iter().map(|steps| move |start| self.racer(steps, start)).collect();
        let came: Vec<Vec<String>> = race(tasks).into_iter().collect::<Result<_, _>>()?;
        let threads: Vec<String> = came.iter().map(|results| list(results)).collect();
        Ok(format!("{{\"ok\":null,\"threads\":{}}}", list(&threads)))
    }

    /// What one thread of a race does. Where it begins with a lever the worker starts in its place.
    fn racer(&self, steps: &[Step], start: Start) -> Result<Vec<String>, Refusal> {
        doing::race(start);
        if !matches!(steps.first(), Some(Step::Complete(_) | Step::Fail(_))) {
            doing::begin();
        }
        let came = self.each(steps);
        doing::begin(); // or the others would wait for a lever that was refused
        came
    }

    fn take(&self, step: &Step) -> Result<Answer, Refusal> {
        let subject = self.subject();
        match step {
            Step::Complete(result) => return Ok(Ok(null(subject.complete(result.as_ref())?))),
            Step::Fail(code) => return Ok(Ok(null(subject.fail(*code)?))),
            Step::Release => return Ok(Ok(null(subject.release()))),
            Step::Alive(label) => return Ok(Ok(self.is_alive(label).to_string())),
            _ => {}
        }
        let Some(info) = subject.info() else {
            return errored("the object has been released");
        };
        Ok(match step {
            Step::Id => info.Id().map(|id| id.to_string()),
            Step::Status => info.Status().map(|status| status.0.to_string()),
            Step::ErrorCode => info.ErrorCode().map(|code| (code.0 as u32).to_string()),
            Step::Cancel => info.Cancel().map(null),
            Step::Close => info.Close().map(null),
            Step::PutCompleted(handler) => subject.put_completed(handler.as_ref()).map(null),
            Step::GetCompleted => self.label(subject.get_completed())?,
            Step::PutProgress(handler) => subject.put_progress(handler.as_ref()).map(null),
            Step::GetProgress => self.label(subject.get_progress())?,
            Step::GetResults => subject.get_results(),
            _ => unreachable!("no other is a step of the object"),
        })
    }

    fn is_alive(&self, label: &str) -> bool {
        let delegate = |handler: &Arc<Handler>| handler.delegate.get().is_some_and(Delegate::is_alive);
        self.handlers.iter().any(|handler| handler.label == label && delegate(handler))
    }

    /// The label of a handler that a getter returned.
    fn label(&self, got: windows_core::Result<IUnknown>) -> Result<Answer, Refusal> {
        let got = match got {
            Ok(delegate) => delegate,
            Err(error) => return Ok(Err(error)),
        };
        let put = |handler: &&Arc<Handler>| handler.delegate.get().is_some_and(|delegate| delegate.is(&got));
        match self.handlers.iter().find(put) {
            Some(handler) => Ok(Ok(quoted(&handler.label))),
            None => errored("a getter returned a handler that was never put"),
        }
    }

    fn handler_called(&self, handler: &Handler, sender: Option<&IUnknown>, detail: &str) -> windows_core::Result<()> {
        if doing::has_failed() {
            return Ok(());
        }
        let sender = self.subject().is(sender);
        let mut event = format!("{{\"handler\":{},\"sender\":{sender},{detail}", quoted(&handler.label));
        let mut raised = Ok(());
        if let Some(program) = &handler.program {
            match self.ran(program) {
                Ok((results, end)) => {
                    event += &format!(",\"results\":{}", list(&results));
                    raised = end;
                }
                Err(fault) => {
                    doing::fail(fault);
                    return Ok(());
                }
            }
        }
        doing::add(event + "}");
        raised
    }

    /// The results of a handler's program and how it ends; a raise has no result of its own.
    fn ran(&self, program: &[Step]) -> Result<(Vec<String>, windows_core::Result<()>), Refusal> {
        let raise = program.iter().position(|step| matches!(step, Step::Raise(_))).unwrap_or(program.len());
        let results = self.each(&program[..raise])?;
        Ok((
            results,
            match program.get(raise) {
                Some(Step::Raise(code)) => Err(Error::from_hresult(HRESULT(*code))),
                _ => Ok(()),
            },
        ))
    }
}

/// Nobody is told any more once the run is over: what ends then ends unheard.
fn listener(run: Weak<Run>) -> Listener {
    Arc::new(move |handler, sender, detail| match run.upgrade() {
        Some(run) => run.handler_called(handler, sender, &detail),
        None => Ok(()),
    })
}

fn null(_: ()) -> String {
    "null".into()
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}
