//! Enums, domains and composite types.

use super::IssueKind;
use super::lookup::written;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{InTransaction, Relation, State};
use crate::ddl::{AttributeAction, DomainAction, EnumPosition, Name, TypeUse};
use crate::dialect::SqlForm;
use crate::model::{
    Check, CompositeType, Domain, EnumLabel, EnumType, Expr, Known, ObjectKind, ObjectRef, QualifiedName,
};
use crate::source::Span;

/// `NAMEDATALEN - 1`: a longer label is refused, not cut.
const MOST_LABEL_BYTES: usize = 63;

impl State {
    fn free_name_for_type(&self, name: &Name) -> Ran<QualifiedName> {
        let key = self.creation_name(name)?;
        if matches!(self.relations.get(&key), Some(Relation::Table | Relation::View | Relation::Composite)) {
            return Err(self.duplicate_type(&key, name.span));
        }
        self.free_type_name(&key, name.span)?;
        Ok(key)
    }

    pub(super) fn create_enum(&mut self, name: &Name, labels: &[(String, Span)]) -> Ran {
        let key = self.free_name_for_type(name)?;
        if let Some((value, span)) = labels.iter().find(|(value, _)| value.len() > MOST_LABEL_BYTES) {
            let message = format!("invalid enum label \"{value}\"");
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42602", message).at(*span));
        }
        let twice = (1..labels.len()).find(|&at| labels[..at].iter().any(|(value, _)| *value == labels[at].0));
        if let Some(at) = twice {
            let message = "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"";
            return Err(self.refuse(IssueKind::DuplicateObject, "23505", message).at(labels[at].1));
        }
        let labels = labels.iter().map(|(value, span)| EnumLabel { value: value.clone(), span: *span }).collect();
        let origin = self.origin();
        self.insert_enum(
            key.clone(),
            EnumType { name: key.clone(), labels: Known::Known(labels), comment: None, origin },
        );
        self.note_made(|| ObjectRef::top(ObjectKind::Type, &key));
        Ok(Effect::Applied)
    }

    fn find_enum(&self, name: &Name) -> Ran<Option<QualifiedName>> {
        let Some(key) = self.find_type(name) else {
            return self.no_such_type(name);
        };
        if self.catalog.enums.contains_key(&key) {
            return Ok(Some(key));
        }
        Err(Refusal::new(IssueKind::InvalidType, "42809", format!("{} is not an enum", written(name)))
            .at(name.span)
            .uncertain_if(!self.knows_all))
    }

    pub(super) fn add_enum_value(
        &mut self,
        name: &Name,
        value: &str,
        if_not_exists: bool,
        position: Option<&EnumPosition>,
    ) -> Ran {
        let Some(key) = self.find_enum(name)? else { return Ok(Effect::Carried) };
        let Some(labels) = self.catalog.enums.get(&key).and_then(|e| e.labels.known()) else {
            return Ok(Effect::Applied);
        };
        if value.len() > MOST_LABEL_BYTES {
            let message = format!("invalid enum label \"{value}\"");
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42602", message).at(name.span));
        }
        if labels.iter().any(|l| l.value == value) {
            if if_not_exists {
                return Ok(Effect::Carried);
            }
            let message = format!("enum label \"{value}\" already exists");
            return Err(Refusal::new(IssueKind::DuplicateObject, "42710", message)
                .at(name.span)
                .of(ObjectRef::top(ObjectKind::Enum, &key))
                .uncertain_if(!self.knows_all));
        }
        let place = match position {
            None => labels.len(),
            Some(EnumPosition::Before(at) | EnumPosition::After(at)) => {
                let Some(place) = labels.iter().position(|l| l.value == *at) else {
                    let message = format!("\"{at}\" is not an existing enum label");
                    return Err(Refusal::new(IssueKind::UnknownObject, "22023", message)
                        .at(name.span)
                        .uncertain_if(!self.knows_all));
                };
                place + usize::from(matches!(position, Some(EnumPosition::After(_))))
            }
        };
        let now = self.now;
        if let Some(found) = self.enum_mut(&key) {
            if let Known::Known(labels) = &mut found.labels {
                labels.insert(place, EnumLabel { value: value.to_owned(), span: now });
            }
            found.origin.touch(now);
        }
        if self.transaction != InTransaction::No {
            self.new_labels.push((key, value.to_owned()));
        }
        Ok(Effect::Applied)
    }

