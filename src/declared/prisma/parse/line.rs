//! The grammar of one line: fields, enum values, settings and block attributes.
//!
//! The language is read line by line (no construct but a block spans several), so each line is parsed by itself and one
//! that cannot be read costs one finding.

use winnow::LocatingSlice;
use winnow::combinator::{alt, cut_err, delimited, opt, preceded, separated};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::stream::{Location, Stateful};
use winnow::token::{any, one_of, take_while};

use super::super::ast::{Argument, Arity, Attribute, BaseType, EnumValue, Field, FieldType, Ident, Setting, Value};
use super::super::problems::Problems;
use crate::source::{FileId, Span, Spanned};

/// Nested arrays and functions deeper than this are not read.
const MAX_DEPTH: usize = 32;

/// Where a line stands and where complaints go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    pub(super) file: FileId,
    /// Byte offset of the line in its file.
    pub(super) base: usize,
    pub(super) problems: &'p Problems,
}

pub(super) type Input<'i> = Stateful<LocatingSlice<&'i str>, Place<'i>>;

/// What a parser gives up with: the place where the line stops making sense.
pub(super) type Unreadable = Span;

/// The input of one line, without its comment and line end.
pub(super) fn input<'i>(line: &'i str, place: Place<'i>) -> Input<'i> {
    Stateful { input: LocatingSlice::new(line), state: place }
}

/// `name Type @attribute…`
pub(super) fn field(line: &str, place: Place<'_>) -> Result<Field, Unreadable> {
    complete(line, place, |input| {
        let start = at(input);
        let name = ident(input)?;
        let colon = opt(preceded(space, spanned(':'))).parse_next(input)?;
        space.parse_next(input)?;
        let ty = field_type(input)?;
        let attributes = attributes(input)?;
        if let Some(colon) = colon {
            place.problems.syntax(colon.span, "a field has no `:` between its name and its type");
        }
        Ok(Field { name, ty, attributes, span: span_from(input, start) })
    })
}

/// `NAME @attribute…`
pub(super) fn enum_value(line: &str, place: Place<'_>) -> Result<EnumValue, Unreadable> {
    complete(line, place, |input| {
        let start = at(input);
        let name = ident(input)?;
        let attributes = attributes(input)?;
        Ok(EnumValue { name, attributes, span: span_from(input, start) })
    })
}

/// `key = value`
pub(super) fn setting(line: &str, place: Place<'_>) -> Result<Setting, Unreadable> {
    complete(line, place, |input| {
        let key = ident(input)?;
        (space, '=', space).parse_next(input)?;
        Ok(Setting { key, value: value(input, 0)? })
    })
}

/// `@@name(…)`
pub(super) fn block_attribute(line: &str, place: Place<'_>) -> Result<Attribute, Unreadable> {
    complete(line, place, |input| {
        let start = at(input);
        "@@".parse_next(input)?;
        attribute_after(input, start)
    })
}

/// Runs a parser over the whole line; the error is the part from where reading stopped.
fn complete<T>(
    line: &str,
    place: Place<'_>,
    parser: impl FnOnce(&mut Input<'_>) -> ModalResult<T>,
) -> Result<T, Unreadable> {
    let mut input = input(line, place);
    let parsed = parser(&mut input);
    let offset = input.current_token_start();
    let rest = line.get(offset..).unwrap_or_default();
    match parsed {
        Ok(value) if rest.trim().is_empty() => Ok(value),
        _ => {
            let start = offset + (rest.len() - rest.trim_start().len());
            let end = line.trim_end().len();
            // Nothing is left: the line ends too early, and all of it is shown.
            let start = if start >= end { line.len() - line.trim_start().len() } else { start };
            Err(Span::new(place.file, place.base + start, place.base + end))
        }
    }
}

fn at(input: &Input<'_>) -> usize {
    input.current_token_start()
}

fn span_from(input: &Input<'_>, start: usize) -> Span {
    // White space that was skipped to look for more is no part of it.
    Span::new(input.state.file, input.state.base + start, input.state.base + input.previous_token_end().max(start))
}

fn fail<T>() -> ModalResult<T> {
    Err(ErrMode::Cut(ContextError::new()))
}

fn spanned<'i, T>(
    mut parser: impl Parser<Input<'i>, T, ErrMode<ContextError>>,
) -> impl Parser<Input<'i>, Spanned<T>, ErrMode<ContextError>> {
    move |input: &mut Input<'i>| {
        let start = at(input);
        let value = parser.parse_next(input)?;
        Ok(Spanned { value, span: span_from(input, start) })
    }
}

fn space(input: &mut Input<'_>) -> ModalResult<()> {
    take_while(0.., |c: char| c != '\n' && c.is_whitespace()).void().parse_next(input)
}

