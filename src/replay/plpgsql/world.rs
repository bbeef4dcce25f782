//! What an expression of a running program sees: variables, the catalog, rows, settings, and other functions.

use super::catalog;
use super::data;
use super::frame::Frame;
use super::interpret::Interpreter;
use crate::ddl::Name;
use crate::ddl::postgres::eval::{Answer, Environment, Filter, Lookup, Object, ObjectClass, Rows, Stop, Value};
use crate::model::{FunctionKind, QualifiedName};

pub(super) struct World<'w, 'h> {
    pub(super) interpreter: &'w mut Interpreter<'h>,
    pub(super) frame: &'w Frame,
}

impl World<'_, '_> {
    fn name(&self, schema: Option<&str>, name: &str) -> Name {
        Name { schema: schema.map(str::to_owned), name: name.to_owned(), span: self.interpreter.at }
    }

    fn with_source<T>(&self, look: impl FnOnce(&catalog::Source<'_>) -> T) -> T {
        let host = &*self.interpreter.host;
        let search_path = host.search_path();
        look(&catalog::Source { catalog: host.catalog(), search_path: &search_path, host })
    }

    fn absent(&self, what: &str, name: &str) -> Lookup {
        if self.interpreter.host.knows_all() && !self.interpreter.host.is_doubtful(name) {
            Lookup::Absent
        } else {
            Lookup::Unknown(format!("an earlier statement may have made the {what}"))
        }
    }

    fn found(&self, class: ObjectClass, schema: &str, name: &str) -> Lookup {
        if self.interpreter.host.catalog().doubtful.contains(name) {
            return Lookup::Unknown(format!("an earlier statement may have dropped `{name}`"));
        }
        Lookup::Found(self.with_source(|s| s.found(class, schema, name)))
    }

    fn find_type(&self, schema: Option<&str>, name: &str) -> Lookup {
        let catalog = self.interpreter.host.catalog();
        let has = |schema: &str| {
            let key = QualifiedName::new(schema, name);
            catalog.enums.contains_key(&key)
                || catalog.domains.contains_key(&key)
                || catalog.composites.contains_key(&key)
                || catalog.tables.contains_key(&key)
                || catalog.views.contains_key(&key)
        };
        if schema.is_none() && catalog::is_built_in_type(name) {
            return Lookup::Found(Object::new(ObjectClass::Type, "pg_catalog", name));
        }
        let schemas = schema.map_or_else(|| self.interpreter.host.search_path(), |s| vec![s.to_owned()]);
        if let Some(schema) = schemas.iter().find(|s| has(s)) {
            return self.found(ObjectClass::Type, schema, name);
        }
        let may_bring = |extension: &String| crate::replay::extension_may_have_type(extension, name);
        if catalog.extensions.keys().any(may_bring) || catalog.opaque.iter().any(|o| o.name == name) {
            return Lookup::Unknown(format!("the type `{name}` may come from an extension"));
        }
        self.absent("type", name)
    }

    fn find_function(&self, schema: Option<&str>, name: &str) -> Lookup {
        let found = self.interpreter.host.functions(&self.name(schema, name), 0);
        match found.first() {
            Some(function) => {
                let value = self.with_source(|s| catalog::function_object(s, function));
                match value {
                    Value::Object(object) => Lookup::Found(object),
                    _ => self.absent("function", name),
                }
            }
            None => Lookup::Unknown(format!("the function `{name}` may be built in")),
        }
    }
}

impl Environment for World<'_, '_> {
    fn variable(&self, name: &str) -> Option<Answer> {
        match (name, &self.frame.handled) {
            ("sqlstate", Some((code, _))) => return Some(Ok(Value::text(code))),
            ("sqlerrm", Some((_, message))) => return Some(Ok(Value::text(message))),
            _ => {}
        }
        self.frame.get(name).cloned()
    }