    pub(super) fn rename_enum_value(&mut self, name: &Name, from: &str, to: &str) -> Ran {
        let Some(key) = self.find_enum(name)? else { return Ok(Effect::Carried) };
        let labels = self.catalog.enums.get(&key).and_then(|e| e.labels.known());
        let Some(labels) = labels else { return Ok(Effect::Applied) };
        let problem = if !labels.iter().any(|l| l.value == from) {
            Some((IssueKind::UnknownObject, "22023", format!("\"{from}\" is not an existing enum label")))
        } else if labels.iter().any(|l| l.value == to) {
            Some((IssueKind::DuplicateObject, "42710", format!("enum label \"{to}\" already exists")))
        } else {
            None
        };
        if let Some((kind, code, message)) = problem {
            return Err(Refusal::new(kind, code, message).at(name.span).uncertain_if(!self.knows_all));
        }
        let now = self.now;
        self.rewrite_label(&key, from, to);
        if let Some(found) = self.enum_mut(&key) {
            if let Known::Known(labels) = &mut found.labels {
                labels.iter_mut().filter(|l| l.value == from).for_each(|l| to.clone_into(&mut l.value));
            }
            found.origin.touch(now);
        }
        Ok(Effect::Applied)
    }

    pub(super) fn create_domain(
        &mut self,
        def: &Domain,
        name: &Name,
        base: &TypeUse,
        checks: &[(Option<String>, Expr)],
    ) -> Ran {
        let key = self.free_name_for_type(name)?;
        let base = self.resolve_type(base)?.into_known().unwrap_or_else(|| base.ty.clone());
        self.check_collatable(Some(&base), def.collation.as_deref(), name.span)?;
        if let Some(default) = &def.default {
            self.check_default(&name.name, Some(&base), default)?;
        }
        let origin = self.origin();
        self.insert_domain(key.clone(), Domain { name: key.clone(), base, origin, ..def.clone() });
        self.note_made(|| ObjectRef::top(ObjectKind::Type, &key));
        for (check, expr) in checks {
            self.add_domain_check(&key, check.as_deref(), expr, false)?;
        }
        Ok(Effect::Applied)
    }

    fn add_domain_check(
        &mut self,
        domain: &QualifiedName,
        name: Option<&str>,
        expr: &Expr,
        not_valid: bool,
    ) -> Ran<()> {
        self.check_functions(&expr.sql, expr.span)?;
        self.check_literals(&expr.sql, SqlForm::Expression, None, expr.span)?;
        let chosen = match name {
            Some(name) => {
                if self.catalog.domains.get(domain).is_some_and(|d| d.checks.iter().any(|c| c.name == name)) {
                    let message = format!("constraint \"{name}\" for domain \"{}\" already exists", domain.name);
                    return Err(
                        Refusal::new(IssueKind::DuplicateConstraint, "42710", message).uncertain_if(!self.knows_all)
                    );
                }
                name.to_owned()
            }
            None => self.choose_constraint_name(domain, None, "check", &[]),
        };
        self.add_constraint_name(&domain.schema, &chosen);
        let check = Check {
            name: chosen,
            named: name.is_some(),
            expr: Known::Known(expr.clone()),
            no_inherit: false,
            not_valid,
            set_for: Vec::new(),
            comment: None,
            inherited: false,
            origin: self.origin(),
        };
        if let Some(domain) = self.domain_mut(domain) {
            domain.checks.push(check);
        }
        Ok(())
    }

    pub(super) fn find_domain(&self, name: &Name) -> Ran<Option<QualifiedName>> {
        let Some(key) = self.find_type(name) else {
            return self.no_such_type(name);
        };
        if self.catalog.domains.contains_key(&key) {
            return Ok(Some(key));
        }
        Err(Refusal::new(IssueKind::InvalidType, "42809", format!("{} is not a domain", written(name)))
            .at(name.span)
            .uncertain_if(!self.knows_all))
    }

    /// ALTER DOMAIN is for domains alone.
    pub(super) fn check_is_domain(&self, key: &QualifiedName, name: &Name) -> Ran<()> {
        if self.catalog.domains.contains_key(key) {
            return Ok(());
        }
        let message = format!("{} is not a domain", written(name));
        Err(self.refuse(IssueKind::InvalidType, "42809", message).at(name.span))
    }

