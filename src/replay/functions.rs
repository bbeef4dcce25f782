//! Functions and procedures, by signature.

use super::IssueKind;
use super::refusal::{Effect, Ran, Refusal};
use super::routines::check_parameters;
use super::state::State;
use crate::ddl::{CreateFunction, Name, Routine, TypeUse};
use crate::model::{Function, FunctionKind, ObjectKind, ObjectRef, TypeName};

/// What messages call a kind of function.
pub(super) trait KindWord {
    fn word(&self) -> &'static str;
}

impl KindWord for FunctionKind {
    fn word(&self) -> &'static str {
        match self {
            FunctionKind::Function | FunctionKind::Window => "function",
            FunctionKind::Procedure => "procedure",
            FunctionKind::Aggregate => "aggregate",
        }
    }
}

impl State {
    /// A type as a function's signature holds it: without modifiers.
    pub(super) fn signature_type(&self, ty: &TypeUse) -> TypeName {
        let found = self.resolve_type(ty).ok().and_then(crate::model::Known::into_known);
        TypeName { modifiers: Vec::new(), ..found.unwrap_or_else(|| ty.ty.clone()) }
    }

    pub(super) fn create_function(&mut self, def: &CreateFunction, text: &str) -> Ran {
        let name = self.creation_name(&def.name)?;
        for argument in &def.arguments {
            // Here the server leaves the quotes out.
            self.resolve_type(&argument.ty).map_err(|mut refusal| {
                if refusal.kind == IssueKind::UnknownType {
                    refusal.message = refusal.message.replace('"', "");
                }
                refusal
            })?;
        }
        if let Some(returns) = &def.returns {
            self.resolve_type(returns)?;
        }
        check_parameters(def)?;
        self.check_result_type(def)?;
        let arguments: Vec<TypeName> = def
            .arguments
            .iter()
            .filter(|a| matches!(a.mode, 'i' | 'b' | 'v'))
            .map(|a| self.signature_type(&a.ty))
            .collect();
        let returns = def.returns.as_ref().map(|t| self.signature_type(t));
        self.check_aggregate(def, &arguments)?;
        self.check_polymorphic_result(def, &arguments)?;
        let place = self.catalog.functions.iter().position(|f| f.name == name && f.arguments == arguments);
        if let Some(place) = place {
            let old = &self.catalog.functions[place];
            if !def.replace {
                let message = format!("{} \"{}\" already exists with same argument types", def.kind.word(), name.name);
                return Err(Refusal::new(IssueKind::DuplicateObject, "42723", message)
                    .at(def.name.span)
                    .of(ObjectRef::top(ObjectKind::Function, &name))
                    .uncertain_if(!self.knows_all));
            }
            if old.kind != def.kind {
                let refusal = self.refuse(IssueKind::InvalidReference, "42809", "cannot change routine kind");
                return Err(refusal.at(def.name.span));
            }
            if let (Some(was), Some(now)) = (&old.returns, &returns)
                && was != now
                && old.kind == FunctionKind::Function
            {
                return Err(Refusal::new(
                    IssueKind::InvalidDefinition,
                    "42P13",
                    "cannot change return type of existing function",
                )
                .at(def.name.span)
                .of(ObjectRef::top(ObjectKind::Function, &name))
                .uncertain_if(!self.knows_all));
            }
        }
        if let Some(place) = place {
            self.check_replaced(&self.catalog.functions[place], def)?;
        }
        self.check_function_settings(def)?;
        // A search path of its own decides what the body's names mean, but those with a schema.
        self.check_sql_body(def, text.to_ascii_lowercase().contains("search_path"))?;
        let function = Function {
            name: name.clone(),
            kind: def.kind,
            arguments,
            returns,
            language: def.language.clone(),
            body: def.body.as_ref().map(|(body, _)| body.clone()),
            definition: text.to_owned(),
            search_path: self.search_path.clone(),
            comment: None,
            origin: self.origin(),
        };
        self.note_made(|| ObjectRef::top(ObjectKind::Function, &name));
        match place {
            Some(place) => {
                let now = self.now;
                if let Some(old) = self.function_mut(place) {
                    let mut origin = old.origin.clone();
                    origin.touch(now);
                    let comment = old.comment.take();
                    *old = Function { origin, comment, ..function };
                }
            }
            None => self.push_function(function),
        }
        Ok(Effect::Applied)
    }

