//! Variables that a runner puts into SQL before it sends it. Their values come from the config; what has none is reported where the runner is
//! known to have variables, never guessed.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The text with every variable that has a value replaced. `name` stands for `${name}`, `{{name}}`, `{{ .name }}` and psql's `:name`, `:'name'`,
/// `:"name"`; a name that is no identifier (`{{ index .Options "Namespace" }}`) stands for itself.
pub(super) fn substitute(text: String, values: &BTreeMap<String, String>) -> String {
    if values.is_empty() {
        return text;
    }
    let mut text = text;
    for (name, value) in values {
        if !is_identifier(name) {
            text = text.replace(name, value);
            continue;
        }
        for form in [format!("${{{name}}}"), format!("{{{{{name}}}}}"), format!("{{{{ {name} }}}}")] {
            text = text.replace(&form, value);
        }
        for form in [format!("{{{{.{name}}}}}"), format!("{{{{ .{name} }}}}")] {
            text = text.replace(&form, value);
        }
        text = text.replace(&format!(":'{name}'"), &format!("'{}'", value.replace('\'', "''")));
        text = text.replace(&format!(":\"{name}\""), &format!("\"{}\"", value.replace('"', "\"\"")));
        text = colon_form(&text, name, value).into_owned();
    }
    text
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

/// psql's `:name`; not the type of a cast (`::name`), nor a longer name.
fn colon_form<'t>(text: &'t str, name: &str, value: &str) -> Cow<'t, str> {
    let form = format!(":{name}");
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices(&form) {
        let before = text[..at].bytes().next_back();
        let after = text[at + form.len()..].bytes().next();
        let is_longer = after.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80);
        let is_inside = before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'\''));
        if is_longer || is_inside {
            continue;
        }
        out.push_str(&text[done..at]);
        out.push_str(value);
        done = at + form.len();
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let values = [("app", "store"), ("{{ index .Options \"Namespace\" }}", "auth")];
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert_eq!(substitute(text.to_owned(), &values), expect);
    }

    #[test]
    fn each_form_is_replaced_and_nothing_else() {
        check("CREATE TABLE ${app}.t (a {{app}}.x, b {{ .app }}.y)", "CREATE TABLE store.t (a store.x, b store.y)");
        check("GRANT ALL ON t TO :app, :\"app\"; SELECT :'app'", "GRANT ALL ON t TO store, \"store\"; SELECT 'store'");
        check("SELECT 'x'::app, :apple, 12:app, ':app'", "SELECT 'x'::app, :apple, 12:app, ':app'");
        check("{{ index .Options \"Namespace\" }}.users", "auth.users");
    }
}
