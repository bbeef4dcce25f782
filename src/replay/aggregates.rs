//! CREATE AGGREGATE: its parts must fit each other (`AggregateCreate` in src/backend/catalog/pg_aggregate.c).
//!
//! A function of the server's own is told only where its name says what it takes; one of the project's own where no conversion could make it fit.

use super::IssueKind;
use super::lookup::written;
use super::polymorphism::{determines, may_accept};
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::{CreateFunction, Name};
use crate::model::TypeName;

impl State {
    pub(super) fn check_aggregate(&self, def: &CreateFunction, arguments: &[TypeName]) -> Ran<()> {
        let Some(parts) = def.aggregate.as_deref() else { return Ok(()) };
        let refuse = |message: &str| {
            Err(Refusal::new(IssueKind::InvalidDefinition, "42P13", message.to_owned()).at(def.name.span))
        };
        let Some(state) = &parts.state else { return refuse("aggregate stype must be specified") };
        let Some(transition) = &parts.transition else { return refuse("aggregate sfunc must be specified") };
        let state = self.signature_type(state);
        if parts.serialize.is_some() != parts.deserialize.is_some() {
            return refuse("must specify both or neither of serialization and deserialization functions");
        }
        if !determines(arguments, &state) {
            return refuse("cannot determine transition data type");
        }
        let wanted: Vec<TypeName> = std::iter::once(&state).chain(arguments).cloned().collect();
        self.check_part(transition, &wanted, |_| true)?;
        let internal = TypeName::built_in("internal");
        let bytes = TypeName::built_in("bytea");
        if let Some(serialize) = &parts.serialize {
            self.check_part(serialize, std::slice::from_ref(&internal), |name| !name.ends_with("_deserialize"))?;
        }
        if let Some(deserialize) = &parts.deserialize {
            let is_other = |name: &str| name.ends_with("_serialize") && !name.ends_with("_deserialize");
            self.check_part(deserialize, &[bytes, internal.clone()], |name| !is_other(name))?;
        }
        if let Some(combine) = &parts.combine {
            let is_internal = state == internal;
            self.check_part(combine, &[state.clone(), state], |name| !is_internal || name.ends_with("_combine"))?;
        }
        Ok(())
    }

    /// A function of an aggregate, and the arguments that it is called with. `built_in` tells of the server's own.
    fn check_part(&self, name: &Name, arguments: &[TypeName], built_in: impl Fn(&str) -> bool) -> Ran<()> {
        let own: Vec<&[TypeName]> = self.functions_named(name).map(|f| f.arguments.as_slice()).collect();
        let fits = if own.is_empty() {
            !self.catalog.extensions.is_empty() || built_in(&name.name)
        } else {
            own.iter().any(|parameters| may_accept(parameters, arguments))
        };
        if fits {
            return Ok(());
        }
        let types: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let message = format!("function {}({}) does not exist", written(name), types.join(", "));
        Err(self.refuse(IssueKind::UnknownFunction, "42883", message).at(name.span))
    }
}