/// A letter of any script or a digit, as Prisma's grammar has it (`psl-ast/src/parser/datamodel.pest`).
pub(super) fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit()
}

pub(super) fn continues_name(c: char) -> bool {
    starts_name(c) || matches!(c, '_' | '-')
}

fn word<'i>(input: &mut Input<'i>) -> ModalResult<&'i str> {
    (one_of(starts_name), take_while(0.., continues_name)).take().parse_next(input)
}

fn ident(input: &mut Input<'_>) -> ModalResult<Ident> {
    spanned(word.map(str::to_owned)).parse_next(input)
}

/// Words joined by dots.
fn path(input: &mut Input<'_>) -> ModalResult<Ident> {
    let tail = take_while(0.., |c: char| continues_name(c) || c == '.');
    spanned((one_of(starts_name), tail).take().map(|text: &str| text.to_owned())).parse_next(input)
}

fn field_type(input: &mut Input<'_>) -> ModalResult<FieldType> {
    let start = at(input);
    if opt('[').parse_next(input)?.is_some() {
        let base = base_type(input)?;
        cut_err(']').parse_next(input)?;
        let span = span_from(input, start);
        input.state.problems.syntax(span, "a list is written `Type[]`, not `[Type]`");
        return Ok(FieldType { base, arity: Arity::List, span });
    }
    let base = base_type(input)?;
    let suffix = opt(preceded(space, alt(("[]?", "[]", "?", "!")))).parse_next(input)?;
    let span = span_from(input, start);
    let arity = match suffix {
        None => Arity::Required,
        Some("?") => Arity::Optional,
        Some("!") => {
            input.state.problems.syntax(span, "a field is required anyway: the `!` has to go");
            Arity::Required
        }
        Some("[]?") => {
            input.state.problems.syntax(span, "there are no optional lists: write `Type[]` or `Type?`");
            Arity::List
        }
        Some(_) => Arity::List,
    };
    Ok(FieldType { base, arity, span })
}

fn base_type(input: &mut Input<'_>) -> ModalResult<BaseType> {
    let unsupported = delimited(("Unsupported(", space), string, (space, ')')).map(BaseType::Unsupported);
    alt((unsupported, word.map(|name: &str| BaseType::Named(name.to_owned())))).parse_next(input)
}

fn attributes(input: &mut Input<'_>) -> ModalResult<Vec<Attribute>> {
    let mut attributes = Vec::new();
    loop {
        let before = *input;
        space.parse_next(input)?;
        let start = at(input);
        if opt('@').parse_next(input)?.is_none() {
            *input = before;
            return Ok(attributes);
        }
        attributes.push(attribute_after(input, start)?);
    }
}

/// An attribute after its at signs.
fn attribute_after(input: &mut Input<'_>, start: usize) -> ModalResult<Attribute> {
    space.parse_next(input)?;
    let name = cut_err(path).parse_next(input)?;
    let before = *input;
    space.parse_next(input)?;
    let arguments = if opt('(').parse_next(input)?.is_some() {
        arguments_after(input, 0)?
    } else {
        *input = before;
        Vec::new()
    };
    Ok(Attribute { name, arguments, span: span_from(input, start) })
}

/// Arguments after the opening parenthesis, with the closing one.
fn arguments_after(input: &mut Input<'_>, depth: usize) -> ModalResult<Vec<Argument>> {
    let mut arguments = Vec::new();
    loop {
        space.parse_next(input)?;
        if opt(')').parse_next(input)?.is_some() {
            return Ok(arguments);
        }
        if !arguments.is_empty() {
            let comma = spanned(cut_err(',')).parse_next(input)?;
            space.parse_next(input)?;
            if opt(')').parse_next(input)?.is_some() {
                input.state.problems.syntax(comma.span, "there is no argument after this comma");
                return Ok(arguments);
            }
        }
        if let Some(argument) = argument(input, depth)? {
            arguments.push(argument);
        }
    }
}

/// One argument; `None` after a complaint about a name without a value.
fn argument(input: &mut Input<'_>, depth: usize) -> ModalResult<Option<Argument>> {
    let start = at(input);
    let name = opt((ident, space, ':').map(|(name, ..)| name)).parse_next(input)?;
    space.parse_next(input)?;
    if let Some(name) = &name
        && opt(winnow::combinator::peek(one_of([',', ')']))).parse_next(input)?.is_some()
    {
        input.state.problems.syntax(name.span, format!("the argument `{}` has no value", name.value));
        // A trailing comma after it is read by the caller as one that follows an argument.
        opt((',', space)).parse_next(input)?;
        return Ok(None);
    }
    let value = value(input, depth)?;
    Ok(Some(Argument { name, value, span: span_from(input, start) }))
}

