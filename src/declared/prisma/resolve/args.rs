//! Reads the arguments of an attribute, and complains about those that nobody asked for.

use std::cell::Cell;

use super::super::ast::{Argument, Attribute, Value};
use super::super::problems::Problems;
use crate::source::{Span, Spanned};

/// The arguments of one attribute or function.
pub(super) struct Args<'a> {
    arguments: &'a [Argument],
    used: Vec<Cell<bool>>,
    problems: &'a Problems,
    /// For messages: `@default`.
    label: String,
    pub(super) span: Span,
}

impl<'a> Args<'a> {
    pub(super) fn of_field_attribute(attribute: &'a Attribute, problems: &'a Problems) -> Self {
        let label = format!("@{}", attribute.name.value);
        if attribute.name.value.contains('.') {
            return Self::unchecked(&attribute.arguments, label, attribute.span, problems);
        }
        Self::new(&attribute.arguments, label, attribute.span, problems)
    }

    pub(super) fn of_block_attribute(attribute: &'a Attribute, problems: &'a Problems) -> Self {
        Self::new(&attribute.arguments, format!("@@{}", attribute.name.value), attribute.span, problems)
    }

    pub(super) fn new(arguments: &'a [Argument], label: String, span: Span, problems: &'a Problems) -> Self {
        let args = Self::unchecked(arguments, label, span, problems);
        args.check_duplicates();
        args
    }

    /// Of a field in a key, where Prisma takes an option twice and goes by the first.
    pub(super) fn of_key_field(arguments: &'a [Argument], label: String, span: Span, problems: &'a Problems) -> Self {
        Self::unchecked(arguments, label, span, problems)
    }

    /// Of a native type, whose arguments are a row of numbers.
    fn unchecked(arguments: &'a [Argument], label: String, span: Span, problems: &'a Problems) -> Self {
        let used = arguments.iter().map(|_| Cell::new(false)).collect();
        Self { arguments, used, problems, label, span }
    }

    fn check_duplicates(&self) {
        for (i, argument) in self.arguments.iter().enumerate() {
            let Some(name) = &argument.name else {
                if self.arguments[..i].iter().any(|earlier| earlier.name.is_none()) {
                    self.used[i].set(true);
                    self.invalid(argument.span, format!("`{}` takes one argument without a name", self.label));
                }
                continue;
            };
            let is_same = |earlier: &Argument| earlier.name.as_ref().is_some_and(|n| n.value == name.value);
            if self.arguments[..i].iter().any(is_same) {
                self.used[i].set(true);
                self.invalid(argument.span, format!("the argument `{}` is given twice", name.value));
            }
        }
    }

    pub(super) fn invalid(&self, span: Span, message: impl Into<String>) {
        self.problems.invalid(span, message);
    }

    /// The argument of a name.
    pub(super) fn named(&self, name: &str) -> Option<&'a Spanned<Value>> {
        let i = self.arguments.iter().position(|a| a.name.as_ref().is_some_and(|n| n.value == name))?;
        self.used[i].set(true);
        Some(&self.arguments[i].value)
    }

    /// The argument without a name, or else the one of this name.
    pub(super) fn main(&self, name: &str) -> Option<&'a Spanned<Value>> {
        let Some(i) = self.arguments.iter().position(|a| a.name.is_none()) else {
            return self.named(name);
        };
        self.used[i].set(true);
        if let Some(again) = self.named(name) {
            self.invalid(again.span, format!("the argument `{name}` is given twice, once without its name"));
        }
        Some(&self.arguments[i].value)
    }

    /// As [`Args::main`]; missing is an error.
    pub(super) fn required(&self, name: &str) -> Option<&'a Spanned<Value>> {
        let found = self.main(name);
        if found.is_none() {
            self.invalid(self.span, format!("`{}` needs the argument `{name}`", self.label));
        }
        found
    }

    /// A string argument of a name; empty ones are refused.
    pub(super) fn string(&self, name: &str) -> Option<String> {
        self.as_text(name, self.named(name)?)
    }

    /// As [`Args::string`], for texts that may be empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.any_text(self.named(name)?)
    }

    pub(super) fn main_string(&self, name: &str) -> Option<String> {
        self.as_text(name, self.main(name)?)
    }

    pub(super) fn required_string(&self, name: &str) -> Option<String> {
        self.as_text(name, self.required(name)?)
    }

    /// As [`Args::required_string`], for names that may be empty.
    pub(super) fn required_text(&self, name: &str) -> Option<String> {
        self.any_text(self.required(name)?)
    }

    fn any_text(&self, value: &Spanned<Value>) -> Option<String> {
        let text = value.value.as_str();
        if text.is_none() {
            self.expected("a string", value);
        }
        text.map(str::to_owned)
    }

    fn as_text(&self, name: &str, value: &Spanned<Value>) -> Option<String> {
        match value.value.as_str() {
            Some("") => {
                self.invalid(value.span, format!("the argument `{name}` of `{}` is empty", self.label));
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                self.expected("a string", value);
                None
            }
        }
    }

    /// A bare word of a name.
    pub(super) fn constant(&self, name: &str) -> Option<(&'a str, Span)> {
        let value = self.named(name)?;
        if let Some(word) = value.value.as_constant() {
            return Some((word, value.span));
        }
        self.expected("a bare word", value);
        None
    }

    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        let value = self.named(name)?;
        match value.value.as_constant() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                self.expected("`true` or `false`", value);
                None
            }
        }
    }

    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        let value = self.named(name)?;
        if let Value::Number(text) = &value.value
            && let Ok(number) = text.parse()
        {
            return Some(number);
        }
        self.expected("an integer", value);
        None
    }

    pub(super) fn expected(&self, what: &str, found: &Spanned<Value>) {
        self.invalid(found.span, format!("`{}` expects {what} here, not `{}`", self.label, found.value.describe()));
    }

    /// Complains about arguments that were not asked for.
    pub(super) fn finish(self) {
        for (argument, used) in self.arguments.iter().zip(&self.used) {
            if used.get() {
                continue;
            }
            let message = match &argument.name {
                Some(name) => format!("`{}` has no argument `{}`", self.label, name.value),
                None => format!("`{}` takes no argument like this", self.label),
            };
            self.problems.invalid(argument.span, message);
        }
    }

    /// Leaves all arguments unread without a complaint.
    pub(super) fn discard(self) {}
}
