//! The syntax tree of schema files: what was written, with its places, before any of it is given a meaning.

use crate::source::{Span, Spanned};

/// A name as written. Paths such as `db.VarChar` are one name.
pub(super) type Ident = Spanned<String>;

/// A top-level block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    pub(super) name: Ident,
    pub(super) items: Vec<Item>,
    /// Lines that could not be read.
    pub(super) unread: Vec<Span>,
    /// From the keyword to the closing brace.
    pub(super) span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BlockKind {
    Datasource,
    Generator,
    Model,
    View,
    Type,
    Enum,
}

impl BlockKind {
    pub(super) fn from_keyword(word: &str) -> Option<Self> {
        Some(match word {
            "datasource" => Self::Datasource,
            "generator" => Self::Generator,
            "model" => Self::Model,
            "view" => Self::View,
            "type" => Self::Type,
            "enum" => Self::Enum,
            _ => return None,
        })
    }

    /// The word in messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Datasource => "datasource",
            Self::Generator => "generator",
            Self::Model => "model",
            Self::View => "view",
            Self::Type => "composite type",
            Self::Enum => "enum",
        }
    }

    pub(super) fn with_article(self) -> &'static str {
        match self {
            Self::Datasource => "a datasource",
            Self::Generator => "a generator",
            Self::Model => "a model",
            Self::View => "a view",
            Self::Type => "a composite type",
            Self::Enum => "an enum",
        }
    }
}

/// One line of a block.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Field(Field),
    EnumValue(EnumValue),
    Setting(Setting),
    /// `@@name(…)`
    Attribute(Attribute),
}

/// A line of a model, view or composite type.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: Ident,
    pub(super) ty: FieldType,
    pub(super) attributes: Vec<Attribute>,
    pub(super) span: Span,
}

/// A field's type.
#[derive(Clone, Debug)]
pub(super) struct FieldType {
    pub(super) base: BaseType,
    pub(super) arity: Arity,
    pub(super) span: Span,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum BaseType {
    Named(String),
    /// `Unsupported("…")`: the database's own words.
    Unsupported(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Arity {
    Required,
    Optional,
    List,
}

/// A line of an enum.
#[derive(Clone, Debug)]
pub(super) struct EnumValue {
    pub(super) name: Ident,
    pub(super) attributes: Vec<Attribute>,
    pub(super) span: Span,
}

/// `key = value` of a datasource or generator.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) key: Ident,
    pub(super) value: Spanned<Value>,
}

/// `@name(…)` or `@@name(…)`.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// Without the at signs.
    pub(super) name: Ident,
    pub(super) arguments: Vec<Argument>,
    /// From the at sign to the closing parenthesis.
    pub(super) span: Span,
}

/// One argument of an attribute or function.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) name: Option<Ident>,
    pub(super) value: Spanned<Value>,
    pub(super) span: Span,
}

/// A value in an argument or setting.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Without quotes and escapes.
    String(String),
    /// As written.
    Number(String),
    /// A bare word or path: `true`, `Cascade`, `email`, `address.street`.
    Constant(String),
    Array(Vec<Spanned<Value>>),
    /// `{ key: value }`, in the condition of a partial index.
    Object(Vec<(Ident, Spanned<Value>)>),
    Function {
        name: Ident,
        arguments: Vec<Argument>,
    },
}

impl Value {
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_constant(&self) -> Option<&str> {
        match self {
            Self::Constant(word) => Some(word),
            _ => None,
        }
    }

    /// For messages: as it could be written.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::String(text) => format!("\"{text}\""),
            Self::Number(text) | Self::Constant(text) => text.clone(),
            Self::Array(items) => {
                format!("[{}]", items.iter().map(|i| i.value.describe()).collect::<Vec<_>>().join(", "))
            }
            Self::Object(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|(k, v)| format!("{}: {}", k.value, v.value.describe())).collect();
                format!("{{ {} }}", entries.join(", "))
            }
            Self::Function { name, arguments } => {
                let arguments: Vec<_> = arguments.iter().map(|a| a.value.value.describe()).collect();
                format!("{}({})", name.value, arguments.join(", "))
            }
        }
    }
}

impl Block {
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.items.iter().filter_map(|item| match item {
            Item::Field(field) => Some(field),
            _ => None,
        })
    }

    pub(super) fn enum_values(&self) -> impl Iterator<Item = &EnumValue> {
        self.items.iter().filter_map(|item| match item {
            Item::EnumValue(value) => Some(value),
            _ => None,
        })
    }

    pub(super) fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.items.iter().filter_map(|item| match item {
            Item::Attribute(attribute) => Some(attribute),
            _ => None,
        })
    }

    pub(super) fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.items.iter().filter_map(|item| match item {
            Item::Setting(setting) => Some(setting),
            _ => None,
        })
    }
}
