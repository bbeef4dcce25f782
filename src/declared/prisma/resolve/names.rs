//! Names: which are allowed, and that none is declared twice.

use std::collections::{HashMap, HashSet};

use super::super::ast::{Attribute, Block, BlockKind, Ident};
use super::super::problems::Problems;
use super::super::schema::BuiltIn;

/// Words that generated client code could not use as a type's name.
const RESERVED: &[&str] = &[
    "PrismaClient",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Checks every declared name. Gives, for each block, whether it is the first of its name and so the one that counts.
pub(super) fn check(blocks: &[Block], problems: &Problems) -> Vec<bool> {
    let mut types: HashMap<&str, &Block> = HashMap::new();
    let mut configs: HashSet<(&str, &str)> = HashSet::new();
    blocks
        .iter()
        .map(|block| {
            check_inside(block, problems);
            let name = block.name.value.as_str();
            check_built_in(block, problems);
            if matches!(block.kind, BlockKind::Datasource | BlockKind::Generator) {
                let is_first = configs.insert((block.kind.word(), name));
                if !is_first {
                    problems.invalid(block.name.span, format!("there is another {} `{name}`", block.kind.word()));
                }
                return is_first;
            }
            check_type_name(block, problems);
            match types.get(name) {
                None => {
                    types.insert(name, block);
                    true
                }
                Some(first) => {
                    let message = format!(
                        "the {} `{name}` cannot be declared: there is already {} of that name",
                        block.kind.word(),
                        first.kind.with_article()
                    );
                    problems.invalid(block.name.span, message);
                    false
                }
            }
        })
        .collect()
}

fn check_built_in(block: &Block, problems: &Problems) {
    let name = block.name.value.as_str();
    if BuiltIn::from_name(name).is_some() || name == "Unsupported" {
        problems.invalid(block.name.span, format!("`{name}` is the name of a built-in type"));
    }
}

fn check_type_name(block: &Block, problems: &Problems) {
    let name = block.name.value.as_str();
    if RESERVED.contains(&name) && block.kind != BlockKind::Type {
        problems.invalid(
            block.name.span,
            format!("the name `{name}` is reserved and cannot be that of {}", block.kind.with_article()),
        );
    }
    check_identifier(&block.name, block.kind.with_article(), problems);
}

fn check_inside(block: &Block, problems: &Problems) {
    let mut seen = HashSet::new();
    let word = block.kind.word();
    for field in block.fields() {
        check_identifier(&field.name, "a field", problems);
        check_attributes(&field.attributes, problems);
        if !seen.insert(field.name.value.as_str()) {
            let message =
                format!("the field `{}` is already declared on the {word} `{}`", field.name.value, block.name.value);
            problems.invalid(field.name.span, message);
        }
    }
    for value in block.enum_values() {
        check_identifier(&value.name, "an enum value", problems);
        check_attributes(&value.attributes, problems);
        if !seen.insert(value.name.value.as_str()) {
            let message =
                format!("the value `{}` is already declared on the enum `{}`", value.name.value, block.name.value);
            problems.invalid(value.span, message);
        }
    }
    for setting in block.settings() {
        if !seen.insert(setting.key.value.as_str()) {
            let message =
                format!("the key `{}` is already set in the {word} `{}`", setting.key.value, block.name.value);
            problems.invalid(setting.key.span, message);
        }
    }
}

fn check_attributes(attributes: &[Attribute], problems: &Problems) {
    for attribute in attributes {
        check_identifier(&attribute.name, "an attribute", problems);
    }
}

fn check_identifier(name: &Ident, what: &str, problems: &Problems) {
    if name.value.starts_with(|c: char| c.is_ascii_digit()) {
        problems.invalid(name.span, format!("the name of a {what} cannot begin with a digit"));
    } else if name.value.contains('-') {
        problems.invalid(name.span, format!("the name of a {what} cannot contain `-`"));
    }
}