    /// The functions that a name with argument types means; without types, every one of that name.
    pub(super) fn functions_by_signature<'a>(
        &'a self,
        name: &Name,
        arguments: Option<&[TypeUse]>,
    ) -> Vec<&'a Function> {
        let wanted: Option<Vec<TypeName>> = arguments.map(|a| a.iter().map(|t| self.signature_type(t)).collect());
        let matching = |f: &&Function| wanted.as_ref().is_none_or(|w| f.arguments == *w);
        let mut found: Vec<&Function> = self.functions_named(name).filter(matching).collect();
        // The first schema of the search path wins.
        if name.schema.is_none() && wanted.is_some() {
            found.truncate(1);
        }
        found
    }

    /// Whether a function may come from outside of the model: built in, or an extension's.
    pub(super) fn is_outside_function(&self, name: &Name) -> bool {
        match &name.schema {
            Some(schema) if super::lookup::is_system_schema(schema) => true,
            Some(schema) => self.catalog.extensions.values().any(|e| e.schema.as_deref() == Some(schema)),
            None => matches!(
                name.name.as_str(),
                "tsvector_update_trigger"
                    | "tsvector_update_trigger_column"
                    | "suppress_redundant_updates_trigger"
                    | "moddatetime"
                    | "lo_manage"
                    | "autoinc"
                    | "insert_username"
                    | "tcn"
                    | "check_primary_key"
                    | "check_foreign_key"
            ),
        }
    }

    /// ALTER FUNCTION with options: part of the definition from then on.
    pub(super) fn alter_function(&mut self, routine: &Routine, text: &str) -> Ran {
        let Some(function) = self.find_routine(routine)? else { return Ok(Effect::Carried) };
        let (key, arguments) = (function.name.clone(), function.arguments.clone());
        let place = self.catalog.functions.iter().position(|f| f.name == key && f.arguments == arguments);
        let now = self.now;
        if let Some(function) = place.and_then(|p| self.function_mut(p)) {
            function.definition.push_str(";\n");
            function.definition.push_str(text);
            function.origin.touch(now);
        }
        Ok(Effect::Applied)
    }
}

/// A definition under another name: the dotted name after FUNCTION, PROCEDURE or AGGREGATE, in the statement that made it and in those
/// that altered it.
pub(super) fn with_name(definition: &str, name: &str) -> String {
    let mut out = String::with_capacity(definition.len() + name.len());
    let mut rest = definition;
    while let Some((before, after)) = head(rest) {
        out.push_str(before);
        out.push_str(name);
        let next = after.find(";\nALTER ").map_or(after.len(), |at| at + 2);
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out.push_str(rest);
    out
}

/// What stands before and after the name in one statement.
fn head(statement: &str) -> Option<(&str, &str)> {
    let lower = statement.to_ascii_lowercase();
    let word = |w: &str| lower.find(w).map(|at| at + w.len());
    let end = ["function", "procedure", "aggregate"].iter().filter_map(|w| word(w)).min()?;
    let start = end + (statement.len() - end - statement.get(end..)?.trim_start().len());
    let mut at = start;
    let bytes = statement.as_bytes();
    let mut quoted = false;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => quoted = !quoted,
            b'(' if !quoted => break,
            b if !quoted && b.is_ascii_whitespace() => break,
            _ => {}
        }
        at += 1;
    }
    Some((statement.get(..start)?, statement.get(at..)?))
}

#[cfg(test)]
mod tests {
    use super::with_name;

    #[test]
    fn a_definition_gets_another_name() {
        let check = |sql: &str, expect: &str| assert_eq!(with_name(sql, "s.g"), expect);
        check(
            "CREATE OR REPLACE FUNCTION a.f (x int) RETURNS int",
            "CREATE OR REPLACE FUNCTION s.g (x int) RETURNS int",
        );
        check(
            "CREATE FUNCTION \"a b\"();\nALTER FUNCTION \"a b\"() STABLE",
            "CREATE FUNCTION s.g();\nALTER FUNCTION s.g() STABLE",
        );
    }
}