    pub(super) fn alter_domain(&mut self, name: &Name, action: &DomainAction) -> Ran {
        let Some(key) = self.find_domain(name)? else { return Ok(Effect::Carried) };
        let now = self.now;
        match action {
            DomainAction::AddCheck { name: check, expr, not_valid } => {
                if !not_valid {
                    self.check_type_unused(&key, false, name.span)?;
                }
                if !not_valid {
                    self.check_domain_rows(&key, &expr.sql)?;
                }
                let name = check;
                self.add_domain_check(&key, name.as_deref(), expr, *not_valid)?;
            }
            DomainAction::DropConstraint { name: constraint, if_exists, .. } => {
                let exists =
                    self.catalog.domains.get(&key).is_some_and(|d| d.checks.iter().any(|c| c.name == *constraint));
                if !exists {
                    if *if_exists {
                        return Ok(Effect::Carried);
                    }
                    let message = format!("constraint \"{constraint}\" of domain \"{}\" does not exist", key.name);
                    return Err(Refusal::new(IssueKind::UnknownConstraint, "42704", message)
                        .at(name.span)
                        .uncertain_if(!self.knows_all));
                }
                self.remove_constraint_name(&key.schema, constraint);
                if let Some(domain) = self.domain_mut(&key) {
                    domain.checks.retain(|c| c.name != *constraint);
                }
            }
            DomainAction::SetDefault(expr) => {
                let base = self.catalog.domains.get(&key).map(|d| d.base.clone());
                self.check_default(&key.name, base.as_ref(), expr)?;
            }
            DomainAction::SetNotNull if self.catalog.domains.get(&key).is_some_and(|d| d.not_null) => {
                return Ok(Effect::Applied);
            }
            DomainAction::SetNotNull => {
                self.check_type_unused(&key, false, name.span)?;
                self.check_domain_not_null(&key)?;
            }
            DomainAction::ValidateConstraint { name: constraint } => {
                let domain = self.catalog.domains.get(&key);
                let check = domain.and_then(|d| d.checks.iter().find(|c| c.name == *constraint)).cloned();
                let Some(check) = check else {
                    let shown = written(name);
                    let message = format!("constraint \"{constraint}\" of domain \"{shown}\" does not exist");
                    return Err(self.refuse(IssueKind::UnknownConstraint, "42704", message).at(name.span));
                };
                self.check_type_unused(&key, false, name.span)?;
                if let Some(expr) = check.expr.known().filter(|_| check.not_valid) {
                    self.check_domain_rows(&key, &expr.sql)?;
                }
            }
            _ => {}
        }
        if let Some(domain) = self.domain_mut(&key) {
            match action {
                DomainAction::SetDefault(expr) => domain.default = Some(expr.clone()),
                DomainAction::DropDefault => domain.default = None,
                DomainAction::SetNotNull => domain.not_null = true,
                DomainAction::DropNotNull => domain.not_null = false,
                DomainAction::ValidateConstraint { name } => {
                    domain.checks.iter_mut().filter(|c| c.name == *name).for_each(|c| c.not_valid = false);
                }
                DomainAction::AddCheck { .. } | DomainAction::DropConstraint { .. } => {}
            }
            domain.origin.touch(now);
        }
        Ok(Effect::Applied)
    }

    pub(super) fn rename_domain_constraint(&mut self, domain: &Name, constraint: &str, to: &str) -> Ran {
        let Some(key) = self.find_domain(domain)? else { return Ok(Effect::Carried) };
        let has = |name: &str| self.catalog.domains.get(&key).is_some_and(|d| d.checks.iter().any(|c| c.name == name));
        if !has(constraint) {
            let message = format!("constraint \"{constraint}\" for domain {} does not exist", key.name);
            return Err(self.refuse(IssueKind::UnknownConstraint, "42704", message).at(domain.span));
        }
        if has(to) {
            let message = format!("constraint \"{to}\" for domain {} already exists", key.name);
            return Err(self.refuse(IssueKind::DuplicateConstraint, "42710", message).at(domain.span));
        }
        self.remove_constraint_name(&key.schema, constraint);
        self.add_constraint_name(&key.schema, to);
        if let Some(domain) = self.domain_mut(&key) {
            domain.checks.iter_mut().filter(|c| c.name == constraint).for_each(|c| to.clone_into(&mut c.name));
        }
        Ok(Effect::Applied)
    }

