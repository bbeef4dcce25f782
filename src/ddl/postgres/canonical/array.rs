//! Array constants: `'{a,b}'` and `ARRAY['a','b']` are one thing.

use super::constant::{Literal, value};
use crate::model::TypeName;

/// Nesting beyond this is refused by the server (MAXDIM).
const DIMENSIONS_AT_MOST: usize = 6;

/// The form of an array written as a string; `None` where it is none.
pub(super) fn literal_form(text: &str, ty: &TypeName) -> Option<String> {
    let mut reader = Reader { rest: text.trim(), element: ty.element() };
    let form = reader.array(0)?;
    reader.rest.trim().is_empty().then_some(form)
}

/// The elements of an array of one dimension written as a string.
pub(super) fn literal_elements(text: &str) -> Option<Vec<Literal>> {
    let inner = text.trim().strip_prefix('{')?;
    let mut reader = Reader { rest: inner, element: TypeName::built_in("text") };
    let mut elements = Vec::new();
    if reader.eat('}') {
        return Some(elements);
    }
    loop {
        elements.push(reader.element()?);
        if reader.eat('}') {
            return reader.rest.trim().is_empty().then_some(elements);
        }
        if !reader.eat(',') {
            return None;
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    element: TypeName,
}

impl Reader<'_> {
    fn eat(&mut self, c: char) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(c);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn array(&mut self, depth: usize) -> Option<String> {
        if depth >= DIMENSIONS_AT_MOST || !self.eat('{') {
            return None;
        }
        let mut items = Vec::new();
        if self.eat('}') {
            return Some("array[]".into());
        }
        loop {
            let is_nested = self.rest.trim_start().starts_with('{');
            let item = if is_nested { self.array(depth + 1)? } else { value(&self.element()?, Some(&self.element)) };
            items.push(item);
            if self.eat('}') {
                return Some(format!("array[{}]", items.join(",")));
            }
            if !self.eat(',') {
                return None;
            }
        }
    }

    /// One element, quoted or not, as `array_in` reads it.
    fn element(&mut self) -> Option<Literal> {
        let is_quoted = self.eat('"');
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => text.push(chars.next()?.1),
                '"' if is_quoted => {
                    self.rest = &self.rest[at + 1..];
                    return Some(Literal::Text(text));
                }
                ',' | '}' if !is_quoted => {
                    self.rest = &self.rest[at..];
                    let word = text.trim_end();
                    let is_null = word.eq_ignore_ascii_case("null");
                    return Some(if is_null { Literal::Null } else { Literal::Text(word.to_owned()) });
                }
                '"' | '{' if !is_quoted => return None,
                other => text.push(other),
            }
        }
        None
    }
}
