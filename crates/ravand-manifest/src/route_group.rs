//! Groups of rules: what their rules have in common, said once.

use std::time::Duration;

use jsonc_parser::ast::Value;
use ravand_core::{Address, Problem};
use ravand_router::{Mount, Rule, Scheme};

use crate::fields::{Field, Fields};
use crate::json::Reader;
use crate::route_values::{self, Requirement};
use crate::{Permissions, Spanned, addresses, conditions, route_parts, route_permissions};

/// What a rule has from the groups around it; of a rule outside groups: nothing.
#[derive(Clone, Default)]
pub(crate) struct Group {
    pub mount: Mount,
    pub methods: Option<Vec<String>>,
    pub absolute: bool,
    /// What names begin with.
    pub name: String,
    /// What runs before the rule's own, the outermost first.
    pub middleware: Vec<Spanned<Address>>,
    pub permissions: Option<Permissions>,
    pub requirements: Vec<(String, Requirement)>,
    pub timeout: Option<Duration>,
}

impl Group {
    /// Reads a group that stands in another one.
    pub fn inside(&self, reader: &mut Reader<'_>, fields: &mut Fields<'_>, owner: &str) -> Group {
        let mut group = self.clone();
        let mut own = Common::read(reader, fields, owner);
        if let Some(field) = fields.take("path") {
            group.mount.prefix.extend(route_parts::path(reader, field.key, field.value));
        }
        if let Some(field) = own.domain {
            group.mount.domains = conditions::domains(reader, field, &Rule::default());
        }
        if let Some(field) = fields.take("name") {
            let text = reader.filled_string(field.key, field.value);
            group.name.push_str(text.map_or("", |text| text.value));
        }
        if !own.schemes.is_empty() {
            group.mount.schemes = own.schemes;
        }
        group.methods = own.methods.or(group.methods);
        group.absolute = own.absolute.unwrap_or(group.absolute);
        group.middleware.append(&mut own.middleware);
        group.permissions = own.permissions.or(group.permissions);
        group.timeout = own.timeout.or(group.timeout);
        over(&mut group.mount.defaults, own.defaults);
        over(&mut group.requirements, own.requirements);
        group
    }

    /// What its rules say, where they say nothing themselves.
    pub fn fill(&self, own: &mut Common<'_>) {
        own.methods = own.methods.take().or_else(|| self.methods.clone());
        own.absolute = own.absolute.or(Some(self.absolute));
        own.middleware.splice(0..0, self.middleware.iter().cloned());
        own.permissions = own.permissions.take().or_else(|| self.permissions.clone());
        own.timeout = own.timeout.or(self.timeout);
        let mut requirements = self.requirements.clone();
        over(&mut requirements, std::mem::take(&mut own.requirements));
        own.requirements = requirements;
    }
}

/// What rules and groups may say alike.
#[derive(Default)]
pub(crate) struct Common<'v> {
    pub methods: Option<Vec<String>>,
    /// It is read when the path's parameters are known.
    pub domain: Option<Field<'v>>,
    pub schemes: Vec<Scheme>,
    pub absolute: Option<bool>,
    pub middleware: Vec<Spanned<Address>>,
    pub permissions: Option<Permissions>,
    pub defaults: Vec<(String, String)>,
    pub requirements: Vec<(String, Requirement)>,
    /// Where they stand.
    pub requirements_field: Option<Field<'v>>,
    pub timeout: Option<Duration>,
}

impl<'v> Common<'v> {
    /// Reads them.
    pub fn read(reader: &mut Reader<'_>, fields: &mut Fields<'v>, owner: &str) -> Common<'v> {
        let mut common = Common { domain: fields.take("domain"), ..Common::default() };
        if let Some(field) = fields.take("method") {
            common.methods = Some(conditions::methods(reader, field));
        }
        if let Some(field) = fields.take("scheme") {
            common.schemes = conditions::schemes(reader, field);
        }
        if let Some(field) = fields.take("absolute") {
            common.absolute = reader.boolean(field.key, field.value);
        }
        if let Some(field) = fields.take("middleware") {
            let texts = reader.string_or_strings(field.key, field.value);
            let addresses =
                texts.into_iter().filter_map(|text| addresses::any(reader, field.key, text, owner));
            common.middleware.extend(addresses);
        }
        common.permissions =
            fields.take("permissions").map(|field| route_permissions::permissions(reader, field, owner));
        if let Some(field) = fields.take("defaults") {
            common.defaults = route_values::defaults(reader, field);
        }
        if let Some(field) = fields.take("requirements") {
            common.requirements = route_values::requirements(reader, field);
            common.requirements_field = Some(field);
        }
        common.timeout = fields.take("timeout").and_then(|field| route_values::timeout(reader, field));
        common
    }
}

/// Whether an object is a group: it has rules of its own.
pub(crate) fn is_group(value: &Value<'_>) -> bool {
    matches!(value, Value::Object(object) if object.get("rules").is_some())
}

/// Puts values of names over those that are there.
fn over<T>(there: &mut Vec<(String, T)>, own: Vec<(String, T)>) {
    there.retain(|(name, _)| own.iter().all(|(other, _)| other != name));
    there.extend(own);
}

/// What a group may not have.
pub(crate) fn refuse(reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    for key in ["controller", "handler", "regex", "paths", "exceptions"] {
        if let Some(field) = fields.take(key) {
            let problem = Problem::error(format!("a group has no `{key}`"));
            reader.report(problem.help("write it into the group's rules"), field.key_range);
        }
    }
}