    pub(super) fn create_composite(&mut self, name: &Name, attributes: &[(String, TypeUse)]) -> Ran {
        let key = self.free_name_for_type(name)?;
        if self.relations.contains_key(&key) {
            self.free_relation_name(&key, name.span)?;
        }
        let mut resolved = Vec::with_capacity(attributes.len());
        for (attribute, ty) in attributes {
            resolved.push((attribute.clone(), self.resolve_type(ty)?));
        }
        let origin = self.origin();
        self.insert_composite(
            key.clone(),
            CompositeType { name: key.clone(), attributes: resolved, comment: None, origin },
        );
        self.set_relation(&key, Some(Relation::Composite));
        self.note_made(|| ObjectRef::top(ObjectKind::Type, &key));
        Ok(Effect::Applied)
    }

    fn find_composite(&self, name: &Name) -> Ran<Option<QualifiedName>> {
        let Some(key) = self.find_type(name) else {
            return self.no_such_type(name);
        };
        Ok(self.catalog.composites.contains_key(&key).then_some(key))
    }

    pub(super) fn alter_composite(&mut self, name: &Name, actions: &[AttributeAction]) -> Ran {
        let Some(key) = self.find_composite(name)? else { return Ok(Effect::Carried) };
        let now = self.now;
        for action in actions {
            let resolved = match action {
                AttributeAction::Add { ty, .. } | AttributeAction::SetType { ty, .. } => Some(self.resolve_type(ty)?),
                AttributeAction::Drop { .. } => None,
            };
            let (AttributeAction::Add { name: attribute, .. }
            | AttributeAction::Drop { name: attribute, .. }
            | AttributeAction::SetType { name: attribute, .. }) = action;
            let exists =
                self.catalog.composites.get(&key).is_some_and(|c| c.attributes.iter().any(|(a, _)| a == attribute));
            let adds = matches!(action, AttributeAction::Add { .. });
            if exists == adds {
                if matches!(action, AttributeAction::Drop { if_exists: true, .. }) {
                    continue;
                }
                let (kind, code, end) = if adds {
                    (IssueKind::DuplicateColumn, "42701", "already exists")
                } else {
                    (IssueKind::UnknownColumn, "42703", "does not exist")
                };
                let message = format!("column \"{attribute}\" of relation \"{}\" {end}", key.name);
                return Err(Refusal::new(kind, code, message).at(name.span).uncertain_if(!self.knows_all));
            }
            match (action, &resolved) {
                (AttributeAction::SetType { .. }, _) => {
                    if let Some(Known::Known(ty)) = &resolved {
                        self.check_no_member_of_itself(&key, ty, name.span)?;
                    }
                    self.check_type_unused(&key, true, name.span)?;
                }
                (AttributeAction::Add { .. }, Some(Known::Known(ty))) => {
                    self.check_no_member_of_itself(&key, ty, name.span)?;
                }
                _ => {}
            }
            let Some(composite) = self.composite_mut(&key) else { continue };
            composite.origin.touch(now);
            match (action, resolved) {
                (AttributeAction::Add { .. }, Some(ty)) => composite.attributes.push((attribute.clone(), ty)),
                (AttributeAction::SetType { .. }, Some(ty)) => {
                    composite.attributes.iter_mut().filter(|(a, _)| a == attribute).for_each(|(_, t)| *t = ty.clone());
                }
                _ => composite.attributes.retain(|(a, _)| a != attribute),
            }
        }
        Ok(Effect::Applied)
    }

    pub(super) fn rename_attribute(&mut self, ty: &Name, attribute: &str, to: &str) -> Ran {
        let Some(key) = self.find_composite(ty)? else { return Ok(Effect::Carried) };
        let now = self.now;
        if let Some(composite) = self.composite_mut(&key) {
            composite.attributes.iter_mut().filter(|(a, _)| a == attribute).for_each(|(a, _)| to.clone_into(a));
            composite.origin.touch(now);
        }
        Ok(Effect::Applied)
    }
}
