//! A word read: what it cannot mean is refused before anything of it is run.

use crate::interfaces::Delegate;
use crate::json::{quoted, Json};
use std::sync::{Arc, OnceLock};

/// Why a word has no results.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The crate, or this kind, has not what the word speaks of.
    Skipped(String),
    /// The fault is in what was sent or in this program, never in the subject.
    Errored(String),
}

pub fn errored<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Errored(why.into()))
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Action,
    ActionWithProgress,
    Operation,
    OperationWithProgress,
}

pub const KINDS: [(&str, Kind); 4] = [
    ("action", Kind::Action),
    ("action_with_progress", Kind::ActionWithProgress),
    ("operation", Kind::Operation),
    ("operation_with_progress", Kind::OperationWithProgress),
];

impl Kind {
    pub fn named(name: &str) -> Result<Self, Refusal> {
        match KINDS.iter().find(|(known, _)| *known == name) {
            Some((_, kind)) => Ok(*kind),
            None => errored(format!("unknown kind {}", plain(name))),
        }
    }

    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).expect("all are listed").0
    }

    fn has_progress(self) -> bool {
        matches!(self, Kind::ActionWithProgress | Kind::OperationWithProgress)
    }
}

/// A handler as a word names it; without a program it only records its call.
pub struct Handler {
    pub label: String,
    pub program: Option<Vec<Step>>,
    /// What was put for it, so that a getter's answer can be told apart, and its end seen.
    pub delegate: OnceLock<Delegate>,
}

pub enum Step {
    Id,
    Status,
    ErrorCode,
    Cancel,
    Close,
    PutCompleted(Option<Arc<Handler>>),
    GetCompleted,
    PutProgress(Option<Arc<Handler>>),
    GetProgress,
    GetResults,
    Complete(Option<Json>),
    Fail(i32),
    /// The caller drops every reference to the object.
    Release,
    /// Whether the handler of this label is referenced by anybody.
    Alive(String),
    /// The end of a handler's program.
    Raise(i32),
    Race(Vec<Vec<Step>>),
}

/// Steps that the wire has and this crate cannot take, and why.
const ABSENT: [(&str, &str); 3] = [
    ("acknowledge_cancel", "the closure of windows-future's spawn never hears of a cancel"),
    ("cancel_notifications", "the closure of windows-future's spawn never hears of a cancel"),
    ("report_progress", "windows-future's spawn hands its closure nothing to report progress with"),
];

/// More than any race needs.
const MOST_RACERS: usize = 8;

/// Where a step stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Word,
    Racer,
    Program,
}

/// The steps of a word.
pub fn steps(kind: Kind, listed: &[Json]) -> Result<Vec<Step>, Refusal> {
    Reader { kind }.steps(listed, Place::Word)
}

struct Reader {
    kind: Kind,
}

impl Reader {
    fn steps(&self, listed: &[Json], place: Place) -> Result<Vec<Step>, Refusal> {
        listed.iter().map(|step| self.step(step, place)).collect()
    }

    fn step(&self, step: &Json, place: Place) -> Result<Step, Refusal> {
        let Some([Json::Text(name), arguments @ ..]) = step.list() else {
            return errored("a step is no list that begins with its name");
        };
        if name == "race" {
            return self.race(arguments, place);
        }
        if name.ends_with("_progress") && !self.kind.has_progress() {
            return Err(Refusal::Skipped(format!("{} has no progress", self.kind.name())));
        }
        if let Some((_, why)) = ABSENT.iter().find(|(absent, _)| absent == name) {
            return Err(Refusal::Skipped((*why).into()));
        }
        Ok(match (name.as_str(), arguments) {
            ("id", []) => Step::Id,
            ("status", []) => Step::Status,
            ("error_code", []) => Step::ErrorCode,
            ("cancel", []) => Step::Cancel,
            ("close", []) => Step::Close,
            ("get_completed", []) => Step::GetCompleted,
            ("get_progress", []) => Step::GetProgress,
            ("get_results", []) => Step::GetResults,
            ("complete", [] | [_]) => Step::Complete(arguments.first().cloned()),
            ("fail", [code]) => Step::Fail(code_of(code)?),
            ("alive", [Json::Text(label)]) => Step::Alive(label.clone()),
            ("release", []) if place == Place::Word => Step::Release,
            ("release", []) => return errored("an object is released by the word itself, where nobody uses it"),
            ("raise", [code]) if place == Place::Program => Step::Raise(code_of(code)?),
            ("put_completed", [label, program @ ..]) if program.len() < 2 => {
                Step::PutCompleted(self.handler(label, program.first())?)
            }
            ("put_progress", [label, program @ ..]) if program.len() < 2 => {
                Step::PutProgress(self.handler(label, program.first())?)
            }
            _ if NAMES.contains(&name.as_str()) => {
                return errored(format!("wrong number of arguments to step {}", plain(name)));
            }
            _ => return errored(format!("unknown step {}", plain(name))),
        })
    }

