//! Shell, base and range types: carried as text, and what they hang on.

use super::dependencies::{How, Thing};
use super::refusal::{Effect, Ran};
use super::state::State;
use crate::ddl::postgres::{Parsed, parse_computed};
use crate::ddl::{Name, Op, TypeUse};
use crate::model::{ObjectKind, ObjectRef, OpaqueObject, QualifiedName, TypeName};

impl State {
    pub(super) fn create_other_type(&mut self, name: &Name, what: &str, multirange: Option<&Name>, text: &str) -> Ran {
        let key = self.creation_name(name)?;
        // A shell type is completed by a second CREATE TYPE of the same name.
        if !self.other_types.contains(&key) {
            self.free_type_name(&key, name.span)?;
        }
        self.set_other_type(&key, true);
        self.note_made(|| ObjectRef::top(ObjectKind::Type, &key));
        self.carry("type", &key.name, None, text);
        if what == "range type" {
            let multirange = match multirange {
                Some(name) => self.creation_name(name)?,
                None => QualifiedName::new(&key.schema, self.dialect.truncate_identifier(&multirange_name(&key.name))),
            };
            self.free_type_name(&multirange, name.span)?;
            self.set_other_type(&multirange, true);
            self.note_made(|| ObjectRef::top(ObjectKind::Type, &multirange));
        }
        Ok(Effect::Applied)
    }

    /// What a carried type's definition says, read again.
    fn parts_of(&self, object: &OpaqueObject) -> Option<(Option<Name>, Vec<TypeUse>, Vec<Name>)> {
        match parse_computed(self.now, &object.definition).into_iter().next()?.0 {
            Parsed::Statement(statement) => match statement.op {
                Op::CreateOtherType { multirange, types, functions, .. } => Some((multirange, types, functions)),
                _ => None,
            },
            Parsed::Error(_) => None,
        }
    }

    /// What a range type is a range of.
    pub(super) fn range_subtype(&self, range: &QualifiedName) -> Option<TypeName> {
        if !self.other_types.contains(range) {
            return None;
        }
        let object = self.catalog.opaque.iter().find(|o| o.what == "type" && o.name == range.name)?;
        let (_, types, _) = self.parts_of(object)?;
        self.resolve_type(types.first()?).ok()?.into_known()
    }

    /// The multirange type that goes with a range type.
    pub(super) fn multirange_of(&self, range: &QualifiedName) -> Option<QualifiedName> {
        let object = self.catalog.opaque.iter().find(|o| o.what == "type" && o.name == range.name)?;
        if !object.definition.to_ascii_lowercase().contains("range") {
            return None;
        }
        let name = match self.parts_of(object)?.0 {
            Some(name) => name.name,
            None => self.dialect.truncate_identifier(&multirange_name(&range.name)).to_owned(),
        };
        Some(QualifiedName::new(&range.schema, name)).filter(|name| self.other_types.contains(name))
    }

    /// Carried types that are made of a type, or of functions of a name.
    pub(super) fn types_made_of(&self, made_of: &Thing) -> Vec<(Thing, How)> {
        let mut found = Vec::new();
        for object in self.catalog.opaque.iter().filter(|o| o.what == "type") {
            let Some((_, types, functions)) = self.parts_of(object) else { continue };
            let uses = match made_of {
                Thing::Type(name) => types.iter().any(|ty| {
                    let meant = self.resolve_type(ty).ok().and_then(crate::model::Known::into_known);
                    meant.and_then(|ty| ty.qualified()).as_ref() == Some(name)
                }),
                Thing::Function(name, _) => {
                    functions.iter().any(|f| self.functions_named(f).any(|function| function.name == *name))
                }
                _ => false,
            };
            let key = self.other_types.iter().find(|key| key.name == object.name);
            if let Some(key) = key.filter(|_| uses) {
                found.push((Thing::Type(key.clone()), How::Normal));
            }
        }
        found
    }
}

/// `makeMultirangeTypeName` in src/backend/catalog/pg_type.c
fn multirange_name(range: &str) -> String {
    match range.find("range") {
        Some(at) => format!("{}multi{}", &range[..at], &range[at..]),
        None => format!("{range}_multirange"),
    }
}
