//! Schemas, enums, sequences and views.

use super::parts::{options, sequence_options};
use super::{Json, Reader, is_true, text};
use crate::model::{EnumLabel, EnumType, Expr, Known, Namespace, Origin, Sequence, View};
use crate::source::Span;

impl Reader<'_> {
    pub(super) fn schema(&mut self, name: &str, span: Span) {
        let name = self.cut(name);
        if name != self.dialect.default_schema() {
            let origin = Some(Origin::at(span));
            self.catalog.schemas.insert(name.clone(), Namespace { name, comment: None, origin });
        }
    }

    pub(super) fn enumeration(&mut self, object: Json<'_, '_>) {
        let Some(name) = self.name_of(object, "name") else { return };
        let values = object.get("values");
        // Versions 5 and 6 keep them as the members of an object.
        let listed = values.and_then(Json::as_array).into_iter().flatten();
        let values = listed.chain(values.into_iter().flat_map(Json::members).map(|(_, value)| value));
        let label = |value: Json<'_, '_>| Some(EnumLabel { value: self.cut(value.as_str()?), span: value.span() });
        let labels = Known::Known(values.filter_map(label).collect());
        let origin = Origin::at(object.span());
        self.catalog.enums.insert(name.clone(), EnumType { name, labels, comment: None, origin });
    }

    pub(super) fn sequence(&mut self, object: Json<'_, '_>) {
        let Some(name) = self.name_of(object, "name") else { return };
        let options = sequence_options(object, None);
        let origin = Origin::at(object.span());
        let sequence = Sequence { name: name.clone(), options, owned_by: None, identity: false, comment: None, origin };
        self.catalog.sequences.insert(name, sequence);
    }

    pub(super) fn view(&mut self, object: Json<'_, '_>) {
        let Some(name) = self.name_of(object, "name") else { return };
        let span = object.span();
        let query = text(object, "definition").unwrap_or_default();
        let mut options = object.get("with").map(options).unwrap_or_default();
        let check_option = options.iter().position(|(name, _)| name == "check_option").map(|at| options.remove(at).1);
        let view = View {
            name: name.clone(),
            materialized: is_true(object, "materialized"),
            query: Known::Known(Expr::new(query.trim().trim_end_matches(';').trim_end(), span)),
            columns: Known::Known(Vec::new()),
            options,
            check_option,
            with_data: !is_true(object, "withNoData"),
            existing: is_true(object, "isExisting"),
            indexes: Vec::new(),
            triggers: Vec::new(),
            comment: None,
            origin: Origin::at(span),
        };
        self.catalog.views.insert(name, view);
    }
}