    fn race(&self, threads: &[Json], place: Place) -> Result<Step, Refusal> {
        if place != Place::Word {
            return errored("a race is a step of the word itself, and of no handler or other race");
        }
        if !(2..=MOST_RACERS).contains(&threads.len()) {
            return errored(format!("a race has two to {MOST_RACERS} threads, and not {}", threads.len()));
        }
        let racer = |steps: &Json| match steps.list() {
            Some(steps) if !steps.is_empty() => self.steps(steps, Place::Racer),
            _ => errored("a thread of a race is no list of one step or more"),
        };
        Ok(Step::Race(threads.iter().map(racer).collect::<Result<_, _>>()?))
    }

    fn handler(&self, label: &Json, program: Option<&Json>) -> Result<Option<Arc<Handler>>, Refusal> {
        let label = match label {
            Json::Null => return Ok(None),
            Json::Text(label) => label.clone(),
            _ => return errored("a handler is neither a label nor null"),
        };
        let program = match program.map(|program| program.list()) {
            None => None,
            Some(Some(steps)) => Some(self.steps(steps, Place::Program)?),
            Some(None) => return errored("a handler's program is no list of steps"),
        };
        Ok(Some(Arc::new(Handler { label, program, delegate: OnceLock::new() })))
    }
}

const NAMES: [&str; 14] = [
    "id",
    "status",
    "error_code",
    "cancel",
    "close",
    "put_completed",
    "get_completed",
    "put_progress",
    "get_progress",
    "get_results",
    "complete",
    "fail",
    "release",
    "alive",
];

fn code_of(code: &Json) -> Result<i32, Refusal> {
    match code.whole() {
        Some(code) => Ok(code as u32 as i32),
        None => errored("an HRESULT is no integer"),
    }
}

/// A name out of the word, for a message: without quotes, since those would be escaped once more.
fn plain(name: &str) -> String {
    let quoted = quoted(name);
    quoted[1..quoted.len() - 1].into()
}

/// Every handler of a word, those that a handler puts itself among them.
pub fn handlers(steps: &[Step]) -> Vec<Arc<Handler>> {
    let mut found = Vec::new();
    for step in steps {
        match step {
            Step::PutCompleted(Some(handler)) | Step::PutProgress(Some(handler)) => {
                found.push(handler.clone());
                found.extend(handlers(handler.program.as_deref().unwrap_or_default()));
            }
            Step::Race(threads) => found.extend(threads.iter().flat_map(|thread| handlers(thread))),
            _ => {}
        }
    }
    found
}

/// The result that a word names first: it decides of what type the results are.
pub fn first_result(steps: &[Step]) -> Option<&Json> {
    steps.iter().find_map(|step| match step {
        Step::Complete(result) => result.as_ref(),
        Step::PutCompleted(Some(handler)) | Step::PutProgress(Some(handler)) => {
            first_result(handler.program.as_deref().unwrap_or_default())
        }
        Step::Race(threads) => threads.iter().find_map(|thread| first_result(thread)),
        _ => None,
    })
}
