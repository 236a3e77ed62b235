//! Puts the objects of the crate windows-future on the wire: JSON lines on stdin and stdout, one word a line.
//!
//!     driver [--ready]
//!
//! With --ready objects have ended when they are handed out, as the crate's `ready` makes them; without it they are
//! those of `spawn`.

mod doing;
mod interfaces;
mod json;
mod pool;
mod race;
mod run;
mod subject;
mod win32;
mod word;

use json::{document, quoted, Json};
use run::Run;
use std::env::args;
use std::io::{stdin, stdout, BufRead, BufReader, BufWriter, Write};
use std::process::ExitCode;
use word::{Kind, Refusal};

/// How the objects of each kind have ended where they are ready.
const BORN: &str = r#"{"action":[["complete",null]],"action_with_progress":[["fail",2147500037]],"operation":[["complete",5]],"operation_with_progress":[["fail",2147500037]]}"#;

/// What this was built from: cargo holds to it.
const LOCK: &str = include_str!("../Cargo.lock");

/// The version of windows-future, as the lock file has it.
fn version() -> &'static str {
    let after = |text: &'static str, mark| text.split_once(mark).map_or("", |(_, rest)| rest);
    let package = after(LOCK, "name = \"windows-future\"");
    after(package, "version = \"").split('"').next().unwrap_or_default()
}

struct Driver {
    is_ready: bool,
}

impl Driver {
    fn ready_line(&self) -> String {
        let version = quoted(version());
        let (of, born) = if self.is_ready { ("ready", format!(",\"born\":{BORN}")) } else { ("spawn", String::new()) };
        format!(
            "{{\"ready\":true,\"name\":\"windows-future, {of}\",\"version\":{version},\"language\":\"Rust\",\
             \"kinds\":[\"action\",\"action_with_progress\",\"operation\",\"operation_with_progress\"],\
             \"supports\":[\"fail\",\"reentrancy\",\"raise\",\"threads\",\"release\",\"alive\"],\"values\":[\"int\",\"string\"]{born}}}"
        )
    }

    /// The line that answers one; None where it says stop.
    fn answer(&self, line: &str) -> Result<Option<String>, String> {
        let command = document(line)?;
        match command.member("cmd").and_then(Json::text) {
            Some("stop") => Ok(None),
            Some("run") => self.answer_run(&command).map(Some),
            Some("start") if command.member("version").and_then(Json::whole) == Some(1) => Ok(Some(self.ready_line())),
            Some("start") => Err("this driver speaks version 1 of the wire".into()),
            _ => Err("cmd is none of start, run and stop".into()),
        }
    }

    fn answer_run(&self, command: &Json) -> Result<String, String> {
        let seq = command.member("seq").and_then(Json::whole);
        let kind = command.member("kind").and_then(Json::text);
        let steps = command.member("steps").and_then(Json::list);
        let (Some(seq), Some(kind), Some(steps)) = (seq, kind, steps) else {
            return Err("a run needs an integer seq, a kind and a list of steps".into());
        };
        let outcome = match self.run(kind, steps) {
            Ok(results) => format!("\"results\":{results}"),
            Err(Refusal::Skipped(why)) => format!("\"skipped\":{}", quoted(&why)),
            Err(Refusal::Errored(why)) => format!("\"errored\":{}", quoted(&why)),
        };
        Ok(format!("{{\"seq\":{seq},{outcome}}}"))
    }

    fn run(&self, kind: &str, steps: &[Json]) -> Result<String, Refusal> {
        Run::new(Kind::named(kind)?, steps, self.is_ready)?.results()
    }
}

/// Answers wait until no further line has arrived: a peer that sent words ahead gets them in one piece.
fn serve(driver: &Driver) -> Result<(), String> {
    let mut input = BufReader::with_capacity(1 << 16, stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 16, stdout().lock());
    let mut line = String::new();
    loop {
        if !input.buffer().contains(&b'\n') {
            output.flush().map_err(|error| error.to_string())?;
        }
        line.clear();
        if input.read_line(&mut line).map_err(|error| error.to_string())? == 0 {
            return Ok(());
        }
        match driver.answer(&line)? {
            Some(answer) => writeln!(output, "{answer}").map_err(|error| error.to_string())?,
            None => return Ok(()),
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = args().skip(1).collect();
    let driver = match arguments.as_slice() {
        [] => Driver { is_ready: false },
        [flag] if flag == "--ready" => Driver { is_ready: true },
        _ => {
            eprintln!("usage: driver [--ready]");
            return ExitCode::from(2);
        }
    };
    match serve(&driver) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{{\"errored\":{}}}", quoted(&why));
            ExitCode::FAILURE
        }
    }
}