    fn rows(&self, schema: Option<&str>, relation: &str, filter: &Filter) -> Option<Answer<Rows>> {
        let system = match schema {
            Some(schema @ ("pg_catalog" | "information_schema")) => Some(schema),
            None if relation.starts_with("pg_") => Some("pg_catalog"),
            _ => None,
        };
        if let Some(system) = system
            && let Some(rows) = self.with_source(|s| catalog::rows(s, system, relation, filter))
        {
            return Some(rows);
        }
        let host = &*self.interpreter.host;
        let Some(key) = host.relation(&self.name(schema, relation)) else {
            let may_be = !host.knows_all() || host.is_doubtful(relation);
            return may_be.then(|| Err(Stop::unknown("an earlier statement may have made the table")));
        };
        Some(data::rows(host, &key))
    }

    fn lookup(&self, class: ObjectClass, schema: Option<&str>, name: &str) -> Lookup {
        let host = &*self.interpreter.host;
        match class {
            ObjectClass::Relation => {
                let system = schema == Some("pg_catalog") || schema.is_none() && name.starts_with("pg_");
                match host.relation(&self.name(schema, name)) {
                    Some(key) => self.found(class, &key.schema, &key.name),
                    None if system => Lookup::Found(Object::new(class, "pg_catalog", name)),
                    None => self.absent("relation", name),
                }
            }
            ObjectClass::Type => self.find_type(schema, name),
            ObjectClass::Function => self.find_function(schema, name),
            ObjectClass::Namespace => {
                let known = host.catalog().schemas.contains_key(name);
                if known || matches!(name, "pg_catalog" | "information_schema") {
                    Lookup::Found(Object { visible: true, ..Object::new(class, "", name) })
                } else {
                    self.absent("schema", name)
                }
            }
            ObjectClass::Role => match host.role_exists(name) {
                Some(true) => Lookup::Found(Object { visible: true, ..Object::new(class, "", name) }),
                Some(false) => Lookup::Absent,
                None => Lookup::Unknown(format!("whether the role `{name}` exists is not known")),
            },
            _ => Lookup::Unknown("objects of this kind are not looked up by name".into()),
        }
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.interpreter.host.setting(name)
    }

    fn now(&mut self) -> Option<i64> {
        let now = self.interpreter.host.now();
        self.interpreter.timely |= now.is_some();
        now
    }

    fn search_path(&self) -> Vec<String> {
        self.interpreter.host.search_path()
    }

    fn serial_sequence(&self, relation: &Object, column: &str) -> Answer<Option<(String, String)>> {
        let catalog = self.interpreter.host.catalog();
        let key = QualifiedName::new(&relation.schema, &relation.name);
        let found = catalog.tables.get(&key).and_then(|table| table.columns.iter().find(|c| c.name == column));
        let Some(found) = found else {
            let message = format!("column \"{column}\" of relation \"{}\" does not exist", relation.name);
            let all_known = self.interpreter.host.columns(&key).is_some();
            return Err(if all_known { Stop::raised("42703", message) } else { Stop::Unknown(message) });
        };
        let owned = || {
            let owner = (key.clone(), column.to_owned());
            catalog.sequences.values().find(|s| s.owned_by.as_ref() == Some(&owner)).map(|s| s.name.clone())
        };
        let sequence = found.identity.as_ref().map(|identity| identity.sequence.clone()).or_else(owned);
        Ok(sequence.map(|s| (s.schema, s.name)))
    }

    fn describe(&self, function: &str, object: &Object) -> Option<Answer> {
        self.with_source(|source| catalog::describe(source, function, object))
    }

    fn call(&mut self, schema: Option<&str>, name: &str, arguments: &[Value]) -> Option<Answer> {
        let name = self.name(schema, name);
        self.interpreter.value_call(&name, arguments)
    }

    fn is_aggregate(&self, schema: Option<&str>, name: &str, arguments: usize) -> bool {
        let found = self.interpreter.host.functions(&self.name(schema, name), arguments);
        found.iter().any(|f| f.kind == FunctionKind::Aggregate)
    }

    fn returns_set(&mut self, schema: Option<&str>, name: &str, arguments: usize) -> bool {
        let name = self.name(schema, name);
        self.interpreter.returns_set(&name, arguments)
    }

    fn call_set(&mut self, schema: Option<&str>, name: &str, arguments: &[Value]) -> Answer<Rows> {
        let name = self.name(schema, name);
        self.interpreter.rows_call(&name, arguments)
    }
}