fn value(input: &mut Input<'_>, depth: usize) -> ModalResult<Spanned<Value>> {
    if depth > MAX_DEPTH {
        return fail();
    }
    let start = at(input);
    let value = if opt('[').parse_next(input)?.is_some() {
        array_after(input, depth)?
    } else if opt('{').parse_next(input)?.is_some() {
        object_after(input, depth)?
    } else if let Some(text) = opt(string).parse_next(input)? {
        Value::String(text)
    } else {
        word_value(input, depth)?
    };
    Ok(Spanned { value, span: span_from(input, start) })
}

fn array_after(input: &mut Input<'_>, depth: usize) -> ModalResult<Value> {
    space.parse_next(input)?;
    if opt(']').parse_next(input)?.is_some() {
        return Ok(Value::Array(Vec::new()));
    }
    let items =
        separated(0.., |input: &mut Input<'_>| value(input, depth + 1), (space, ',', space)).parse_next(input)?;
    (space, cut_err(']')).parse_next(input)?;
    Ok(Value::Array(items))
}

fn object_after(input: &mut Input<'_>, depth: usize) -> ModalResult<Value> {
    let entry = |input: &mut Input<'_>| {
        let key = ident(input)?;
        (space, ':', space).parse_next(input)?;
        Ok((key, value(input, depth + 1)?))
    };
    space.parse_next(input)?;
    let entries = separated(0.., entry, (space, ',', space)).parse_next(input)?;
    (space, cut_err('}')).parse_next(input)?;
    Ok(Value::Object(entries))
}

/// A function, a number or a bare word.
fn word_value(input: &mut Input<'_>, depth: usize) -> ModalResult<Value> {
    let start = *input;
    if let Some(name) = opt(path).parse_next(input)? {
        let before = *input;
        space.parse_next(input)?;
        if opt('(').parse_next(input)?.is_some() {
            return Ok(Value::Function { name, arguments: arguments_after(input, depth + 1)? });
        }
        *input = before;
        if !name.value.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(Value::Constant(name.value));
        }
        *input = start;
    }
    cut_err(number).parse_next(input)
}

fn number(input: &mut Input<'_>) -> ModalResult<Value> {
    fn digits<'i>(input: &mut Input<'i>) -> ModalResult<&'i str> {
        take_while(1.., |c: char| c.is_ascii_digit()).parse_next(input)
    }
    (opt('-'), digits, opt(('.', digits))).take().map(|text: &str| Value::Number(text.to_owned())).parse_next(input)
}

/// A string with JSON's escapes.
fn string(input: &mut Input<'_>) -> ModalResult<String> {
    '"'.parse_next(input)?;
    let mut text = String::new();
    loop {
        let chunk: &str = take_while(0.., |c: char| c != '"' && c != '\\' && !c.is_control()).parse_next(input)?;
        text.push_str(chunk);
        let start = at(input);
        match cut_err(any).parse_next(input)? {
            '"' => return Ok(text),
            '\\' => escape(input, start, &mut text)?,
            _ => return fail(),
        }
    }
}

fn escape(input: &mut Input<'_>, start: usize, text: &mut String) -> ModalResult<()> {
    match cut_err(any).parse_next(input)? {
        c @ ('"' | '\\' | '/') => text.push(c),
        'b' => text.push('\u{8}'),
        'f' => text.push('\u{c}'),
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        't' => text.push('\t'),
        'u' => match unicode_escape(input)? {
            Some(c) => text.push(c),
            None => input.state.problems.syntax(span_from(input, start), "no character has this code"),
        },
        c => {
            input.state.problems.syntax(span_from(input, start), format!("`\\{c}` is no escape of a string"));
            text.push(c);
        }
    }
    Ok(())
}

/// The character of `XXXX`, or of a surrogate pair `XXXX\uXXXX`.
fn unicode_escape(input: &mut Input<'_>) -> ModalResult<Option<char>> {
    let Some(high) = opt(hex4).parse_next(input)? else {
        return Ok(None);
    };
    if !(0xD800..0xDC00).contains(&high) {
        return Ok(char::from_u32(high));
    }
    let Some(low) = opt(preceded("\\u", hex4)).parse_next(input)? else {
        return Ok(None);
    };
    let low = low.wrapping_sub(0xDC00);
    Ok(if low < 0x400 { char::from_u32(0x10000 + ((high - 0xD800) << 10) + low) } else { None })
}

fn hex4(input: &mut Input<'_>) -> ModalResult<u32> {
    take_while(4..=4, |c: char| c.is_ascii_hexdigit())
        .try_map(|digits: &str| u32::from_str_radix(digits, 16))
        .parse_next(input)
}
