//! JSON as the wire has it: one document a line.

use std::fmt::Write;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Whole(i64),
    Real(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The member of this name; None where there is none, or where this is no object.
    pub fn member(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn whole(&self) -> Option<i64> {
        match self {
            Json::Whole(value) => Some(*value),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(value) => Some(value),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Json]> {
        match self {
            Json::List(values) => Some(values),
            _ => None,
        }
    }
}

/// A text between quotes.
pub fn quoted(text: &str) -> String {
    let mut line = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => line.extend(['\\', character]),
            '\0'..='\x1f' => write!(line, "\\u{:04x}", character as u32).expect("a string takes all"),
            _ => line.push(character),
        }
    }
    line.push('"');
    line
}

/// Why a line is no document, for people.
pub type Malformed = String;

/// The document of one line.
pub fn document(line: &str) -> Result<Json, Malformed> {
    let mut parser = Parser { rest: line, depth: 0 };
    let value = parser.value()?;
    match parser.next() {
        None => Ok(value),
        Some(_) => parser.refuse("there is more than one document"),
    }
}

/// Deeper than any word, and far less than the stack holds.
const DEEPEST: usize = 200;

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    fn refuse<T>(&self, why: &str) -> Result<T, Malformed> {
        let near: String = self.rest.chars().take(20).collect();
        Err(format!("{why} at {near:?}"))
    }

    /// The next character that is no space; it is not passed.
    fn next(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.chars().next()
    }

    fn pass(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Result<Json, Malformed> {
        match self.next() {
            Some('"') => self.string().map(Json::Text),
            Some('[') => self.nested(|parser| parser.list('[', ']', Parser::value).map(Json::List)),
            Some('{') => self.nested(|parser| parser.list('{', '}', Parser::pair).map(Json::Object)),
            Some('-' | '0'..='9') => self.number(),
            _ if self.pass("null") => Ok(Json::Null),
            _ if self.pass("true") => Ok(Json::Bool(true)),
            _ if self.pass("false") => Ok(Json::Bool(false)),
            _ => self.refuse("there is no value"),
        }
    }

    fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Result<Json, Malformed>) -> Result<Json, Malformed> {
        if self.depth == DEEPEST {
            return self.refuse("it is nested too deep");
        }
        self.depth += 1;
        let value = parse(self);
        self.depth -= 1;
        value
    }

    fn list<T>(
        &mut self,
        first: char,
        last: char,
        item: impl Fn(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        self.rest = &self.rest[first.len_utf8()..];
        let mut items = Vec::new();
        if self.next() != Some(last) {
            items.push(item(self)?);
            while self.next() == Some(',') {
                self.rest = &self.rest[1..];
                items.push(item(self)?);
            }
        }
        if self.next() != Some(last) {
            return self.refuse("a list or an object has no end");
        }
        self.rest = &self.rest[last.len_utf8()..];
        Ok(items)
    }

    fn pair(&mut self) -> Result<(String, Json), Malformed> {
        if self.next() != Some('"') {
            return self.refuse("a member has no name");
        }
        let name = self.string()?;
        if self.next() != Some(':') {
            return self.refuse("a member has no value");
        }
        self.rest = &self.rest[1..];
        Ok((name, self.value()?))
    }

    fn number(&mut self) -> Result<Json, Malformed> {
        let end = self.rest.find(|c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9'));
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let value = match digits.parse() {
            Ok(whole) => Json::Whole(whole),
            Err(_) => match digits.parse() {
                Ok(real) => Json::Real(real),
                Err(_) => return self.refuse("there is no number"),
            },
        };
        self.rest = rest;
        Ok(value)
    }

    fn string(&mut self) -> Result<String, Malformed> {
        self.rest = &self.rest[1..];
        let mut text = String::new();
        loop {
            let Some(end) = self.rest.find(['"', '\\']) else {
                return self.refuse("a string has no end");
            };
            text.push_str(&self.rest[..end]);
            let is_over = self.rest[end..].starts_with('"');
            self.rest = &self.rest[end + 1..];
            if is_over {
                return Ok(text);
            }
            text.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Result<char, Malformed> {
        let Some(letter) = self.rest.chars().next() else {
            return self.refuse("a string has no end");
        };
        self.rest = &self.rest[letter.len_utf8()..];
        Ok(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            _ => return self.refuse("there is no such escape"),
        })
    }

    /// The character of one unit of UTF-16, or of two.
    fn unicode(&mut self) -> Result<char, Malformed> {
        let mut units = vec![self.unit()?];
        if matches!(units[0], 0xd800..=0xdbff) && self.pass("\\u") {
            units.push(self.unit()?);
        }
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => Ok(character),
            _ => self.refuse("there is half a character"),
        }
    }

    fn unit(&mut self) -> Result<u16, Malformed> {
        let unit = self.rest.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        match unit {
            Some(unit) => {
                self.rest = &self.rest[4..];
                Ok(unit)
            }
            None => self.refuse("there is no such escape"),
        }
    }
}
